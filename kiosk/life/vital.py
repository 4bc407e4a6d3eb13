"""What a booth cannot be without: where it fails, the booth asks for a fresh process.

The one place where that is decided is the event loop's exception handler.  It hears of all that
failed and that nobody waits for: timers, readers, callbacks, and tasks that have `must_not_end`.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import kiosk

logger = logging.getLogger("kiosk.booth")

OURS = Path(kiosk.__file__).parent
ASYNCIO = Path(asyncio.__file__).parent


class EndedError(Exception):
    """A task has ended that lives as long as the booth."""


def must_not_end(task: asyncio.Task[Any]) -> None:
    """As a done-callback: take any end of the task but its cancellation as a failure."""
    if not task.cancelled():
        task.result()
        raise EndedError(f"{task.get_name()} has ended")


class Vital:
    """An event loop's exception handler."""

    def __init__(self, give_up: Callable[[], None]) -> None:
        """`give_up` asks for a fresh process; more than once where more than one part fails."""
        self._give_up = give_up

    def __call__(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Tell the journal what failed, and give up where it was a part of the booth.

        What a library began goes on as well as it can: aiortc leaves failures behind whenever a
        network breaks.
        """
        error: BaseException | None = context.get("exception")
        if error is None or not is_ours(error):
            logger.error("unhandled: %s", context["message"], exc_info=error)
            return
        logger.critical("a part of the booth failed: %s", context["message"], exc_info=error)
        self._give_up()


def is_ours(error: BaseException) -> bool:
    """Whether an exception left code of the booth that the event loop had called."""
    step: TracebackType | None = error.__traceback__
    while step is not None:
        path = Path(step.tb_frame.f_code.co_filename)
        if not path.is_relative_to(ASYNCIO):
            return path.is_relative_to(OURS)
        step = step.tb_next
    return False
