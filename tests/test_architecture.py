"""Walks the imports and holds the two rules that keep the house in order."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "kiosk"

PURE = (
    "kiosk.audio.candidates",
    "kiosk.audio.naming",
    "kiosk.audio.profiles",
    "kiosk.audio.strain",
    "kiosk.bundle.redaction",
    "kiosk.core",
    "kiosk.doctor.finding",
    "kiosk.doctor.report",
    "kiosk.errors",
    "kiosk.glow",
    "kiosk.handbook",
    "kiosk.hosts",
    "kiosk.interview.languages",
    "kiosk.interview.phrases",
    "kiosk.interview.plurals",
    "kiosk.interview.prompt",
    "kiosk.interview.script",
    "kiosk.interview.session",
    "kiosk.interview.texts",
    "kiosk.interview.wording",
    "kiosk.interview.words",
    "kiosk.keys",
    "kiosk.life.heart",
    "kiosk.life.restarts",
    "kiosk.limits",
    "kiosk.opus_loss",
    "kiosk.provision.countries",
    "kiosk.provision.wifi",
    "kiosk.realtime.bucket",
    "kiosk.realtime.errors",
    "kiosk.realtime.liveness",
    "kiosk.realtime.protocol",
    "kiosk.realtime.token_request",
    "kiosk.realtime.usage",
    "kiosk.report.bulletin",
    "kiosk.report.cost",
    "kiosk.report.estimate",
    "kiosk.report.status",
    "kiosk.report.tally",
    "kiosk.screen.answer",
    "kiosk.screen.avatar_manifest",
    "kiosk.screen.beat",
    "kiosk.screen.breaks",
    "kiosk.screen.column",
    "kiosk.screen.draws",
    "kiosk.screen.drift",
    "kiosk.screen.grid",
    "kiosk.screen.hitch",
    "kiosk.screen.layout",
    "kiosk.screen.legibility",
    "kiosk.screen.modes",
    "kiosk.screen.progress",
    "kiosk.screen.said",
    "kiosk.screen.scenes",
    "kiosk.screen.sign",
    "kiosk.screen.stage",
    "kiosk.screen.talk",
    "kiosk.screen.theme",
    "kiosk.screen.writing",
    "kiosk.screen.zones",
    "kiosk.secret",
    "kiosk.settings",
    "kiosk.standin.configuration",
    "kiosk.standin.conversation",
    "kiosk.standin.interviewer",
    "kiosk.standin.shapes",
    "kiosk.standin.venue.scenario",
    "kiosk.standin.venue.scenario_file",
    "kiosk.standin.venue.sdp",
    "kiosk.standin.wire",
    "kiosk.toml_file",
    "kiosk.toml_table",
)
"""These, and all below them, import only the standard library and each other."""
KNOW_BOTH_SIDES = (
    "kiosk.booth",
    "kiosk.demo",
    "kiosk.extras",
    "kiosk.line",
    "kiosk.live",
    "kiosk.runtime",
    "kiosk.start",
)
"""Only these may bring the deciding core together with the parts that do things."""
WORDS = (
    "kiosk.core.effects",
    "kiosk.core.events",
    "kiosk.core.faults",
    "kiosk.core.notices",
    "kiosk.core.plan",
    "kiosk.core.rhythm",
    "kiosk.core.sentences",
    "kiosk.core.snapshot",
)
"""What everybody may know of the core: what happens, what is asked for, what is shown."""
PARTS = ("kiosk.audio", "kiosk.host", "kiosk.realtime", "kiosk.screen", "kiosk.standin")
SIDE_EFFECTS = frozenset(
    {"asyncio", "logging", "os", "random", "socket", "subprocess", "threading", "time"}
)
"""Parts of the standard library that a pure module has no use for."""


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imported(module: str) -> Iterator[str]:
    """Every module that a module imports, wherever it does so, by its full name."""
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


def within(module: str, groups: tuple[str, ...]) -> bool:
    return any(module == group or module.startswith(f"{group}.") for group in groups)


def pure_modules() -> list[str]:
    return [module for module in MODULES if within(module, PURE)]


def test_every_pure_module_that_is_named_exists() -> None:
    for name in PURE:
        assert name in MODULES, f"{name} has moved"
    for name in (*KNOW_BOTH_SIDES, *WORDS, *PARTS):
        assert name in MODULES, f"{name} has moved"


@pytest.mark.parametrize("module", pure_modules())
def test_a_pure_module_imports_only_the_standard_library_and_pure_modules(module: str) -> None:
    for other in imported(module):
        if other.split(".")[0] == "kiosk":
            assert within(other, PURE), f"{module} imports {other}"
        else:
            assert other.split(".")[0] in sys.stdlib_module_names, f"{module} imports {other}"


@pytest.mark.parametrize("module", pure_modules())
def test_a_pure_module_reads_no_clock_and_touches_nothing(module: str) -> None:
    assert not SIDE_EFFECTS & {other.split(".")[0] for other in imported(module)}


@pytest.mark.parametrize("module", [m for m in MODULES if within(m, ("kiosk.core",))])
def test_the_core_imports_nobody(module: str) -> None:
    for other in imported(module):
        assert other.split(".")[0] != "kiosk" or within(other, ("kiosk.core",)), other


@pytest.mark.parametrize("module", [m for m in MODULES if not within(m, KNOW_BOTH_SIDES)])
def test_nobody_else_brings_the_core_and_the_parts_together(module: str) -> None:
    others = set(imported(module))
    decides = {o for o in others if within(o, ("kiosk.core",)) and not within(o, WORDS)}
    does = {other for other in others if within(other, PARTS)}
    assert not (decides and (does or within(module, PARTS))), f"{module}: {decides} and {does}"


@pytest.mark.parametrize("part", PARTS)
def test_a_part_does_not_know_the_other_parts(part: str) -> None:
    others = tuple(other for other in PARTS if other not in (part, "kiosk.standin"))
    known = {"kiosk.audio.port"} if part != "kiosk.standin" else set(MODULES)
    for module in MODULES:
        if within(module, (part,)):
            foreign = {o for o in imported(module) if within(o, others)} - known
            assert not foreign, f"{module} imports {foreign}"


@pytest.mark.parametrize("module", MODULES)
def test_nobody_but_themselves_imports_those_who_know_both_sides(module: str) -> None:
    if within(module, (*KNOW_BOTH_SIDES, "kiosk.cli", "kiosk.__main__")):
        return
    assert not [other for other in imported(module) if within(other, KNOW_BOTH_SIDES)]
