"""Listens whether the service is still there, and asks where it says nothing by itself."""

import asyncio
from collections.abc import Callable
from typing import Protocol

from kiosk.core.snapshot import Hearing
from kiosk.realtime.liveness import Liveness


class Path(Protocol):
    """What is used of a `CallPath`."""

    def ask(self) -> bool:
        """Send one question; False where there is no way any more."""


class Listening:
    """Keeps one call's `Liveness`, and tells each change of it at once."""

    def __init__(
        self, on_change: Callable[[Hearing, float], None], clock: Callable[[], float]
    ) -> None:
        """`on_change` takes how it hears, and `Liveness.since_s`."""
        self._on_change = on_change
        self._clock = clock
        self._liveness = Liveness(clock())
        self._told: Hearing = "well"

    @property
    def now(self) -> tuple[Hearing, float]:
        """How it hears, as told last, and since when."""
        return self._told, self._liveness.since_s

    def heard(self) -> None:
        """Anything came."""
        self._liveness.hear(self._clock())
        self._tell()

    def answered(self, asked_s: float) -> None:
        """An answer came to the question that left at that monotonic second."""
        self._liveness.answer(asked_s, self._clock())
        self._tell()

    async def run(self, path: Path) -> None:
        """Ask and look until there is no way any more."""
        while path.ask():
            self._liveness.ask(self._clock())
            self._tell()
            await asyncio.sleep(self._liveness.pause_s(self._clock()))
            self._liveness.look(self._clock())
            self._tell()

    def _tell(self) -> None:
        if self._liveness.hearing != self._told:
            self._told = self._liveness.hearing
            self._on_change(self._told, self._liveness.since_s)
