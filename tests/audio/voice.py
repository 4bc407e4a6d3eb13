"""Sound to test with: tones, Opus packets, levels."""

import ctypes
import wave
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np

from kiosk.audio import opus
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import RATE_HZ, VoicePacket
from kiosk.interview.recordings import load_recordings

INTERVIEWER = Path(__file__).resolve().parents[2] / "assets" / "voice" / "en"
APPLICATION_VOIP = 2048
SPEECH = {4002: 32_000, 4008: 1103, 4024: 3001}
"""Bit rate, wideband, voice: what a service sends."""
WITH_FEC = SPEECH | {4012: 1, 4014: 20}
"""In-band FEC, expected loss in percent: FEC is only in SILK's layer."""


def tone(hz: float, seconds: float, *, level: float = 0.3, rate_hz: int = RATE_HZ) -> Pcm:
    """Return a sine of a peak level relative to full scale."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.asarray(np.rint(32767 * level * np.sin(2 * np.pi * hz * t)), np.int16)


def strength(pcm: Pcm, hz: float, rate_hz: int = RATE_HZ) -> float:
    """Return the peak level of one frequency, relative to full scale."""
    t = np.arange(len(pcm)) / rate_hz
    turning = np.exp(-2j * np.pi * hz * t)
    return float(2 * abs(np.dot(pcm.astype(np.float64), turning)) / max(1, len(pcm)) / 32767)


@cache
def interviewer(seconds: int, *, pause_s: float = 0.4) -> Pcm:
    """Return so much of the interviewer's recorded lines, with pauses between them."""
    pieces = [silence(RATE_HZ // 5)]
    for line in load_recordings(INTERVIEWER):
        if sum(map(len, pieces)) >= seconds * RATE_HZ:
            break
        pieces += [line.pcm(), silence(round(pause_s * RATE_HZ))]
    return np.concatenate(pieces)[: seconds * RATE_HZ]


@cache
def spoken(seconds: int, *, fec: bool = True) -> tuple[bytes, ...]:
    """Return that voice in Opus packets of 20 ms."""
    return tuple(encode(interviewer(seconds), fec=fec, speech=True))


def numbered(payloads: Iterable[bytes]) -> Iterator[VoicePacket]:
    """Yield packets of 20 ms as a sender numbers them, across both wraps."""
    for i, payload in enumerate(payloads):
        sequence, timestamp = (65_500 + i) % 2**16, (2**32 - 9600 + 960 * i) % 2**32
        yield VoicePacket(sequence, timestamp, 1, 0.0, payload)


def encode(pcm: Pcm, *, frame_ms: int = 20, fec: bool = False, speech: bool = False) -> list[bytes]:
    """Encode mono sound into Opus packets; by libopus' defaults if not for speech or with FEC."""
    library = opus.load_library()
    library.opus_encoder_create.restype = ctypes.c_void_p
    library.opus_encoder_ctl.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
    error = ctypes.c_int()
    encoder = ctypes.c_void_p(
        library.opus_encoder_create(RATE_HZ, 1, APPLICATION_VOIP, ctypes.byref(error))
    )
    assert error.value == 0
    for setting, value in (WITH_FEC if fec else SPEECH if speech else {}).items():
        assert library.opus_encoder_ctl(encoder.value, setting, value) == 0
    size = frame_ms * RATE_HZ // 1000
    out = (ctypes.c_ubyte * 1500)()
    packets: list[bytes] = []
    for begin in range(0, len(pcm) - size + 1, size):
        frame = np.ascontiguousarray(pcm[begin : begin + size])
        data = ctypes.c_void_p(frame.ctypes.data)
        count = library.opus_encode(encoder, data, size, out, len(out))
        assert count > 0
        packets.append(bytes(out[:count]))
    library.opus_encoder_destroy.argtypes = [ctypes.c_void_p]
    library.opus_encoder_destroy(encoder)
    return packets


def packets(
    pcm: Pcm, *, first: int = 0, timestamp: int = 0, ssrc: int = 1, fec: bool = False
) -> Iterator[VoicePacket]:
    """Yield RTP-like packets of 20 ms."""
    for i, payload in enumerate(encode(pcm, fec=fec)):
        sequence, stamp = (first + i) % 2**16, (timestamp + 960 * i) % 2**32
        yield VoicePacket(sequence, stamp, ssrc, 0.0, payload)


def write_wav(path: Path, pcm: Pcm, *, rate_hz: int = RATE_HZ, channels: int = 1) -> Path:
    """Write 16-bit sound, the same in every channel."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(np.repeat(pcm, channels).tobytes())
    return path


def read_wav(path: Path) -> Pcm:
    """Read 48 kHz mono, 16 bit."""
    with wave.open(str(path), "rb") as source:
        assert (source.getframerate(), source.getnchannels()) == (RATE_HZ, 1)
        return np.frombuffer(source.readframes(source.getnframes()), "<i2")


def carries_repair(payload: bytes) -> bool:
    """Tell whether a packet holds what mends the loss of the one before; PyAV's libopus only."""
    return bool(opus.load_library().opus_packet_has_lbrr(payload, len(payload)) > 0)
