"""The examples of the journal in docs/appliance.md, as tests compare them with what was written."""

import re
from pathlib import Path

STARTED = "seconds since the start: "
"""Begins the line with which each process tells how long its start took: no part of the story."""
DOCUMENT = Path(__file__).parents[2] / "docs" / "appliance.md"


def examples() -> list[list[str]]:
    """Return the lines of each example, without their figures."""
    blocks = re.findall(
        r"^```journal\n(.*?)^```$", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    return [[shape(line) for line in block.splitlines()] for block in blocks]


def shape(line: str) -> str:
    """Return a line with each number replaced: a length has minutes or has none."""
    return re.sub(r"\d+(\.\d+)?", "0", line).replace("0 min 0 s", "0 s")
