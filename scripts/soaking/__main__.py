"""`scripts/soak [--interviews N] [--seed S] [--only TROUBLE] [--json] [--out FILE]`."""

import argparse
import json
import os
import platform
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType

from kiosk.standin.venue.scenario import Scenario
from soaking.growth import Growth, growths, table
from soaking.interview import Booth, StuckError, booth
from soaking.readings import Held, Machine
from soaking.troubles import TROUBLES, dealt

FAIR = Scenario(name="fair")
STAYS_S, TO_THE_END_S = (0.5, 3.0), (15.0, 20.0)
"""So long candidates talk; whoever stays for the end has seen it well before."""
SETTLE_S, SETTLE_LIMIT_S = 0.25, 10.0
ENGINES = 2
"""One at work and one warm: then the last interview has been forgotten."""


@dataclass(frozen=True, slots=True)
class Interview:
    """One interview, and what was left of it."""

    trouble: str
    seconds: float
    """From the press until the booth was ready again."""
    held: Held


def main() -> None:
    """Soak, print the table, and tell by the exit status whether the booth grows."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--interviews", type=int, default=200, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", action="append", choices=TROUBLES, metavar="TROUBLE", help="these and no others"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there, not on the output")
    asked = parser.parse_args()
    if asked.interviews < 1:
        parser.error("there must be at least one interview")
    signal.signal(signal.SIGTERM, _stop)
    began_s = time.monotonic()
    seen: list[Interview] = []
    stuck = ""
    try:
        for each in soaked(asked.interviews, asked.seed, asked.only or list(TROUBLES)):
            seen.append(each)
            _progress(len(seen), each)
    except (StuckError, KeyboardInterrupt) as error:
        stuck = str(error) or "stopped"
        sys.stderr.write(f"Ended early: {stuck}\n")
    found = growths([each.held for each in seen])
    told = _json(seen, found, time.monotonic() - began_s) if asked.json else table(found)
    if asked.out is None:
        sys.stdout.write(told)
    else:
        asked.out.write_text(told)
    sys.exit(1 if stuck or not all(each.well for each in found) else 0)


def soaked(interviews: int, seed: int, troubles: Sequence[str]) -> Iterator[Interview]:
    """Hold so many interviews; raises `StuckError` where the booth does not come back."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, booth(Path(name), FAIR) as it:
        machine = Machine(it.process.process.pid, Path(name))
        for trouble in dealt(chance, troubles, interviews):
            seconds = _held(it, trouble, chance)
            yield Interview(trouble, round(seconds, 2), _settled(machine, it))


def _held(it: Booth, name: str, chance: random.Random) -> float:
    """Hold one interview; returns how long it took."""
    trouble = TROUBLES[name]
    it.venue.set(FAIR)
    it.service.drill(trouble.drills)
    if trouble.before is not None:
        trouble.before(it, chance)
    began_s = time.monotonic()

    def during() -> None:
        if trouble.during is not None:
            time.sleep(chance.uniform(0.0, 1.0))
            trouble.during(it, chance)

    it.hold_interview(chance.uniform(*(TO_THE_END_S if trouble.to_the_end else STAYS_S)), during)
    return time.monotonic() - began_s


def _settled(machine: Machine, it: Booth) -> Held:
    """What is held once nothing moves any more, or after a while."""
    end_s = time.monotonic() + SETTLE_LIMIT_S
    before = machine.look(it.service.open_calls)
    while True:
        time.sleep(SETTLE_S)
        now = machine.look(it.service.open_calls)
        still = (now.threads, now.fds, now.children) == (
            before.threads,
            before.fds,
            before.children,
        )
        quiet = still and now.children >= ENGINES and now.open_calls == 0
        if quiet or time.monotonic() > end_s:
            return now
        before = now


def _stop(_: int, __: FrameType | None) -> None:
    """End in order, with the table of what was held so far."""
    raise KeyboardInterrupt


def _progress(number: int, each: Interview) -> None:
    held = each.held
    sys.stderr.write(
        f"{number:4} {each.trouble:<24}{each.seconds:6.1f} s {held.daemon_kib:8} KiB"
        f" {held.anon_kib:8} KiB {held.threads} threads {held.fds} fds {held.shared} shared"
        f" {held.children} children {held.files} files {held.open_calls} calls\n"
    )


def _json(seen: list[Interview], found: list[Growth], seconds: float) -> str:
    told = {
        "where": {
            "machine": platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "seconds": round(seconds),
        "growth": [asdict(each) for each in found],
        "interviews": [
            {"trouble": each.trouble, "seconds": each.seconds, **each.held.told()} for each in seen
        ],
    }
    return json.dumps(told, indent=2) + "\n"


if __name__ == "__main__":
    main()
