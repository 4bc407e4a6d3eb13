"""Records when packets of the voice arrived, and replays that: a bad venue on a desk.

A trace is JSON lines, one a packet in order of arrival: `seq`, `timestamp` and `ssrc` as on the
wire, `size` of the payload in bytes, `arrival` in seconds since the first packet, and `payload` in
base64 where it was asked for.  Without payloads a trace holds nothing that was said.
"""

import base64
import json
import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from kiosk.audio.pcm import Pcm
from kiosk.audio.playout import Playout
from kiosk.audio.port import FRAME_MS, RATE_HZ, VoicePacket

log = logging.getLogger(__name__)

MOST_PACKETS = 360_000
"""Two hours of packets of 20 ms; a recorder stops there, a reader refuses more."""
LONGEST_LINE = 16_384
"""Characters; the link carries no packet that needs more."""
LONGEST_S = 86_400.0
"""Arrivals after a day are no call."""
SAVED_EVERY = 50
"""Packets between two saves: what a crash may cost."""
PACKET_SAMPLES = RATE_HZ // 50
"""What one packet of an encoded voice is taken to hold, 20 ms."""

_AT_ONCE = 1e-6
"""Of a pull's time: what arrives with it by the clock must not miss it by rounding."""


class TraceError(ValueError):
    """A file that is no trace; says in one sentence where and why."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One line of a trace."""

    sequence: int
    timestamp: int
    ssrc: int
    size: int
    """Bytes of the payload."""
    arrival_s: float
    """Since the first packet of the trace."""
    payload: bytes | None = None
    """What it held, where that was kept."""

    def packet(self, payload: bytes) -> VoicePacket:
        """Return it as it came off the wire, with that content."""
        return VoicePacket(self.sequence, self.timestamp, self.ssrc, self.arrival_s, payload)


def arrival_of(packet: VoicePacket, *, began_s: float = 0.0, payload: bool = False) -> Arrival:
    """Return the line of a packet, timed from `began_s`."""
    return Arrival(
        sequence=packet.sequence,
        timestamp=packet.timestamp,
        ssrc=packet.ssrc,
        size=len(packet.payload),
        arrival_s=packet.arrival_s - began_s,
        payload=packet.payload if payload else None,
    )


def written(arrival: Arrival) -> str:
    """Return a line as it stands in the file."""
    fields: dict[str, object] = {
        "seq": arrival.sequence,
        "timestamp": arrival.timestamp,
        "ssrc": arrival.ssrc,
        "size": arrival.size,
        "arrival": round(arrival.arrival_s, 6),
    }
    if arrival.payload is not None:
        fields["payload"] = base64.b64encode(arrival.payload).decode()
    return json.dumps(fields) + "\n"


class TraceRecorder:
    """Writes a trace of the packets it is called with.

    Stands beside the tap: it never raises once it is made, and stops at `MOST_PACKETS` or when the
    disk does.  What was said is kept only with `payloads`.
    """

    def __init__(self, path: Path, *, payloads: bool = False) -> None:
        self._payloads = payloads
        self._began_s: float | None = None
        self._file: TextIO | None = path.open("w", encoding="utf-8")
        self.packets = 0
        """Lines written."""

    def __call__(self, packet: VoicePacket) -> None:
        """Write one packet."""
        if self._file is None:
            return
        if self._began_s is None:
            self._began_s = packet.arrival_s
        arrival = arrival_of(packet, began_s=self._began_s, payload=self._payloads)
        try:
            self._file.write(written(arrival))
            self.packets += 1
            if self.packets % SAVED_EVERY == 0:
                self._file.flush()
        except OSError as error:
            log.warning("The trace of the voice's packets ends early: %s.", error.strerror)
            self.close()
        if self.packets >= MOST_PACKETS:
            self.close()

    def close(self) -> None:
        """End the file; later packets are ignored."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                log.warning("The trace of the voice's packets is cut short: %s.", error.strerror)


def read_trace(path: Path) -> tuple[Arrival, ...]:
    """Read a trace, in order of arrival.

    Raises `TraceError` with one sentence for a line that is none, `OSError` where there is no file.
    """
    arrivals: list[Arrival] = []
    with path.open(encoding="utf-8", errors="replace") as file:
        number = 0
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if number > MOST_PACKETS:
                raise TraceError(f"{path} has more than {MOST_PACKETS} lines.")
            try:
                arrivals += [read_line(line)] if line.strip() else []
            except TraceError as error:
                raise TraceError(f"{path}, line {number}: {error}.") from error
    return tuple(sorted(arrivals, key=lambda arrival: arrival.arrival_s))


def read_line(line: str) -> Arrival:
    """Read one line; `TraceError` says why it is none."""
    if len(line) > LONGEST_LINE:
        raise TraceError(f"longer than {LONGEST_LINE} characters")
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TraceError("not JSON") from error
    if not isinstance(fields, dict):
        raise TraceError("not a JSON object")
    size = _whole(fields, "size", 2**16)
    payload = _payload(fields.get("payload"))
    if payload is not None and len(payload) != size:
        raise TraceError(f"size is {size} but payload holds {len(payload)} bytes")
    return Arrival(
        sequence=_whole(fields, "seq", 2**16),
        timestamp=_whole(fields, "timestamp", 2**32),
        ssrc=_whole({"ssrc": 0} | fields, "ssrc", 2**32),
        size=size,
        arrival_s=_seconds(fields.get("arrival")),
        payload=payload,
    )


def _whole(fields: dict[str, Any], name: str, end: int) -> int:
    value = fields.get(name)
    if type(value) is not int or not 0 <= value < end:
        raise TraceError(f"{name} must be a whole number from 0 to {end - 1}")
    return value


def _seconds(value: object) -> float:
    if type(value) in {int, float} and isinstance(value, int | float):
        seconds = float(value) if abs(value) <= LONGEST_S else math.nan
        if math.isfinite(seconds):
            return seconds
    raise TraceError(f"arrival must be seconds, at most {LONGEST_S:.0f}")


def _payload(value: object) -> bytes | None:
    if value is None:
        return None
    try:
        if isinstance(value, str):
            return base64.b64decode(value, validate=True)
    except ValueError as error:
        raise TraceError("payload is not base64") from error
    raise TraceError("payload must be text in base64")


def with_voice(arrivals: Sequence[Arrival], voice: Sequence[bytes]) -> Iterator[VoicePacket]:
    """Yield the packets of a trace with their own payloads, or else with those of a voice.

    Which packet of the voice stands for which is told by the timestamps, so that what was lost or
    doubled on the line is lost or doubled in the voice; it begins again when it is over.
    """
    origin = min((arrival.timestamp for arrival in arrivals), default=0)
    if any(arrival.timestamp - origin >= 2**31 for arrival in arrivals):
        origin = arrivals[0].timestamp
    for arrival in arrivals:
        place = (arrival.timestamp - origin) % 2**32 // PACKET_SAMPLES
        yield arrival.packet(arrival.payload or voice[place % len(voice)])


def replay(packets: Iterable[VoicePacket], playout: Playout, *, seconds: float) -> Iterator[Pcm]:
    """Yield what a sound card pulls in that time while packets arrive, in simulated time.

    `packets` are in order of arrival; a packet is there for the first pull after it.
    """
    coming = iter(packets)
    packet = next(coming, None)
    for tick in range(round(seconds * 1000 / FRAME_MS)):
        while packet is not None and packet.arrival_s <= (tick + _AT_ONCE) * FRAME_MS / 1000:
            playout.push(packet)
            packet = next(coming, None)
        yield playout.pull()
