"""A process that has said many words and dropped them all; it says so, and waits for its end.

`python -m tests.rigs.forgetful python|c DROW` says words that end with its argument read backwards,
which so stands nowhere in its memory but in what it said: as Python's strings, or as a C library
would.
"""

import ctypes
import sys

SIZES = (200_000, 20_000, 4000, 1000, 500, 130, 100, *range(71, 0, -1))
"""Letters before the word: for every list that an allocator keeps of what is free.  The smallest
come last, as something large would sweep their lists."""
EACH = 50


def in_python(word: str) -> None:
    """Say words of all sizes and of letters as wide as may be, the narrow ones last, drop them."""
    for wide in ("\N{BEVERAGE BOX}", "\N{SNOWMAN}", ""):
        for size in SIZES:
            said = [f"{wide}{number}{'.' * size}{word}" for number in range(EACH)]
            del said


def in_c(word: str) -> None:
    """Say words of all sizes in memory of the C library, and free it."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.free.argtypes = [ctypes.c_void_p]
    letters = word.encode()
    for size in SIZES:
        said = [libc.malloc(size + len(letters)) for _ in range(EACH)]
        for place in said:
            ctypes.memmove(place + size, letters, len(letters))
        for place in said:
            libc.free(place)


if __name__ == "__main__":
    {"python": in_python, "c": in_c}[sys.argv[1]](sys.argv[2][::-1])
    print("forgotten", flush=True)
    sys.stdin.read()
