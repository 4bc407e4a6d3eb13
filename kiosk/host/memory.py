"""Memory that was freed, given back to the machine."""

import ctypes


def give_back() -> None:
    """Let the machine have what lies free between what is in use, which glibc keeps.

    As malloc_trim(3).  Where another C library is at work nothing happens.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
