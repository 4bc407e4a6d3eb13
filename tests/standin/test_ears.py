import asyncio
import os
import re
import sys
from collections.abc import Callable

import av
import jiwer
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.interview.recordings import load_recordings
from kiosk.places import ASSETS
from kiosk.standin.ears import BESIDE_A_CALL, DeafEars, Ears, EarsError
from kiosk.standin.vad import RATE_HZ

Samples = NDArray[np.int16]


def words(text: str) -> str:
    """Only what is said: small letters, no punctuation."""
    return " ".join(re.findall(r"[\w']+", text.lower()))


def heard_by_a_microphone(pcm: Samples) -> Samples:
    """Bring 48 kHz to 16 kHz, with the quiet before and after a turn and a little noise."""
    frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = 48_000
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    voice = np.concatenate([part.to_ndarray()[0] for part in resampler.resample(frame)])
    padded = np.pad(voice, (RATE_HZ // 3, 2 * RATE_HZ)).astype(np.float64)
    return (padded + np.random.default_rng(3).normal(0, 20, len(padded))).astype(np.int16)


async def test_clear_speech_is_recognised_with_few_wrong_words(ears: Ears) -> None:
    lines = load_recordings(ASSETS / "candidate")[::2]
    heard = [await ears.recognise(heard_by_a_microphone(line.pcm())) for line in lines]
    wrong = jiwer.wer([words(line.text) for line in lines], [words(text) for text in heard])
    assert wrong < 0.08


async def test_both_halves_of_a_paused_answer_are_recognised(
    ears: Ears, spoken: Callable[[str], Samples]
) -> None:
    pause = np.zeros(72_000, np.int16)
    whole = np.concatenate([spoken("learned-quickly"), pause, spoken("interruption")])
    heard = await ears.recognise(heard_by_a_microphone(whole))
    assert "summer internship" in heard
    assert "say that again" in heard


async def test_silence_and_nothing_have_no_words(ears: Ears) -> None:
    assert await ears.recognise(np.zeros(RATE_HZ, np.int16)) == ""
    assert await ears.recognise(np.zeros(0, np.int16)) == ""


async def test_recognition_runs_beside_the_loop_at_low_priority(
    ears: Ears, spoken: Callable[[str], Samples]
) -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    recognised = asyncio.ensure_future(
        ears.recognise(heard_by_a_microphone(spoken("plan-fell-apart")))
    )
    ticks = 0
    while not recognised.done():
        await asyncio.sleep(0.005)
        ticks += 1
    assert ticks > 10
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
    nice = [
        os.getpriority(os.PRIO_PROCESS, int(task))
        for task in os.listdir("/proc/self/task")  # noqa: PTH208 - the kernel's, not a path of ours
    ]
    assert BESIDE_A_CALL in nice


async def test_a_missing_package_and_another_language_are_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "moonshine_voice", None)
    without = Ears()
    with pytest.raises(EarsError, match="'moonshine-voice' is missing"):
        await without.warm_up()
    with pytest.raises(EarsError, match="'standin' extra"):
        await without.recognise(np.zeros(RATE_HZ, np.int16))
    without.close()
    german = Ears("de-DE")
    with pytest.raises(EarsError, match="English only, not 'de-DE'"):
        await german.warm_up()
    german.close()


async def test_deaf_ears_fail_every_turn() -> None:
    with pytest.raises(EarsError):
        await DeafEars().recognise(np.zeros(RATE_HZ, np.int16))
