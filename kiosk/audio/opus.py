"""Opus as PyAV does not offer it, through ctypes.

Decoding comes with concealment and in-band repair, encoding with settings that change on the way.

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

WIDE_BAND = 1103
"""Up to 8 kHz; libopus's own number."""
FULL_BAND = 1105
"""Up to 20 kHz."""

_OK = 0
_RESET_STATE = 4028
_APPLICATION_VOIP = 2048
_SIGNAL_VOICE = 3001
_SET_BITRATE = 4002
_SET_MAX_BANDWIDTH = 4004
_SET_COMPLEXITY = 4010
_SET_INBAND_FEC = 4012
_SET_PACKET_LOSS_PERC = 4014
_SET_SIGNAL = 4024
_LARGEST_BYTES = 1275
"""Of a frame, RFC 6716 section 3.2.1; a packet of 20 ms holds one."""


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
    library.opus_encoder_create.restype = pointer
    library.opus_encoder_create.argtypes = [ctypes.c_int32, c_int, c_int, ctypes.POINTER(c_int)]
    library.opus_encoder_destroy.restype = None
    library.opus_encoder_destroy.argtypes = [pointer]
    library.opus_encoder_ctl.restype = c_int
    library.opus_encode.restype = ctypes.c_int32
    library.opus_encode.argtypes = [pointer, pointer, c_int, pointer, ctypes.c_int32]
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
            reason = _reason(self._library, done)
            raise OpusError(f"libopus refuses a packet of {size} bytes: {reason}")
        return self._out[:done].copy()


class Encoder:
    """Encodes one stream of 48 kHz mono speech, with repair for lost packets in the next ones."""

    def __init__(self, *, bit_rate: int, complexity: int) -> None:
        """`bit_rate` in bit/s, `complexity` from 0 to 10; no loss is expected at first."""
        self._library = load_library()
        error = ctypes.c_int()
        self._state = self._library.opus_encoder_create(
            RATE_HZ, 1, _APPLICATION_VOIP, ctypes.byref(error)
        )
        if error.value != _OK:
            raise OpusError(f"libopus gives no encoder: {error.value}")
        self._out = ctypes.create_string_buffer(_LARGEST_BYTES)
        self._set(_SET_BITRATE, bit_rate)
        self._set(_SET_COMPLEXITY, complexity)
        self._set(_SET_SIGNAL, _SIGNAL_VOICE)
        self._set(_SET_INBAND_FEC, 1)

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.opus_encoder_destroy(self._state)

    def expect_loss(self, percent: int) -> None:
        """Prepare the packets from now on for that many being lost, 0 to 100."""
        self._set(_SET_PACKET_LOSS_PERC, percent)

    def limit_band(self, widest: int) -> None:
        """Spend the bits of the packets from now on no higher than `WIDE_BAND` or `FULL_BAND`."""
        self._set(_SET_MAX_BANDWIDTH, widest)

    def encode(self, pcm: bytes) -> bytes:
        """Encode 20 ms of signed 16 bit; `OpusError` where it is another length Opus has not."""
        size: int = self._library.opus_encode(
            self._state, pcm, len(pcm) // 2, self._out, _LARGEST_BYTES
        )
        if size < 0:
            raise OpusError(f"libopus does not encode: {_reason(self._library, size)}")
        return self._out.raw[:size]

    def _set(self, setting: int, value: int) -> None:
        done: int = self._library.opus_encoder_ctl(ctypes.c_void_p(self._state), setting, value)
        if done != _OK:
            raise OpusError(f"libopus refuses {value}: {_reason(self._library, done)}")


def _reason(library: ctypes.CDLL, code: int) -> str:
    words: bytes = library.opus_strerror(code)
    return words.decode()
