"""The transition table as a Mermaid diagram and a list, for the documents."""

from collections import defaultdict

from kiosk.core.snapshot import Phase
from kiosk.core.table import TABLE, name


def document() -> str:
    """The text of `docs/phases.md`."""
    return f"""# Phases of the booth

Generated from `kiosk/core/table.py` by `scripts/draw-phases`; do not edit.

```mermaid
{diagram()}
```
"""


def diagram() -> str:
    """A Mermaid state diagram: one arrow for each pair of phases, naming what leads there."""
    lines = ["stateDiagram-v2", "    [*] --> BOOTING"]
    lines += [f"    {phase.name}: {phase.value}" for phase in Phase]
    for phase, row in TABLE.items():
        causes: dict[Phase, list[str]] = defaultdict(list)
        for kind, target in row.items():
            if target is not phase:
                causes[target].append(name(kind))
        lines += [
            f"    {phase.name} --> {target.name}: {' / '.join(sorted(names))}"
            for target, names in causes.items()
        ]
    return "\n".join(lines)
