"""What `kiosk run` lives inside: a watchdog, a count of restarts, and how its end is written."""

import logging
import signal
import sys
from collections.abc import Callable, Mapping
from types import FrameType

from kiosk.errors import CommandError, ExitStatus
from kiosk.host.restart_book import RestartBook
from kiosk.host.systemd import Notifier, under_systemd
from kiosk.host.watchdog import Watchdog
from kiosk.life.restarts import RESTARTS, Cause, End
from kiosk.screen.errors import DisplayError, ScreenError

logger = logging.getLogger("kiosk.booth")

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
RELOAD_SIGNAL = signal.SIGHUP


class Guard:
    """One process; used on the main thread."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._service = under_systemd(environ)
        self._book = RestartBook(environ if self._service else {})
        self.notifier = Notifier(environ)
        self.watchdog = Watchdog(self.notifier, environ, failed=self._book.failed)
        self.blind = self._book.blind
        """The screen that only showed the code ended the last process: it must not be opened."""
        self.fresh_try = False
        """A person has asked for a fresh start, by other means than a stop."""

    def run(self, be: Callable[[Cause | None], int]) -> int:
        """Be the booth; returns and raises what `be` does, and writes down what that means.

        `be` is told for which cause there may be no further restart, if there is one: it may then
        only show that.
        """
        for each in STOP_SIGNALS:
            self.watchdog.hear(each, self._book.forget)
            self.watchdog.hear(each, self.watchdog.end_soon)
        before = {each: signal.signal(each, _leave) for each in STOP_SIGNALS if self._service}
        self.watchdog.start()
        try:
            status = be(self._begin())
            self._settle(status)
        except BaseException as error:
            self._settle_error(error)
            raise
        finally:
            self.watchdog.stop()
            for each, handler in before.items():
                signal.signal(each, handler)
        return status

    def _begin(self) -> Cause | None:
        spent = self._book.begin()
        if spent is not None:
            logger.critical("The booth gives up: %s, %d times already.", spent.value, RESTARTS)
        return spent

    def _settle(self, status: int) -> None:
        if self.fresh_try:
            self._book.forget()
        elif status == ExitStatus.RESTART:
            self._book.failed(End.FAILED)
        else:
            self._book.ended()

    def _settle_error(self, error: BaseException) -> None:
        """Tell systemd of a screen that does not open, and count what a fresh start may mend.

        A screen that is off may be switched on, a person may leave, and what ends for good needs no
        count: nothing is used up.
        """
        if isinstance(error, ScreenError):
            self.notifier.status(error.sentence)
        final = isinstance(error, CommandError) and error.status != ExitStatus.RESTART
        if final or not isinstance(error, Exception) or isinstance(error, DisplayError):
            self._book.ended()
        else:
            self._book.failed(End.FAILED)


def _leave(_: int, __: FrameType | None) -> None:
    """End a booth that is still about to begin."""
    sys.exit(ExitStatus.DONE)
