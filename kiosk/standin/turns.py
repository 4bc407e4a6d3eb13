"""Turn taking: when a candidate began to speak and when they are really done (pure).

Time here is received audio, in milliseconds since the call's first frame.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosk.standin.vad import FRAME, FRAME_MS, VoiceActivity

EAGERNESS_MS: Mapping[str, int] = {"low": 2000, "medium": 1300, "auto": 1300, "high": 700}
"""How long a pause ends a turn under `semantic_vad`; nervous people pause for 1.5 s."""

_HANGOVER_MS = 160
"""Silence that voice activity has already waited for when it says that speech stopped."""
_MOST_S = 120
"""Longest turn that is kept; the beginning of a longer one is dropped."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How turns are found, from `audio.input.turn_detection`."""

    silence_ms: int
    prefix_ms: int
    threshold: float
    idle_ms: int | None
    create_response: bool
    interrupt_response: bool

    @classmethod
    def of(cls, detection: Mapping[str, Any]) -> "Rules":
        """Read a complete, checked `turn_detection`."""
        semantic = detection["type"] == "semantic_vad"
        return cls(
            silence_ms=EAGERNESS_MS[detection["eagerness"]]
            if semantic
            else detection["silence_duration_ms"],
            prefix_ms=300 if semantic else detection["prefix_padding_ms"],
            threshold=0.5 if semantic else detection["threshold"],
            idle_ms=None if semantic else detection["idle_timeout_ms"],
            create_response=detection["create_response"],
            interrupt_response=detection["interrupt_response"],
        )


@dataclass(frozen=True, slots=True)
class TurnBegan:
    """Somebody speaks."""

    start_ms: int


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """They are done; `samples` are mono s16 at 16 kHz, all halves of a paused answer included."""

    end_ms: int
    samples: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Idled:
    """Nobody spoke for the idle time-out."""

    start_ms: int
    end_ms: int


class TurnTaker:
    """Follows the microphone of one call; feed it whatever comes, in any portions."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._activity = VoiceActivity(rules.threshold)
        self._rest: NDArray[np.int16] = np.empty(0, np.int16)
        padding = max(1, (rules.prefix_ms + _HANGOVER_MS) // FRAME_MS)
        self._before: deque[NDArray[np.int16]] = deque(maxlen=padding)
        self._turn: deque[NDArray[np.int16]] | None = None
        self._now_ms = 0
        self._spoken_ms = 0
        self._idle_from_ms: int | None = None

    def adopt(self, rules: Rules) -> None:
        """Go on with other rules; what is known of the room is kept when the threshold is."""
        if rules.threshold != self.rules.threshold:
            self._activity = VoiceActivity(rules.threshold)
        self.rules = rules
        self._before = deque(
            self._before, maxlen=max(1, (rules.prefix_ms + _HANGOVER_MS) // FRAME_MS)
        )

    def wait_for_answer(self) -> None:
        """The voice has been played: from now on silence counts for the idle time-out."""
        self._idle_from_ms = self._now_ms

    def stop_waiting(self) -> None:
        """The model is at work: silence does not count."""
        self._idle_from_ms = None

    def discard(self) -> None:
        """Forget the audio that was received, also that of a turn that goes on."""
        self._rest = self._rest[:0]
        self._before.clear()
        if self._turn is not None:
            self._turn.clear()

    @property
    def in_turn(self) -> bool:
        """Whether a turn is going on."""
        return self._turn is not None

    def feed(self, samples: NDArray[np.int16]) -> list[TurnBegan | TurnEnded | Idled]:
        """Take mono s16 samples at 16 kHz; returns what happened in them, in order."""
        happened: list[TurnBegan | TurnEnded | Idled] = []
        self._rest = np.concatenate([self._rest, samples])
        while len(self._rest) >= FRAME:
            frame, self._rest = self._rest[:FRAME], self._rest[FRAME:]
            happened += self._frame(frame)
        return happened

    def _frame(self, frame: NDArray[np.int16]) -> list[TurnBegan | TurnEnded | Idled]:
        self._now_ms += FRAME_MS
        speaking = self._activity.feed(frame)
        if self._turn is None:
            self._before.append(frame)
            if speaking:
                return [self._begin()]
            return self._idle()
        self._turn.append(frame)
        if speaking:
            self._spoken_ms = self._now_ms
        elif self._now_ms - self._spoken_ms >= max(self.rules.silence_ms - _HANGOVER_MS, FRAME_MS):
            return [self._end()]
        return []

    def _begin(self) -> TurnBegan:
        self._turn = deque(self._before, maxlen=_MOST_S * 1000 // FRAME_MS)
        start_ms = max(0, self._now_ms - len(self._before) * FRAME_MS)
        self._before.clear()
        self._spoken_ms = self._now_ms
        self._idle_from_ms = None
        return TurnBegan(start_ms)

    def _end(self) -> TurnEnded:
        assert self._turn is not None
        samples = np.concatenate(list(self._turn))
        self._turn = None
        return TurnEnded(self._now_ms, samples)

    def _idle(self) -> list[TurnBegan | TurnEnded | Idled]:
        limit, since = self.rules.idle_ms, self._idle_from_ms
        if limit is None or since is None or self._now_ms - since < limit:
            return []
        self._idle_from_ms = None
        return [Idled(since, self._now_ms)]
