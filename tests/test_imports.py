"""Who may know whom: walked through the imports, so that the core stays pure."""

import ast
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kiosk"

MAY_KNOW: Mapping[str, frozenset[str]] = {
    "core": frozenset(),
    "host": frozenset({"core"}),
    "audio": frozenset({"core"}),
    "realtime": frozenset({"core", "audio"}),
    "interview": frozenset({"core", "audio"}),
    "screen": frozenset({"core", "interview"}),
    "standin": frozenset({"core", "interview"}),
}
"""Parts of the booth, and the other parts each may import; `booth` and `demo` compose them."""

NOT_PURE = frozenset(
    {"asyncio", "os", "random", "select", "signal", "socket", "subprocess", "threading", "time"}
)
"""Of the standard library: clocks, chance, files and everything that waits."""


def imports(path: Path) -> set[str]:
    """Every module and name that a file imports, written out in full."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def parts(names: set[str]) -> set[str]:
    """The parts of the booth among imported names."""
    inside = {name.split(".")[1] for name in names if name.startswith("kiosk.")}
    return inside & set(MAY_KNOW)


def pure() -> list[Path]:
    """The core, and every module that says it is pure."""
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.parent.name == "core"
        or "(pure)" in (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
    ]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("part", MAY_KNOW)
def test_a_part_knows_only_the_parts_below_it(part: str) -> None:
    files = sorted((PACKAGE / part).rglob("*.py"))
    assert files
    known = {path: parts(imports(path)) - {part} - MAY_KNOW[part] for path in files}
    assert {relative(path): names for path, names in known.items() if names} == {}


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").glob("*.py")), ids=relative)
def test_the_core_imports_the_standard_library_and_itself(path: Path) -> None:
    foreign = {
        name
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("kiosk.core")
    }
    assert foreign == set()


@pytest.mark.parametrize("path", pure(), ids=relative)
def test_what_is_pure_has_no_clock_no_chance_and_no_files(path: Path) -> None:
    assert {name.split(".")[0] for name in imports(path)} & NOT_PURE == set()


def test_there_is_more_than_the_core_that_is_pure() -> None:
    assert PACKAGE / "realtime" / "protocol.py" in pure()
