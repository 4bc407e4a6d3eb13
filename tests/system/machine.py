"""A Debian that boots in a container without network, and forgets everything when it ends."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 60.0
"""Only to end a test that hangs: the machine may be busy."""
_POLL_S = 0.05
_STATE = """systemctl is-system-running --wait || {
    systemctl --failed --no-legend --plain
    journalctl --boot --priority=warning --no-pager
}"""
_ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin", "HOME": "/root", "LANG": "C.UTF-8"}


class Machine:
    """A machine that has booted."""

    def __init__(self, init: int) -> None:
        self._init = init
        """Its first process."""

    def path(self, inside: str) -> Path:
        """Return where an absolute path of the machine is found from outside."""
        return Path(f"/proc/{self._init}/root{inside}")

    def run(self, *words: str, text: str = "", limit_s: float = PATIENCE_S) -> str:
        """Run a command as root, with `text` to read; return what it says, which must be well."""
        done = subprocess.run(
            ["nsenter", "--all", f"--target={self._init}", *words],
            env=_ENVIRONMENT,
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # The journal's export format counts the bytes of long fields in binary.
            errors="replace",
            check=False,
            timeout=limit_s,
        )
        assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}"
        return done.stdout

    def runs(self) -> bool:
        """Tell whether it has not gone down."""
        return Path(f"/proc/{self._init}/root").exists()

    def shell(self, line: str, text: str = "") -> str:
        """Run a line of shell."""
        return self.run("sh", "-ec", line, text=text)


def until(
    true: Callable[[], object], what: Callable[[], object], limit_s: float = PATIENCE_S
) -> None:
    """Wait for something that nobody tells; `what` describes how things stand if it never comes."""
    end_s = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end_s, what()
        time.sleep(_POLL_S)


@dataclass(frozen=True, slots=True)
class Disk:
    """What a machine boots from."""

    below: Sequence[Path]
    """Folders that are only read; of a file that several have, the first one's is seen."""
    above: Path | None = None
    """The folder that takes what the machine writes; without one it is forgotten."""


_BOOT = """
root=$1 below=$2 above=$3 groups=$4
shift 4
for group in $groups; do
    mkdir -p "$group"
    echo $$ >"$group/cgroup.procs"
done
[ -n "$above" ] || { mount -t tmpfs booth "$root"; above=$root/above; }
mkdir -p "$above" "$above.work" "$root/system"
mount -t overlay booth -o "lowerdir=$below,upperdir=$above,workdir=$above.work" "$root/system"
exec "$@" --directory="$root/system"
"""
"""In a mount namespace of its own, so that nothing is left mounted however it ends, and in control
groups of its own, because machines in the same ones take each other's away."""
_HIERARCHIES = ("systemd", "unified", ".")
"""Where those are that systemd uses, old ones and new ones."""


@contextmanager
def booted(disk: Disk, folder: Path, *, shown: Mapping[str, Path]) -> Iterator[Machine]:
    """Boot a machine, in which the folders `shown` are seen at their places, to be read only.

    The console's output goes to `folder`.
    """
    console = folder / "console"
    name = f"booth-{os.getpid()}"
    hierarchies = [Path("/sys/fs/cgroup") / each for each in _HIERARCHIES]
    groups = [each / name for each in hierarchies if (each / "cgroup.procs").exists()]
    with (
        tempfile.TemporaryDirectory() as root,
        tempfile.TemporaryDirectory() as short,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as said,
        console.open("wb") as out,
    ):
        said.bind(f"{short}/notify")
        said.settimeout(_POLL_S)
        container = subprocess.Popen(
            [
                *("setpriv", "--pdeathsig=TERM", "unshare", "--mount", "sh", "-ec", _BOOT, "sh"),
                *(root, ":".join(map(str, disk.below)), str(disk.above or "")),
                " ".join(map(str, groups)),
                *("systemd-nspawn", "--quiet", "--boot"),
                *("--register=no", "--keep-unit", "--link-journal=no", "--private-network"),
                *("--notify-ready=yes", "--console=pipe", f"--machine={name}"),
                *(f"--bind-ro={path}:{inside}" for inside, path in shown.items()),
            ],
            env=os.environ | {"NOTIFY_SOCKET": f"{short}/notify"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            machine = Machine(_init_of(container, said, console))
            # Whoever says more to a socket that nobody reads waits for ever, the first process too.
            said.close()
            state = machine.shell(_STATE)
            assert state == "running\n", state
            yield machine
        finally:
            _end(container)
            for group in groups:
                _remove(group)


def _remove(group: Path) -> None:
    """Remove a control group and those in it, of which the files are the kernel's."""
    for folder, _, _ in os.walk(group, topdown=False):
        with suppress(OSError):
            Path(folder).rmdir()


def _init_of(container: subprocess.Popen[bytes], said: socket.socket, console: Path) -> int:
    """Wait until the machine has booted; return its first process."""
    end_s = time.monotonic() + PATIENCE_S
    told: list[str] = []
    while "READY=1" not in told:
        assert container.poll() is None, console.read_text(errors="replace")
        assert time.monotonic() < end_s, console.read_text(errors="replace")
        try:
            told += said.recv(4096).decode().splitlines()
        except TimeoutError:
            continue
    facts = dict(line.split("=", 1) for line in told if "=" in line)
    return int(facts["X_NSPAWN_LEADER_PID"])


def _end(container: subprocess.Popen[bytes]) -> None:
    """Power the machine off, and pull the plug if that takes long: without its first process no
    other of it lives on."""
    first = Path(f"/proc/{container.pid}/task/{container.pid}/children").read_text().split()
    container.terminate()
    try:
        container.wait(PATIENCE_S / 3)
    except subprocess.TimeoutExpired:
        for pid in first:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        container.kill()
        container.wait()
