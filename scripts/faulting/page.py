"""`docs/faults.md`, from what became of every fault (pure but for the name of this machine)."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from faulting.entry import Row

NONE = "-"
HEAD = ("fault", "noticed", "the candidate saw", "code", "usable again", "turns lost", "survived")
DARK_HEAD = (
    "fault",
    "noticed",
    "line well again",
    "next heard word",
    "went on with",
    "answer kept",
    "turns lost",
)


def table(rows: Sequence[Row]) -> str:
    """Return rows as a table of Markdown."""
    return _table(
        HEAD,
        [
            (
                row.name,
                _seconds(row.noticed_ms),
                row.candidate_saw or NONE,
                row.code or NONE,
                _seconds(row.recovered_ms),
                str(row.turns_lost),
                "yes" if row.process_survived else "no",
            )
            for row in rows
        ],
    )


def dark_table(rows: Sequence[Row]) -> str:
    """Return how an interview went on after the line was dark."""
    return _table(
        DARK_HEAD,
        [
            (
                row.name,
                _seconds(row.noticed_ms),
                _seconds(row.line_up_ms),
                _seconds(row.recovered_ms),
                row.went_on_with or NONE,
                {True: "yes", False: "no", None: NONE}[row.answer_kept],
                str(row.turns_lost),
            )
            for row in rows
        ],
    )


def page(rows: Sequence[Row], groups: Mapping[str, Sequence[str]]) -> str:
    """Return the whole page; `groups` holds the names of faults under their headings."""
    by_name = {row.name: row for row in rows}
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    parts = [INTRODUCTION.format(count=len(rows), day=day, where=where)]
    for heading, names in groups.items():
        found = [by_name[name] for name in names if name in by_name]
        parts.append(f"## {heading}\n\n{table(found)}")
        dark = [row for row in found if row.name.startswith("line dark")]
        if dark:
            parts.append(f"{DARK}\n\n{dark_table(dark)}")
        notes = {row.name: row.note for row in found if row.note}
        if notes:
            parts.append("".join(f"- {name}: {note}\n" for name, note in notes.items()))
    return "\n".join(parts)


INTRODUCTION = """# Faults, and what becomes of them

Written by `scripts/faults --write-docs`; do not edit.

Each of these {count} faults was made in front of a real booth (`kiosk run`, a process of its own)
with a candidate, the stand-in, and the relay of `kiosk/standin/venue` between. **Noticed** is the
time from the fault to the first thing that the booth showed of it; of one that was there before the
booth, it includes the start of the program. **Usable again** is the time from the moment at which
the fault was taken away (of one that is over at once, was made) to the interviewer's next heard
word, or else until the next candidate may press. A booth out of order looks again after 5 or 15 s,
or where only somebody can mend it after 15 or 30 s, then ever later up to a minute, and when
somebody presses, which nobody does here. **Turns lost** counts finished turns that were missing
from the booth's transcript or from what the service knew afterwards. Where the program itself ends,
the interview ends with it and nothing of it is to be kept: no turn counts as lost there.
**Survived** tells whether the program went on as the same process. A dash is what does not apply:
nothing to notice, nobody in the booth, interviews that went on all the while.

Made until {day} ({where}), several booths at a time on a busy machine, which makes all
times longer.
"""
DARK = """How the interviews went on. Question two was being asked, or the answer to it had begun
two seconds before. Weak connection is shown after a second: that is what was noticed. A line is
taken for dead after two and a half. After 1.5 s without a line the question may simply be heard to
its end. The next heard word after an answer comes once the candidate has ended, the service has
heard it, and the model has thought."""


def _seconds(ms: int | None) -> str:
    return NONE if ms is None else f"{ms / 1000:.1f} s"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
