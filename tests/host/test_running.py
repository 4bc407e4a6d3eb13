import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.host.running import LARGEST_BYTES, STALE_S, STATUS_FILE, read_status

NOW_S = 1_800_000_000.0
REPORT: dict[str, object] = {"written_at": NOW_S - 3, "phase": "idle", "in_interview": False}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def write(root: Path, data: bytes) -> Path:
    path = root / STATUS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def told(root: Path, **changed: object) -> object:
    write(root, json.dumps(REPORT | changed).encode())
    return read_status(root, NOW_S)


def test_what_a_living_booth_says_is_returned_whole(tmp_path: Path) -> None:
    assert told(tmp_path, more=[1, 2]) == REPORT | {"more": [1, 2]}


def test_the_clock_of_this_machine_is_taken_where_none_is_told(tmp_path: Path) -> None:
    told(tmp_path)
    assert read_status(tmp_path) is None


def test_where_no_booth_runs_there_is_nothing(tmp_path: Path) -> None:
    assert read_status(tmp_path, NOW_S) is None


@pytest.mark.parametrize(
    "written_at",
    [NOW_S - STALE_S - 1, NOW_S + STALE_S + 1, 0, 10**400],
    ids=("late", "early", "never", "huge"),
)
def test_a_report_of_another_time_is_none(tmp_path: Path, written_at: float) -> None:
    assert told(tmp_path, written_at=written_at) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"written_at": "now"},
        {"written_at": True},
        {"written_at": None},
        {"written_at": float("nan")},
        {"phase": None},
        {"in_interview": "no"},
        {"in_interview": 0},
    ],
)
def test_a_report_without_its_main_facts_is_none(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    assert told(tmp_path, **changed) is None


def test_what_is_no_small_file_is_not_read(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps(REPORT).encode() + b" " * LARGEST_BYTES)
    assert read_status(tmp_path, NOW_S) is None
    other = path.with_name("other")
    other.write_text(json.dumps(REPORT))
    path.unlink()
    path.symlink_to(other)
    assert read_status(tmp_path, NOW_S) is None
    path.unlink()
    os.mkfifo(path)
    assert read_status(tmp_path, NOW_S) is None
    path.unlink()
    path.mkdir()
    assert read_status(tmp_path, NOW_S) is None


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_there_is_a_report_or_none(tmp_path: Path, data: bytes) -> None:
    write(tmp_path, data)
    assert read_status(tmp_path, NOW_S) is None


def test_brackets_without_end_are_none(tmp_path: Path) -> None:
    write(tmp_path, b"[" * 60_000)
    assert read_status(tmp_path, NOW_S) is None
