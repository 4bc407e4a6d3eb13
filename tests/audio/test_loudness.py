"""The interviewer is as loud as the room wants, whoever speaks, and never louder than it may be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kiosk.audio.limiter import LOOK_AHEAD_MS
from kiosk.audio.loudness import REACH_DB, SETTLED_DB, SLEW_DB_S, Loudness
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.audio.profiles import PROFILES
from tests.audio.voice import tone
from tests.rigs.levels import at_level, peak_dbfs, speech_dbfs, times, with_noise
from tests.rigs.voices import INTERVIEWER, talk

DELAY = RATE_HZ * LOOK_AHEAD_MS // 1000
SPOKEN = talk(INTERVIEWER, 20.0)


def shaped(loudness: Loudness, pcm: Pcm) -> Pcm:
    blocks = pcm[: len(pcm) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return np.concatenate([loudness.shape(block) for block in blocks])


def new(volume_db: float = 0.0) -> Loudness:
    return Loudness(-20.0, -3.0, volume_db)


@pytest.mark.parametrize("level_dbfs", [-28.0, -24.0, -20.0, -16.0, -12.0])
def test_speech_comes_to_the_level_of_the_room(level_dbfs: float) -> None:
    out = shaped(new(), at_level(SPOKEN, level_dbfs))
    assert speech_dbfs(out[len(out) // 2 :]) == pytest.approx(-20.0, abs=1.0)


@pytest.mark.parametrize("level_dbfs", [-45.0, -4.0])
def test_what_is_far_away_is_moved_so_far_and_no_further(level_dbfs: float) -> None:
    loudness = new()
    shaped(loudness, at_level(SPOKEN, level_dbfs))
    assert REACH_DB - SETTLED_DB <= abs(loudness.gain_db) <= REACH_DB


def test_the_gain_moves_slowly_in_speech_and_not_at_all_in_silence() -> None:
    loudness = new()
    faint = at_level(SPOKEN, -35.0)
    before = loudness.gain_db
    for number in range(0, 5 * RATE_HZ, FRAME_SAMPLES):
        loudness.shape(faint[number : number + FRAME_SAMPLES])
        assert abs(loudness.gain_db - before) <= SLEW_DB_S / 100 + 1e-9
        before = loudness.gain_db
    assert before > 2
    shaped(loudness, silence(10 * RATE_HZ))
    shaped(loudness, with_noise(silence(10 * RATE_HZ), -70.0))
    assert loudness.gain_db == before


def test_what_was_learned_lasts_from_sentence_to_sentence() -> None:
    loudness = new()
    faint = at_level(SPOKEN, -26.0)
    shaped(loudness, np.concatenate((faint, silence(60 * RATE_HZ))))
    sentence = shaped(loudness, faint[: 3 * RATE_HZ])
    assert speech_dbfs(sentence) == pytest.approx(-20.0, abs=1.5)


def test_a_voice_that_is_suddenly_far_quieter_is_followed_too() -> None:
    loudness = new()
    shaped(loudness, at_level(SPOKEN, -14.0))
    assert loudness.gain_db < -5
    shaped(loudness, at_level(SPOKEN, -40.0))
    assert loudness.gain_db > 5


def test_steady_speech_is_not_pumped() -> None:
    loudness = new()
    shaped(loudness, at_level(SPOKEN, -20.0))
    gains = []
    again = at_level(talk(INTERVIEWER, 20.0, seed=2), -20.0)
    for number in range(0, len(again), FRAME_SAMPLES):
        loudness.shape(again[number : number + FRAME_SAMPLES])
        gains.append(loudness.gain_db)
    assert max(gains) - min(gains) < 1.5


@pytest.mark.parametrize("volume_db", [-30.0, 0.0, 6.0])
@pytest.mark.parametrize("name", PROFILES)
def test_nothing_passes_the_ceiling_of_any_profile(name: str, volume_db: float) -> None:
    (profile,) = (profile for each, profile in PROFILES.items() if each == name)
    loudness = Loudness(profile.loudness_dbfs, profile.ceiling_dbfs, volume_db)
    rough = np.random.default_rng(3).choice(np.array([-32768, 32767], np.int16), RATE_HZ)
    out = shaped(loudness, np.concatenate((times(SPOKEN, 10), rough, SPOKEN)))
    assert peak_dbfs(out) <= profile.ceiling_dbfs
    speaking = speech_dbfs(out[-10 * RATE_HZ :])
    assert speaking <= profile.loudness_dbfs + volume_db + 1.5


def test_the_volume_moves_everything() -> None:
    loud, soft = (shaped(new(volume_db), SPOKEN) for volume_db in (0.0, -12.0))
    assert speech_dbfs(loud) - speech_dbfs(soft) == pytest.approx(12.0, abs=0.3)


def test_a_voice_that_is_right_comes_out_as_it_went_in() -> None:
    voice = tone(300, 1.0, level=0.1 * 2**0.5)
    out = shaped(new(), voice)
    assert np.array_equal(out[DELAY:], voice[:-DELAY])


def test_there_is_no_click_where_the_gain_moves() -> None:
    """Beyond what rounding bends: 4, and 4 times the gain; a jump of 0.1 dB bends by 75."""
    loudness = new()
    out = shaped(loudness, tone(100, 10.0, level=0.03)).astype(int)
    assert loudness.gain_db > 8
    assert np.abs(np.diff(out, 3))[2 * DELAY :].max() <= 4 + 4 * 10 ** (REACH_DB / 20)


@given(
    st.lists(arrays.arrays(np.int16, FRAME_SAMPLES, fill=st.just(0)), min_size=1, max_size=8),
    st.floats(-30, 6),
)
def test_any_blocks_stay_under_the_ceiling_and_give_the_same_again(
    blocks: list[Pcm], volume_db: float
) -> None:
    pcm = np.concatenate(blocks)
    out = shaped(new(volume_db), pcm)
    assert len(out) == len(pcm)
    assert out.dtype == np.int16
    assert peak_dbfs(out) <= -3.0
    assert np.array_equal(out, shaped(new(volume_db), pcm))
