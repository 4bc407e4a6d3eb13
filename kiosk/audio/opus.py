"""Opus decoding with concealment and in-band repair, which PyAV does not offer, through ctypes.

The library is the one inside PyAV's wheel, so nothing needs installing; a system's own serves
where PyAV was built from source.
"""

import ctypes
import importlib.util
from pathlib import Path

import numpy as np

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import RATE_HZ

LONGEST_PACKET = RATE_HZ * 120 // 1000
"""Samples; RFC 6716 section 3.4 allows 120 ms a packet."""
SYSTEM_LIBRARY = "libopus.so.0"

_OK = 0
_RESET_STATE = 4028


class OpusError(Exception):
    """There is no libopus, or a packet that it refuses."""


def load_library() -> ctypes.CDLL:
    """Load libopus and declare what is used of it; `OpusError` when there is none."""
    tried: list[str] = []
    for name in [*_bundled(), SYSTEM_LIBRARY]:
        try:
            library = ctypes.CDLL(name)
        except OSError as error:
            tried.append(str(error))
            continue
        _declare(library)
        return library
    raise OpusError("No libopus: " + "; ".join(tried))


def _bundled() -> list[str]:
    spec = importlib.util.find_spec("av")
    if spec is None or spec.origin is None:
        return []
    beside = Path(spec.origin).parent.parent / "av.libs"
    return sorted(str(path) for path in beside.glob("libopus-*.so*"))


def _declare(library: ctypes.CDLL) -> None:
    c_int, pointer = ctypes.c_int, ctypes.c_void_p
    library.opus_decoder_create.restype = pointer
    library.opus_decoder_create.argtypes = [ctypes.c_int32, c_int, ctypes.POINTER(c_int)]
    library.opus_decoder_destroy.restype = None
    library.opus_decoder_destroy.argtypes = [pointer]
    library.opus_decoder_ctl.restype = c_int
    library.opus_decode.restype = c_int
    library.opus_decode.argtypes = [
        pointer,
        ctypes.c_char_p,
        ctypes.c_int32,
        pointer,
        c_int,
        c_int,
    ]
    library.opus_packet_get_nb_samples.restype = c_int
    library.opus_packet_get_nb_samples.argtypes = [ctypes.c_char_p, ctypes.c_int32, ctypes.c_int32]
    library.opus_strerror.restype = ctypes.c_char_p
    library.opus_strerror.argtypes = [c_int]


class Decoder:
    """Decodes one stream to 48 kHz mono."""

    def __init__(self) -> None:
        self._library = load_library()
        error = ctypes.c_int()
        self._state = self._library.opus_decoder_create(RATE_HZ, 1, ctypes.byref(error))
        if error.value != _OK:
            raise OpusError(f"libopus gives no decoder: {error.value}")
        self._out = np.zeros(LONGEST_PACKET, np.int16)

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.opus_decoder_destroy(self._state)

    def duration(self, payload: bytes) -> int:
        """Return how many samples the packet holds, 0 for one that is no Opus packet."""
        samples: int = self._library.opus_packet_get_nb_samples(payload, len(payload), RATE_HZ)
        return max(0, samples) if samples <= LONGEST_PACKET else 0

    def decode(self, payload: bytes) -> Pcm:
        """Decode a packet; `OpusError` when it is damaged."""
        return self._decode(payload, LONGEST_PACKET, fec=False)

    def recover(self, following: bytes, samples: int) -> Pcm:
        """Make good for a lost packet from the one after it, by concealment where it cannot."""
        return self._decode(following, samples, fec=True)

    def conceal(self, samples: int) -> Pcm:
        """Continue the sound over a gap; fades by itself."""
        return self._decode(None, samples, fec=False)

    def carries_repair(self, payload: bytes) -> bool:
        """Tell whether a packet holds a copy of the one before it.

        True where libopus is too old to tell, before 1.5.
        """
        tell = getattr(self._library, "opus_packet_has_lbrr", None)
        return tell is None or tell(payload, len(payload)) == 1

    def reset(self) -> None:
        """Forget the stream."""
        self._library.opus_decoder_ctl(ctypes.c_void_p(self._state), _RESET_STATE)

    def _decode(self, payload: bytes | None, samples: int, *, fec: bool) -> Pcm:
        size = 0 if payload is None else len(payload)
        done: int = self._library.opus_decode(
            self._state, payload, size, self._out.ctypes.data, samples, int(fec)
        )
        if done < 0:
            reason = self._library.opus_strerror(done).decode()
            raise OpusError(f"libopus refuses a packet of {size} bytes: {reason}")
        return self._out[:done].copy()
