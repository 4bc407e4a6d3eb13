"""Memory that was freed: what a library keeps of it is overwritten, the rest given back."""

import asyncio
import ctypes
import gc
from collections.abc import Callable

import numpy as np

LATE_S = 4.0
"""So long after the wiping memory is swept once more, if nobody is in the booth."""
ARRAY_BYTES, ARRAYS = 1024, 7
"""NumPy keeps the last so many arrays of each size below that for the next ones, as they were."""


class Sweeper:
    """Sweeps memory when a candidate is forgotten."""

    def __init__(self, is_free: Callable[[], bool]) -> None:
        """`is_free` tells whether nobody is in the booth: what it does holds up everything."""
        self._is_free = is_free

    async def sweep(self) -> None:
        """Do it now, and once more: a call that takes long to close is still in use now."""
        give_back()
        asyncio.get_running_loop().call_later(LATE_S, self._sweep_again)

    def _sweep_again(self) -> None:
        if self._is_free():
            give_back()


def give_back() -> None:
    """Free what only refers to itself, and let the machine have what then lies free.

    A call that is over is such a circle; left to Python's own times it lies among what the next one
    makes.  glibc keeps what is free between what is in use, but for malloc_trim(3).
    """
    gc.collect()
    overwrite_arrays()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def overwrite_arrays() -> None:
    """Overwrite what NumPy keeps of small arrays that are dropped: 10 ms of sound is one."""
    for size in range(1, ARRAY_BYTES):
        kept = [np.empty(size, np.uint8) for _ in range(ARRAYS)]
        for each in kept:
            each.fill(0)
        del kept
