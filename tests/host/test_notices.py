import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.core.notices import Notice
from kiosk.host.notices import LARGEST_BYTES, LONGEST, MOST, clean, post, read_notices

NOW_S = 5000.0
DOCTOR = Notice("doctor", "warn", "It is warm in here.", NOW_S - 5)
anything = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder: Path) -> tuple[tuple[Notice, ...], list[str]]:
    """What is found, and what is said about the rest."""
    refused: list[str] = []
    return read_notices(folder, refused.append, lambda: NOW_S), refused


def test_what_is_posted_is_read(tmp_path: Path) -> None:
    bundle = Notice("bundle", "pass", "The bundle is on the stick.", NOW_S)
    post(DOCTOR, tmp_path)
    post(bundle, tmp_path)
    assert read(tmp_path) == ((bundle, DOCTOR), [])


def test_a_later_one_of_the_same_name_replaces_it(tmp_path: Path) -> None:
    post(DOCTOR, tmp_path)
    later = Notice("doctor", "pass", "All is well.", NOW_S)
    post(later, tmp_path)
    assert read(tmp_path) == ((later,), [])
    assert [path.name for path in tmp_path.iterdir()] == ["doctor.json"]


def test_everybody_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        post(DOCTOR, tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / "doctor.json").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read(tmp_path / "away") == ((), [])
    with pytest.raises(OSError, match="away"):
        post(DOCTOR, tmp_path / "away")


@pytest.mark.parametrize("name", ["", "../doctor", "Doctor", "a" * 25, ".doctor", "a b"])
def test_a_name_that_is_none_is_not_posted(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="names no unit"):
        post(Notice(name, "pass", "well", NOW_S), tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_put_in_its_place_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "doctor.json" / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match=r"doctor\.json"):
        post(DOCTOR, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["doctor.json"]


@pytest.mark.parametrize(
    "changed",
    [
        {"level": "well"},
        {"level": None},
        {"level": ["pass"]},
        {"text": ""},
        {"text": " \n\x00"},
        {"text": 5},
        {"at_s": "now"},
        {"at_s": True},
        {"at_s": None},
        {"at_s": float("nan")},
        {"at_s": float("inf")},
    ],
    ids=repr,
)
def test_a_file_that_is_no_notice_is_named_and_left_out(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    post(DOCTOR, tmp_path)
    told = {"level": "pass", "text": "well", "at_s": 1.0} | changed
    (tmp_path / "odd.json").write_text(json.dumps(told))
    found, refused = read(tmp_path)
    assert found == (DOCTOR,)
    assert len(refused) == 1
    assert "'odd.json'" in refused[0]


def test_a_time_too_large_for_a_number_is_none(tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text('{"level": "pass", "text": "x", "at_s": 1' + "0" * 400 + "}")
    assert read(tmp_path)[0] == ()


def test_what_is_no_small_file_is_not_read(tmp_path: Path) -> None:
    post(DOCTOR, tmp_path)
    (tmp_path / "link.json").symlink_to(tmp_path / "doctor.json")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    large = json.dumps({"level": "pass", "text": "x", "at_s": 1.0}) + " " * LARGEST_BYTES
    (tmp_path / "large.json").write_text(large)
    (tmp_path / "Large.txt").write_text("well")
    found, refused = read(tmp_path)
    assert found == (DOCTOR,)
    assert len(refused) == 5


def test_no_more_files_are_read_than_units_would_write(tmp_path: Path) -> None:
    for number in range(3 * MOST):
        post(Notice(f"n{number}", "pass", "well", NOW_S), tmp_path)
    assert len(read(tmp_path)[0]) == MOST


def test_what_says_it_comes_from_the_future_is_of_now(tmp_path: Path) -> None:
    post(Notice("doctor", "pass", "well", NOW_S + 1e6), tmp_path)
    (found,), _ = read(tmp_path)
    assert found.at_s == NOW_S


def test_this_machine_s_own_clock_is_taken_where_none_is_told(tmp_path: Path) -> None:
    post(Notice("doctor", "pass", "well", 1e15), tmp_path)
    (found,) = read_notices(tmp_path)
    assert found.at_s <= time.monotonic()


@anything
@given(
    st.dictionaries(
        st.text("abcd-.A\n", min_size=1, max_size=8).filter(lambda name: name not in (".", "..")),
        st.binary(max_size=60)
        | st.fixed_dictionaries(
            {"level": st.sampled_from(["pass", "x", 1]), "text": st.text(), "at_s": st.floats()}
        ).map(lambda told: json.dumps(told).encode()),
        max_size=4,
    )
)
def test_whatever_lies_there_is_a_notice_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("notices")
    for name, data in files.items():
        (folder / f"{name}.json").write_bytes(data)
    found, refused = read(folder)
    seen = [name for name in files if not name.startswith(".")]
    assert len(found) + len(refused) == len(seen)
    assert all(notice.text == clean(notice.text) and notice.at_s <= NOW_S for notice in found)
    assert all("\n" not in line for line in refused)


@given(st.text())
def test_a_text_becomes_one_short_line(text: str) -> None:
    line = clean(text)
    assert len(line) <= LONGEST
    assert line.isprintable()
    assert clean(line) == line


def test_a_key_is_taken_out_before_the_text_is_cut() -> None:
    assert "sk-" not in clean("the key sk-0123456789abcdef is here")
    assert "sk-" not in clean("x" * (LONGEST - 8) + " sk-0123456789abcdef")
