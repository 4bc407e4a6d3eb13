"""The way of the sound through the engine: out by the mouth, in by the ear.

Both are made anew for each opening of the devices, run in the threads of these, and are asked and
told by the engine's own.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.audio.detector import VoiceDetector
from kiosk.audio.duck import Duck
from kiosk.audio.echo import EchoCanceller
from kiosk.audio.gate import HalfDuplex, SilenceWatch
from kiosk.audio.level import InputMeter
from kiosk.audio.lips import LipsTeller
from kiosk.audio.loudness import Loudness
from kiosk.audio.near import NearGate
from kiosk.audio.pcm import SILENT_DBFS, Pcm, dbfs, silence
from kiosk.audio.played import Played, PlayedClock
from kiosk.audio.playout import Playout
from kiosk.audio.port import FRAME_MS, Lips, VoicePacket
from kiosk.audio.profiles import PROFILES, Profile
from kiosk.audio.record import Monitor, Recorder
from kiosk.audio.selftest import Findings, Verdict
from kiosk.settings import AudioSettings

BLOCK_S = FRAME_MS / 1000
TESTS = 5
"""So often the canceller is tested where somebody talks all the while and nothing becomes clear."""


@dataclass(frozen=True, slots=True)
class MouthState:
    """What the loudspeaker is doing."""

    played: Played
    queued_ms: int
    """Voice in the queue and in the sound card."""
    underruns: int


class Mouth:
    """From packets to the loudspeaker."""

    def __init__(self, playout: Playout, loudness: Loudness, duck: Duck, lips: LipsTeller) -> None:
        self._playout = playout
        self._loudness = loudness
        self._duck = duck
        self._lock = threading.Lock()
        self._clock = PlayedClock()
        self._lips = lips
        self.level_dbfs = SILENT_DBFS
        """Of the last block that was handed to the sound card."""

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
            block = self._loudness.shape(self._playout.pull())
            block = self._duck.shape(block, leaves_s)
            self.level_dbfs = dbfs(block)
            self._clock.add(leaves_s, self._playout.counts.voice - before, self.level_dbfs)
        self._lips.add(leaves_s, block, self.level_dbfs)
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
        canceller: EchoCanceller,
        duplex: HalfDuplex,
        meter: InputMeter,
        near: NearGate | None,
    ) -> None:
        self._canceller = canceller
        self._duplex = duplex
        self._detector = VoiceDetector()
        self._near = near
        self.meter = meter
        self.watch = SilenceWatch()
        self.held_back = False
        """Nobody is heard while the voice plays, whatever the canceller leaves."""
        self.gated = False
        """The last block was held back."""
        self.speaking = False
        """Somebody close is speaking, as far as the booth can tell by itself."""

    @property
    def near_dbfs(self) -> float:
        """From which level on somebody is near."""
        return self._near.threshold_dbfs if self._near else SILENT_DBFS

    def hear(self, block: Pcm, at_s: float, *, attends: bool, played_dbfs: float) -> Pcm:
        """Return what may be sent of 10 ms that were captured at that time.

        `attends`: the candidate is being heard; `played_dbfs`: level at the loudspeaker.
        """
        self.watch.hear(block)
        sounding = self._duplex.closed(at_s)
        self.meter.hear(block, at_s, candidate=attends and not sounding)
        left = self._canceller.hear(block)
        safe = self._canceller.settled and not self.held_back
        self.gated = sounding and not safe
        self.speaking = sounding and safe and self._detector.hear(left, played_dbfs=played_dbfs)
        heard = silence() if self.gated else left
        if self._near is not None:
            heard = self._near.hear(heard, voice=sounding)
            self.speaking = self.speaking and self._near.open
        return heard

    def confirmed(self) -> None:
        """Take note that what was heard just now was a candidate."""
        self._detector.confirmed()


class Flow:
    """Mouth and ear of one opening, and what lies between them."""

    def __init__(
        self,
        settings: AudioSettings,
        send: Callable[[Pcm, float], None],
        tell: Callable[[Lips], object],
        *,
        one_room: bool,
        meter: InputMeter,
        near_dbfs: float,
        recorder: Recorder | None = None,
        monitor: Monitor | None = None,
    ) -> None:
        """`send` is given what may be heard, `tell` what will be seen of the voice.

        `meter` and `near_dbfs` are of the last opening.
        """
        profile = PROFILES[settings.profile]
        self._send = send
        self._recorder = recorder
        self._monitor = monitor
        self._duck = Duck()
        self._duplex = HalfDuplex()
        self.canceller = EchoCanceller(profile if one_room else _without_room(profile))
        self.mouth = Mouth(
            Playout(),
            Loudness(profile.loudness_dbfs, profile.ceiling_dbfs, settings.volume_db),
            self._duck,
            LipsTeller(tell),
        )
        near = NearGate(near_dbfs) if profile.near_only else None
        self.ear = Ear(self.canceller, self._duplex, InputMeter(meter.advice), near)
        self._attends = False
        self._tests_left = TESTS

    def attend(self, *, on: bool) -> None:
        """Say whether the candidate is being heard, and may turn the voice down."""
        self._attends = self._duck.enabled = on

    def flush(self) -> None:
        """Drop the voice that waits: somebody has interrupted it."""
        self.mouth.flush()
        self._duck.confirmed()
        self.ear.confirmed()

    def test_canceller(self, findings: Findings) -> None:
        """Judge it by the first seconds of the voice, until it is clear whether it does its work.

        What is found goes into `findings`, which outlive this flow.
        """
        if not self._tests_left or (judgement := self.canceller.probe.judge()) is None:
            return
        self._tests_left -= 1
        findings.add(judgement)
        if judgement.verdict is Verdict.LEAKS:
            self.canceller.start_over()
        if findings.leaks or judgement.verdict is Verdict.CLEAN:
            self._tests_left = 0

    def pull(self, leaves_s: float) -> Pcm:
        """Return 10 ms for the loudspeaker, which leave it at that time."""
        block = self.mouth.pull(leaves_s)
        self.canceller.play(block)
        self._duplex.heard_at(leaves_s, leaves_s + BLOCK_S, self.mouth.level_dbfs)
        if self._monitor is not None:
            self._monitor.add(block)
        if self._recorder is not None:
            self._recorder.speaker.add(leaves_s, block)
        return block

    def hear(self, block: Pcm, at_s: float) -> None:
        """Take 10 ms of the microphone whose first sample was captured at that time."""
        heard = self.ear.hear(block, at_s, attends=self._attends, played_dbfs=self.mouth.level_dbfs)
        self._duck.heard(at_s, speaking=self.ear.speaking)
        at_s -= self.canceller.delay_s
        self._send(heard, at_s)
        if self._recorder is not None:
            self._recorder.microphone.add(at_s, heard)


def _without_room(profile: Profile) -> Profile:
    """Return what is left of a profile where no sound of the loudspeaker comes back."""
    return replace(profile, cancels_echo=False, suppresses_noise=False)
