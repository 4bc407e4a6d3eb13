"""`scripts/bench SUBJECT [--json] [--quick] [PART ...]`."""

import argparse
import importlib
import json
import os
import platform
import sys
import traceback
from collections.abc import Mapping

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "sound": (
        "playout",
        "echo",
        "duck",
        "sender",
        "levels",
        "latency",
        "kills",
        "unplug",
        "underruns",
        "cost",
    ),
    "face": ("mouth", "words", "drawing", "avatar"),
    "start": ("booth",),
}
"""The parts of each subject; each is a module with `measure(quick) -> figures`."""


def machine() -> dict[str, object]:
    """Where the figures were taken."""
    return {
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def show(figures: object, indent: str = "") -> None:
    """Write figures as indented lines."""
    if not isinstance(figures, dict):
        sys.stdout.write(f" {figures}\n")
        return
    sys.stdout.write("\n")
    for name, value in figures.items():
        sys.stdout.write(f"{indent}{name}:")
        show(value, indent + "  ")


def main() -> None:
    """Measure what is asked for and print it."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument("parts", nargs="*", metavar="PART", help="only these parts")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--quick", action="store_true", help="shorter runs, rougher figures")
    asked = parser.parse_intermixed_args()
    known = SUBJECTS[asked.subject]
    if unknown := [part for part in asked.parts if part not in known]:
        parser.error(f"no part {unknown[0]!r}; there are: {', '.join(known)}")
    figures: dict[str, object] = {"where": machine()}
    failed = ""
    for part in asked.parts or known:
        sys.stderr.write(f"measuring {part} ...\n")
        module = importlib.import_module(f"benchmarks.{asked.subject}_{part}")
        try:
            figures[part] = module.measure(quick=asked.quick)
        except (AssertionError, OSError, TimeoutError) as error:
            # What the other parts took minutes to find is not thrown away.
            traceback.print_exc()
            figures[part] = failed = f"failed: {error!r}"
    if asked.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    else:
        show(figures)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
