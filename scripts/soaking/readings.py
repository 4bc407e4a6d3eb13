"""What a booth and its processes hold, as Linux tells it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

_SHM = Path("/dev/shm")  # noqa: S108 - only looked at
_SHARED = (f"{_SHM}/", "/memfd:", "/SYSV")
"""How mappings of shared memory are named."""
_SYSV = Path("/proc/sysvipc/shm")
_CREATOR = 4
"""The column of a SysV segment's creator."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the booth holds at one moment, over all its processes."""

    daemon_kib: int
    """PSS of the daemon."""
    engines_kib: int
    """PSS of all its children."""
    anon_kib: int
    """The part of the daemon's PSS that is no file's."""
    threads: int
    fds: int
    """Open file descriptors."""
    shared: int
    """Shared memory: mappings, SysV segments, and names in /dev/shm that nobody uses."""
    children: int
    files: int
    """In its folders."""
    open_calls: int = 0
    """At the service."""

    @property
    def pss_kib(self) -> int:
        """PSS of all processes."""
        return self.daemon_kib + self.engines_kib

    def told(self) -> dict[str, int]:
        """Return all figures by their names."""
        return {**asdict(self), "pss_kib": self.pss_kib}


class Machine:
    """Looks at a booth again and again."""

    def __init__(self, pid: int, folder: Path) -> None:
        self._pid = pid
        self._folder = folder
        self._before = frozenset(_names())
        self._pids: set[int] = set()
        """Every process that the booth ever had."""

    def look(self, open_calls: int = 0) -> Held:
        """Read everything; what a process that just ended held is not counted."""
        children = descendants(self._pid)
        pids = [self._pid, *children]
        self._pids.update(pids)
        daemon = _memory(self._pid)
        return Held(
            daemon_kib=daemon.get("Pss", 0),
            engines_kib=sum(_memory(pid).get("Pss", 0) for pid in children),
            anon_kib=daemon.get("Pss_Anon", 0),
            threads=sum(_count(f"/proc/{pid}/task") for pid in pids),
            fds=sum(_count(f"/proc/{pid}/fd") for pid in pids),
            shared=sum(1 for pid in pids for _ in _shared(pid)) + self._left(),
            children=len(children),
            files=sum(path.is_file() for path in self._folder.rglob("*")),
            open_calls=open_calls,
        )

    def _left(self) -> int:
        """Shared memory that the booth made and nobody maps."""
        made = sum(line.split()[_CREATOR] in map(str, self._pids) for line in _segments())
        new = {name for name in _names() if name not in self._before}
        if new:
            new -= {Path(name).name for pid in _all_pids() for name in _shared(pid)}
        return made + len(new)


def descendants(pid: int) -> list[int]:
    """Return the processes that were started by a process or by those, and that live."""
    children: dict[int, list[int]] = {}
    for each in _all_pids():
        stat = _text(f"/proc/{each}/stat").rpartition(")")[2].split()
        if stat and stat[0] != "Z":
            children.setdefault(int(stat[1]), []).append(each)
    found, to_do = [], [pid]
    while to_do:
        now = children.get(to_do.pop(), [])
        found += now
        to_do += now
    return found


def _all_pids() -> Iterator[int]:
    return (int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal())


def _memory(pid: int) -> Mapping[str, int]:
    lines = (line.split() for line in _text(f"/proc/{pid}/smaps_rollup").splitlines()[1:])
    return {words[0].rstrip(":"): int(words[1]) for words in lines}


def _shared(pid: int) -> Iterator[str]:
    for line in _text(f"/proc/{pid}/maps").splitlines():
        name = line.split(maxsplit=5)[5:]
        if name and name[0].startswith(_SHARED):
            yield name[0]


def _segments() -> list[str]:
    return _text(str(_SYSV)).splitlines()[1:]


def _names() -> list[str]:
    return [each.name for each in _SHM.iterdir()] if _SHM.is_dir() else []


def _count(folder: str) -> int:
    try:
        return sum(1 for _ in Path(folder).iterdir())
    except OSError:
        return 0


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
