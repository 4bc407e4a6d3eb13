"""The virtual candidate as a process: heard and answered through real pipes."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kiosk.audio.pcm import Pcm, dbfs
from kiosk.audio.port import FRAME_BYTES, FRAME_SAMPLES, RATE_HZ
from kiosk.demo.candidate import Habits
from kiosk.demo.candidate_process import CandidateError, CandidateProcess, load_lines
from kiosk.demo.pipes import HearingPipe, SpeakingPipe
from kiosk.interview.recordings import load_recordings

ASSETS = Path(__file__).parents[2] / "assets"


@pytest.fixture
def candidate(tmp_path: Path) -> Iterator[CandidateProcess]:
    process = CandidateProcess(ASSETS, tmp_path, "demo", Habits(interrupt_turn=0))
    yield process
    process.stop()


def test_lines_come_in_the_order_of_the_script() -> None:
    answers, interruption = load_lines(ASSETS / "candidate", "demo")
    assert [line.id for line in answers][:2] == ["brings-you-here", "plan-fell-apart"]
    assert interruption.text.endswith("?")
    assert load_lines(ASSETS / "candidate", "unheard-of")[0][0].id == answers[0].id


def booth(candidate: CandidateProcess, question: Pcm, until_s: float) -> bytes:
    """Play a question into the room in real time and return what the microphone gets."""
    heard = b""
    microphone = os.open(candidate.microphone, os.O_RDONLY | os.O_NONBLOCK)
    loudspeaker = os.open(candidate.monitor, os.O_WRONLY | os.O_NONBLOCK)
    began_s, at = time.monotonic(), 0
    while (now_s := time.monotonic() - began_s) < until_s:
        if at < len(question) and at / RATE_HZ <= now_s:
            os.write(loudspeaker, question[at : at + FRAME_SAMPLES].tobytes())
            at += FRAME_SAMPLES
        if select.select([microphone], [], [], 0.005)[0]:
            heard += os.read(microphone, 65_536)
    os.close(loudspeaker)
    os.close(microphone)
    return heard


def test_a_question_is_answered_until_the_booth_stops_listening(
    candidate: CandidateProcess,
) -> None:
    question = next(
        recording.pcm()
        for recording in load_recordings(ASSETS / "voice" / "en")
        if recording.text.startswith("What would you do")
    )
    candidate.start()
    length_s = len(question) / RATE_HZ
    heard = booth(candidate, question, length_s + 3.5)
    said = np.frombuffer(heard[: len(heard) // 2 * 2], "<i2")
    assert len(said) / RATE_HZ == pytest.approx(length_s + 3.5, abs=0.4)
    before, after = said[: round(length_s * RATE_HZ)], said[-RATE_HZ:]
    assert dbfs(before) == pytest.approx(-60, abs=2)
    assert dbfs(after) > -30

    passages = candidate.stop()
    assert [(passage.kind, passage.id) for passage in passages] == [
        ("heard", ""),
        ("answer", "brings-you-here"),
    ]
    assert not passages[1].whole
    assert 1.0 < passages[1].start_s - passages[0].end_s < 1.6


def test_it_ends_with_the_booth_in_time(candidate: CandidateProcess) -> None:
    candidate.start()
    began_s = time.monotonic()
    assert candidate.stop() == ()
    assert time.monotonic() - began_s < 2
    assert candidate.stop() == ()


def test_missing_recordings_are_told_in_one_sentence(tmp_path: Path) -> None:
    candidate = CandidateProcess(tmp_path / "nowhere", tmp_path, "demo")
    with pytest.raises(CandidateError, match="cannot play") as caught:
        candidate.start()
    assert "\n" not in str(caught.value)


def test_it_goes_when_its_booth_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path\n"
        "from kiosk.demo.candidate_process import CandidateProcess\n"
        f"c = CandidateProcess(Path({str(ASSETS)!r}), Path({str(tmp_path)!r}), 'demo')\n"
        "c.start(); print(c._process._process.pid, flush=True); os.abort()\n"
    )
    run = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=False)
    pid = int(run.stdout)
    ended = os.pidfd_open(pid) if Path(f"/proc/{pid}").exists() else None
    if ended is not None:
        assert select.select([ended], [], [], 5)[0]
        os.close(ended)


def test_a_microphone_that_is_closed_takes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    pipe = SpeakingPipe(path)
    frame = np.full(FRAME_SAMPLES, 5, np.int16)
    assert not pipe.open
    os.mkfifo(path)
    assert not pipe.open
    assert not pipe.write(frame)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    assert pipe.open
    assert pipe.write(frame)
    assert os.read(reader, 65_536) == frame.tobytes()
    os.close(reader)
    assert not pipe.write(frame)
    assert not pipe.open


def test_a_busy_booth_loses_frames_but_never_gets_old_ones(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    pipe = SpeakingPipe(path)
    assert pipe.open
    for value in range(50):
        assert pipe.write(np.full(FRAME_SAMPLES, value, np.int16))
    assert pipe.dropped == 50 - 8192 // FRAME_BYTES
    assert len(os.read(reader, 65_536)) == 8192 // FRAME_BYTES * FRAME_BYTES
    pipe.close()
    os.close(reader)


def test_frames_are_whole_however_they_arrive(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    ear = HearingPipe(path)
    assert list(ear.frames()) == []
    writer = os.open(path, os.O_WRONLY)
    sent = np.arange(3 * FRAME_SAMPLES, dtype=np.int16)
    heard = []
    for start in range(0, 3 * FRAME_BYTES, 700):
        os.write(writer, sent.tobytes()[start : start + 700])
        heard += list(ear.frames())
    os.close(writer)
    assert np.array_equal(np.concatenate(heard), sent)
    assert list(ear.frames()) == []
    ear.close()
