"""The packets of the interviewer's voice: what is in them, and a trace of when they arrived."""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from kiosk.audio.opus import Decoder, OpusError, load_library
from kiosk.audio.pcm import SILENT_DBFS, dbfs
from kiosk.audio.port import RATE_HZ, VoicePacket
from kiosk.audio.trace import TraceRecorder
from kiosk.errors import CommandError

AUDIBLE_DBFS = -50.0
"""What is quieter is no voice."""
PAUSE_S = 0.7
"""A voice that pauses longer has ended."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One packet, as it came off the wire."""

    at_s: float
    """Monotonic seconds."""
    sequence: int
    """RTP sequence number, 16 bit."""
    length_ms: float
    """Of sound; 0 for what is no Opus packet."""
    level_dbfs: float
    fec: bool | None
    """It repeats the sound before it for whoever lost that; None where this cannot be told."""

    @property
    def audible(self) -> bool:
        """A voice is in it."""
        return self.level_dbfs > AUDIBLE_DBFS


class WireEar:
    """Decodes packets in the order in which they come."""

    def __init__(self) -> None:
        """Raises `OpusError` when there is no libopus."""
        self._decoder = Decoder()
        self._has_fec = _fec_test()

    def hear(self, packet: VoicePacket) -> Heard:
        """Return what is in a packet; takes whatever came."""
        samples = self._decoder.duration(packet.payload)
        try:
            level = dbfs(self._decoder.decode(packet.payload)) if samples else SILENT_DBFS
        except OpusError:
            samples, level = 0, SILENT_DBFS
        fec = self._has_fec(packet.payload) if samples else None
        length_ms = 1000 * samples / RATE_HZ
        return Heard(packet.arrival_s, packet.sequence, length_ms, level, fec)


def stretches(packets: Sequence[Heard]) -> list[tuple[float, float]]:
    """Return when a voice began and ended on the wire, in monotonic seconds, in order."""
    found: list[tuple[float, float]] = []
    for packet in packets:
        if not packet.audible:
            continue
        end_s = packet.at_s + packet.length_ms / 1000
        if found and packet.at_s - found[-1][1] < PAUSE_S:
            found[-1] = (found[-1][0], end_s)
        else:
            found.append((packet.at_s, end_s))
    return found


def lost(packets: Sequence[Heard]) -> int:
    """Return how many packets never came, as far as the sequence numbers tell."""
    return sum(
        max(0, (after.sequence - before.sequence) % 65536 - 1)
        for before, after in pairwise(packets)
        if (after.sequence - before.sequence) % 65536 < 1000
    )


@contextmanager
def traced(path: Path | None) -> Iterator[Callable[[VoicePacket], None]]:
    """Give what writes a trace of the packets it is told of, without what was said.

    Raises `CommandError` where the file cannot be written; without a path nothing is.
    """
    if path is None:
        yield lambda _: None
        return
    try:
        recorder = TraceRecorder(path)
    except OSError as error:
        raise CommandError([f"{path} cannot be written: {error.strerror}."]) from error
    try:
        yield recorder
    finally:
        recorder.close()


def _fec_test() -> Callable[[bytes], bool | None]:
    """Return libopus' own test; a libopus before 1.5 has none."""
    test = getattr(load_library(), "opus_packet_has_lbrr", None)
    if test is None:
        return lambda _: None
    test.restype = ctypes.c_int
    test.argtypes = [ctypes.c_char_p, ctypes.c_int32]
    return lambda payload: bool(test(payload, len(payload)) == 1)
