"""Traces of arrivals: written, read, replayed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio import trace
from kiosk.audio.playout import Playout
from kiosk.audio.port import VoicePacket
from kiosk.audio.trace import Arrival, TraceError, TraceRecorder, read_line, read_trace
from tests.audio.voice import numbered, read_wav, spoken
from tests.rigs.network import NETWORKS

ROOT = Path(__file__).resolve().parents[2]
RECORDED = sorted((Path(__file__).parent / "traces").glob("*.jsonl"))
packet = st.builds(
    VoicePacket,
    sequence=st.integers(0, 2**16 - 1),
    timestamp=st.integers(0, 2**32 - 1),
    ssrc=st.integers(0, 2**32 - 1),
    arrival_s=st.floats(0, 86_400),
    payload=st.binary(max_size=200),
)


def recorded(path: Path, packets: list[VoicePacket], *, payloads: bool) -> tuple[Arrival, ...]:
    recorder = TraceRecorder(path, payloads=payloads)
    for each in packets:
        recorder(each)
    recorder.close()
    recorder(packets[0])
    assert recorder.packets == len(packets)
    return read_trace(path)


def test_what_is_recorded_is_read_again_without_what_was_said(tmp_path: Path) -> None:
    packets = NETWORKS["bad Wi-Fi"].deliver(numbered(spoken(4)))
    arrivals = recorded(tmp_path / "t.jsonl", packets, payloads=False)
    assert all(arrival.payload is None for arrival in arrivals)
    assert "payload" not in (tmp_path / "t.jsonl").read_text()
    began_s = packets[0].arrival_s
    for arrival, sent in zip(arrivals, packets, strict=True):
        assert (arrival.sequence, arrival.timestamp) == (sent.sequence, sent.timestamp)
        assert arrival.size == len(sent.payload)
        assert arrival.arrival_s == pytest.approx(sent.arrival_s - began_s, abs=1e-6)


def test_payloads_are_kept_when_they_are_asked_for(tmp_path: Path) -> None:
    packets = NETWORKS["clean"].deliver(numbered(spoken(4)[:50]))
    arrivals = recorded(tmp_path / "t.jsonl", packets, payloads=True)
    assert [arrival.payload for arrival in arrivals] == [sent.payload for sent in packets]


def test_a_full_disk_ends_the_trace_and_nothing_else() -> None:
    recorder = TraceRecorder(Path("/dev/full"))
    for i in range(2000):
        recorder(VoicePacket(i, 960 * i, 1, 0.02 * i, b"x"))
    assert recorder.packets < 2000
    recorder.close()


def test_a_recorder_stops_at_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "MOST_PACKETS", 5)
    recorder = TraceRecorder(tmp_path / "t.jsonl")
    for i in range(9):
        recorder(VoicePacket(i, 960 * i, 1, 0.02 * i, b"x"))
    assert len(read_trace(tmp_path / "t.jsonl")) == 5
    with (tmp_path / "t.jsonl").open("a") as file:
        file.write("\n" * 5)
    with pytest.raises(TraceError, match="more than 5 lines"):
        read_trace(tmp_path / "t.jsonl")


GOOD = {"seq": 1, "timestamp": 2, "ssrc": 3, "size": 2, "arrival": 0.5, "payload": "AAE="}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"seq": 65_536}, "seq must be a whole number from 0 to 65535"),
        ({"seq": True}, "seq must be"),
        ({"timestamp": -1}, "timestamp must be a whole number from 0 to 4294967295"),
        ({"ssrc": "one"}, "ssrc must be"),
        ({"size": None}, "size must be"),
        ({"size": 3}, "size is 3 but payload holds 2 bytes"),
        ({"arrival": "now"}, "arrival must be seconds, at most 86400"),
        ({"arrival": 1e300}, "arrival must be seconds"),
        ({"arrival": float("nan")}, "arrival must be seconds"),
        ({"payload": "A"}, "payload is not base64"),
        ({"payload": 7}, "payload must be text in base64"),
    ],
)
def test_a_bad_line_is_told_in_one_sentence(
    tmp_path: Path, changed: dict[str, object], why: str
) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(json.dumps(GOOD) + "\n\n" + json.dumps(GOOD | changed) + "\n")
    with pytest.raises(TraceError) as error:
        read_trace(path)
    assert str(error.value).startswith(f"{path}, line 3: {why}")
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("line", ["", "[]", "{", "[" * 5000, "x" * 20_000, '{"seq": 1e999}'])
def test_what_is_no_line_is_refused(line: str) -> None:
    with pytest.raises(TraceError):
        read_line(line)


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80).map(lambda b: b.decode("latin-1"))))
def test_no_text_breaks_the_reader(line: str) -> None:
    try:
        arrival = read_line(line)
    except TraceError:
        return
    assert isinstance(arrival, Arrival)


fields = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=5), st.booleans())


@given(st.dictionaries(st.sampled_from([*GOOD, "more"]), fields))
def test_no_object_breaks_the_reader(changed: dict[str, object]) -> None:
    try:
        arrival = read_line(json.dumps(GOOD | changed))
    except TraceError:
        return
    assert 0 <= arrival.sequence < 2**16
    assert arrival.payload is None or len(arrival.payload) == arrival.size


@given(packet)
def test_every_packet_survives_the_file(sent: VoicePacket) -> None:
    line = trace.written(trace.arrival_of(sent, payload=True))
    assert line.count("\n") == 1
    arrival = read_line(line)
    again = arrival.packet(arrival.payload or b"")
    assert again.arrival_s == pytest.approx(sent.arrival_s, abs=1e-6)
    assert again.payload == sent.payload
    assert (again.sequence, again.timestamp, again.ssrc) == (
        sent.sequence, sent.timestamp, sent.ssrc
    )  # fmt: skip


def test_a_voice_fills_a_trace_that_kept_none_as_the_line_did(tmp_path: Path) -> None:
    voice = spoken(4)
    sent = list(numbered(voice))
    arrived = NETWORKS["bursts"].deliver(sent)
    arrivals = recorded(tmp_path / "t.jsonl", arrived, payloads=False)
    assert [each.payload for each in trace.with_voice(arrivals, voice)] == [
        each.payload for each in arrived
    ]


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_call_is_played_whole(path: Path) -> None:
    arrivals = read_trace(path)
    playout = Playout()
    packets = trace.with_voice(arrivals, spoken(16))
    seconds = arrivals[-1].arrival_s + 0.5
    pulled = sum(len(block) for block in trace.replay(packets, playout, seconds=seconds))
    assert playout.counts.pulled == pulled
    assert playout.counts.lost == playout.counts.late == 0
    assert playout.counts.underruns <= 4
    assert playout.delay_ms < 120
    assert len(arrivals) > 500


def test_staff_replay_a_trace_at_a_desk(tmp_path: Path) -> None:
    out = tmp_path / "heard.wav"
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "replay-trace", RECORDED[0], "--out", out],
        capture_output=True, text=True, check=True, cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "underruns" in done.stdout
    assert abs(len(read_wav(out)) / 48_000 - read_trace(RECORDED[0])[-1].arrival_s - 0.5) < 0.1
    bad = tmp_path / "bad.jsonl"
    bad.write_text("what?\n")
    failed = subprocess.run(
        [sys.executable, ROOT / "scripts" / "replay-trace", bad],
        capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert failed.returncode == 65
    assert failed.stderr == f"{bad}, line 1: not JSON.\n"
