"""The booth's own book: what was counted, and what it comes to (an observer of the runtime)."""

from collections.abc import Callable, Mapping

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.state import State
from kiosk.report.tally import Counts, Tally, count


class Counting:
    """Holds the tally; used on the asyncio thread."""

    def __init__(self, today: Callable[[], str], days: Mapping[str, Counts]) -> None:
        """`today` returns the date here; `days` is what was counted before."""
        self._today = today
        self.tally = Tally(days=days)

    def observe(
        self, state: State, event: on.Event, effects: tuple[do.Effect, ...], now_s: float
    ) -> None:
        """Take one step of the core."""
        self.tally = count(self.tally, state, event, effects, now_s, self._today())
