"""Where every thread and every task stands: files, lines and names of functions, no values.

Nothing is read from disk, so it works on a machine whose card hangs; nobody has to answer, so it
works while the event loop or the window stands still.
"""

import asyncio
import sys
import threading
from collections.abc import Iterator, Sequence
from types import FrameType
from typing import Any

DEEPEST = 60
"""Steps of a stack that are told, the innermost of them."""
FRAMES = ("cr_frame", "gi_frame", "ag_frame")
AWAITED = ("cr_await", "gi_yieldfrom", "ag_await")
"""Where coroutines, generators and asynchronous generators say what they wait for."""


def stacks(loop: asyncio.AbstractEventLoop | None) -> str:
    """Return one line for each step of each thread, and of each unfinished task of `loop`."""
    names = {each.ident: each.name for each in threading.enumerate()}
    lines: list[str] = []
    for ident, frame in sys._current_frames().items():  # noqa: SLF001 - the documented way
        lines.append(f"Thread {names.get(ident, 'of a library')}:")
        lines += _told(list(_outwards(frame))[::-1])
    tasks = asyncio.all_tasks(loop) if loop is not None else set()
    for task in sorted(tasks, key=asyncio.Task.get_name):
        lines.append(f"Task {task.get_name()}:")
        lines += _told(list(_inwards(task.get_coro())))
    return "\n".join(lines)


def _told(steps: list[tuple[str, int, str]]) -> Iterator[str]:
    """Tell steps, the innermost last."""
    return (f"  {file}, line {line}, in {name}" for file, line, name in steps[-DEEPEST:])


def _outwards(frame: FrameType | None) -> Iterator[tuple[str, int, str]]:
    while frame is not None:
        yield _step(frame)
        frame = frame.f_back


def _inwards(awaited: object) -> Iterator[tuple[str, int, str]]:
    """Follow what is awaited, down to what is no Python code."""
    while (frame := _first(awaited, FRAMES)) is not None:
        yield _step(frame)
        awaited = _first(awaited, AWAITED)


def _step(frame: FrameType) -> tuple[str, int, str]:
    return frame.f_code.co_filename, frame.f_lineno or 0, frame.f_code.co_qualname


def _first(awaited: object, names: Sequence[str]) -> Any:  # noqa: ANN401 - as `getattr` tells it
    return next((found for each in names if (found := getattr(awaited, each, None))), None)
