"""The messages between the daemon and the sound engine, one per datagram of their socket pair.

Each is a type byte, a fixed part, and a rest: Opus, PCM or JSON.  Both ends are of the same
version, so nothing here is kept compatible.
"""

import dataclasses
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.audio.pcm import SILENT_DBFS
from kiosk.audio.port import (
    Clock,
    Lips,
    SoundAdvised,
    SoundFailed,
    SoundReady,
    SoundReport,
    VoicePacket,
)
from kiosk.core.faults import Fault
from kiosk.core.rhythm import Rhythm
from kiosk.settings import AudioSettings

LONGEST = 8192
"""Bytes; longer is no message of ours."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message to an engine: all it is ever told about itself.

    It loads what it will need, says that it is warm by a `Beat`, and touches nothing else.
    """

    settings: AudioSettings
    record: Path | None = None
    """Folder for the demo's recordings."""
    record_began_s: float = 0.0
    """Monotonic second of their first sample; kept by an engine that takes over."""
    monitor: Path | None = None
    """Pipe for what leaves the loudspeaker."""


@dataclass(frozen=True, slots=True)
class Serve:
    """Go to work: from now on the devices, and the recordings, are this engine's."""

    generation: int
    """The highest number already used."""
    advice: frozenset[Fault] = frozenset()
    """What the engine before it advised last."""
    near_dbfs: float = SILENT_DBFS
    """What that one told in `Learned`."""


@dataclass(frozen=True, slots=True)
class Open:
    """Open both devices."""

    generation: int


@dataclass(frozen=True, slots=True)
class Close:
    """Close both devices and drop the queue."""

    generation: int


@dataclass(frozen=True, slots=True)
class Flush:
    """Drop the queue; reports with a lower number are stale."""

    generation: int


@dataclass(frozen=True, slots=True)
class Attend:
    """Whether who talks over the voice turns it down; off after `Open`."""

    on: bool


@dataclass(frozen=True, slots=True)
class HoldBack:
    """Send silence while the voice plays, until the end."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A packet of the voice; stale when its number is not the engine's."""

    generation: int
    packet: VoicePacket


@dataclass(frozen=True, slots=True)
class Beat:
    """The engine lives."""

    patience_s: float = 0.0
    """How long it may say nothing after this, because it asks a driver; 0 for as usual."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of the microphone."""

    generation: int
    at_s: float
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Learned:
    """What the next candidate's sound may go by; told while sound is open."""

    near_dbfs: float
    """From which level on somebody was near (`kiosk.audio.near`)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the port's `on_report` hears."""

    generation: int
    report: SoundReport


Order = Serve | Open | Close | Flush | Attend | HoldBack
"""What must not get lost on the way to an engine."""
Message = Setup | Order | Quit | Voice | Beat | Frame | Learned | Report

_SERVE, _OPEN, _CLOSE, _FLUSH, _ATTEND, _HOLD_BACK, _SETUP, _QUIT, _VOICE = range(1, 10)
_BEAT, _FRAME, _LEARNED, _CLOCK, _LIPS, _FAILED, _ADVISED, _READY = range(10, 18)
_NUMBERED: dict[type[Open | Close | Flush], int] = {Open: _OPEN, Close: _CLOSE, Flush: _FLUSH}
"""A generation beside their type."""
_NUMBER = struct.Struct("<BI")
_VOICE_HEAD = struct.Struct("<BIHIId")
_FRAME_HEAD = struct.Struct("<BId")
_LEVEL = struct.Struct("<Bd")
_SERVE_HEAD = struct.Struct("<BId")
_CLOCK_HEAD = struct.Struct("<BIdQQ?d?QQQQ?")
_LIPS_HEAD = struct.Struct("<BId")


class WireError(Exception):
    """Bytes that are no message."""


def pack(message: Message) -> bytes:
    """Write a message."""
    match message:
        case Voice(generation, p):
            head = _VOICE_HEAD.pack(
                _VOICE, generation, p.sequence, p.timestamp, p.ssrc, p.arrival_s
            )
            return head + p.payload
        case Frame(generation, at_s, pcm):
            return _FRAME_HEAD.pack(_FRAME, generation, at_s) + pcm
        case Report(generation, report):
            return _pack_report(generation, report)
        case Setup():
            return bytes([_SETUP]) + json.dumps(dataclasses.asdict(message), default=str).encode()
        case Beat(patience_s):
            return _LEVEL.pack(_BEAT, patience_s)
        case Learned(near_dbfs):
            return _LEVEL.pack(_LEARNED, near_dbfs)
        case Quit():
            return bytes([_QUIT])
    return _pack_order(message)


def _pack_order(order: Order) -> bytes:
    match order:
        case Serve(generation, advice, near_dbfs):
            return _SERVE_HEAD.pack(_SERVE, generation, near_dbfs) + _names(advice)
        case Open(generation) | Close(generation) | Flush(generation):
            return _NUMBER.pack(_NUMBERED[type(order)], generation)
        case Attend(on):
            return bytes([_ATTEND, on])
        case HoldBack():
            return bytes([_HOLD_BACK])


def _pack_report(generation: int, report: SoundReport) -> bytes:
    match report:
        case Clock() as c:
            return _CLOCK_HEAD.pack(
                _CLOCK,
                generation,
                c.at_s,
                c.played_ms,
                c.queued_ms,
                c.audible,
                c.heard_dbfs,
                c.microphone_gated,
                c.underruns,
                c.overruns,
                c.rhythm.spoken_ms,
                c.rhythm.syllables,
                c.rhythm.pausing,
            )
        case Lips(began_s, levels_dbfs, brights):
            values = (*levels_dbfs, *brights)
            head = _LIPS_HEAD.pack(_LIPS, generation, began_s)
            return head + struct.pack(f"<{len(values)}f", *values)
        case SoundFailed(fault, why):
            return _NUMBER.pack(_FAILED, generation) + f"{fault.name} {why}".encode()[:LONGEST]
        case SoundAdvised(advice):
            return _NUMBER.pack(_ADVISED, generation) + _names(advice)
        case SoundReady():
            return _NUMBER.pack(_READY, generation)


def _names(faults: frozenset[Fault]) -> bytes:
    return " ".join(sorted(fault.name for fault in faults)).encode()


def unpack(data: bytes) -> Message:
    """Read a message; `WireError` when it is none."""
    try:
        return _unpack(data)
    except (struct.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise WireError(f"Not a message of the sound engine: {error}") from error


def _unpack(data: bytes) -> Message:
    return _READERS[data[0]](data)


def _voice(data: bytes) -> Message:
    _, generation, sequence, timestamp, ssrc, arrival_s = _VOICE_HEAD.unpack_from(data)
    payload = data[_VOICE_HEAD.size :]
    return Voice(generation, VoicePacket(sequence, timestamp, ssrc, arrival_s, payload))


def _frame(data: bytes) -> Message:
    _, generation, at_s = _FRAME_HEAD.unpack_from(data)
    return Frame(generation, at_s, data[_FRAME_HEAD.size :])


def _clock(data: bytes) -> Message:
    _, generation, *fields, spoken, syllables, pausing = _CLOCK_HEAD.unpack(data)
    at_s, played, queued, audible, heard, gated, under, over = fields
    rhythm = Rhythm(spoken, syllables, pausing)
    clock = Clock(at_s, played, queued, audible, heard, gated, under, over, rhythm)
    return Report(generation, clock)


def _lips(data: bytes) -> Message:
    _, generation, began_s = _LIPS_HEAD.unpack_from(data)
    count = (len(data) - _LIPS_HEAD.size) // 8
    values = struct.unpack(f"<{2 * count}f", data[_LIPS_HEAD.size :])
    return Report(generation, Lips(began_s, values[:count], values[count:]))


def _failed(data: bytes) -> Message:
    _, generation = _NUMBER.unpack_from(data)
    name, _, why = data[_NUMBER.size :].decode(errors="replace").partition(" ")
    return Report(generation, SoundFailed(Fault[name], why))


def _serve(data: bytes) -> Message:
    _, generation, near_dbfs = _SERVE_HEAD.unpack_from(data)
    return Serve(generation, _faults(data[_SERVE_HEAD.size :]), near_dbfs)


def _advised(data: bytes) -> Message:
    _, generation = _NUMBER.unpack_from(data)
    return Report(generation, SoundAdvised(_faults(data[_NUMBER.size :])))


def _faults(names: bytes) -> frozenset[Fault]:
    return frozenset(Fault[name] for name in names.decode().split())


def _number(data: bytes) -> int:
    generation: int = _NUMBER.unpack(data)[1]
    return generation


def audio_settings(fields: dict[str, Any]) -> AudioSettings:
    """Return settings that have been through JSON, which knows no tuples."""
    whole: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    return AudioSettings(**whole)


def _setup(fields: dict[str, Any]) -> Setup:
    return Setup(
        settings=audio_settings(fields["settings"]),
        record=_path(fields["record"]),
        record_began_s=fields["record_began_s"],
        monitor=_path(fields["monitor"]),
    )


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


_READERS: dict[int, Callable[[bytes], Message]] = {
    _SERVE: _serve,
    _OPEN: lambda data: Open(_number(data)),
    _CLOSE: lambda data: Close(_number(data)),
    _FLUSH: lambda data: Flush(_number(data)),
    _ATTEND: lambda data: Attend(bool(data[1])),
    _HOLD_BACK: lambda _: HoldBack(),
    _QUIT: lambda _: Quit(),
    _SETUP: lambda data: _setup(json.loads(data[1:])),
    _VOICE: _voice,
    _BEAT: lambda data: Beat(_LEVEL.unpack(data)[1]),
    _LEARNED: lambda data: Learned(_LEVEL.unpack(data)[1]),
    _FRAME: _frame,
    _CLOCK: _clock,
    _LIPS: _lips,
    _FAILED: _failed,
    _ADVISED: _advised,
    _READY: lambda data: Report(_number(data), SoundReady()),
}
