"""Nothing of a candidate is left in a booth that waits for the next one."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.rigs.allocator import allocator
from tests.rigs.booth_process import ROOT
from tests.rigs.memory import in_each_form, named, search
from tests.rigs.visit import BOOTH, CHILD, visited
from tests.rigs.ways_out import called_again

WORD = "zyxommarineq"


def left_over(language: str, environ: Mapping[str, str]) -> dict[str, int]:
    """How often each form of a word that was dropped is still in a process's memory."""
    program = [sys.executable, "-m", "tests.rigs.forgetful", language, WORD[::-1]]
    with subprocess.Popen(
        program,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), **environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "forgotten\n"
        marks = dict(in_each_form("word", WORD))
        if language == "python":
            marks["its end"] = WORD[-6:].encode()
        return named(search(process.pid, marks))


@pytest.mark.parametrize("language", ["python", "c"])
def test_the_unit_has_freed_memory_overwritten(language: str) -> None:
    assert left_over(language, {}), "the search finds what is left"
    assert left_over(language, allocator()) == {}


@pytest.mark.parametrize("setting", ["perturb", "tcache_count"])
def test_what_a_library_frees_is_overwritten_by_both_tunables_only(setting: str) -> None:
    told = allocator()
    tunables = told["GLIBC_TUNABLES"].split(":")
    rest = [each for each in tunables if not each.startswith(f"glibc.malloc.{setting}=")]
    assert len(rest) == len(tunables) - 1
    assert left_over("c", {**told, "GLIBC_TUNABLES": ":".join(rest)})


def test_the_end_of_a_word_is_overwritten_by_python_only() -> None:
    """Glibc spares the last eight bytes of what it frees: as much as a short word."""
    assert left_over("python", {**allocator(), "PYTHONMALLOC": "malloc"})


KNOWN = {
    (BOOTH, "zyxomq (utf-8)"),
    (BOOTH, "zyxomq (2 bytes)"),
    (BOOTH, "zyxomq (4 bytes)"),
    (BOOTH, "Φαλτζμ (2 bytes)"),
    (BOOTH, "brablq (utf-8)"),
    (BOOTH, "picture of sentence"),
    (BOOTH, "packet"),
    (BOOTH, "sound (16 bits)"),
    (CHILD, "sound (16 bits)"),
}
"""What the search finds while the candidate is there."""


def test_a_booth_that_is_free_again_has_nothing_of_a_candidate(tmp_path: Path) -> None:
    with visited(tmp_path) as visit:
        visit.confide()
        visit.be_found(KNOWN)
        visit.hold()
        visit.gone()
        assert visit.kept_at_last() == []
        called_again(visit)
        visit.gone()
        assert visit.kept_at_last() == []
