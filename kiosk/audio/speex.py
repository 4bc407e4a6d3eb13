"""The linear echo canceller of libspeexdsp (Debian's `libspeexdsp1`), through ctypes.

It subtracts what an adaptive filter predicts of the echo and suppresses nothing, so it leaves a
talker whole.  It needs the played sound aligned with the echo, and both on one clock.
"""

import ctypes
import weakref

import numpy as np

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ

LIBRARY = "libspeexdsp.so.1"
TAIL_MS = 200
"""How long a room may carry the sound on; longer filters learn more slowly."""

_SET_SAMPLING_RATE = 24
"""`SPEEX_ECHO_SET_SAMPLING_RATE` of speex_echo.h."""


class SpeexError(Exception):
    """There is no libspeexdsp."""


class LinearCanceller:
    """One adaptive filter; blocks of 10 ms."""

    def __init__(self, tail_ms: int = TAIL_MS) -> None:
        """Raise `SpeexError` when the library is not there."""
        try:
            library = ctypes.CDLL(LIBRARY)
        except OSError as error:
            raise SpeexError(str(error)) from error
        pointer = ctypes.c_void_p
        library.speex_echo_state_init.restype = pointer
        library.speex_echo_state_init.argtypes = [ctypes.c_int, ctypes.c_int]
        library.speex_echo_ctl.argtypes = [pointer, ctypes.c_int, pointer]
        library.speex_echo_cancellation.restype = None
        library.speex_echo_cancellation.argtypes = [pointer] * 4
        for name in ("speex_echo_state_destroy", "speex_echo_state_reset"):
            function = getattr(library, name)
            function.restype, function.argtypes = None, [pointer]
        state = library.speex_echo_state_init(FRAME_SAMPLES, tail_ms * RATE_HZ // 1000)
        if not state:
            raise SpeexError("libspeexdsp has no memory for a canceller.")
        rate_hz = ctypes.c_int(RATE_HZ)
        library.speex_echo_ctl(state, _SET_SAMPLING_RATE, ctypes.byref(rate_hz))
        self._library, self._state = library, state
        weakref.finalize(self, library.speex_echo_state_destroy, state)

    def cancel(self, captured: Pcm, played: Pcm) -> Pcm:
        """Return a captured block without the echo of what was played up to this block."""
        left = np.empty(FRAME_SAMPLES, np.int16)
        captured, played = (np.ascontiguousarray(block, np.int16) for block in (captured, played))
        assert len(captured) == len(played) == FRAME_SAMPLES
        self._library.speex_echo_cancellation(
            self._state, captured.ctypes.data, played.ctypes.data, left.ctypes.data
        )
        return left

    def reset(self) -> None:
        """Forget what was learned."""
        self._library.speex_echo_state_reset(self._state)
