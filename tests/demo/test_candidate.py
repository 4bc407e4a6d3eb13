"""The virtual candidate: when it speaks follows from sound alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from kiosk.audio.pcm import Pcm, dbfs, silence
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.demo.candidate import CandidateBrain, Ear, Habits, Line, Passage

RNG = np.random.default_rng(7)


def noise(seconds: float, level_dbfs: float) -> Pcm:
    scale = 32768 * 10 ** (level_dbfs / 20)
    return np.rint(RNG.normal(0, scale, round(seconds * RATE_HZ))).astype(np.int16)


def speech(seconds: float) -> Pcm:
    """Syllables: 200 ms of voice, 60 ms of near silence."""
    pcm = noise(seconds, -20)
    at = np.arange(len(pcm)) % (RATE_HZ * 26 // 100)
    return np.where(at < RATE_HZ // 5, pcm, pcm // 100).astype(np.int16)


def line(name: str, *parts: Pcm) -> Line:
    return Line(name, f"text of {name}", np.concatenate([silence(3840), *parts]))


ANSWERS = (
    line("one", speech(2)),
    line("two", speech(1.5), silence(round(1.5 * RATE_HZ)), speech(1.5)),
    line("three", speech(2)),
)
INTERRUPTION = line("interruption", speech(1.2))


@dataclass
class Room:
    """An interviewer that speaks its turns, waits for silence, and stops when spoken over."""

    brain: CandidateBrain
    turns: Sequence[float]
    """Seconds of each turn; one that is interrupted is said again."""
    gap_s: float = 2.0
    hum: Pcm | None = None
    now_s: float = 100.0
    said: list[Pcm] = field(default_factory=list)

    def run(self, seconds: float) -> list[Passage]:
        turns, playing, quiet_s, talked_s = list(self.turns), silence(0), 9.0, 0.0
        whole = silence(0)
        for _ in range(round(seconds * 100)):
            if not len(playing) and turns and quiet_s > self.gap_s:
                whole = playing = speech(turns.pop(0))
            frame = playing[:FRAME_SAMPLES]
            playing = playing[FRAME_SAMPLES:]
            room = silence() if self.hum is None else self.hum[:FRAME_SAMPLES].copy()
            room[: len(frame)] += frame
            self.brain.hear(room, self.now_s)
            answer = self.brain.say(self.now_s)
            self.said.append(answer)
            talking = dbfs(answer) > -40
            quiet_s = 0.0 if talking or len(playing) else quiet_s + 0.01
            talked_s = talked_s + 0.01 if talking else 0.0
            if talked_s > 0.2 and len(playing):
                turns.insert(0, len(whole) / RATE_HZ)
                playing = silence(0)
            self.now_s += 0.01
        return self.brain.log


def kinds(log: Sequence[Passage]) -> list[str]:
    return [passage.id or "heard" for passage in log]


def test_it_answers_each_turn_and_is_silent_at_the_goodbye() -> None:
    brain = CandidateBrain(ANSWERS, None)
    log = Room(brain, [6, 5, 4, 4]).run(60)
    assert kinds(log) == ["heard", "one", "heard", "two", "heard", "three", "heard"]
    assert brain.finished
    assert all(passage.whole for passage in log)


def test_it_waits_for_the_end_of_the_question() -> None:
    log = Room(CandidateBrain(ANSWERS[:1], None), [6]).run(15)
    heard, answer = log
    assert heard.end_s - heard.start_s == pytest.approx(6, abs=0.15)
    assert 1.0 <= answer.start_s - heard.end_s <= 1.4


def test_a_pause_between_sentences_is_not_the_end() -> None:
    turn = np.concatenate([speech(2), silence(RATE_HZ), speech(2), silence(3 * RATE_HZ)])
    brain = CandidateBrain(ANSWERS[:1], None)
    for number, start in enumerate(range(0, len(turn), FRAME_SAMPLES)):
        brain.hear(turn[start : start + FRAME_SAMPLES], number / 100)
        brain.say(number / 100)
    assert kinds(brain.log) == ["heard"]
    assert brain.log[0].end_s == pytest.approx(5.0, abs=0.1)


def test_it_interrupts_once_and_answers_the_repeated_question() -> None:
    brain = CandidateBrain(ANSWERS, INTERRUPTION, Habits(interrupt_turn=2, interrupt_after_s=2.0))
    log = Room(brain, [6, 5, 4, 4]).run(70)
    assert kinds(log) == [
        "heard", "one", "heard", "interruption", "heard", "two", "heard", "three", "heard",
    ]  # fmt: skip
    cut, interruption = log[2], log[3]
    assert interruption.start_s - cut.start_s == pytest.approx(2.0, abs=0.02)
    assert interruption.voice_s - interruption.start_s == pytest.approx(0.08, abs=0.011)
    assert interruption.hushed_s is not None
    assert interruption.hushed_s - interruption.voice_s == pytest.approx(0.2, abs=0.1)
    assert cut.end_s == interruption.hushed_s


def test_an_interviewer_who_talks_on_is_noticed() -> None:
    brain = CandidateBrain(ANSWERS, INTERRUPTION, Habits(interrupt_turn=1, interrupt_after_s=1.0))
    turn = speech(8)
    for number, start in enumerate(range(0, len(turn), FRAME_SAMPLES)):
        brain.hear(turn[start : start + FRAME_SAMPLES], number / 100)
        brain.say(number / 100)
    assert brain.log[1].kind == "interruption"
    assert brain.log[1].hushed_s is None


def test_what_it_says_is_the_recording_over_a_quiet_room() -> None:
    room = Room(CandidateBrain(ANSWERS[1:2], None), [3])
    log = room.run(14)
    sound = np.concatenate(room.said)
    assert dbfs(sound[: 2 * RATE_HZ]) == pytest.approx(-60, abs=1)
    start = round((log[1].start_s - 100.0) * RATE_HZ)
    pause = sound[start + round(1.7 * RATE_HZ) : start + round(2.9 * RATE_HZ)]
    assert dbfs(pause) == pytest.approx(-60, abs=1)
    spoken = sound[start : start + len(ANSWERS[1].pcm)].astype(np.int32)
    assert np.abs(spoken - ANSWERS[1].pcm.astype(np.int32)).max() < 300
    assert log[1].end_s - log[1].start_s == pytest.approx(len(ANSWERS[1].pcm) / RATE_HZ, abs=0.02)


def test_a_noisy_loudspeaker_does_not_confuse_it() -> None:
    hum = noise(0.01, -45)
    log = Room(CandidateBrain(ANSWERS, None), [6, 5, 4, 4], hum=hum).run(60)
    assert kinds(log) == ["heard", "one", "heard", "two", "heard", "three", "heard"]


def test_clicks_are_no_voice() -> None:
    ear = Ear()
    frames = [silence() for _ in range(300)]
    for at in range(50, 300, 50):
        frames[at] = noise(0.01, -10)
    assert not any(ear.hear(frame) for frame in frames)


def test_silence_is_never_answered() -> None:
    brain = CandidateBrain(ANSWERS, INTERRUPTION)
    assert Room(brain, []).run(20) == []
    assert not brain.finished


def test_the_next_interview_begins_with_the_first_answer() -> None:
    brain = CandidateBrain(ANSWERS, None)
    room = Room(brain, [3])
    room.run(6)
    brain.restart(room.now_s)
    assert kinds(brain.log) == ["heard", "one"]
    assert not brain.log[1].whole
    again = Room(brain, [3], now_s=200.0)
    again.run(10)
    assert kinds(brain.log) == ["heard", "one", "heard", "one"]
    assert brain.log[3].whole


def test_what_was_being_heard_when_the_booth_closed_is_remembered() -> None:
    brain = CandidateBrain(ANSWERS, None)
    room = Room(brain, [5])
    room.run(3)
    brain.restart(room.now_s)
    assert kinds(brain.log) == ["heard"]
