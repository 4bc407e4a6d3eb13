"""The messages between the daemon and the sound engine, one per datagram of their socket pair.

Each is a type byte, a fixed part, and a rest: Opus, PCM or JSON.  Both ends are of the same
version, so nothing here is kept compatible.
"""

import dataclasses
import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.audio.port import Clock, SoundFailed, SoundReady, VoicePacket
from kiosk.core.faults import Fault
from kiosk.settings import AudioSettings

LONGEST = 8192
"""Bytes; longer is no message of ours."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message to an engine: all it is ever told about itself."""

    settings: AudioSettings
    generation: int
    """The highest number already used."""
    record: Path | None = None
    """Folder for the demo's recordings."""
    record_began_s: float = 0.0
    """Monotonic second of their first sample; kept by an engine that takes over."""
    monitor: Path | None = None
    """Pipe for what leaves the loudspeaker."""


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


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of the microphone."""

    generation: int
    at_s: float
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """What the port's `on_report` hears."""

    generation: int
    report: Clock | SoundFailed | SoundReady


Message = Setup | Open | Close | Flush | Attend | Quit | Voice | Beat | Frame | Report

_NUMBERED: dict[type[Open | Close | Flush], int] = {Open: 1, Close: 2, Flush: 3}
_SETUP, _QUIT, _BEAT, _VOICE, _FRAME, _CLOCK, _FAILED, _READY = 4, 5, 6, 7, 8, 9, 10, 11
_ATTEND = 12
_NUMBER = struct.Struct("<BI")
_VOICE_HEAD = struct.Struct("<BIHIId")
_FRAME_HEAD = struct.Struct("<BId")
_CLOCK_HEAD = struct.Struct("<BIdQQ??ddQQ")


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
        case Report(generation, Clock() as c):
            return _CLOCK_HEAD.pack(
                _CLOCK,
                generation,
                c.at_s,
                c.played_ms,
                c.queued_ms,
                c.audible,
                c.microphone_gated,
                c.played_dbfs,
                c.heard_dbfs,
                c.underruns,
                c.overruns,
            )
        case Report(generation, SoundFailed(fault, why)):
            return _NUMBER.pack(_FAILED, generation) + f"{fault.name} {why}".encode()[:LONGEST]
        case Report(generation, SoundReady()):
            return _NUMBER.pack(_READY, generation)
        case Open(generation) | Close(generation) | Flush(generation):
            return _NUMBER.pack(_NUMBERED[type(message)], generation)
        case Attend(on):
            return bytes([_ATTEND, on])
        case Setup():
            return bytes([_SETUP]) + json.dumps(dataclasses.asdict(message), default=str).encode()
        case Quit() | Beat():
            return bytes([_QUIT if isinstance(message, Quit) else _BEAT])
    raise TypeError(f"{message!r} is no message of the sound engine.")


def unpack(data: bytes) -> Message:
    """Read a message; `WireError` when it is none."""
    try:
        return _unpack(data)
    except (struct.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise WireError(f"Not a message of the sound engine: {error}") from error


def _unpack(data: bytes) -> Message:
    kind = data[0]
    if kind == _VOICE:
        _, generation, sequence, timestamp, ssrc, arrival_s = _VOICE_HEAD.unpack_from(data)
        payload = data[_VOICE_HEAD.size :]
        return Voice(generation, VoicePacket(sequence, timestamp, ssrc, arrival_s, payload))
    if kind == _FRAME:
        _, generation, at_s = _FRAME_HEAD.unpack_from(data)
        return Frame(generation, at_s, data[_FRAME_HEAD.size :])
    if kind == _CLOCK:
        _, generation, at_s, played, queued, audible, gated, out, heard, under, over = (
            _CLOCK_HEAD.unpack(data)
        )
        clock = Clock(at_s, played, queued, audible, out, heard, gated, under, over)
        return Report(generation, clock)
    if kind == _FAILED:
        _, generation = _NUMBER.unpack_from(data)
        name, _, why = data[_NUMBER.size :].decode(errors="replace").partition(" ")
        return Report(generation, SoundFailed(Fault[name], why))
    if kind == _READY:
        return Report(_NUMBER.unpack(data)[1], SoundReady())
    if kind == _SETUP:
        return _setup(json.loads(data[1:]))
    if kind == _ATTEND:
        return Attend(bool(data[1]))
    if kind in (_QUIT, _BEAT):
        return Quit() if kind == _QUIT else Beat()
    make = {number: message for message, number in _NUMBERED.items()}[kind]
    return make(_NUMBER.unpack(data)[1])


def audio_settings(fields: dict[str, Any]) -> AudioSettings:
    """Return settings that have been through JSON, which knows no tuples."""
    whole: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    return AudioSettings(**whole)


def _setup(fields: dict[str, Any]) -> Setup:
    return Setup(
        settings=audio_settings(fields["settings"]),
        generation=fields["generation"],
        record=_path(fields["record"]),
        record_began_s=fields["record_began_s"],
        monitor=_path(fields["monitor"]),
    )


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
