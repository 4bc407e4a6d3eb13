"""What stands in the memory of a running process: every page that it may write to is searched."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
PIECE_BYTES = 8 << 20
"""So much is looked through at once."""
_PRESENT = 1 << 63
_SWAPPED = 1 << 62
_AROUND_BYTES = 48
_MOST = 50
"""Places kept of one mark: more say nothing new."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A mark that was found."""

    mark: str
    """What was looked for, by its name."""
    address: int
    where: str
    """The mapping's name: a file, `[heap]`, `[stack]`, or nothing."""
    around: bytes
    """What stands there, with what is before and after."""

    def __str__(self) -> str:
        return f"{self.mark} at {self.address:#x} {self.where or 'anonymous'}: {self.around!r}"


def search(pid: int, marks: Mapping[str, bytes]) -> list[Hit]:
    """Look for each of `marks`, by name, in all memory that the process may write to.

    Nothing is found in one that has ended.  `PermissionError` where the kernel lets only a debugger
    look (`kernel.yama.ptrace_scope`).
    """
    found: list[Hit] = []
    with suppress(FileNotFoundError, ProcessLookupError):
        found.extend(_search(pid, marks))
    return found


def _search(pid: int, marks: Mapping[str, bytes]) -> Iterator[Hit]:
    longest = max(map(len, marks.values()))
    with (
        Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory,
        Path(f"/proc/{pid}/pagemap").open("rb", buffering=0) as pagemap,
    ):
        for begin, end, where in _writable(pid):
            for first, last in _used(pagemap, begin, end):
                for at in range(first, last, PIECE_BYTES):
                    data = _read(memory, at, min(PIECE_BYTES + longest - 1, last - at))
                    yield from _found(data, marks, at, where, min(PIECE_BYTES, last - at))


def search_file(path: Path, marks: Mapping[str, bytes]) -> list[Hit]:
    """Look for each of `marks` in a file."""
    data = path.read_bytes()
    return list(_found(data, marks, 0, str(path), len(data)))


def search_text(text: str, marks: Mapping[str, bytes]) -> list[Hit]:
    """Look for each of `marks` in what was said."""
    data = text.encode()
    return list(_found(data, marks, 0, "", len(data)))


def named(hits: Sequence[Hit]) -> dict[str, int]:
    """How often each mark was found."""
    return {
        mark: sum(hit.mark == mark for hit in hits) for mark in dict.fromkeys(h.mark for h in hits)
    }


def in_each_form(name: str, text: str) -> Iterator[tuple[str, bytes]]:
    """A text as Python, C libraries and files hold it, as marks: in 1, 2 or 4 bytes a letter."""
    forms = {
        "utf-8": text.encode(),
        "2 bytes": text.encode("utf-16-le"),
        "4 bytes": text.encode("utf-32-le"),
        "JSON": text.encode("ascii", "backslashreplace"),
    }
    for form, raw in forms.items():
        if form != "JSON" or raw != forms["utf-8"]:
            yield f"{name} ({form})", raw


def _writable(pid: int) -> Iterator[tuple[int, int, str]]:
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        places, access, *rest = line.split(maxsplit=5)
        begin, end = (int(part, 16) for part in places.split("-"))
        if access.startswith("rw"):
            yield begin, end, rest[3] if len(rest) > 3 else ""


def _used(pagemap: FileIO, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The parts of a mapping that hold anything."""
    pagemap.seek(begin // PAGE * 8)
    entries = memoryview(pagemap.read((end - begin) // PAGE * 8)).cast("Q")
    first: int | None = None
    for number, entry in enumerate(entries):
        used = bool(entry & (_PRESENT | _SWAPPED))
        if used and first is None:
            first = number
        elif not used and first is not None:
            yield begin + first * PAGE, begin + number * PAGE
            first = None
    if first is not None:
        yield begin + first * PAGE, begin + len(entries) * PAGE


def _read(memory: FileIO, at: int, count: int) -> bytes:
    """What stands there; nothing where it was given back meanwhile."""
    try:
        memory.seek(at)
        return memory.read(count)
    except OSError:
        return b""


def _found(
    data: bytes, marks: Mapping[str, bytes], base: int, where: str, limit: int
) -> Iterator[Hit]:
    for name, mark in marks.items():
        place, count = data.find(mark), 0
        while 0 <= place < limit and count < _MOST:
            around = data[max(0, place - _AROUND_BYTES) : place + len(mark) + _AROUND_BYTES]
            yield Hit(name, base + place, where, around)
            place, count = data.find(mark, place + 1), count + 1
