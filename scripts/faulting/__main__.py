"""Makes faults in front of a real booth, and tells what becomes of each."""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from faulting.booth_faults import MACHINE, PEOPLE, SOUND
from faulting.entry import Fault, Row
from faulting.judging import wrong
from faulting.line_faults import CALLS, DARK, NETWORK, SERVICE, TOKENS
from faulting.page import page, table
from faulting.surroundings import StuckError
from faulting.trial import tried

GROUPS: Mapping[str, Mapping[str, Fault]] = {
    "The line goes dark": DARK,
    "The network": NETWORK,
    "The service refuses a call": CALLS,
    "The service refuses a token": TOKENS,
    "The service in a call": SERVICE,
    "Sound": SOUND,
    "The machine": MACHINE,
    "People": PEOPLE,
}
FAULTS: Mapping[str, Fault] = {
    name: fault for group in GROUPS.values() for name, fault in group.items()
}
DOCS = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
JOBS = 2


def main() -> None:
    """Make faults, print what became of them, and tell by the exit status whether all was well."""
    parser = argparse.ArgumentParser(prog="scripts/faults", description=__doc__)
    parser.add_argument(
        "--only",
        action="append",
        choices=FAULTS,
        metavar="NAME",
        help="make only this one (repeatable); see --list",
    )
    parser.add_argument(
        "--list", action="store_true", help="print the names of all faults and make none"
    )
    parser.add_argument("--json", action="store_true", help="print JSON in place of a table")
    parser.add_argument(
        "--jobs",
        type=int,
        default=JOBS,
        metavar="N",
        help=f"how many booths at a time (default {JOBS}); all faults take some 40 minutes with 2",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write JSON there after each fault"
    )
    parser.add_argument(
        "--rows",
        type=Path,
        metavar="FILE",
        help="make no fault: take the rows that --out has written",
    )
    parser.add_argument("--write-docs", action="store_true", help=f"write docs/{DOCS.name} too")
    asked = parser.parse_args()
    if asked.jobs < 1:
        parser.error("--jobs wants at least one booth")
    if asked.only and asked.write_docs:
        parser.error("--write-docs wants every fault: leave out --only")
    if asked.list:
        sys.stdout.write("\n".join(FAULTS) + "\n")
        return
    stuck: list[str] = []
    if asked.rows is not None:
        try:
            rows = [Row(**row) for row in json.loads(asked.rows.read_text())]
        except (OSError, ValueError, TypeError) as error:
            parser.error(f"{asked.rows} holds no rows that --out has written ({error})")
        for name in sorted({row.name for row in rows} - set(FAULTS)):
            parser.error(f"{asked.rows} tells of '{name}', and there is no such fault")
    else:
        rows, stuck = made(asked.only or list(FAULTS), asked.jobs, asked.out)
    if asked.write_docs:
        groups = {name: list(group) for name, group in GROUPS.items()}
        DOCS.write_text(page(rows, groups))
    if asked.json:
        sys.stdout.write(written(rows))
    else:
        sys.stdout.write(table(rows))
    mistakes = [line for row in rows if (line := wrong(row, FAULTS[row.name]))]
    mistakes += [f"{name}: the booth did not come back" for name in stuck]
    sys.stderr.writelines(f"{line}\n" for line in mistakes)
    sys.exit(1 if mistakes else 0)


def written(rows: Sequence[Row]) -> str:
    """Return rows as a list of JSON objects."""
    return json.dumps([asdict(row) for row in rows], indent=2) + "\n"


def made(names: Sequence[str], jobs: int, out: Path | None = None) -> tuple[list[Row], list[str]]:
    """Make these faults, so many at a time; returns what became of them, and who hung.

    `out` is written anew after each of them.
    """
    rows: list[Row] = []
    stuck: list[str] = []

    def one(name: str) -> None:
        began_s = time.monotonic()
        try:
            row = tried(name, FAULTS[name])
        except StuckError as error:
            stuck.append(name)
            sys.stderr.write(f"{name}: STUCK\n{error}\n")
        else:
            rows.append(row)
            if out is not None:
                out.write_text(written(rows))
            seconds = time.monotonic() - began_s
            sys.stderr.write(f"{seconds:5.0f} s  {table([row]).splitlines()[-1]}\n")

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, names))
    order = {name: place for place, name in enumerate(names)}
    return sorted(rows, key=lambda row: order[row.name]), stuck


if __name__ == "__main__":
    main()
