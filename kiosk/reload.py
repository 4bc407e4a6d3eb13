"""Reads a running booth's configuration again, and says what becomes of it."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import fields, replace
from typing import Any, TypeVar

from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.errors import CommandError
from kiosk.reading import Reading
from kiosk.settings import Settings

logger = logging.getLogger("kiosk.booth")
T = TypeVar("T")

TAKEN_UP = (
    "booth.name",
    "button.hold_s",
    "interview.",
    "prices.",
    "screen.reduced_motion",
    "screen.show_candidate_words",
    "screen.theme",
)
"""Settings, or the beginning of their names, that a running booth goes by once nobody is in it."""


def combine(held: Reading, read: Reading) -> tuple[Reading, tuple[str, ...]]:
    """What a booth that goes by `held` can take up of `read`, and the settings that it cannot.

    Those keep their values until a restart.  A theme that cannot be shown leaves the one that is.
    """
    settings, waiting = held.settings, takes_restart(held.settings, read.settings)
    for group, name in _changed(held.settings, read.settings):
        if f"{group}.{name}" not in waiting:
            settings = _with(settings, group, name, getattr(getattr(read.settings, group), name))
    theme = held.theme if read.theme_error else read.theme
    return replace(read, settings=settings, theme=theme), waiting


def takes_restart(held: Settings, read: Settings) -> tuple[str, ...]:
    """The settings in which `read` differs from `held` and that no running booth takes up."""
    changed = (f"{group}.{name}" for group, name in _changed(held, read))
    return tuple(full for full in changed if not full.startswith(TAKEN_UP))


def _changed(old: Settings, new: Settings) -> Iterator[tuple[str, str]]:
    for group in fields(Settings):
        before, after = getattr(old, group.name), getattr(new, group.name)
        for each in fields(before):
            if getattr(before, each.name) != getattr(after, each.name):
                yield group.name, each.name


def _with(settings: Settings, group: str, name: str, value: object) -> Settings:
    changes: dict[str, Any] = {group: replace(getattr(settings, group), **{name: value})}
    return replace(settings, **changes)


class Reload:
    """What a booth goes by, and what it will go by; lives on the asyncio thread."""

    def __init__(self, held: Reading, read: Callable[[], Reading]) -> None:
        """`read` may block and raises `CommandError`."""
        self._held = self._coming = held
        self._read = read
        self._reading = asyncio.Lock()

    async def again(
        self, tell: Callable[[on.Event], None], offer: Callable[[Reading], None]
    ) -> None:
        """Read everything anew, and offer what can be taken up.

        What is wrong is told to the journal and, through `tell`, to staff.
        """
        async with self._reading:
            try:
                read = await apart(self._read)
            except CommandError as error:
                logger.error("%s", error)  # noqa: TRY400 - its sentences are all there is to say
                tell(on.FaultRaised(Fault.CONFIG_KEPT))
                return
            tell(on.FaultCleared(Fault.CONFIG_KEPT))
            if read.theme_error is None:
                tell(on.FaultCleared(Fault.THEME))
            else:
                logger.error("%s", read.theme_error)
                tell(on.FaultRaised(Fault.THEME))
            self._coming, waiting = combine(self._held, read)
            if waiting:
                logger.warning("takes a restart: %s", ", ".join(waiting))
            offer(self._coming)

    def take_up(self) -> Reading:
        """Go by what was offered last; returns it."""
        self._held = self._coming
        return self._held


async def apart(job: Callable[[], T]) -> T:
    """Return what a job that may take long returns; a booth that is told to stop leaves it behind.

    (asyncio's own threads are waited for at the end of the loop and of the process.)
    """
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()

    def work() -> None:
        try:
            result = job()
        except BaseException as error:  # noqa: BLE001 - it is raised where the job is awaited
            done.set_exception(error)
        else:
            done.set_result(result)

    threading.Thread(target=work, name="apart", daemon=True).start()
    return await asyncio.wrap_future(done)
