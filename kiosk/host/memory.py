"""Memory that was freed, given back to the machine."""

import ctypes
import gc


def give_back() -> None:
    """Free what only refers to itself, and let the machine have what then lies free.

    A call that is over is such a circle; left to Python's own times it lies among what the next one
    makes.  glibc keeps what is free between what is in use, but for malloc_trim(3).
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
