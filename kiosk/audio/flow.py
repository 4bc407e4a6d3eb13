"""The way of the sound through the engine: out by the mouth, in by the ear.

Both run in the threads of their devices and are asked and told by the engine's own.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.audio.gate import HalfDuplex, SilenceWatch
from kiosk.audio.pcm import SILENT_DBFS, Pcm, dbfs, silence
from kiosk.audio.played import Played, PlayedClock
from kiosk.audio.playout import Playout
from kiosk.audio.port import FRAME_MS, VoicePacket
from kiosk.audio.record import Monitor, Recorder


@dataclass(frozen=True, slots=True)
class MouthState:
    """What the loudspeaker is doing."""

    played: Played
    queued_ms: int
    """Voice in the queue and in the sound card."""
    underruns: int


class Mouth:
    """From packets to the loudspeaker."""

    def __init__(
        self, duplex: HalfDuplex, recorder: Recorder | None, monitor: Monitor | None
    ) -> None:
        self._duplex = duplex
        self._recorder = recorder
        self._monitor = monitor
        self._lock = threading.Lock()
        self._playout = Playout()
        self._clock = PlayedClock()

    def reset(self) -> None:
        """Begin anew, with nothing queued and nothing played."""
        with self._lock:
            self._playout, self._clock = Playout(), PlayedClock()

    def push(self, packet: VoicePacket) -> None:
        """Queue a packet."""
        self._playout.push(packet)

    def flush(self) -> None:
        """Drop what is queued; the sound card plays out what it has."""
        self._playout.flush()

    def pull(self, leaves_s: float) -> Pcm:
        """Return the next 10 ms, which leave the loudspeaker at that time."""
        with self._lock:
            before = self._playout.counts.voice
            block = self._playout.pull()
            level_dbfs = dbfs(block)
            self._clock.add(leaves_s, self._playout.counts.voice - before, level_dbfs)
        self._duplex.heard_at(leaves_s, leaves_s + FRAME_MS / 1000, level_dbfs)
        if self._monitor is not None:
            self._monitor.add(block)
        if self._recorder is not None:
            self._recorder.speaker.add(leaves_s, block)
        return block

    def state(self, now_s: float) -> MouthState:
        """Tell what the loudspeaker does now."""
        with self._lock:
            played = self._clock.at(now_s)
            queued_ms = self._playout.queued_ms + played.in_card_ms
            return MouthState(played, queued_ms, self._playout.counts.underruns)


class Ear:
    """From the microphone to the daemon."""

    def __init__(
        self,
        duplex: HalfDuplex | None,
        recorder: Recorder | None,
        send: Callable[[Pcm, float], None],
    ) -> None:
        self._duplex = duplex
        self._recorder = recorder
        self._send = send
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self.watch = SilenceWatch()
        self.gated = False
        """The last block was held back."""
        self.level_dbfs = SILENT_DBFS
        """Of the last block, held back or not."""

    def hold_back(self, duplex: HalfDuplex) -> None:
        """Send silence while the loudspeaker is heard, from here on."""
        self._duplex = duplex

    def hear(self, block: Pcm, at_s: float) -> None:
        """Take 10 ms whose first sample was captured at that time."""
        self.level_dbfs = dbfs(block)
        self.gated = self._duplex is not None and self._duplex.closed(at_s)
        if self.gated:
            block = silence()
        else:
            self.watch.hear(block, at_s)
        self._send(block, at_s)
        if self._recorder is not None:
            self._recorder.microphone.add(at_s, block)
