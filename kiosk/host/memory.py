"""Memory that was freed: what a library keeps of it is overwritten, the rest given back."""

import ctypes
import gc

import numpy as np

ARRAY_BYTES, ARRAYS = 1024, 7
"""NumPy keeps the last so many arrays of each size below that for the next ones, as they were."""


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
