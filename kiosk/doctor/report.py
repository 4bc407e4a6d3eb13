"""How findings are told: a line each for staff, or JSON for programs (pure)."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from kiosk.doctor.finding import Finding, Level
from kiosk.errors import ExitStatus

Findings = Sequence[tuple[str, Finding]]

LEVELS: tuple[Level, ...] = ("pass", "skip", "warn", "fail")
"""From the best to the worst."""


def worst(findings: Findings) -> Level:
    """The level of the worst finding."""
    return max((finding.level for _, finding in findings), key=LEVELS.index, default="pass")


def status(findings: Findings) -> ExitStatus:
    """0 unless something fails; then 69, because trying again helps nobody."""
    return ExitStatus.NOTHING_TO_BE_DONE if worst(findings) == "fail" else ExitStatus.DONE


def plain(findings: Findings) -> str:
    """A line for each finding, the worst last, and one on all of them.

    That is what stands nearest to a prompt, and what `systemctl status` shows of many lines.  What
    to do about several mistakes is said once, behind the last of them.
    """
    return "\n".join([*(line for _, line in lines(findings)), summary(findings)])


def lines(findings: Findings) -> list[tuple[Level, str]]:
    """A line for each finding with its level, the worst last."""
    findings = sorted(findings, key=lambda each: LEVELS.index(each[1].level))
    width = max((len(name) for name, _ in findings), default=0)
    advice = [(name, each.do) for name, each in findings]
    return [
        (each.level, f"{each.level}  {name:<{width}}  {_told(each, with_do=said != then)}")
        for (name, each), said, then in zip(findings, advice, [*advice[1:], None], strict=True)
    ]


def _told(finding: Finding, *, with_do: bool) -> str:
    code = f"[{finding.code}]" if finding.code else ""
    do = finding.do if with_do else ""
    return " ".join(part for part in (code, finding.what, do) if part)


def summary(findings: Findings) -> str:
    """One line on all of them: how many there are of each kind, and the worst."""
    counts = {level: sum(each.level == level for _, each in findings) for level in LEVELS}
    left_out = f" Not looked at: {counts['skip']}." if counts["skip"] else ""
    if not counts["fail"] + counts["warn"]:
        return f"Everything is as it should be.{left_out}"
    return f"To mend: {counts['fail']}. To better: {counts['warn']}.{left_out}"


def headline(findings: Findings) -> str:
    """The summary, and behind it the first of the worst findings, for one line on a screen."""
    level = worst(findings)
    if level in ("pass", "skip"):
        return summary(findings)
    first = next(each for _, each in findings if each.level == level)
    return f"{summary(findings)} {_told(first, with_do=False)}"


def as_json(findings: Findings) -> str:
    """The same as one JSON object."""
    told = [{"check": name, **asdict(finding)} for name, finding in findings]
    return json.dumps({"worst": worst(findings), "findings": told}, ensure_ascii=False, indent=2)
