"""The booth's own ear: a candidate at arm's length, and everything that is not one."""

from functools import cache

import numpy as np
import pytest

from kiosk.audio.detector import DOUBT_S, LEARNED_S, MEMORY_S, VoiceDetector
from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from tests.rigs import hall
from tests.rigs.interruptions import Ducked, Scene, interrupt, scene
from tests.rigs.onsets import onsets_s
from tests.rigs.room import TALKER_DBFS, active_dbfs, plain
from tests.rigs.voices import CANDIDATE, INTERVIEWER, lines, talk

PLAYED_DBFS = -20.0


@cache
def candidate() -> Pcm:
    """Twelve seconds of somebody at arm's length."""
    said = talk(CANDIDATE, 12.0).astype(np.float64)
    return np.asarray(said * 10 ** ((TALKER_DBFS - active_dbfs(said)) / 20), np.int16)


def noise(seconds: float, dbfs: float, seed: int = 1) -> Pcm:
    white = np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ))
    return np.asarray(white * 32768 * 10 ** (dbfs / 20), np.int16)


def heard(ear: VoiceDetector, pcm: Pcm, played_dbfs: float = PLAYED_DBFS) -> list[bool]:
    return [
        ear.hear(pcm[i : i + FRAME_SAMPLES], played_dbfs=played_dbfs)
        for i in range(0, len(pcm) - FRAME_SAMPLES + 1, FRAME_SAMPLES)
    ]


def in_a_room(dbfs: float = -60.0) -> VoiceDetector:
    ear = VoiceDetector()
    heard(ear, noise(5.0, dbfs))
    return ear


def later_than(ducked: Ducked, ms: float) -> int:
    return ducked.missed + sum(1 for after_ms in ducked.after_ms if after_ms > ms)


def test_nobody_is_heard_before_the_room_is_known() -> None:
    ear = VoiceDetector()
    assert not any(heard(ear, candidate()[:RATE_HZ]))
    assert not ear.knows_room
    heard(ear, noise(LEARNED_S + DOUBT_S + 0.2, -60.0))
    assert ear.knows_room


def test_the_room_is_learned_only_while_the_booth_speaks() -> None:
    ear = VoiceDetector()
    heard(ear, noise(5.0, -60.0), played_dbfs=-100.0)
    assert not ear.knows_room


def test_a_candidate_is_heard_in_a_quiet_room_and_in_the_pauses_not() -> None:
    ear = in_a_room()
    line = candidate()
    levels = np.abs(line[: len(line) // 480 * 480].reshape(-1, 480)).max(axis=1)
    spoken = np.array(heard(ear, line, played_dbfs=-100.0))
    quiet = np.convolve(levels < 30, np.ones(10), "full")[: len(levels)] == 10
    assert spoken[levels > 3000].mean() > 0.9
    assert not spoken[quiet].any()


@pytest.mark.parametrize("dbfs", [-70.0, -50.0, -35.0])
def test_steady_noise_is_nobody(dbfs: float) -> None:
    assert not any(heard(in_a_room(dbfs), noise(20.0, dbfs, seed=2)))


def test_a_click_and_a_clap_are_nobody() -> None:
    pcm = noise(8.0, -60.0, seed=3)
    for i in range(8):
        begin = RATE_HZ * i + 100 + 61 * i
        pcm[begin : begin + 240] = noise(0.005, -12.0, seed=i)
    assert not any(heard(in_a_room(), pcm))


def test_noise_that_stays_becomes_part_of_the_room() -> None:
    ear = in_a_room()
    louder = heard(ear, noise(MEMORY_S, -40.0, seed=4))
    assert any(louder[:100])
    assert not any(louder[-500:])


def test_what_was_confirmed_is_not_learned() -> None:
    ear, forgetful = in_a_room(), in_a_room()
    for _ in range(4):
        for one, confirms in ((ear, True), (forgetful, False)):
            heard(one, candidate()[: RATE_HZ * 3 // 4])
            if confirms:
                one.confirmed()
            heard(one, candidate()[: RATE_HZ // 2], played_dbfs=-100.0)
            heard(one, noise(2.0, -60.0))
    again = candidate()[: RATE_HZ * 3 // 4]
    assert sum(heard(ear, again)) > 30
    assert sum(heard(forgetful, again)) < 10


def test_interruptions_in_recorded_hall_noise_are_ducked_in_time() -> None:
    ducked = interrupt(scene(hall.recorded(), voice=CANDIDATE, begin_s=50.0))
    assert later_than(ducked, 120.0) <= 1
    assert float(np.median(ducked.after_ms)) < 80.0


def test_recorded_hall_noise_alone_ducks_at_most_twice_a_minute() -> None:
    ducked = interrupt(scene(hall.recorded(), voice=None, seconds=172.0))
    assert ducked.false_ducks <= 2 * ducked.quiet_s / 60


def test_a_crowd_of_voices_ducks_at_most_twice_a_minute() -> None:
    crowd = hall.made()
    if crowd is None:
        pytest.skip("espeak-ng is not installed")
    ducked = interrupt(scene(crowd, voice=None, seconds=80.0))
    assert ducked.false_ducks <= 2


def test_what_the_canceller_leaves_of_the_booths_own_voice_is_nobody() -> None:
    ducked = interrupt(scene(None, voice=None, seconds=40.0, room=plain()))
    assert ducked.false_ducks == 0


def test_the_next_booths_interviewer_is_nobody() -> None:
    alone = scene(None, voice=None, seconds=50.0)
    other = talk(INTERVIEWER, 30.0, seed=9).astype(np.float64)
    other *= 10 ** ((TALKER_DBFS - 15.0 - active_dbfs(other)) / 20)
    microphone = alone.microphone.copy()
    microphone[-len(other) :] += np.asarray(other, np.int16)
    ducked = interrupt(Scene(microphone, alone.played, (), echoes=False))
    assert ducked.false_ducks <= 1


def test_labelled_onsets_are_where_a_voice_sets_in() -> None:
    line = lines(CANDIDATE)[-1]
    onsets = onsets_s(line)
    assert len(onsets) >= 2
    for onset in onsets:
        at = round(onset * RATE_HZ)
        after = line[at : at + RATE_HZ // 10].astype(np.float64)
        assert np.sqrt(np.mean(after**2)) > 500
    assert onsets_s(np.zeros(RATE_HZ, np.int16)) == ()
