"""A conversation as the screen sees it, told by the clock: the same second always looks the same.

Two turns of each, with pauses for thought, a silence whose ring fills, and the button held once.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from kiosk.audio.lips import bright
from kiosk.audio.pcm import SILENT_DBFS, Pcm, dbfs
from kiosk.audio.port import FRAME_SAMPLES
from kiosk.core.snapshot import Caption, Connection, Mood, Phase, Ring, Snapshot
from kiosk.screen.gallery_texts import LINES
from tests.rigs.voices import CANDIDATE, INTERVIEWER, talk

CHARACTERS_PER_S = 15
"""As fast as a voice."""
LIMIT_S = 600
SAY = LINES["en"]
TALK = Snapshot(
    Phase.CONVERSING,
    connection=Connection.CONNECTED,
    microphone_open=True,
    question=2,
    questions=5,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What is shown and heard."""

    snapshot: Snapshot
    played_dbfs: float = SILENT_DBFS
    played_bright: float = 0.0
    heard_dbfs: float = SILENT_DBFS


def _asks(text: str) -> Callable[[float, float], Moment]:
    """The interviewer says `text`; its words appear as they are spoken."""

    def moment(at_s: float, passed_s: float) -> Moment:
        reached = min(len(text), int(passed_s * CHARACTERS_PER_S))
        shown = len(text) if reached == len(text) else max(0, text.rfind(" ", 0, reached))
        told = replace(TALK, mood=Mood.SPEAKING, caption=Caption(text, text, shown))
        return Moment(told, _now(VOICE, at_s), _now(VOICE_BRIGHTS, at_s))

    return moment


def _answers(question: str, text: str) -> Callable[[float, float], Moment]:
    """The candidate speaks; their words come in pieces, as a service recognises them."""

    def moment(at_s: float, passed_s: float) -> Moment:
        words = text[: max(0, text.rfind(" ", 0, int(passed_s * CHARACTERS_PER_S)))]
        told = replace(
            TALK,
            mood=Mood.LISTENING,
            caption=Caption(question, question, len(question)),
            candidate_speaking=True,
            candidate_text=words,
        )
        return Moment(told, heard_dbfs=_now(ANSWERS, at_s))

    return moment


def _thinks(question: str, text: str) -> Callable[[float, float], Moment]:
    told = replace(
        TALK,
        mood=Mood.THINKING,
        caption=Caption(question, question, len(question)),
        candidate_text=text,
    )
    return lambda _at_s, _passed_s: Moment(told)


def _waits(question: str, kind: str, ring_s: float) -> Callable[[float, float], Moment]:
    """Nobody speaks, and a ring fills."""
    told = replace(TALK, mood=Mood.LISTENING, caption=Caption(question, question, len(question)))

    def moment(at_s: float, passed_s: float) -> Moment:
        began_s = at_s - passed_s
        assert kind in {"hold", "silence"}
        ring = Ring("hold" if kind == "hold" else "silence", began_s, began_s + ring_s)
        return Moment(replace(told, ring=ring), heard_dbfs=-62.0)

    return moment


STAGES: tuple[tuple[float, Callable[[float, float], Moment]], ...] = (
    (5.5, _asks(SAY.question)),
    (2.0, _waits(SAY.question, "hold", 1.5)),
    (7.0, _answers(SAY.question, SAY.answer)),
    (1.5, _thinks(SAY.question, SAY.answer)),
    (len(SAY.long_question) / CHARACTERS_PER_S + 0.5, _asks(SAY.long_question)),
    (4.0, _waits(SAY.long_question, "silence", 10.0)),
    (15.0, _answers(SAY.long_question, SAY.long_answer)),
    (1.5, _thinks(SAY.long_question, SAY.long_answer)),
)
"""How long each lasts, in seconds, and what it looks like so long after it began."""
SECONDS = sum(lasts_s for lasts_s, _ in STAGES)
"""One round."""


def moment(at_s: float) -> Moment:
    """What is shown and heard at a second; after the last stage the first one begins again."""
    passed_s = at_s % SECONDS
    for lasts_s, stage in STAGES:
        if passed_s < lasts_s:
            found = stage(at_s, passed_s)
            ends_s = at_s - at_s % LIMIT_S + LIMIT_S
            return replace(found, snapshot=replace(found.snapshot, ends_s=ends_s))
        passed_s -= lasts_s
    raise AssertionError("the stages fill the round")


def _of_blocks(measure: Callable[[Pcm], float], pcm: Pcm) -> tuple[float, ...]:
    blocks = pcm[: len(pcm) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return tuple(measure(np.ascontiguousarray(block)) for block in blocks)


def _now(values: tuple[float, ...], at_s: float) -> float:
    return values[math.floor(100 * at_s) % len(values)]


VOICE = _of_blocks(dbfs, talk(INTERVIEWER, 30))
"""Levels of the interviewer in dBFS, every 10 ms."""
VOICE_BRIGHTS = _of_blocks(bright, talk(INTERVIEWER, 30))
ANSWERS = _of_blocks(dbfs, talk(CANDIDATE, 30))
