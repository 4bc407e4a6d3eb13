"""Whether a booth grows, from what it held after each interview (pure)."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from soaking.readings import Held

MARKS = (1, 10, 50, 100, 200)
FROM = 10
"""By then everything has been used once."""
WINDOW = 5
"""A mark is what the last interviews up to it left: one alone has chance in it."""
LIMITS_PERCENT = {
    "pss_kib": 2.0,
    "daemon_kib": 2.0,
    "anon_kib": 2.0,
    "engines_kib": math.inf,
}
"""How much memory may grow.  Engines are replaced after each interview: they have no past."""
COUNTS = ("threads", "fds", "shared", "children", "files", "open_calls")
"""These may not grow at all."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What became of one figure."""

    name: str
    at: Mapping[int, int]
    """Its value by the number of interviews."""
    percent: float | None
    """From `FROM` interviews to the last; None where there were no more."""
    well: bool


def growths(held: Sequence[Held]) -> list[Growth]:
    """Judge every figure; `held` is what was there after each interview."""
    return [
        _growth(name, [each.told()[name] for each in held]) for name in (*LIMITS_PERCENT, *COUNTS)
    ]


def _growth(name: str, values: Sequence[int]) -> Growth:
    marks = sorted({mark for mark in (*MARKS, len(values)) if mark <= len(values)})
    at = {mark: _level(name, values[max(0, mark - WINDOW) : mark]) for mark in marks}
    last = marks[-1] if marks else 0
    if last <= FROM:
        return Growth(name, at, None, well=True)
    before, after = at[FROM], at[last]
    percent = 100.0 * (after - before) / before if before else 0.0 if after <= before else 100.0
    limit = LIMITS_PERCENT.get(name, 0.0)
    return Growth(name, at, round(percent, 2), well=percent <= limit)


def _level(name: str, values: Sequence[int]) -> int:
    """A leak raises even the least of a count; what is open for a moment longer does not."""
    return min(values) if name in COUNTS else round(statistics.median(values))


def table(found: Sequence[Growth]) -> str:
    """Return the figures as a table of Markdown."""
    marks = list(found[0].at)
    rows = [
        ["", *(f"{mark}" for mark in marks), f"from {FROM} on"],
        ["---", *("---:" for _ in marks), "---:"],
        *([each.name, *(f"{each.at[mark]}" for mark in marks), _percent(each)] for each in found),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _percent(growth: Growth) -> str:
    if growth.percent is None:
        return "-"
    return f"{growth.percent:+.1f} %" + ("" if growth.well else " !")
