"""Reading TOML tables: what is wrong is noted with its line, and reading goes on."""

from pathlib import Path

import pytest

from kiosk.toml_table import Flaw, Lines, Table, parse


def table(source: str) -> tuple[Table, list[Flaw]]:
    flaws: list[Flaw] = []
    root = parse(source.encode(), flaws)
    assert root is not None, flaws
    return root, flaws


def test_text_is_folded_onto_one_line() -> None:
    root, flaws = table('a = """\n one\n  two\n"""')
    assert root.text("a", 20) == "one two"
    assert not flaws


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("b = 1", "'a' is missing"),
        ("a = 1", "'a' must be text"),
        ('a = "  "', "'a' is empty"),
        ('a = "123456"', "'a' is too long: 6 characters, at most 5"),
        ('a = "a\\u0007b"', "'a' holds a control character"),
    ],
)
def test_bad_text(source: str, reason: str) -> None:
    root, flaws = table(source)
    root.text("a", 5)
    assert [flaw.reason for flaw in flaws] == [reason]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a = true", "'a' must be a number"),
        ('a = "1"', "'a' must be a number"),
        ("a = nan", "'a' must be from 1 to 3"),
        ("a = 4", "'a' must be from 1 to 3"),
        ("a = -inf", "'a' must be from 1 to 3"),
    ],
)
def test_bad_number_gives_the_default(source: str, reason: str) -> None:
    root, flaws = table(source)
    assert root.number("a", 1, 3, 2.0) == 2.0
    assert [flaw.reason for flaw in flaws] == [reason]


@pytest.mark.parametrize(("source", "value"), [("a = 3", 3), ("a = 3.0", 3), ("a = 1.5", 2)])
def test_whole_numbers(source: str, value: int) -> None:
    root, flaws = table(source)
    assert root.whole("a", 1, 3, 2) == value
    assert bool(flaws) == (source == "a = 1.5")


def test_lists_are_bounded() -> None:
    root, flaws = table('a = ["x", "y", "z"]\nb = "x"\nc = ["x", 1]')
    assert root.texts("a", 5, 2) == ("x", "y")
    assert root.texts("b", 5, 2) == ()
    assert root.texts("d", 5, 2, ("e",)) == ("e",)
    root.texts("c", 5, 2)
    assert [(flaw.line, flaw.reason) for flaw in flaws] == [
        (1, "'a' may have at most 2 entries, not 3"),
        (2, "'b' must be a list of texts"),
        (3, "'c' must be text"),
    ]


def test_unknown_keys_come_with_the_likely_one() -> None:
    root, flaws = table('greeting = "x"\ngreetng = "y"\nzzz = 1')
    root.text("greeting", 5)
    root.finish()
    assert [(flaw.line, flaw.reason) for flaw in flaws] == [
        (2, "'greetng' is not a known key; did you mean greeting?"),
        (3, "'zzz' is not a known key"),
    ]


def test_a_flaw_says_its_place() -> None:
    assert Flaw(3, "'a' is empty").at(Path("x.toml")) == "x.toml, line 3: 'a' is empty."
    assert Flaw(None, "did you mean b?").at(Path("x.toml")) == "x.toml: did you mean b?"


def test_lines_are_found_in_repeated_tables_and_not_inside_texts() -> None:
    lines = Lines('a = """\nb = 1\n[[q]]\n"""\nb = 2\n\n[[q]] # first\nb = 3\n[[q]]\n"b" = 4\n')
    assert lines.find("", 0, "b") == 5
    assert lines.find("q", 0, "b") == 8
    assert lines.find("q", 1, "b") == 10
    assert lines.find("q", 1, "missing") == 9
    assert lines.find("", 0, "missing") is None


def test_tables_written_inline_are_found_by_their_key() -> None:
    root, flaws = table('x = 1\nq = [{b = ""}]')
    for entry in root.tables("q", 1, 3):
        entry.text("b", 5)
    assert [flaw.line for flaw in flaws] == [2]


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"a = 1\nb = \n", 2, "not valid TOML: Invalid value"),
        (b"a = 1\nb = '\xff'\n", 2, "this is not UTF-8 text"),
        (b"a = " + b"[" * 20_000, None, ""),
        (b"a = " + b"9" * 10_000, None, "not valid TOML: "),
    ],
)
def test_what_is_not_toml_says_where(content: bytes, line: int | None, reason: str) -> None:
    flaws: list[Flaw] = []
    assert parse(content, flaws) is None
    assert len(flaws) == 1
    assert flaws[0].line == line
    assert flaws[0].reason.startswith(reason)
    assert len(flaws[0].reason) < 160


def test_a_single_table() -> None:
    root, flaws = table("a = 1\n[colours]\nred = 'x'\n")
    assert root.whole("a", 0, 9, 0) == 1
    colours = root.table("colours")
    assert colours.text("red", 5) == "x"
    assert root.table("glows").text("idle", 5, "d") == "d"
    colours.note("red", "too red")
    root.finish()
    assert [(flaw.line, flaw.reason) for flaw in flaws] == [(3, "too red")]


def test_what_should_be_a_table_and_is_none_is_a_flaw() -> None:
    root, flaws = table("colours = 'red'")
    assert not root.table("colours").has("red")
    assert [(flaw.line, flaw.reason) for flaw in flaws] == [
        (1, "write 'colours' as a [colours] table")
    ]
