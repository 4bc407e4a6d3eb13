"""`python -m tests.rigs.clapper X Y WIDTH HEIGHT COUNT`: a clapperboard for an observer.

Lights up a small window and plays a click at the same moment, COUNT times, and writes each moment
as a line: seconds of the wall.  The click is written to a stream that waits empty, with next to no
latency, so that it leaves the loudspeaker within a few milliseconds: nothing here relies on what
the sound server says of its latency.
"""

import ctypes
import os
import random
import sys
import time

import numpy as np
import pygame

from kiosk.audio.port import RATE_HZ

LIT_S = 0.15
DARK_S = (0.25, 0.45)
CLICK_S = 0.02
LATENCY_S = 0.004
EMPTY_S = 1.0
"""Until the window is there and the stream has run empty: nobody tells of either."""
_S16LE, _PLAYBACK = 3, 1
_ANY = 0xFFFFFFFF


class _Format(ctypes.Structure):
    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class _Buffer(ctypes.Structure):
    _fields_ = tuple(
        (name, ctypes.c_uint32) for name in ("most", "target", "before", "least", "fragment")
    )


class Speaker:
    """A stream of libpulse-simple that plays at once what it is given."""

    def __init__(self, sink: str) -> None:
        self._library = ctypes.CDLL("libpulse-simple.so.0")
        self._library.pa_simple_new.restype = ctypes.c_void_p
        latency = 2 * round(LATENCY_S * RATE_HZ)
        self._error = ctypes.c_int()
        self._stream = ctypes.c_void_p(
            self._library.pa_simple_new(
                None,
                b"clapper",
                _PLAYBACK,
                sink.encode(),
                b"clap",
                ctypes.byref(_Format(_S16LE, RATE_HZ, 1)),
                None,
                ctypes.byref(_Buffer(_ANY, latency, 2, _ANY, _ANY)),
                ctypes.byref(self._error),
            )
        )
        if not self._stream:
            raise OSError(f"no stream to {sink}: error {self._error.value}")

    def play(self, sound: bytes) -> None:
        """Write it; returns when the server has taken it."""
        self._library.pa_simple_write(
            self._stream, sound, ctypes.c_size_t(len(sound)), ctypes.byref(self._error)
        )


def main() -> None:
    """Clap."""
    x, y, width, height, count = map(int, sys.argv[1:])
    os.environ["SDL_VIDEO_WINDOW_POS"] = f"{x},{y}"
    pygame.display.init()
    surface = pygame.display.set_mode((width, height), pygame.NOFRAME)
    speaker = Speaker("spk")
    waves = np.sin(np.arange(round(CLICK_S * RATE_HZ)) * 2 * np.pi * 1000 / RATE_HZ)
    click = (20_000 * waves).astype("<i2").tobytes()
    chance = random.Random(4)

    def show(level: int) -> None:
        surface.fill((level,) * 3)
        pygame.display.update()
        pygame.event.pump()

    show(0)
    time.sleep(EMPTY_S)
    for _ in range(count):
        at_s = time.time()
        show(255)
        speaker.play(click)
        sys.stdout.write(f"{at_s:.6f}\n")
        sys.stdout.flush()
        time.sleep(LIT_S)
        show(0)
        time.sleep(chance.uniform(*DARK_S))


if __name__ == "__main__":
    main()
