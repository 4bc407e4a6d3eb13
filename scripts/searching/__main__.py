"""`scripts/leftovers [--json] [WAY ...]`."""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.rigs.visit import visited
from tests.rigs.ways_out import ENDS, TOLD, WAYS, walk

ALL = (*WAYS, *ENDS)


@dataclass(frozen=True, slots=True)
class Walk:
    """One interview, and what was left of it."""

    way: str
    wiped_s: float
    """From the end of the farewell until the booth was free, or from its end until it was gone."""
    marks: int
    """So many were looked for."""
    left: dict[str, int]
    """How many were found, by whom they were found in."""


def searched(way: str) -> Walk:
    """Hold an interview in a fresh booth, leave it, and search."""
    with tempfile.TemporaryDirectory() as folder, visited(Path(folder), TOLD.get(way)) as v:
        wiped_s = walk(v, way)
        found = v.kept()
        for who, hit in found:
            print(f"{way}: {who}: {hit}", file=sys.stderr)
        return Walk(way, round(wiped_s, 2), len(v.marks), dict(Counter(who for who, _ in found)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk what is asked for, by default all."""
    parser = argparse.ArgumentParser(prog="scripts/leftovers", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.add_argument("ways", nargs="*", metavar="WAY", help=", ".join(ALL))
    asked = parser.parse_args(arguments)
    if unknown := [way for way in asked.ways if way not in ALL]:
        parser.error(f"There is no way '{unknown[0]}'; there are: {', '.join(ALL)}.")
    walks = []
    for way in asked.ways or ALL:
        walks.append(searched(way))
        if not asked.json:
            left = walks[-1].left or "nothing"
            print(f"{way:<18}wiped in {walks[-1].wiped_s:.2f} s, left: {left}", flush=True)
    if asked.json:
        print(json.dumps([asdict(each) for each in walks], indent=2))
    return int(any(each.left for each in walks))


if __name__ == "__main__":
    sys.exit(main())
