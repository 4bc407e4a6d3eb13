"""Real calls to a stand-in service of this machine: HTTP, WebRTC, sound engine and all."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk import cli
from kiosk.core.snapshot import Mood
from kiosk.demo.trace import read
from kiosk.standin.faults import parse_faults
from kiosk.standin.server import Standin, StandinOptions
from tests.traces.replay import Replay, at_rest

KEY = "sk-proj-verysecret123456"
CODE = re.compile(r"\[([A-Z]{3,4}\d)\]")


@dataclass
class Service:
    """A stand-in that runs in a thread of its own."""

    standin: Standin | None = None
    loop: asyncio.AbstractEventLoop | None = None
    listening: threading.Event = field(default_factory=threading.Event)

    async def run(self) -> None:
        async with Standin(StandinOptions(port=0, script="demo", key=KEY)) as self.standin:
            await self.standin.warmed_up()
            self.loop = asyncio.get_running_loop()
            self.stop = asyncio.Event()
            self.listening.set()
            await self.stop.wait()

    def fail(self, *faults: str) -> None:
        assert self.standin is not None
        self.standin.faults = parse_faults(faults)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    service = Service()
    thread = threading.Thread(target=lambda: asyncio.run(service.run()))
    thread.start()
    assert service.listening.wait(30)
    assert service.loop is not None
    yield service
    service.loop.call_soon_threadsafe(service.stop.set)
    thread.join(10)


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str
    trace: Path

    @property
    def verdict(self) -> str:
        return self.out.partition("Verdict: ")[2].splitlines()[0]

    def answer(self, question: str) -> str:
        return self.out.partition(question)[2].splitlines()[1].strip()

    def step_ms(self, name: str) -> float:
        found = re.search(rf"^  {re.escape(name)} +(\d+) ms$", self.out, re.MULTILINE)
        assert found, name
        return float(found[1])


class Desk:
    """Where somebody types the command."""

    def __init__(
        self,
        service: Service,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        assert service.standin is not None
        self.patch = monkeypatch
        self._folder = folder
        self._capsys = capsys
        monkeypatch.chdir(folder)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("KIOSK_REALTIME_BASE_URL", service.standin.base_url)

    def call(self, seconds: float = 8.0, *more: str) -> Result:
        out = self._folder / "out"
        arguments = ["demo", "--cloud", "--seconds", str(seconds), "--out", str(out), *more]
        status = cli.main(arguments)
        said = self._capsys.readouterr()
        result = Result(status, said.out, said.err, out / "trace.jsonl")
        written = result.trace.read_text() if result.trace.exists() else ""
        for secret in (KEY, "ek_", "Traceback"):
            assert secret not in said.out + said.err + written
        assert "127.0.0.1" not in said.out + written
        return result


@pytest.fixture
def desk(
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Desk]:
    yield Desk(service, tmp_path, monkeypatch, capsys)
    service.fail()


def test_a_whole_turn(desk: Desk, service: Service) -> None:
    service.fail("no-append")
    result = desk.call(30)
    assert result.status == 0, result.out + result.err
    assert result.verdict.startswith("A whole turn worked")
    assert 0 < result.step_ms("SDP answered") < result.step_ms("button -> voice at the loudspeaker")
    assert result.step_ms("speech ends -> transcript") > 0
    assert result.step_ms("speech ends -> speech_stopped") <= result.step_ms(
        "speech ends -> audible answer"
    )

    assert result.answer("Is a=end-of-candidates in the answer?") == "yes"
    assert result.answer("Is a=max-message-size in the answer?").startswith("yes, ")
    assert re.fullmatch(r"\d+ x host udp:\d+", result.answer("Which candidates are in the answer?"))
    assert result.answer("Does RTP flow while the model is silent?").startswith("yes: ")
    assert result.answer("Does the Opus voice carry FEC?").startswith(("yes: ", "no: "))
    assert result.answer("Is session.created the first event?") == "yes"
    assert "cleared 1 times" in result.answer("Do output_audio_buffer.* events come?")
    assert result.answer("Is audio ever sent as events?") == "no"
    order = result.answer("What is the order of events at a barge-in?")
    assert "input_audio_buffer.speech_started +0 ms" in order
    assert "output_audio_buffer.cleared +" in order
    assert "the voice ends " in order
    assert result.answer("Does input_audio_buffer.append work?") == "no: refused (invalid_value)"
    assert result.answer("Is gpt-live-transcribe accepted").startswith("yes: ")
    assert result.answer("Do types of events come that the booth does not know?") == "no"

    trace = read(result.trace)
    said = [each.message.get("transcript") for each in trace if "transcript" in each.message]
    assert said
    assert set("".join(map(str, said))) <= {"x", " "}
    replay = Replay()
    replay.run(trace)
    assert at_rest(trace)
    assert replay.moments[-1].shown.mood is Mood.LISTENING
    assert Mood.SPEAKING in {moment.shown.mood for moment in replay.moments}


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("mint=401", "KEY2"),
        ("mint=429-quota", "PAY1"),
        ("mint=429-rate", "NET4"),
        ("mint=500", "NET3"),
        ("calls=403", "KEY3"),
        ("calls=404", "KEY3"),
        ("quota", "PAY1"),
        ("no-channel", "NET5"),
    ],
)
def test_a_fault_is_told_in_one_sentence_with_its_code(
    desk: Desk, service: Service, fault: str, code: str
) -> None:
    service.fail(fault)
    result = desk.call()
    assert result.status == 69
    found = CODE.search(result.verdict)
    assert found is not None
    assert found[1] == code
    assert "\n" not in result.verdict


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("mute", "The service answered with events, but no voice came."),
        ("silent", "The service took the call, but began no response."),
    ],
)
def test_a_call_without_a_turn_says_what_was_missing(
    desk: Desk, service: Service, fault: str, sentence: str
) -> None:
    service.fail(fault)
    result = desk.call(5)
    assert result.status == 69
    assert result.verdict == sentence
    assert json.loads(result.trace.read_text().splitlines()[0])["direction"]


def test_a_call_that_is_too_short_says_so(desk: Desk) -> None:
    result = desk.call(5)
    assert result.status == 69
    assert "--seconds" in result.verdict


def test_a_wrong_key(desk: Desk) -> None:
    desk.patch.setenv("OPENAI_API_KEY", "sk-somebody-elses-key")
    result = desk.call()
    assert result.status == 69
    assert "[KEY2]" in result.verdict
    assert "somebody" not in result.out + result.err
    assert not result.trace.exists()


def test_a_dead_base_url(desk: Desk) -> None:
    desk.patch.setenv("KIOSK_REALTIME_BASE_URL", "http://127.0.0.1:9")
    result = desk.call()
    assert result.status == 69
    assert "[NET1]" in result.verdict
    assert "What no document tells" not in result.out


def test_no_key(desk: Desk) -> None:
    desk.patch.delenv("OPENAI_API_KEY")
    result = desk.call()
    assert result.status == 69
    assert result.out == ""
    assert result.err.count("\n") == 1
    assert "OPENAI_API_KEY" in result.err


def test_a_trace_that_cannot_be_written_is_told_before_the_call(desk: Desk) -> None:
    Path("out").write_text("a file")
    result = cli.main(["demo", "--cloud", "--out", "out"])
    assert result == 69


def test_an_unknown_script_is_told(desk: Desk) -> None:
    result = desk.call(5, "--script", "no-such-script")
    assert result.status in (69, 78)
    assert "no-such-script" in result.err
