"""Whether what became of a fault is what has to become of it (pure)."""

from collections.abc import Iterator

from faulting.entry import Fault, Row


def wrong(row: Row, fault: Fault) -> str:
    """Return in one line what is wrong with a row; empty where nothing is."""
    found = "; ".join(_wrong(row, fault))
    return f"{row.name}: {found}" if found else ""


def _wrong(row: Row, fault: Fault) -> Iterator[str]:
    wanted = [known.remedy.code for known in fault.tells]
    shown = (row.code or "").split()
    if set(shown) != set(wanted):
        yield f"showed {_codes(shown)} in place of {_codes(wanted)}"
    if row.turns_lost:
        yield f"lost {row.turns_lost} turn{'s' if row.turns_lost > 1 else ''}"
    if row.process_survived is not fault.survives:
        yield "the process ended" if fault.survives else "the process went on"


def _codes(codes: list[str]) -> str:
    return " ".join(codes) or "no code"
