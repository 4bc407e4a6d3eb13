"""Reading a TOML file by hand-written expectations: every fault is gathered, with its line."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kiosk.limits import did_you_mean

T = TypeVar("T")

_STRING_BLOCK = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'', re.DOTALL)
_HEADER = re.compile(r"\s*\[\[?\s*([\w-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*["']?([\w-]+)["']?\s*=""")
_SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_NAME_CHARS = 40


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with a file."""

    line: int | None
    """From 1; None where it belongs to no line."""
    reason: str
    """One sentence without its full stop; repeats no long or unprintable value."""

    def at(self, path: Path) -> str:
        """Say it with its place."""
        place = str(path) if self.line is None else f"{path}, line {self.line}"
        return f"{place}: {self.reason}{'' if self.reason.endswith('?') else '.'}"


class Lines:
    """Where tables and keys of a TOML source stand, as far as a look at its lines tells."""

    def __init__(self, source: str) -> None:
        self._lines: dict[tuple[str, int, str], int] = {}
        counts: dict[str, int] = {}
        table, index = "", 0
        flat = _STRING_BLOCK.sub(lambda block: "\n" * block[0].count("\n"), source)
        for number, line in enumerate(flat.split("\n"), start=1):
            if header := _HEADER.match(line):
                table = header[1]
                index = counts.get(table, 0)
                counts[table] = index + 1
                self._lines.setdefault((table, index, ""), number)
            elif key := _KEY.match(line):
                self._lines.setdefault((table, index, key[1]), number)

    def find(self, table: str, index: int, key: str) -> int | None:
        """Line of a key, else of its table, else of the key that holds it; None when unknown."""
        own = (key, 0, "") if not table else (table, index, key)
        for place in ((table, index, key), own, (table, index, ""), (table, 0, ""), ("", 0, table)):
            if place in self._lines:
                return self._lines[place]
        return None


class Table:
    """One table being read.

    Each reading method returns a usable value and notes a flaw instead of raising; `finish` notes
    the keys nobody asked for.
    """

    def __init__(
        self,
        values: Mapping[str, object],
        lines: Lines,
        flaws: list[Flaw],
        name: str = "",
        index: int = 0,
    ) -> None:
        self._values = values
        self._lines = lines
        self._flaws = flaws
        self._name = name
        self._index = index
        self._known: list[str] = []

    def note(self, key: str, reason: str) -> None:
        """Add a flaw at the line of `key`."""
        self._flaws.append(Flaw(self._lines.find(self._name, self._index, key), reason))

    def has(self, key: str) -> bool:
        """Tell whether the key is there."""
        return key in self._values

    def text(self, key: str, longest: int, default: str | None = None) -> str:
        """Return a text on one line, white space folded; only a default of "" lets it be empty."""
        value = self._take(key, required=default is None)
        if value is None:
            return default or ""
        if value == "" == default:
            return ""
        return self._clean(key, value, longest)

    def texts(
        self, key: str, longest: int, most: int, default: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Return a list of at most `most` texts."""
        value = self._take(key, required=False)
        if value is None:
            return tuple(default)
        if not isinstance(value, list):
            self.note(key, f"'{key}' must be a list of texts")
            return ()
        if len(value) > most:
            self.note(key, f"'{key}' may have at most {most} entries, not {len(value)}")
        return tuple(self._clean(key, entry, longest) for entry in value[:most])

    def number(self, key: str, low: float, high: float, default: float) -> float:
        """Return a number from `low` to `high`."""
        value = self._take(key, required=False)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.note(key, f"'{key}' must be a number")
        elif not low <= value <= high:
            self.note(key, f"'{key}' must be from {low:g} to {high:g}")
        else:
            return float(value)
        return default

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        """Return a whole number from `low` to `high`."""
        value = self._values.get(key)
        if isinstance(value, float) and not value.is_integer():
            self._known.append(key)
            self.note(key, f"'{key}' must be a whole number")
            return default
        return int(self.number(key, low, high, default))

    def tables(self, key: str, least: int, most: int) -> "list[Table]":
        """Return the tables of `[[key]]`."""
        self._known.append(key)
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.note(key, f"write '{key}' as [[{key}]] tables")
            return []
        if not least <= len(value) <= most:
            self.note(key, f"there must be {least} to {most} [[{key}]] tables, not {len(value)}")
        return [
            Table(entry, self._lines, self._flaws, key, index)
            for index, entry in enumerate(value[:most])
        ]

    def read(self, key: str, default: T, reader: Callable[[object], T]) -> T:
        """Return what `reader` makes of a value.

        `reader` raises `ValueError` with the end of a sentence that begins with the key.
        """
        value = self._take(key, required=False)
        if value is None:
            return default
        try:
            return reader(value)
        except ValueError as error:
            self.note(key, f"'{key}' {error}")
            return default

    def table(self, key: str) -> "Table":
        """Return the table `[key]`, an empty one where there is none."""
        self._known.append(key)
        value = self._values.get(key, {})
        if not isinstance(value, dict):
            self.note(key, f"write '{key}' as a [{key}] table")
            value = {}
        return Table(value, self._lines, self._flaws, key)

    def finish(self) -> None:
        """Note every key that was not asked for, with the likely one."""
        for key in self._values:
            if key in self._known:
                continue
            shown = _shorten(key)
            self.note(key, f"'{shown}' is not a known key{did_you_mean(shown, self._known)}")

    def _take(self, key: str, *, required: bool) -> object | None:
        self._known.append(key)
        if key not in self._values and required:
            self.note("", f"'{key}' is missing")
        return self._values.get(key)

    def _clean(self, key: str, value: object, longest: int) -> str:
        if not isinstance(value, str):
            self.note(key, f"'{key}' must be text")
            return ""
        text = " ".join(value.split())
        if not text:
            self.note(key, f"'{key}' is empty")
        elif len(text) > longest:
            self.note(key, f"'{key}' is too long: {len(text)} characters, at most {longest}")
        elif any(unicodedata.category(char) == "Cc" for char in text):
            self.note(key, f"'{key}' holds a control character")
        return text


def parse(content: bytes, flaws: list[Flaw]) -> Table | None:
    """Return the root table of a TOML file; None, with the reason noted, when it is not TOML."""
    try:
        source = content.decode("utf-8-sig").replace("\r\n", "\n")
        return Table(tomllib.loads(source), Lines(source), flaws)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        flaws.append(Flaw(line, "this is not UTF-8 text"))
    except RecursionError:
        flaws.append(Flaw(None, "brackets are nested too deeply"))
    except ValueError as error:
        found = _SYNTAX_LINE.search(str(error))
        reason = _shorten(_SYNTAX_LINE.sub("", str(error)).strip(), 120)
        flaws.append(Flaw(int(found[1]) if found else None, f"not valid TOML: {reason}"))
    return None


def _shorten(text: str, longest: int = _NAME_CHARS) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in text[: longest + 1])
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
