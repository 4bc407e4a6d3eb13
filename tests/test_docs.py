"""What the documents name is there, and what is generated is as the code says."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import handbook
from kiosk.cli import parser

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = [README, ROOT / "assets" / "README.md", *sorted(DOCS.glob("*.md"))]

LINES, CHARACTERS = 60, 100
"""What an A4 page takes in letters that are read without effort."""

VERBS = ("restart", "stop", "start", "reload")
MACHINE = {
    "reboot": "org.freedesktop.login1.reboot",
    "poweroff": "org.freedesktop.login1.power-off",
}
"""What staff may do to units, and to the machine by what polkit calls it."""

PATH = re.compile(r"(?:kiosk|tests|scripts|config|systemd|assets|docs)/[\w./-]*|\.env\.example")


def quoted(text: str) -> Iterator[str]:
    """Everything between backticks, and every line of a code block that is no diagram."""
    parts = re.split(r"^```(\w*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    for prose, kind, block in zip(parts[::3], [*parts[1::3], ""], [*parts[2::3], ""], strict=True):
        yield from re.findall(r"`([^`\n]+)`", prose)
        yield from block.splitlines() if kind != "mermaid" else ()


def paths(text: str) -> set[str]:
    """Every path of this repository that a document names, with `::test` where it names one."""
    named = set()
    for code in quoted(text):
        for word in code.split():
            path, _, test = word.partition("::")
            if not path.startswith("/") and PATH.fullmatch(path):
                named.add(f"{path}::{test}" if test else path)
    return named


def is_there(path: str, test: str) -> bool:
    """Whether a path exists, and holds the test that is named in it."""
    here = ROOT / path
    if not here.exists() or not test:
        return here.exists()
    return re.search(rf"^(async )?def {test}\(", here.read_text("utf-8"), re.MULTILINE) is not None


def commands(text: str) -> set[str]:
    """Every `kiosk …` that a document tells somebody to type."""
    lines = (code.partition("#")[0].strip() for code in quoted(text))
    found = (re.fullmatch(r"(?:\S*/)?kiosk ([a-z-]+.*)", line) for line in lines)
    return {match[1] for match in found if match}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_and_test_that_is_named_is_there(page: Path) -> None:
    named = paths(page.read_text("utf-8"))
    assert sorted(name for name in named if not is_there(*name.partition("::")[::2])) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_named_is_understood(page: Path) -> None:
    for command in sorted(commands(page.read_text("utf-8"))):
        arguments = parser().parse_args(command.replace("DIR", "out").split())
        assert callable(arguments.command)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))
    inside = [link for link in links if "://" not in link]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_these_tests_find_what_they_look_for() -> None:
    readme, mission = README.read_text("utf-8"), (DOCS / "mission.md").read_text("utf-8")
    assert {"scripts/demo", "scripts/test", "config/kiosk.toml", "kiosk/core/"} <= paths(readme)
    assert {"demo --cloud --seconds 30", "run", "devices"} <= commands(readme)
    assert len(paths(mission)) > 100


def test_the_table_of_codes_is_the_code_s() -> None:
    assert (DOCS / "codes.md").read_text("utf-8") == handbook.codes_page()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_is_marked_as_generated_is_the_code_s(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text == handbook.renewed(text)


def test_every_part_that_can_be_generated_stands_in_a_document() -> None:
    named = [
        part[2] for page in PAGES for part in handbook.MARKED.finditer(page.read_text("utf-8"))
    ]
    assert sorted(named) == sorted(handbook.PARTS)


def test_what_staff_read_is_one_page() -> None:
    text = (DOCS / "staff.md").read_text("utf-8")
    printed = [line for line in text.splitlines() if not re.match(r"<!--|\| ---|$", line)]
    assert sum(-(-len(line) // CHARACTERS) for line in printed) <= LINES


def test_staff_are_allowed_what_their_page_tells_them() -> None:
    rule = (ROOT / "systemd" / "polkit-1" / "rules.d" / "50-kiosk.rules").read_text("utf-8")
    told = [
        each.split()[1:]
        for each in quoted((DOCS / "staff.md").read_text("utf-8"))
        if each.startswith("systemctl ")
    ]
    assert {verb for verb, *_ in told} == {"status", *VERBS, *MACHINE}
    for verb, *units in told:
        assert verb == "status" or f'"{MACHINE.get(verb, verb)}' in rule
        for unit in units:
            assert f'"{unit}.service"' in rule
            assert (ROOT / "systemd" / f"{unit}.service").exists()


def test_every_document_is_found_from_the_readme() -> None:
    readme = README.read_text("utf-8")
    assert [page.name for page in DOCS.glob("*.md") if f"docs/{page.name}" not in readme] == []


def test_the_pictures_are_small() -> None:
    pictures = list((DOCS / "images").glob("*.png"))
    assert pictures
    assert sum(picture.stat().st_size for picture in pictures) < 400_000


def test_nobody_is_sent_to_what_only_one_machine_has() -> None:
    for page in PAGES:
        assert "/work/" not in page.read_text("utf-8")
