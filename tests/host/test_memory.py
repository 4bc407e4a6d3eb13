"""What is of no use any more in the middle of the heap goes back to the machine."""

import asyncio
import subprocess
import sys

import numpy as np
import pytest

from kiosk.host import memory
from kiosk.host.memory import ARRAY_BYTES, ARRAYS, Sweeper, overwrite_arrays
from tests.rigs.allocator import allocator
from tests.rigs.booth_process import ROOT

PROGRAM = """
from pathlib import Path
from kiosk.host.memory import give_back

def held_kib():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))

pieces = [bytes(20_000) for _ in range(2_000)]
last = bytes(20_000)
pieces.append(pieces)
full = held_kib()
del pieces
freed = held_kib()
give_back()
print(full - freed, freed - held_kib())
"""


def test_what_only_refers_to_itself_below_something_in_use_is_given_back() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), **allocator()},
        capture_output=True,
        text=True,
        check=True,
    )
    by_itself_kib, given_back_kib = map(int, done.stdout.split())
    assert by_itself_kib < 10_000 < 30_000 < given_back_kib


def test_what_numpy_keeps_of_small_arrays_is_overwritten() -> None:
    sizes = (16, 480, 960, ARRAY_BYTES - 1)
    said = [np.full(size, 7, np.uint8) for size in sizes for _ in range(ARRAYS)]
    del said
    assert any((np.empty(size, np.uint8) == 7).all() for size in sizes), "it keeps them"
    overwrite_arrays()
    for size in sizes:
        kept = [np.empty(size, np.uint8) for _ in range(ARRAYS)]
        assert not any((each == 7).all() for each in kept)


@pytest.mark.parametrize("is_free", [True, False])
async def test_memory_is_swept_once_more_where_nobody_is_in_the_booth(
    monkeypatch: pytest.MonkeyPatch, is_free: bool
) -> None:
    swept: list[str] = []
    asked = asyncio.Event()

    def free() -> bool:
        asked.set()
        return is_free

    monkeypatch.setattr(memory, "LATE_S", 0.0)
    monkeypatch.setattr(memory, "give_back", lambda: swept.append("swept"))
    await Sweeper(free).sweep()
    assert len(swept) == 1
    await asked.wait()
    assert len(swept) == 1 + is_free
