import json
import wave
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES, RATE_HZ
from kiosk.demo.candidate import Passage
from kiosk.demo.notes import Notes
from kiosk.demo.report import SILENT_FRAMES, report, silence_after_ms
from kiosk.screen.stats import FrameFigures

LOUD, QUIET = 8000, 5
FIGURES = FrameFigures(frames=100, p50_ms=1.0, p95_ms=2.0, p99_ms=3.0, dropped=4)


def write(path: Path, frames: Iterable[bool]) -> Path:
    """Frames of 10 ms, loud (True) or with the faintest noise."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        for loud in frames:
            level = LOUD if loud else QUIET
            file.writeframes(np.tile([level, -level], FRAME_SAMPLES // 2).astype("<i2").tobytes())
    return path


def test_silence_is_measured_from_the_moment_asked_about(tmp_path: Path) -> None:
    wav = write(tmp_path / "a.wav", [True] * 100 + [False] * 50)
    assert silence_after_ms(wav, 1000.0, 1000.4) == 600.0
    assert silence_after_ms(wav, 1000.0, 999.0) == 1000.0
    assert silence_after_ms(wav, 1000.0, 1001.2) == 0.0


def test_a_gap_between_words_is_no_silence(tmp_path: Path) -> None:
    gap = [False] * (SILENT_FRAMES - 1)
    wav = write(tmp_path / "a.wav", [True, *gap, True, *gap, True, *gap, False])
    assert silence_after_ms(wav, 0.0, 0.0) == (3 + 2 * len(gap)) * FRAME_MS


@pytest.mark.parametrize("frames", [[], [True] * 30, [True] * 30 + [False] * (SILENT_FRAMES - 1)])
def test_what_never_falls_silent_has_no_figure(tmp_path: Path, frames: list[bool]) -> None:
    assert silence_after_ms(write(tmp_path / "a.wav", frames), 0.0, 0.0) is None


@given(frames=st.lists(st.booleans(), max_size=60), start=st.integers(0, 80))
def test_silence_is_the_first_quiet_stretch(
    tmp_path_factory: pytest.TempPathFactory, frames: list[bool], start: int
) -> None:
    wav = write(tmp_path_factory.getbasetemp() / "generated.wav", frames)
    text = "".join("x" if loud else "." for loud in frames[start:])
    at = text.find("." * SILENT_FRAMES)
    expected = None if at < 0 else float(at * FRAME_MS)
    assert silence_after_ms(wav, 50.0, 50.0 + start * FRAME_MS / 1000) == expected


def passage(kind: str, hushed_s: float | None = None) -> Passage:
    return Passage(
        kind=kind,  # type: ignore[arg-type]  # a word of the test
        id="x",
        text="Words.",
        start_s=9.9,
        end_s=12.0,
        voice_s=10.0,
        hushed_s=hushed_s,
    )


def test_a_report_of_nothing_says_so() -> None:
    figures = report(Notes(), None, FIGURES, (), {}, 0.0)
    for name in ("press_to_request_ms", "press_to_voice_ms", "barge_in_silence_ms"):
        assert figures[name] is None
    assert (figures["barge_ins"], figures["candidate"]) == (0, [])
    assert (figures["frame_ms_p99"], figures["dropped_frames"]) == (3.0, 4)


def test_a_report_takes_the_worst_interruption(tmp_path: Path) -> None:
    write(tmp_path / "speaker.wav", [True] * 20 + [False] * 20 + [True] * 40 + [False] * 20)
    (tmp_path / "sound.json").write_text(json.dumps({"began_s": 100.0}))
    notes = Notes(
        barge_ins_s=[100.15, 100.5],
        underruns=2,
        seen={"pressed_s": 90.0, "requested_s": 90.25, "opened_s": 90.2, "heard_s": 91.0},
    )
    passages = (passage("heard"), passage("interruption", hushed_s=10.3), passage("answer"))
    figures = report(notes, tmp_path, FIGURES, passages, {"token": 12.34, "sdp": 5.0}, 9.0)
    assert figures["barge_ins"] == 2
    assert figures["barge_in_silence_ms"] == 300.0
    assert figures["interruption_to_silence_ms"] == 300.0
    assert figures["press_to_request_ms"] == 250.0
    assert figures["channel_open_ms"] == 200.0
    assert figures["press_to_voice_ms"] == 1000.0
    assert figures["line_steps_ms"] == {"token": 12.3, "sdp": 5.0}
    assert figures["playout_underruns"] == 2
    told = figures["candidate"]
    assert isinstance(told, list)
    assert [each["kind"] for each in told] == ["interruption", "answer"]
    assert [(each["start_s"], each["voice_s"], each["hushed_s"]) for each in told] == [
        (0.9, 1.0, 1.3),
        (0.9, 1.0, None),
    ]
    json.dumps(figures)
