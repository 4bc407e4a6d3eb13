"""One whole interview in real time, as the demo plays it: what it leaves behind is the proof."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import jiwer
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.audio.trace import read_trace
from tests.rigs.booth_process import person
from tests.rigs.journal import STARTED, examples, shape

pytestmark = pytest.mark.timeout(600)

PLAYED_S = 400.0
"""Only to end a demo that hangs."""
FIGURES = (
    "press_to_request_ms",
    "press_to_voice_ms",
    "channel_open_ms",
    "barge_in_silence_ms",
    "interruption_to_silence_ms",
    "frame_ms_p50",
    "frame_ms_p95",
    "frame_ms_p99",
    "dropped_frames",
    "playout_underruns",
)

JOURNAL = re.compile(r"[-\d]+ [:,\d]+ INFO kiosk\.(?:booth|realtime\.peer): (.+)")


class Left:
    """What the demo left."""

    def __init__(self, folder: Path, lines: list[str]) -> None:
        self.journal = [found[1] for line in lines if (found := JOURNAL.fullmatch(line))]
        self.film = folder / "booth.mp4"
        self.report: dict[str, Any] = json.loads((folder / "report.json").read_text())
        self.turns: list[dict[str, Any]] = json.loads((folder / "transcript.json").read_text())[
            "turns"
        ]

    def said_by(self, who: str) -> list[dict[str, Any]]:
        return [turn for turn in self.turns if turn["who"] == who]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    folder = tmp_path_factory.mktemp("demo")
    judged = ("-m", "tests.rigs.judged_demo", "--headless")
    kept = ("--out", str(folder / "out"), "--packets", str(folder / "packets.jsonl"))
    program = (*judged, *kept, "--config")
    with person(folder, "", {}, program) as demo:
        status = demo.wait(PLAYED_S)
        assert status == 0, demo.output
        assert "Traceback" not in demo.output
        assert list(demo.temporary.iterdir()) == []
        assert [line for line in demo.lines if line.startswith("wrong: ")] == []
        assert int(demo.lines[-1].removeprefix("right: ")) > 100
    assert sorted(each.name for each in (folder / "out").iterdir()) == [
        "booth.mp4",
        "report.json",
        "transcript.json",
    ]
    arrivals = read_trace(folder / "packets.jsonl")
    assert len(arrivals) > 1000
    assert not any(arrival.payload for arrival in arrivals), "nothing that was said"
    return Left(folder / "out", demo.lines)


def test_the_journal_tells_it_as_the_document_does(left: Left) -> None:
    told = [shape(line) for line in left.journal if not line.startswith(STARTED)]
    whole, _ = examples()
    assert set(whole) == set(told[: told.index("ready for a candidate", 1) + 1])
    told_in_order = iter(told)
    assert all(line in told_in_order for line in whole)
    spoken = {turn["text"] for turn in left.turns}
    assert not [text for text in spoken if text in "".join(left.journal)]


def test_the_candidate_is_greeted_asked_answered_and_thanked(left: Left) -> None:
    interviewer, candidate = left.said_by("interviewer"), left.said_by("candidate")
    assert "AI interviewer" in interviewer[0]["text"].split(".")[0]
    asked = [turn for turn in interviewer if turn["text"].endswith("?")]
    assert len(asked) >= 3
    assert len(candidate) >= 4
    assert interviewer[-1]["text"].endswith("Goodbye!")
    assert left.turns[0] == interviewer[0]
    assert left.turns[-1] == interviewer[-1]


def test_the_interviewer_is_interrupted_exactly_once(left: Left) -> None:
    cut = [turn for turn in left.turns if turn["cut"]]
    assert [turn["who"] for turn in cut] == ["interviewer"]
    assert left.report["barge_ins"] == 1
    following = left.turns[left.turns.index(cut[0]) + 1]
    assert following["who"] == "candidate"
    assert "interrupt" in following["text"]


def test_turns_have_times_that_can_be(left: Left) -> None:
    assert all(0 <= turn["start_s"] < turn["end_s"] for turn in left.turns)
    assert all(one["start_s"] <= other["start_s"] for one, other in pairwise(left.turns))


def test_the_candidate_s_words_are_recognised(left: Left) -> None:
    spoken = " ".join(each["text"] for each in left.report["candidate"])
    recognised = " ".join(turn["text"] for turn in left.said_by("candidate"))
    assert all(each["whole"] for each in left.report["candidate"])
    assert jiwer.wer(plain(spoken), plain(recognised)) < 0.15


def plain(text: str) -> str:
    """Lower case without punctuation."""
    return " ".join(re.sub(r"[^\w\s']", " ", text.lower()).split())


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_a_number(left: Left, name: str) -> None:
    value = left.report[name]
    assert isinstance(value, int | float)
    assert not isinstance(value, bool)
    assert value >= 0


def test_the_figures_are_those_of_a_good_interview(left: Left) -> None:
    report = left.report
    assert report["ending"] == "finished"
    assert report["press_to_request_ms"] <= report["press_to_voice_ms"] < 10_000
    assert report["barge_in_silence_ms"] <= report["interruption_to_silence_ms"] + 100
    assert report["barge_in_silence_ms"] < 1000
    assert report["frame_ms_p50"] <= report["frame_ms_p95"] <= report["frame_ms_p99"]
    assert report["playout_underruns"] < 25


def test_the_film_is_wide_and_smooth_enough(left: Left) -> None:
    with av.open(str(left.film)) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height) >= (1280, 720)
        assert stream.height >= 720
        stream.thread_type = "AUTO"
        times = [frame.time for frame in film.decode(stream)]
    length_s = times[-1] - times[0]
    assert all(one < other for one, other in pairwise(times))
    assert (len(times) - 1) / length_s >= 25 - 0.01
    assert length_s > left.turns[-1]["end_s"]


def test_the_film_has_both_voices_each_on_its_side(left: Left) -> None:
    rate_hz, sound = sound_of(left.film)
    for who, near in (("interviewer", 0), ("candidate", 1)):
        for turn in left.said_by(who):
            begin, end = (round(turn[name] * rate_hz) for name in ("start_s", "end_s"))
            power = np.square(sound[:, begin:end]).mean(axis=1)
            assert 10 * np.log10(power[near]) > -45, turn["text"]
            assert power[near] > 1.3 * power[1 - near], turn["text"]


def sound_of(film: Path) -> tuple[int, NDArray[np.float32]]:
    """The sample rate and both channels of a film, from -1 to 1."""
    with av.open(str(film)) as container:
        stream = container.streams.audio[0]
        pieces = [frame.to_ndarray() for frame in container.decode(stream)]
        return stream.rate, np.concatenate(pieces, axis=1)
