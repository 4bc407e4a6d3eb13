import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kiosk.audio.port import Clock, Lips, SoundAdvised, SoundFailed, SoundReady, VoicePacket
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.machine import begin
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.realtime.errors import LineError
from kiosk.runtime import Outlets, Runtime
from tests.core.world import PLAN
from tests.fakes import FakeLine, FakeSound

FAST = Rules(
    choice_s=0.02,
    consent_shown_s=0.0,
    protect_s=0.02,
    farewell_s=0.02,
    wiping_s=0.5,
    goodbye_s=0.05,
    curtain_s=0.05,
    hold_s=0.05,
    sound_s=0.02,
    redial_s=0.01,
    tries=2,
)
PACKET = VoicePacket(1, 960, 7, 0.0, b"opus")


class Rig:
    def __init__(self, *languages: str) -> None:
        self.line = FakeLine()
        self.sound = FakeSound()
        self.snapshots: list[Snapshot] = []
        self.levels: list[Clock | Lips] = []
        self.wiped = 0
        self.prepared: list[do.PrepareLine] = []
        self.changed = asyncio.Event()
        outlets = Outlets(
            show=self.show,
            levels=self.levels.append,
            wipe=(self.wipe,),
            prepare=self.prepared.append,
        )
        plans = dict.fromkeys(languages or ("en",), PLAN)
        self.runtime = Runtime(begin(FAST, plans), self.sound, outlets)
        self.runtime.use(self.line)

    def show(self, snapshot: Snapshot) -> None:
        self.snapshots.append(snapshot)
        self.changed.set()

    async def wipe(self) -> None:
        self.wiped += 1

    @property
    def phase(self) -> Phase:
        return self.snapshots[-1].phase

    async def until(self, phase: Phase) -> None:
        async with asyncio.timeout(5):
            while self.phase is not phase:
                self.changed.clear()
                await self.changed.wait()

    def press(self) -> None:
        self.runtime.tell(on.ButtonChanged(down=True))
        self.runtime.tell(on.ButtonChanged(down=False))

    async def converse(self) -> None:
        self.runtime.tell(on.Booted())
        self.press()
        await self.until(Phase.CONVERSING)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    yield rig
    await rig.runtime.close()


async def test_nothing_is_open_before_the_press(rig: Rig) -> None:
    rig.runtime.tell(on.Booted())
    assert not rig.sound.is_open
    assert rig.line.calls == []


async def test_the_press_opens_sound_and_line_and_asks_for_the_greeting(rig: Rig) -> None:
    await rig.converse()
    assert rig.sound.is_open
    assert rig.line.calls == ["connect en", "take 1"]
    assert rig.line.sent == [do.CreateResponse("greet")]


async def test_the_call_in_the_chosen_language_is_made_ready_before_the_yes() -> None:
    rig = Rig("en", "de")
    rig.runtime.tell(on.Booted())
    assert rig.prepared == [do.PrepareLine("en")]
    rig.press()
    rig.press()
    await rig.until(Phase.CONSENTING)
    assert rig.prepared[1:] == [do.PrepareLine(rig.snapshots[-1].choice)]
    assert rig.line.calls == []
    await rig.runtime.close()


async def test_the_microphone_goes_over_the_line_once_the_greeting_is_under_way(rig: Rig) -> None:
    await rig.converse()
    rig.sound.on_frame(bytes(960), 1.0)
    assert rig.line.frames == 0
    assert not rig.sound.attends
    await hear(rig)
    rig.sound.on_frame(bytes(960), 1.0)
    assert rig.line.frames == 1
    assert rig.sound.attends


async def hear(rig: Rig) -> None:
    """Let the greeting be heard, until the candidate is."""
    rig.sound.on_report(Clock(1.0, 50, 60, True, -60.0, False, 0, 0))
    async with asyncio.timeout(5):
        while not rig.snapshots[-1].microphone_open:
            rig.changed.clear()
            await rig.changed.wait()


async def test_a_microphone_must_give_frames_only_while_a_candidate_is_heard(rig: Rig) -> None:
    await rig.converse()
    assert rig.runtime.ears_moved(), "nobody is heard yet"
    await hear(rig)
    assert not rig.runtime.ears_moved()
    rig.sound.on_frame(bytes(960), 1.0)
    assert rig.runtime.ears_moved()
    assert not rig.runtime.ears_moved()
    rig.sound.on_report(SoundFailed(Fault.MIC_MISSING, "pulled out"))
    assert rig.runtime.ears_moved(), "staff know what is wrong"
    rig.sound.on_report(SoundReady())
    assert not rig.runtime.ears_moved()
    rig.runtime.tell(on.StopAsked())
    await rig.runtime.stopped
    assert rig.runtime.ears_moved(), "the microphone is closed"


async def test_a_part_that_failed_asks_for_a_fresh_process(rig: Rig) -> None:
    rig.runtime.give_up()
    rig.runtime.give_up()
    async with asyncio.timeout(5):
        assert await rig.runtime.stopped is True


async def test_a_refused_call_says_sorry_with_the_fault(rig: Rig) -> None:
    rig.line.refuse_with = LineError(Fault.NO_QUOTA, "no credit")
    rig.runtime.tell(on.Booted())
    rig.press()
    await rig.until(Phase.FAREWELL)
    assert rig.snapshots[-1].fault is Fault.NO_QUOTA


async def test_a_stop_while_connecting_closes_what_was_being_opened(rig: Rig) -> None:
    never = asyncio.Event()
    rig.line.hold = never.wait
    rig.runtime.tell(on.Booted())
    rig.press()
    await asyncio.sleep(0)
    rig.runtime.tell(on.StopAsked())
    async with asyncio.timeout(5):
        assert await rig.runtime.stopped is False
    assert rig.line.calls[-1] == "disconnect"
    assert not rig.line.open
    assert not rig.sound.is_open


async def test_voice_is_played_until_it_is_interrupted(rig: Rig) -> None:
    await rig.converse()
    rig.runtime.tell(on.ResponseCreated("r1"))
    rig.runtime.take_packet(PACKET)
    rig.runtime.tell(on.SpeechStarted("u1"))
    rig.runtime.take_packet(PACKET)
    assert rig.sound.flushes == 1
    assert len(rig.sound.played) == 1
    rig.runtime.tell(on.ResponseCreated("r2"))
    rig.runtime.take_packet(PACKET)
    assert len(rig.sound.played) == 2


async def test_the_loudspeaker_moves_levels_and_mood(rig: Rig) -> None:
    await rig.converse()
    lips = Lips(1.0, (-20.0,), (0.5,))
    clock = Clock(1.0, 50, 60, True, -60.0, False, 0, 0)
    rig.sound.on_report(lips)
    assert rig.snapshots[-1].mood.value != "speaking", "it is not heard yet"
    rig.sound.on_report(clock)
    assert rig.levels == [lips, clock]
    assert rig.snapshots[-1].mood.value == "speaking"


async def test_a_lost_device_ends_the_interview_and_its_return_the_pause(rig: Rig) -> None:
    await rig.converse()
    rig.sound.on_report(SoundFailed(Fault.MIC_MISSING, "unplugged"))
    await rig.until(Phase.OUT_OF_SERVICE)
    assert rig.snapshots[-1].fault is Fault.MIC_MISSING
    rig.sound.on_report(SoundReady())
    assert rig.phase is Phase.IDLE


async def test_the_sounds_advice_is_told_until_it_is_taken_back(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.converse()
    with caplog.at_level(logging.INFO):
        rig.sound.on_report(SoundAdvised(frozenset({Fault.MIC_QUIET, Fault.MIC_CLIPPING})))
        rig.sound.on_report(SoundAdvised(frozenset({Fault.MIC_QUIET, Fault.MIC_CLIPPING})))
        rig.sound.on_report(SoundReady())
        assert list(rig.snapshots[-1].advice) == [Fault.MIC_CLIPPING, Fault.MIC_QUIET]
        rig.sound.on_report(SoundAdvised(frozenset({Fault.MIC_QUIET})))
    assert list(rig.snapshots[-1].advice) == [Fault.MIC_QUIET]
    assert rig.phase is Phase.CONVERSING
    codes = [r.getMessage().split()[:2] for r in caplog.records if "[MIC" in r.getMessage()]
    assert codes == [["[MIC4]", "The"], ["[MIC5]", "Candidates"], ["[MIC4]", "over:"]]


async def test_a_booth_that_hears_itself_holds_the_microphone_back(rig: Rig) -> None:
    await rig.converse()
    words = "what did you do when the plan fell apart"
    for number in range(1, 3):
        rig.runtime.tell(on.ResponseCreated(f"r{number}"))
        rig.runtime.tell(on.VoiceTextFinished(f"r{number}", f"i{number}", words))
        rig.runtime.tell(on.VoiceBufferStarted(f"r{number}"))
        rig.sound.on_report(Clock(1.0, 50, 2000, True, -60.0, False, 0, 0))
        rig.runtime.tell(on.SpeechStarted(f"u{number}"))
        rig.runtime.tell(on.CandidateTextFinished(f"u{number}", "what did you do"))
    assert rig.sound.held_back == 1
    assert list(rig.snapshots[-1].advice) == [Fault.ECHO]


async def test_a_lost_line_is_dialled_again(rig: Rig) -> None:
    await rig.converse()
    rig.runtime.take_loss(rig.line.lose(), Fault.LINE_LOST, "gone")
    assert rig.phase is Phase.RECONNECTING
    await rig.until(Phase.CONVERSING)
    assert rig.line.calls == ["connect en", "take 1", "disconnect", "connect en", "take 2"]
    assert rig.line.sent == [do.CreateResponse("greet"), do.CreateResponse("greet")]


async def test_a_dark_line_is_kept_until_another_call_is_open(rig: Rig) -> None:
    await rig.converse()
    await hear(rig)
    opening = asyncio.Event()
    rig.line.hold = opening.wait
    rig.runtime.take_hearing(1, "dark", 0.0)
    assert rig.phase is Phase.RECONNECTING
    assert rig.sound.attends, "the line may come back"
    rig.sound.on_frame(bytes(960), 1.0)
    assert rig.line.frames == 1
    opening.set()
    await rig.until(Phase.CONVERSING)
    told = ["connect en", "take 1", "connect en", "take 2", "put back since 0"]
    assert rig.line.calls == told
    assert not rig.sound.attends, "a new call begins with silence"


async def test_what_the_microphone_hears_is_kept_until_the_candidate_is_gone(rig: Rig) -> None:
    await rig.converse()
    rig.sound.on_frame(bytes(960), 1.0)
    assert rig.line.frames == 0
    assert rig.line.kept_s == [1.0]
    rig.runtime.tell(on.StopAsked())
    await rig.runtime.close()
    assert rig.wiped
    assert rig.line.kept_s == []


async def test_the_microphone_is_silent_while_what_it_heard_is_put_back(rig: Rig) -> None:
    await rig.converse()
    await hear(rig)
    opening = asyncio.Event()
    rig.line.hold = opening.wait
    rig.runtime.take_hearing(1, "dark", 0.5)
    rig.runtime.take_hearing(1, "well", 3.0)
    assert rig.line.calls[-1] == "put back since 0.5"
    rig.sound.on_frame(bytes(960), 3.0)
    assert (rig.line.frames, rig.line.kept_s) == (0, [3.0])
    assert not rig.sound.attends
    rig.runtime.tell(on.SpeechPutBack(1, "sound"))
    rig.sound.on_frame(bytes(960), 3.01)
    assert rig.line.frames == 1
    assert rig.sound.attends
    opening.set()


async def test_a_line_that_comes_back_gives_up_the_call_beside_it(rig: Rig) -> None:
    await rig.converse()
    opening = asyncio.Event()
    rig.line.hold = opening.wait
    rig.runtime.take_hearing(1, "dark", 0.0)
    await asyncio.sleep(0)
    rig.runtime.take_hearing(1, "slow", 0.0)
    assert rig.phase is Phase.CONVERSING
    opening.set()
    await asyncio.sleep(0)
    assert rig.line.taken == 1
    assert not rig.line.beside


async def test_a_service_that_asks_for_time_is_given_it(rig: Rig) -> None:
    told: list[on.Event] = []
    outlets = replace(rig.runtime._outlets, observe=lambda _, event, *__: told.append(event))
    rig.runtime._outlets = outlets
    rig.line.refuse_with = LineError(Fault.RATE_LIMITED, "too many", retry_after_s=7.0)
    rig.runtime.tell(on.Booted())
    rig.press()
    await rig.until(Phase.FAREWELL)
    assert on.LineFailed(1, Fault.RATE_LIMITED, 7.0) in told


async def test_every_part_forgets_between_candidates(rig: Rig) -> None:
    await rig.converse()
    rig.runtime.tell(on.LineFailed(1, Fault.NO_QUOTA))
    await rig.until(Phase.OUT_OF_SERVICE)
    assert rig.wiped == 1
    assert rig.sound.renewals == 1
    assert rig.line.calls[-1] == "disconnect"


async def test_what_cannot_happen_is_logged_and_dropped(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.runtime.tell(on.Booted())
    with caplog.at_level(logging.ERROR):
        rig.runtime.tell(on.Wiped())
    assert "cannot happen while idle" in caplog.text
    assert rig.phase is Phase.IDLE


async def test_a_part_that_breaks_asks_for_a_fresh_process(rig: Rig) -> None:
    async def breaks() -> None:
        raise RuntimeError("broken")

    rig.line.hold = breaks
    rig.runtime.tell(on.Booted())
    rig.press()
    async with asyncio.timeout(5):
        assert await rig.runtime.stopped is True


def broken(*_: object) -> None:
    raise RuntimeError("broken")


@pytest.mark.parametrize("place", ["core", "observer", "screen", "sound"])
async def test_an_event_that_breaks_something_asks_for_a_fresh_process(
    rig: Rig, place: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.runtime.tell(on.Booted())
    outlets = rig.runtime._outlets
    if place == "core":
        monkeypatch.setattr("kiosk.runtime.step", broken)
    elif place == "observer":
        rig.runtime._outlets = replace(outlets, observe=broken)
    elif place == "screen":
        rig.runtime._outlets = replace(outlets, show=broken)
    else:
        monkeypatch.setattr(rig.sound, "open", broken)
    rig.press()
    async with asyncio.timeout(5):
        assert await rig.runtime.stopped is True
    assert "ButtonChanged could not be dealt with" in caplog.text
    assert "RuntimeError: broken" in caplog.text


async def test_a_timer_that_breaks_something_asks_for_a_fresh_process(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.converse()
    rig.runtime.tell(on.LineFailed(1, Fault.NO_QUOTA))
    assert rig.phase is Phase.FAREWELL
    monkeypatch.setattr("kiosk.runtime.step", broken)
    async with asyncio.timeout(5):
        assert await rig.runtime.stopped is True


@pytest.mark.parametrize("report", [SoundReady(), SoundFailed(Fault.MIC_MISSING, "none")])
async def test_it_is_known_when_the_sound_has_spoken(
    rig: Rig, report: SoundReady | SoundFailed
) -> None:
    rig.sound.on_report(Clock(1.0, 50, 60, True, -60.0, False, 0, 0))
    assert not rig.runtime.sound_known.is_set()
    rig.sound.on_report(report)
    assert rig.runtime.sound_known.is_set()


async def test_a_part_that_never_forgets_does_not_keep_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.runtime.CLOSE_LIMIT_S", 0.05)

    async def never() -> None:
        await asyncio.Event().wait()

    outlets = Outlets(show=lambda _: None, levels=lambda _: None, wipe=(never,))
    runtime = Runtime(begin(replace(FAST, wiping_s=0.05), {"en": PLAN}), FakeSound(), outlets)
    runtime.use(FakeLine())
    runtime.tell(on.Booted())
    runtime.tell(on.StopAsked())
    async with asyncio.timeout(5):
        assert await runtime.stopped is True
        await runtime.close()


async def test_the_journal_tells_no_word_that_was_said(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await rig.converse()
        rig.runtime.tell(on.SpeechStarted("u1"))
        rig.runtime.tell(on.CandidateTextFinished("u1", "my marmalade secret"))
        rig.runtime.tell(on.StopAsked())
        await rig.runtime.stopped
    assert "marmalade" not in caplog.text
