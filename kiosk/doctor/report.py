"""How findings are told: a line each for staff, or JSON for programs (pure)."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from kiosk.doctor.finding import Finding, Level
from kiosk.errors import ExitStatus

Findings = Sequence[tuple[str, Finding]]

LEVELS: tuple[Level, ...] = ("pass", "warn", "fail")
"""From the best to the worst."""


def worst(findings: Findings) -> Level:
    """The level of the worst finding."""
    return max((finding.level for _, finding in findings), key=LEVELS.index, default="pass")


def status(findings: Findings) -> ExitStatus:
    """0 unless something fails; then 69, because trying again helps nobody."""
    return ExitStatus.NOTHING_TO_BE_DONE if worst(findings) == "fail" else ExitStatus.DONE


def plain(findings: Findings) -> str:
    """A line for each finding, and a last one on all of them.

    What to do about several mistakes is said once, behind the last of them.
    """
    width = max((len(name) for name, _ in findings), default=0)
    advice = [(name, each.do) for name, each in findings]
    lines = [
        f"{each.level}  {name:<{width}}  {_told(each, with_do=said != then)}"
        for (name, each), said, then in zip(findings, advice, [*advice[1:], None], strict=True)
    ]
    return "\n".join([*lines, _summary(findings)])


def _told(finding: Finding, *, with_do: bool) -> str:
    code = f"[{finding.code}]" if finding.code else ""
    do = finding.do if with_do else ""
    return " ".join(part for part in (code, finding.what, do) if part)


def _summary(findings: Findings) -> str:
    failed, warned = (
        sum(finding.level == level for _, finding in findings) for level in ("fail", "warn")
    )
    if not failed + warned:
        return "Everything is as it should be."
    return f"To mend: {failed}. To better: {warned}."


def as_json(findings: Findings) -> str:
    """The same as one JSON object."""
    told = [{"check": name, **asdict(finding)} for name, finding in findings]
    return json.dumps({"worst": worst(findings), "findings": told}, ensure_ascii=False, indent=2)
