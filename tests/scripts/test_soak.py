"""`scripts/soak`: how it judges, and a short soak as a whole."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "scripts"))

from soaking.growth import COUNTS, LIMITS_PERCENT, growths, table  # noqa: E402 - no package
from soaking.readings import Held  # noqa: E402 - scripts are no package

STEADY = Held(100_000, 40_000, 90_000, 9, 27, 0, 2, 6)


def well(held: list[Held]) -> dict[str, bool]:
    return {each.name: each.well for each in growths(held)}


def test_a_booth_that_stays_as_it_is_does_not_grow() -> None:
    assert all(well([STEADY] * 30).values())
    assert "| fds | 27 | 27 | 27 | +0.0 % |" in table(growths([STEADY] * 30))


@pytest.mark.parametrize("name", COUNTS)
def test_one_more_of_anything_that_stays_is_growth(name: str) -> None:
    more = replace(STEADY, **{name: getattr(STEADY, name) + 1})
    judged = well([STEADY] * 10 + [more] * 10)
    assert [each for each, good in judged.items() if not good] == [name]
    assert all(well([STEADY] * 10 + [more, more, STEADY, more, more]).values()), "it passed"


def test_memory_may_grow_by_two_percent() -> None:
    little, much = (
        replace(STEADY, daemon_kib=kib, anon_kib=kib - 10_000) for kib in (101_700, 103_000)
    )
    assert all(well([STEADY] * 10 + [little] * 10).values())
    judged = well([STEADY] * 10 + [much] * 10)
    assert {name for name, good in judged.items() if not good} == {
        "pss_kib",
        "daemon_kib",
        "anon_kib",
    }
    assert set(LIMITS_PERCENT) <= set(judged)


def test_before_ten_interviews_nothing_is_judged() -> None:
    more = replace(STEADY, fds=99, daemon_kib=10**6)
    assert all(well([STEADY] * 5 + [more] * 5).values())


def test_an_interview_is_held_and_what_it_leaves_is_counted() -> None:
    command = [sys.executable, "-m", "soaking", "--interviews", "1", "--only", "left", "--json"]
    done = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'scripts'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (interview,) = json.loads(done.stdout)["interviews"]
    assert interview["children"] == 2, "an engine at work, and one warm"
    assert interview["open_calls"] == 0
    assert min(interview[name] for name in ("daemon_kib", "anon_kib", "threads", "fds")) > 0
