"""A booth as a process of its own, as a person or as systemd starts it, and what it tells."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk.secret import KEY_VARIABLE
from tests.rigs.token_service import token_service

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
"""Only to end a test that hangs: the machine may be busy."""
PRESS_S = 0.3
"""An edge that comes sooner may be taken for a bounce, and counts when the level is read again."""
STOP_S = 3.0
"""In an interview or not, a booth is gone so long after SIGTERM."""
RUN = ("-m", "kiosk", "run", "--config")
PRESSED = ("-m", "tests.rigs.pressed_booth")
DIRECT = {"KIOSK_TOKEN_SOURCE": "direct"}
"""A person's booth mints its own tokens."""


class BoothProcess:
    """The process and every line that it said, to its service manager too."""

    def __init__(
        self, folder: Path, config: str, environ: Mapping[str, str], program: tuple[str, ...]
    ) -> None:
        self.folder = folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir(exist_ok=True)
        self.lines: list[str] = []
        self._heard = threading.Condition(threading.RLock())
        path = folder / "kiosk.toml"
        path.write_text(config)
        own = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": str(ROOT),
            "KIOSK_SCREEN_DRIVER": "offscreen",
            "PYGAME_HIDE_SUPPORT_PROMPT": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, *program, str(path)],
            cwd=folder,
            env={**own, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def output(self) -> str:
        """Everything that it said so far."""
        with self._heard:
            return "\n".join(self.lines)

    def until(self, text: str, after: int = 0) -> int:
        """Wait for a line with `text`, past the first `after` lines; return the lines up to it."""
        return self.until_one((text,), after)

    def until_one(self, texts: tuple[str, ...], after: int = 0) -> int:
        """Wait like `until` for a line with one of `texts`."""

        def found() -> int:
            rest = enumerate(self.lines[after:], start=after + 1)
            named = (number for number, line in rest if any(text in line for text in texts))
            return next(named, 0)

        with self._heard:
            wanted = "' or '".join(texts)
            assert self._heard.wait_for(found, PATIENCE_S), f"no '{wanted}' in:\n{self.output}"
            return found()

    def press(self) -> None:
        """Press and let go, where the program takes that."""
        self.move("down")
        time.sleep(PRESS_S)
        self.move("up")
        time.sleep(PRESS_S)

    def move(self, edge: str) -> None:
        """Move the button `down` or `up`."""
        self.order(edge)

    def order(self, line: str) -> None:
        """Write one line to the program's input."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Ask it to stop; return the seconds until it was gone."""
        began_s = time.monotonic()
        self.process.send_signal(number)
        self.wait()
        return time.monotonic() - began_s

    def wait(self, limit_s: float = PATIENCE_S) -> int:
        """Wait for its end; return the exit status."""
        status = self.process.wait(limit_s)
        self._reader.join()
        return status

    def children(self) -> list[int]:
        """Return the processes that it has started and that run."""
        return children(self.process.pid)

    def hear(self, text: str) -> None:
        """Take one line from outside its output."""
        with self._heard:
            self.lines.append(text)
            self._heard.notify_all()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.hear(line.rstrip("\n"))

    def close(self) -> None:
        """End it, however it stands."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@contextmanager
def person(
    folder: Path, config: str, environ: Mapping[str, str], program: tuple[str, ...] = RUN
) -> Iterator[BoothProcess]:
    """Start a booth from a terminal."""
    booth = BoothProcess(folder, config, environ, program)
    try:
        yield booth
    finally:
        booth.close()


@contextmanager
def systemd(
    folder: Path, config: str, environ: Mapping[str, str], program: tuple[str, ...] = RUN
) -> Iterator[BoothProcess]:
    """Start a booth with a socket for its notifications, whose lines are heard among the others.

    Its token service has what `environ` says is the key; the booth itself is not told.
    """
    told = {name: text for name, text in environ.items() if name != KEY_VARIABLE}
    base_url = re.search(r'base_url = "(.*)"', config)
    with (
        tempfile.TemporaryDirectory() as short,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifications,
        token_service(base_url[1] if base_url else "", environ.get(KEY_VARIABLE, "")) as tokens,
    ):
        path = f"{short}/notify"
        notifications.bind(path)
        told = {"KIOSK_TOKEN_SOCKET": str(tokens), **told, "NOTIFY_SOCKET": path}
        with person(folder, config, told, program) as booth:
            listener = threading.Thread(target=_listen, args=(notifications, booth))
            listener.start()
            try:
                yield booth
            finally:
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
                    end.sendto(_END, path)
                listener.join()


_END = b"-"


def _listen(notifications: socket.socket, booth: BoothProcess) -> None:
    while (message := notifications.recv(4096)) != _END:
        for line in message.decode().splitlines():
            booth.hear(line)


def running() -> list[int]:
    """Return the ids of all processes that are not yet dead."""
    pids = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal()]
    return [pid for pid in pids if _stat(pid)[:1] not in ([], ["Z"])]


def children(parent: int) -> list[int]:
    """Return the processes that one has started and that run."""
    return [pid for pid in running() if _parent(pid) == parent]


def _parent(pid: int) -> int:
    return int((_stat(pid) or ["", "0"])[1])


def _stat(pid: int) -> list[Any]:
    """Return state, parent and so on; nothing once it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def until(true: Callable[[], object]) -> None:
    """Wait for something that nobody tells."""
    end_s = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end_s, "it never came"
        time.sleep(0.01)
