"""Files that are chosen by name: where they are looked for, and what is said of a bad one."""

from pathlib import Path

import pytest

from kiosk.errors import ExitStatus
from kiosk.toml_file import LARGEST_BYTES, TomlFileError, locate, read_table
from kiosk.toml_table import Flaw


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
        (folder / "both.toml").write_text(f"is = '{folder.name}'")
    (theirs / "only.toml").write_text("")
    return ours, theirs


def test_the_first_folder_that_has_a_name_is_taken(folders: tuple[Path, Path]) -> None:
    ours, theirs = folders
    assert locate("both", folders) == ours / "both.toml"
    assert locate("only", folders) == theirs / "only.toml"
    assert locate("none", folders) == ours / "none.toml"
    assert locate("x" * 300, folders).parent == ours
    assert locate("./both.toml", folders) == Path("both.toml")


def test_a_missing_file_is_told_with_what_there_is(folders: tuple[Path, Path]) -> None:
    flaws: list[Flaw] = []
    assert read_table(locate("onyl", folders), "theme", flaws, folders) is None
    assert read_table(locate("zzz", folders), "theme", flaws, folders) is None
    assert [flaw.reason for flaw in flaws] == [
        "there is no such theme; did you mean only?",
        "there is no such theme; there are: both, only",
    ]


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_can_be_no_path_is_a_flaw(name: str, tmp_path: Path) -> None:
    flaws: list[Flaw] = []
    assert read_table(locate(name, (tmp_path,)), "theme", flaws, (tmp_path,)) is None
    assert len(flaws) == 1


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    flaws: list[Flaw] = []
    (tmp_path / "a.toml").write_text("#" * (LARGEST_BYTES + 1))
    assert read_table(tmp_path / "a.toml", "theme", flaws, ()) is None
    assert flaws == [Flaw(None, "is larger than 64 KiB")]


def test_flaws_are_told_from_the_top_and_not_without_end() -> None:
    flaws = [Flaw(line, "odd") for line in range(40, 0, -1)]
    error = TomlFileError(Path("a.toml"), flaws)
    assert error.sentences[0] == "a.toml, line 1: odd."
    assert len(error.sentences) == 31
    assert error.sentences[-1] == "a.toml: and 10 more."
    assert error.status is ExitStatus.CONFIG
