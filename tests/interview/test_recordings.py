"""The recorded lines: every line is there, says what it should, and can be listened to."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import RATE_HZ
from kiosk.interview.recordings import Recording, load_recordings
from kiosk.interview.script import load_script, spoken_lines

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "config" / "interviews"
VOICE = load_recordings(ROOT / "assets" / "voice" / "en")
CANDIDATE = load_recordings(ROOT / "assets" / "candidate")
ANSWERS = tomllib.loads((ROOT / "assets" / "candidate" / "answers.toml").read_text())
ENGLISH = [
    script
    for path in sorted(SCRIPTS.glob("*.toml"))
    if (script := load_script(path.stem, SCRIPTS)).languages[0].startswith("en")
]


def levels_db(pcm: Pcm) -> list[float]:
    """Level of each 10 ms."""
    frames = pcm[: len(pcm) // 480 * 480].reshape(-1, 480).astype(np.float64) / 32768
    rms = np.sqrt((frames**2).mean(axis=1))
    return [float(db) for db in 20 * np.log10(np.maximum(rms, 1e-5))]


def voiced_db(pcm: Pcm) -> float:
    """Level of what is loud enough to be voice."""
    levels = np.array(levels_db(pcm))
    voiced = levels[levels > levels.max() - 25]
    return float(10 * np.log10((10 ** (voiced / 10)).mean()))


@pytest.fixture(scope="module")
def sounds() -> dict[Recording, Pcm]:
    return {recording: recording.pcm() for recording in VOICE + CANDIDATE}


@pytest.mark.parametrize("script", ENGLISH, ids=lambda script: script.id)
def test_every_line_of_every_script_is_recorded(script: object) -> None:
    wanted = {line for each in ENGLISH if each is script for line in spoken_lines(each)}
    assert wanted <= {recording.text for recording in VOICE}


def test_no_recording_is_left_over() -> None:
    lines = {line for script in ENGLISH for line in spoken_lines(script)}
    assert {recording.text for recording in VOICE} == lines
    for directory in ("voice/en", "candidate"):
        listed = {recording.path for recording in load_recordings(ROOT / "assets" / directory)}
        assert set((ROOT / "assets" / directory).glob("*.ogg")) == listed


def test_the_candidate_has_an_answer_to_every_question_and_first_follow_up() -> None:
    answers = {recording.id for recording in CANDIDATE}
    for script in ENGLISH:
        for question in script.questions:
            assert question.id in answers
            assert not question.follow_ups or f"{question.id}/1" in answers


def test_the_order_of_every_shipped_script_is_told() -> None:
    answers = {recording.id for recording in CANDIDATE}
    for script in ENGLISH:
        order = ANSWERS["order"][script.id]
        assert set(order) <= answers
        assert {question.id for question in script.questions} <= set(order)


def test_the_texts_are_exact() -> None:
    spoken = ANSWERS["answers"] | ANSWERS["asides"]
    assert {r.id: r.text for r in CANDIDATE} == {
        key: text.replace("[pause 1.5] ", "") for key, text in spoken.items()
    }


def test_a_greeting_is_spoken_in_under_twenty_seconds() -> None:
    seconds = {recording.text: recording.seconds for recording in VOICE}
    assert all(seconds[script.greeting] < 20 for script in ENGLISH)


def test_answers_have_the_length_of_answers() -> None:
    for recording in CANDIDATE:
        short = recording.id in {"interruption", "learned-quickly"}
        low, high = (2, 4) if short else (5.5, 15)
        assert low <= recording.seconds <= high, recording.id


def test_the_sound_is_even_and_clean(sounds: dict[Recording, Pcm]) -> None:
    for recording, pcm in sounds.items():
        assert abs(len(pcm) / RATE_HZ - recording.seconds) < 0.01
        levels = levels_db(pcm)
        assert next(n for n, db in enumerate(levels) if db > -45) < 15, recording.id
        assert int(np.abs(pcm.astype(np.int32)).max()) < 32_700, recording.id
        assert abs(voiced_db(pcm) - -20) < 2, recording.id


def test_one_answer_pauses_in_its_middle(sounds: dict[Recording, Pcm]) -> None:
    pcm = next(pcm for recording, pcm in sounds.items() if recording.id == "plan-fell-apart")
    quiet = "".join("q" if db < -50 else "v" for db in levels_db(pcm)).strip("q")
    assert 140 <= max(map(len, quiet.split("v"))) <= 175


def test_the_sound_is_small() -> None:
    for recording in VOICE + CANDIDATE:
        assert recording.path.stat().st_size / recording.seconds < 5_000


def test_a_manifest_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="manifest"):
        load_recordings(tmp_path)
    for content in ("{", "[1]", json.dumps({"lines": [{"id": "x"}]}), '{"lines": 3}'):
        (tmp_path / "manifest.json").write_text(content)
        with pytest.raises(ValueError, match=r"."):
            load_recordings(tmp_path)
