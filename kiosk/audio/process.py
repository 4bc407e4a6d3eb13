"""One engine process and its socket: started, spoken with, and seen to its end."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import kiosk
from kiosk.audio import wire
from kiosk.secret import without_secrets

RETIRE_LIMIT_S = 0.6
"""An engine that was asked to end and has not by then is killed."""
BURY_LIMIT_S = 0.3
"""A killed process that is still there hangs inside the kernel and is not waited for."""
SEND_BUFFER_BYTES = 1 << 19
"""Room for the voice while an engine opens its devices."""
ENDED = "The sound engine ended by itself."


class EngineProcess:
    """An engine, from its first instruction until the kernel has taken back all it held."""

    def __init__(
        self,
        setup: wire.Setup,
        heed: "Callable[[EngineProcess, wire.Message], None]",
        ended: "Callable[[EngineProcess, str], None]",
    ) -> None:
        """Start it.  `heed` is given its messages, `ended` the one reason why there are no more.

        `OSError` where the machine gives no further process.
        """
        self._heed = heed
        self._ended = ended
        self._why = ""
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._socket, self._process = _start()
        self._pidfd = os.pidfd_open(self._process.pid)
        self.leaving = False
        """It was asked to end, or killed; nothing it says counts."""
        self.began_s = self.heard_s = self._loop.time()
        """When it was started; when its main thread last spoke."""
        self.patience_s: float | None = None
        """How long it asked to be silent; None for no longer than usual."""
        self.warm = False
        """It has spoken."""
        self.served_s: float | None = None
        """When it first spoke since it was put to work."""
        self._gone = False
        self._loop.add_reader(self._socket, self.catch_up)
        self._loop.add_reader(self._pidfd, self._reap)
        self.tell(setup)

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def tell(self, message: wire.Message) -> bool:
        """Send without waiting; False when the engine does not keep up, or is gone."""
        try:
            self._socket.send(wire.pack(message))
        except OSError:
            return False
        return True

    def kill(self, why: str) -> None:
        """End it now, however it stands."""
        self._leave(why)
        self._process.kill()
        self._later(BURY_LIMIT_S, self._give_up)

    def retire(self) -> None:
        """Let it end in order, within `RETIRE_LIMIT_S`."""
        self._leave("")
        self.tell(wire.Quit())
        self._later(RETIRE_LIMIT_S, lambda: self.kill(""))

    def _leave(self, why: str) -> None:
        if not self.leaving:
            self.leaving, self._why = True, why
            self._loop.remove_reader(self._socket)

    def catch_up(self) -> None:
        """Read what it has said so far."""
        while not self.leaving:
            try:
                data = self._socket.recv(wire.LONGEST)
            except BlockingIOError:
                return
            except ConnectionError:
                data = b""
            if not data:
                self.kill(ENDED)
                return
            try:
                message = wire.unpack(data)
            except wire.WireError as error:
                self.kill(str(error))
                return
            if not isinstance(message, wire.Frame):
                self.heard_s = self._loop.time()
                self.patience_s = message.patience_s if isinstance(message, wire.Beat) else None
            self._heed(self, message)

    def _reap(self) -> None:
        self.catch_up()
        self._leave(ENDED)
        self._loop.remove_reader(self._pidfd)
        self._process.wait()
        self._socket.close()
        os.close(self._pidfd)
        self._tell_end()

    def _give_up(self) -> None:
        self._timer = None
        self._tell_end()

    def _tell_end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self._gone:
            self._gone = True
            self._ended(self, self._why)

    def _later(self, delay_s: float, act: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(delay_s, act)


def _start() -> tuple[socket.socket, "subprocess.Popen[bytes]"]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    search = [str(Path(kiosk.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    with theirs:
        try:
            ours.setblocking(False)
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "kiosk.audio.engine", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=without_secrets(os.environ)
                | {
                    "PYTHONPATH": os.pathsep.join(filter(None, search)),
                    "OPENBLAS_NUM_THREADS": "1",
                },
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
    return ours, process
