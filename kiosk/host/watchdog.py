"""The thread that tells the service manager that the booth is alive, for as long as it is.

It hears signals too (by `signal.set_wakeup_fd`), so that staff are answered while the window, where
Python would deal with them, stands still.
"""

import asyncio
import faulthandler
import logging
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping

from kiosk.host.stacks import stacks
from kiosk.host.systemd import Notifier
from kiosk.life.heart import PARTS_OF_WATCHDOG, Heart, Part

logger = logging.getLogger("kiosk.booth")

LOOK_S = 0.25
"""How often the heart is looked at."""
STACKS_SIGNAL = signal.SIGUSR1
END_LIMIT_S = 2.85
"""A process that was told to stop and is still there by then is ended from here."""


def watchdog_s(environ: Mapping[str, str]) -> float | None:
    """How long the service manager waits for a sign of life of this process; None for ever.

    As `sd_watchdog_enabled` reads it.
    """
    usec, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not _is_number(usec) or int(usec) == 0:
        return None
    if pid and not (_is_number(pid) and int(pid) == os.getpid()):
        return None
    return int(usec) / 1e6


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < len(str(2**64))


class Watchdog:
    """Watches a `Heart`; one that nobody has started watches nothing."""

    def __init__(
        self,
        notifier: Notifier,
        environ: Mapping[str, str],
        *,
        failed: Callable[[Part], None] = lambda _: None,
    ) -> None:
        """`failed` is called once, from the thread, when a part stands still."""
        self.notifier = notifier
        self._limit_s = watchdog_s(environ)
        self.heart = Heart(self._limit_s or 0.0, time.monotonic())
        self.loop: asyncio.AbstractEventLoop | None = None
        """Whose tasks are told among the stacks."""
        self._failed = failed
        self._acts: dict[int, tuple[Callable[[], None], ...]] = {STACKS_SIGNAL: (self.tell_stacks,)}
        self._starved = self._stopped = False
        self._ping_s = 0.0
        self._end_s: float | None = None
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def hear(self, number: signal.Signals, act: Callable[[], None]) -> None:
        """Also do this when a signal comes that has a handler, in the thread."""
        self._acts[number] = (*self._acts.get(number, ()), act)

    def start(self) -> None:
        """Begin to watch; on the main thread."""
        if self._limit_s is not None:
            # Killed by the watchdog's SIGABRT, it still says where it stood.
            faulthandler.enable()
        self._heard, ours = socket.socketpair()
        for each in (self._heard, ours):
            each.setblocking(False)
        self._ours = ours
        self._handler = signal.signal(STACKS_SIGNAL, lambda _, __: None)
        self._wakeup = signal.set_wakeup_fd(ours.fileno(), warn_on_full_buffer=False)
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer; on the main thread.  What was asked for until now is done first."""
        self._stopped = True
        signal.set_wakeup_fd(self._wakeup)
        signal.signal(STACKS_SIGNAL, self._handler)
        self._thread.join()
        self._obey()
        self._ours.close()
        self._heard.close()

    def end_soon(self) -> None:
        """End the process in `END_LIMIT_S`, unless it has ended by itself."""
        self._end_s = self._end_s or time.monotonic() + END_LIMIT_S

    def tell_stacks(self) -> None:
        """Write to the journal where every thread and every task stands."""
        logger.warning("Where everything stands:\n%s", stacks(self.loop))

    # --- the thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopped:
            self._listen()
            now_s = time.monotonic()
            if self._end_s is not None and now_s > self._end_s:
                self._end()
            if self._limit_s is not None and not self._starved:
                self._look(self._limit_s, now_s)

    def _listen(self) -> None:
        """Wait, and do what signals ask for."""
        end_s = self._end_s - time.monotonic() if self._end_s is not None else LOOK_S
        select.select([self._heard], [], [], max(0.0, min(LOOK_S, end_s)))
        self._obey()

    def _obey(self) -> None:
        try:
            numbers = self._heard.recv(64)
        except BlockingIOError:
            return
        for number in dict.fromkeys(numbers):
            for act in self._acts.get(number, ()):
                act()

    def _look(self, limit_s: float, now_s: float) -> None:
        part = self.heart.look(now_s, starting=not self.notifier.started)
        if part is not None:
            self._starve(part)
        elif now_s >= self._ping_s:
            self._ping_s = now_s + limit_s / PARTS_OF_WATCHDOG
            self.notifier.alive(limit_s)

    def _starve(self, part: Part) -> None:
        self._starved = True
        logger.critical("No sign of life any more: %s.", part.value)
        self.tell_stacks()
        self._failed(part)
        self.notifier.dead()

    def _end(self) -> None:
        logger.warning("The booth was told to stop and has not: it is ended.")
        self.tell_stacks()
        logging.shutdown()
        os._exit(0)
