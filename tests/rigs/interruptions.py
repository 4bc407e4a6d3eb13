"""A candidate who interrupts the booth over and over in a noisy hall, in simulated time.

What the candidate says begins at labelled onsets.  The service confirms each after `CONFIRMED_S`:
the voice is flushed, and goes on when the candidate has finished.
"""

from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Protocol

import numpy as np
from scipy.signal import fftconvolve

from kiosk.audio.backends.portaudio import PERIOD_MS
from kiosk.audio.detector import VoiceDetector
from kiosk.audio.duck import Duck
from kiosk.audio.echo import EchoCanceller
from kiosk.audio.pcm import Pcm, dbfs
from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES, RATE_HZ
from kiosk.audio.profiles import PROFILES
from tests.rigs.hall import at_dbfs
from tests.rigs.onsets import onsets_s
from tests.rigs.room import TALKER_DBFS, Room, Sound, active_dbfs, hear
from tests.rigs.voices import INTERVIEWER, lines, talk

LEAD_S = 20.0
"""The booth speaks alone at first: a greeting, in which canceller and ear learn the room."""
BEFORE_S, AFTER_S = 0.3, 1.0
"""What is cut out around each onset."""
GAPS_S = (2.2, 2.47, 2.91, 2.63, 3.08)
"""Between two interruptions."""
SNR_DB = 15.0
"""Of the candidate's speech level over the hall's RMS level."""
FLOOR_DBFS = -65.0
"""The microphone's own noise."""
CONFIRMED_S = 0.4
NOTICED_S = 0.5
"""Later is not noticed."""
DUCKED_DB = -6.0
"""Plainly quieter."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the microphone gives, and what is played meanwhile; both of one length."""

    microphone: Pcm = field(repr=False)
    played: Pcm = field(repr=False)
    onsets_s: tuple[float, ...]
    echoes: bool
    """There is echo in it, for the canceller to take out."""


@dataclass(frozen=True, slots=True)
class Ducked:
    """What the booth made of a scene."""

    after_ms: tuple[float, ...]
    """For each onset that was noticed: until the voice was 6 dB down in what the sound card got."""
    missed: int
    """Onsets that were not noticed within half a second."""
    false_ducks: int
    """Ducks without an onset, `LEAD_S` left out."""
    quiet_s: float
    """Time in which every duck was a false one."""
    heard: Pcm = field(repr=False)
    """What the ear was given: the microphone, without echo where there was any."""


def scene(
    noise: Sound | None,
    *,
    voice: Path | None,
    room: Room | None = None,
    seconds: float = 60.0,
    begin_s: float = 0.0,
    snr_db: float = SNR_DB,
) -> Scene:
    """Let `voice` interrupt once at each of its onsets, or nobody for so many seconds.

    `room` adds the echo of what is played; `begin_s` is where in the noise the scene begins.
    """
    said, onsets = _interruptions(voice) if voice else (np.zeros(round(seconds * RATE_HZ)), ())
    count = len(said) // FRAME_SAMPLES * FRAME_SAMPLES
    said = said[:count]
    played = talk(INTERVIEWER, count / RATE_HZ, seed=3 + round(begin_s), pause_s=0.2)
    for onset in onsets:
        played[round((onset + CONFIRMED_S) * RATE_HZ) : round((onset + AFTER_S) * RATE_HZ)] = 0
    heard = np.random.default_rng(2).standard_normal(count) * 32768 * 10 ** (FLOOR_DBFS / 20)
    if room is not None:
        heard += hear(room, played).echo
        said = fftconvolve(said, room.talker_path)[:count]
    if noise is not None:
        heard += at_dbfs(noise, TALKER_DBFS - snr_db, count, begin=round(begin_s * RATE_HZ))
    microphone = np.clip(np.rint(heard + said), -32768, 32767)
    return Scene(np.asarray(microphone, np.int16), played, onsets, room is not None)


class Ear(Protocol):
    """Whatever hears a candidate."""

    def hear(self, block: Pcm, *, played_dbfs: float) -> bool:
        """As `VoiceDetector.hear`."""

    def confirmed(self) -> None:
        """As `VoiceDetector.confirmed`."""


def interrupt(scene: Scene, ear: Ear | None = None) -> Ducked:
    """Let an ear, the booth's own by default, and a duck live through a scene.

    Where there is echo, so does the canceller.  At each tick the playback callback comes first: the
    worst order of the two.
    """
    canceller = EchoCanceller(PROFILES["open"]) if scene.echoes else None
    ear, duck = ear or VoiceDetector(), Duck()
    duck.enabled = True
    confirm_s = cycle((*(onset + CONFIRMED_S for onset in scene.onsets_s), float("inf")))
    next_s = next(confirm_s)
    ducks_s: list[float] = []
    down_s: list[float] = []
    given: list[Pcm] = []
    waiting: list[tuple[float, Pcm]] = []
    for begin in range(0, len(scene.played), FRAME_SAMPLES):
        played = scene.played[begin : begin + FRAME_SAMPLES]
        now_s = (begin + FRAME_SAMPLES) / RATE_HZ
        before_db = duck.gain_db
        duck.shape(played, now_s)
        if duck.gain_db < DUCKED_DB <= before_db:
            share = (DUCKED_DB - before_db) / (duck.gain_db - before_db)
            down_s.append(now_s + share * FRAME_SAMPLES / RATE_HZ)
        if canceller is not None:
            canceller.play(played)
        waiting.append((begin / RATE_HZ, scene.microphone[begin : begin + FRAME_SAMPLES]))
        if len(waiting) * FRAME_MS == PERIOD_MS["input"]:
            for captured_s, block in waiting:
                left = canceller.hear(block) if canceller else block
                settled = canceller is None or canceller.settled
                given.append(left)
                speaking = settled and ear.hear(left, played_dbfs=dbfs(played))
                if duck.heard(captured_s, speaking=speaking):
                    ducks_s.append(captured_s)
            waiting.clear()
        if now_s >= next_s:
            next_s = next(confirm_s)
            ear.confirmed()
            duck.confirmed()
    return _judge(scene, ducks_s, down_s, np.concatenate(given))


def _interruptions(voice: Path) -> tuple[Sound, tuple[float, ...]]:
    """Return all that a voice says at its onsets, and the seconds at which these begin."""
    before, after = round(BEFORE_S * RATE_HZ), round(AFTER_S * RATE_HZ)
    said, onsets = [np.zeros(round(LEAD_S * RATE_HZ))], []
    position, gaps = len(said[0]), cycle(GAPS_S)
    for line in lines(voice):
        level = 10 ** ((TALKER_DBFS - active_dbfs(line)) / 20)
        padded = np.concatenate([np.zeros(before), line * level, np.zeros(after)])
        for onset in onsets_s(line):
            begin = round(onset * RATE_HZ)
            piece = padded[begin : begin + before + after].copy()
            piece[: RATE_HZ // 200] *= np.linspace(0, 1, RATE_HZ // 200)
            gap = np.zeros(round(next(gaps) * RATE_HZ))
            said += [piece, gap]
            onsets.append((position + before) / RATE_HZ)
            position += len(piece) + len(gap)
    return np.concatenate(said), tuple(onsets)


def _judge(scene: Scene, ducks_s: list[float], down_s: list[float], heard: Pcm) -> Ducked:
    after_ms = []
    for onset in scene.onsets_s:
        near = [at for at in down_s if -BEFORE_S < at - onset <= NOTICED_S]
        after_ms += [1000 * (near[0] - onset)] if near else []
    true = [
        any(-BEFORE_S < at - onset < AFTER_S + 0.1 for onset in scene.onsets_s) for at in ducks_s
    ]
    false_ducks = sum(
        1 for at, is_true in zip(ducks_s, true, strict=True) if at >= LEAD_S and not is_true
    )
    spoken_s = len(scene.onsets_s) * (BEFORE_S + AFTER_S + 0.1)
    quiet_s = len(scene.played) / RATE_HZ - LEAD_S - spoken_s
    return Ducked(tuple(after_ms), len(scene.onsets_s) - len(after_ms), false_ducks, quiet_s, heard)
