"""A virtual candidate: hears the loudspeaker, waits for its turn, answers with recorded speech.

It knows nothing of the call; what it does follows from sound alone.  This is the deciding part,
without any I/O: frames go in, frames come out, and the time is told.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np

from kiosk.audio.pcm import Pcm, dbfs
from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES, RATE_HZ

GATE_DBFS = -50.0
"""What is quieter is never a voice."""
OVER_FLOOR_DB = 12.0
"""A voice is so much louder than the room."""
FLOOR_FRAMES = 300
"""How long the room is remembered; in a long speech the pauses between words keep it low."""
ONSET_FRAMES = 5
"""So many of the last `WINDOW_FRAMES` must be loud before it counts as a voice."""
WINDOW_FRAMES = 10


@dataclass(frozen=True, slots=True)
class Line:
    """Something the candidate can say."""

    id: str
    text: str
    """Exactly what is said."""
    pcm: Pcm
    """Mono at 48 kHz."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How this candidate behaves."""

    patience_s: float = 1.3
    """A pause of the interviewer after which a question is over."""
    interrupt_turn: int = 2
    """Which turn of the interviewer is interrupted, from 1; 0 interrupts none."""
    interrupt_after_s: float = 4.0
    """How far into that turn."""
    noise_dbfs: float = -60.0
    """The room around the candidate; digital silence would be no test."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One stretch of voice, as the candidate remembers it; times are monotonic seconds."""

    kind: Literal["answer", "interruption", "heard"]
    """`heard` is a turn of the interviewer."""
    id: str
    """Of the line; empty for `heard`."""
    text: str
    start_s: float
    end_s: float
    voice_s: float
    """When the first sound of it began: a line begins with a little silence."""
    hushed_s: float | None = None
    """For an interruption: when the loudspeaker fell silent under it, None if it did not."""
    whole: bool = True
    """False when the booth stopped listening before the line's end."""


class Ear:
    """Tells voice from room by level; the room's level is learned."""

    def __init__(self) -> None:
        self._levels: deque[float] = deque(maxlen=FLOOR_FRAMES)
        self._loud: deque[bool] = deque(maxlen=WINDOW_FRAMES)

    def hear(self, frame: Pcm) -> bool:
        """Return whether this frame of 10 ms belongs to a voice."""
        level = dbfs(frame)
        self._levels.append(level)
        floor = float(np.quantile(self._levels, 0.1)) if len(self._levels) >= WINDOW_FRAMES else -90
        loud = level > max(GATE_DBFS, min(floor, GATE_DBFS) + OVER_FLOOR_DB)
        self._loud.append(loud)
        return loud and sum(self._loud) >= ONSET_FRAMES


class _Doing(Enum):
    WAITING = "for the interviewer to begin"
    LISTENING = "to the interviewer"
    SPEAKING = "a line"


class CandidateBrain:
    """Decides when to speak and what; every call is told the monotonic time."""

    def __init__(
        self, answers: Sequence[Line], interruption: Line | None, habits: Habits | None = None
    ) -> None:
        self._answers = tuple(answers)
        self._interruption = interruption
        self._habits = habits or Habits()
        self._noise = _noise(self._habits.noise_dbfs)
        self._ticks = 0
        self._doing = _Doing.WAITING
        self.log: list[Passage] = []
        """What was said and heard, in the order in which it ended."""
        self.restart()

    def restart(self, now_s: float | None = None) -> None:
        """Begin anew with the next interview; what is being said at `now_s` is broken off."""
        if now_s is not None:
            self._break_off(now_s)
        self._ear = Ear()
        self._doing = _Doing.WAITING
        self._turn = 0
        self._given = 0
        self._voice_began_s = self._voice_ended_s = 0.0
        self._line: Line | None = None
        self._at = 0
        self._began_s = 0.0
        self._interrupted = False

    @property
    def finished(self) -> bool:
        """All was said, and the interviewer has spoken after it."""
        return self._given == len(self._answers) and self._turn > self._given

    def hear(self, frame: Pcm, now_s: float) -> None:
        """Take 10 ms of what the loudspeaker plays."""
        voice = self._ear.hear(frame)
        if voice and self._doing is _Doing.WAITING:
            self._doing = _Doing.LISTENING
            self._voice_began_s = now_s - ONSET_FRAMES * FRAME_MS / 1000
        if voice:
            self._voice_ended_s = now_s + FRAME_MS / 1000

    def say(self, now_s: float) -> Pcm:
        """Return the next 10 ms for the microphone."""
        if self._doing is _Doing.LISTENING:
            self._consider(now_s)
        sound = self._room()
        if self._doing is _Doing.SPEAKING and self._line is not None:
            piece = self._line.pcm[self._at : self._at + FRAME_SAMPLES]
            self._at += FRAME_SAMPLES
            sound[: len(piece)] += piece
            if self._at >= len(self._line.pcm):
                self._finish(now_s + FRAME_MS / 1000, whole=True)
        return np.clip(sound, -32768, 32767).astype(np.int16)

    def _consider(self, now_s: float) -> None:
        habits = self._habits
        if now_s - self._voice_ended_s >= habits.patience_s:
            self._turn += 1
            self._remember_turn()
            self._doing = _Doing.WAITING
            if self._given < len(self._answers):
                self._speak(self._answers[self._given], now_s)
                self._given += 1
        elif (
            self._interruption is not None
            and not self._interrupted
            and self._turn + 1 == habits.interrupt_turn
            and now_s - self._voice_began_s >= habits.interrupt_after_s
        ):
            self._interrupted = True
            self._speak(self._interruption, now_s)

    def _break_off(self, now_s: float) -> None:
        if self._doing is _Doing.SPEAKING:
            self._finish(now_s, whole=False)
        elif self._doing is _Doing.LISTENING:
            self._remember_turn()

    def _speak(self, line: Line, now_s: float) -> None:
        self._line, self._at, self._began_s = line, 0, now_s
        self._doing = _Doing.SPEAKING

    def _finish(self, now_s: float, *, whole: bool) -> None:
        line = self._line
        assert line is not None
        interrupting = line is self._interruption
        if interrupting:
            self._remember_turn()
        self.log.append(
            Passage(
                kind="interruption" if interrupting else "answer",
                id=line.id,
                text=line.text,
                start_s=self._began_s,
                end_s=now_s,
                voice_s=self._began_s + _lead_s(line.pcm),
                hushed_s=self._hushed_s(now_s) if interrupting else None,
                whole=whole,
            )
        )
        self._line = None
        self._doing = _Doing.WAITING

    def _remember_turn(self) -> None:
        self.log.append(
            Passage(
                kind="heard",
                id="",
                text="",
                start_s=self._voice_began_s,
                end_s=self._voice_ended_s,
                voice_s=self._voice_began_s,
            )
        )

    def _hushed_s(self, now_s: float) -> float | None:
        quiet_s = now_s - self._voice_ended_s
        return self._voice_ended_s if quiet_s > WINDOW_FRAMES * FRAME_MS / 1000 else None

    def _room(self) -> Pcm:
        start = self._ticks * FRAME_SAMPLES % len(self._noise)
        self._ticks += 1
        return self._noise[start : start + FRAME_SAMPLES].astype(np.int32)


def _lead_s(pcm: Pcm) -> float:
    starts = range(0, len(pcm), FRAME_SAMPLES)
    first = next((at for at in starts if dbfs(pcm[at : at + FRAME_SAMPLES]) > GATE_DBFS), 0)
    return first / RATE_HZ


def _noise(level_dbfs: float) -> Pcm:
    """Return three seconds of it, a whole number of frames."""
    scale = 32768 * 10 ** (level_dbfs / 20)
    return np.rint(np.random.default_rng(1).normal(0, scale, 3 * RATE_HZ)).astype(np.int16)
