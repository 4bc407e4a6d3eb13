"""Whole calls over real HTTP and real UDP, with a stock aiortc client."""

import asyncio
from collections.abc import Callable

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk import lossy
from kiosk.interview.script import Script
from kiosk.interview.session import plan, session_configuration
from kiosk.settings import RealtimeSettings
from kiosk.standin.faults import Faults
from kiosk.standin.interviewer import TAKES_OVER
from kiosk.standin.venue.relay import Relay
from kiosk.standin.voice import SpokenLines
from kiosk.standin.wire import Event
from tests.standin.caller import Caller
from tests.standin.conftest import Open

Spoken = Callable[[str], NDArray[np.int16]]


def booth_session(script: Script, **detection: object) -> Event:
    session: Event = session_configuration(script, RealtimeSettings(), "en")
    listening = session["audio"]["input"]
    listening["turn_detection"] = {"type": "server_vad", "silence_duration_ms": 600, **detection}
    return session


async def greet(caller: Caller, script: Script) -> None:
    await caller.opened()
    caller.send("response.create", response={"instructions": plan(script, "en").greeting})


def tell(caller: Caller, text: str) -> None:
    caller.send(
        "conversation.item.create",
        item={
            "type": "message",
            "role": "user",
            "content": [{"type": "input_text", "text": text}],
        },
    )
    caller.send("response.create")


async def answer_tools(caller: Caller, done: Event) -> None:
    for item in done["response"]["output"]:
        if item["type"] == "function_call":
            caller.send(
                "conversation.item.create",
                item={
                    "type": "function_call_output",
                    "call_id": item["call_id"],
                    "output": '{"ok": true}',
                },
            )


async def test_a_whole_interview_by_voice_and_text(
    open_standin: Open, script: Script, spoken: Spoken
) -> None:
    standin = await open_standin()
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        await answer_tools(caller, await caller.until("response.done"))
        await caller.until("output_audio_buffer.stopped")

        caller.microphone.say(spoken("learned-quickly"))
        heard = await caller.until("conversation.item.input_audio_transcription.completed")
        assert heard["transcript"] == "I had to learn Python for my summer internship."
        await caller.until("response.done")

        caller.microphone.say(spoken("interruption"))
        await caller.until("output_audio_buffer.cleared")
        cut = await caller.until("conversation.item.truncated")
        assert 0 < cut["audio_end_ms"] < 2400
        await caller.until("response.done")
        await caller.until("output_audio_buffer.stopped")

        tell(caller, "Day by day I built small things and showed them to my colleagues each week.")
        await answer_tools(caller, await caller.until("response.done"))
        tell(caller, "A job in a laboratory, where I can measure rivers and write small programs.")
        await caller.until("response.done")
        await caller.until("output_audio_buffer.stopped")

        probe = script.questions[0].probe[0]
        assert caller.said() == [
            f"{script.greeting} {script.questions[0].text}",
            f"So you learned it. {probe}",
            f"{script.repeat} {probe}",
            f"I see. {script.questions[1].text}",
            f"All right. {script.closing}",
        ]
        assert caller.calls() == [
            ("next_question", {"number": 1}),
            ("next_question", {"number": 2}),
            ("end_interview", {"reason": "finished"}),
        ]
        assert caller.heard_s() > 3


async def test_the_events_of_a_turn_come_in_the_services_order(
    open_standin: Open, script: Script, spoken: Spoken
) -> None:
    standin = await open_standin()
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        await caller.until("output_audio_buffer.stopped")
        assert caller.kinds()[0] == "session.created"
        start = len(caller.events)
        caller.microphone.say(spoken("interruption"))
        await caller.until("output_audio_buffer.stopped")
        asynchronous = {
            "conversation.item.input_audio_transcription.delta",
            "conversation.item.input_audio_transcription.completed",
            "output_audio_buffer.started",
        }
        kinds = [kind for kind in caller.kinds()[start:] if kind not in asynchronous]
        once = [kind for i, kind in enumerate(kinds) if kinds[i - 1 : i] != [kind]]
        assert once == [
            "input_audio_buffer.speech_started",
            "input_audio_buffer.speech_stopped",
            "input_audio_buffer.committed",
            "conversation.item.added",
            "conversation.item.done",
            "response.created",
            "response.output_item.added",
            "conversation.item.added",
            "response.content_part.added",
            "response.output_audio_transcript.delta",
            "response.output_audio.done",
            "response.output_audio_transcript.done",
            "response.content_part.done",
            "conversation.item.done",
            "response.output_item.done",
            "response.done",
            "rate_limits.updated",
            "output_audio_buffer.stopped",
        ]
        order = caller.kinds()[start:]
        assert order.index("output_audio_buffer.started") > order.index(
            "response.content_part.added"
        )
        assert len({event["event_id"] for event in caller.events}) == len(caller.events)


async def test_generation_ends_before_the_voice_does(open_standin: Open, script: Script) -> None:
    standin = await open_standin()
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        await caller.until("output_audio_buffer.stopped")
        tell(caller, "I learned it.")
        done = await caller.until("response.done")
        done_at = asyncio.get_running_loop().time()
        await caller.until(
            "output_audio_buffer.stopped",
            where=lambda event: event["response_id"] == done["response"]["id"],
        )
        assert asyncio.get_running_loop().time() - done_at > 1.0


async def test_a_barge_in_while_words_are_generated_cancels_the_response(
    open_standin: Open, script: Script, spoken: Spoken
) -> None:
    standin = await open_standin(pace=1.0)
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        await caller.until("output_audio_buffer.stopped")
        tell(caller, "I learned it.")
        await caller.until("output_audio_buffer.started")
        caller.microphone.say(spoken("interruption")[:48_000])
        await caller.until("input_audio_buffer.speech_started")
        done = await caller.until("response.done")
        assert done["response"]["status"] == "cancelled"
        assert done["response"]["status_details"]["reason"] == "turn_detected"
        assert [item["status"] for item in done["response"]["output"]] == ["incomplete"]
        await caller.until("output_audio_buffer.cleared")
        await caller.until("conversation.item.truncated")
        of_it = [e["type"] for e in caller.events if e.get("response_id") == done["response"]["id"]]
        assert "output_audio_buffer.stopped" not in of_it


async def test_a_pause_of_a_second_and_a_half_does_not_end_a_turn(
    open_standin: Open, script: Script, spoken: Spoken
) -> None:
    standin = await open_standin()
    session = booth_session(script)
    session["audio"]["input"]["turn_detection"] = {"type": "semantic_vad", "eagerness": "low"}
    async with Caller(standin.base_url, session) as caller:
        await greet(caller, script)
        await caller.until("output_audio_buffer.stopped")
        caller.microphone.say(spoken("learned-quickly"))
        caller.microphone.say(np.zeros(72_000, np.int16))
        caller.microphone.say(spoken("learned-quickly"))
        heard = await caller.until("conversation.item.input_audio_transcription.completed")
        assert heard["transcript"].lower().count("summer internship") == 2
        assert caller.kinds().count("input_audio_buffer.speech_started") == 1


async def test_the_client_cancels_clears_and_is_told_of_a_second_response(
    open_standin: Open, script: Script
) -> None:
    standin = await open_standin(pace=1.0)
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        await caller.until("output_audio_buffer.started")
        caller.send("response.create", event_id="mine")
        refused = (await caller.until("error"))["error"]
        assert refused["code"] == "conversation_already_has_active_response"
        assert refused["event_id"] == "mine"
        caller.send("response.cancel")
        done = await caller.until("response.done")
        assert done["response"]["status_details"] == {
            "type": "cancelled",
            "reason": "client_cancelled",
        }
        caller.send("output_audio_buffer.clear")
        await caller.until("output_audio_buffer.cleared")
        caller.send("response.cancel")
        assert (await caller.until("error"))["error"]["code"] == "response_cancel_not_active"
        await greet(caller, script)
        await caller.until("output_audio_buffer.stopped")


async def test_a_wrong_update_is_refused_whole_and_a_right_one_is_taken(
    open_standin: Open, script: Script
) -> None:
    standin = await open_standin()
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await caller.opened()
        caller.send(
            "session.update",
            session={"type": "realtime", "instructions": "New.", "temperature": 0.8},
        )
        refused = (await caller.until("error"))["error"]
        assert (refused["code"], refused["param"]) == ("unknown_parameter", "session.temperature")
        caller.send("session.update", session={"type": "realtime", "max_output_tokens": 100})
        session = (await caller.until("session.updated"))["session"]
        assert session["max_output_tokens"] == 100
        assert session["instructions"] != "New."
        assert session["audio"]["input"]["turn_detection"]["silence_duration_ms"] == 600
        standin.wrong = [wrong for wrong in standin.wrong if "temperature" not in wrong]


async def test_an_interview_goes_on_in_a_new_call(open_standin: Open, script: Script) -> None:
    standin = await open_standin()
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await caller.opened()
        for role, kind, text in (
            ("assistant", "output_text", f"{script.greeting} {script.questions[0].text}"),
            ("user", "input_text", "I learned to sail, and it took me two whole summers of work."),
            ("assistant", "output_text", f"I see. {script.questions[1].text}"),
        ):
            caller.send(
                "conversation.item.create",
                item={
                    "type": "message",
                    "role": role,
                    "content": [{"type": kind, "text": text}],
                },
            )
        caller.send("response.create", response={"instructions": plan(script, "en").resume})
        await caller.until("response.done")
        tell(caller, "Sailing around the world, together with my brother and a good friend.")
        await caller.until("response.done")
        assert caller.said() == [script.questions[1].text, f"I see. {script.closing}"]
        assert caller.calls() == [
            ("next_question", {"number": 2}),
            ("end_interview", {"reason": "finished"}),
        ]


async def test_one_that_takes_over_says_who_it_is_however_it_comes_to_speak(
    open_standin: Open, script: Script
) -> None:
    standin = await open_standin(takes_over=True)
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await caller.opened()
        caller.send(
            "conversation.item.create",
            item={
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": script.questions[0].text}],
            },
        )
        for answer in ("I learned to sail, and it took me two whole summers of work.", "Slowly."):
            tell(caller, answer)
            await caller.until("response.done")
        first, second = caller.said()
        assert first.startswith(TAKES_OVER)
        assert TAKES_OVER not in second


async def test_calls_run_at_once_and_leave_nothing_behind(
    open_standin: Open, script: Script
) -> None:
    standin = await open_standin()
    before = asyncio.all_tasks()
    async with (
        Caller(standin.base_url, booth_session(script)) as one,
        Caller(standin.base_url, booth_session(script)) as two,
    ):
        await asyncio.gather(greet(one, script), greet(two, script))
        await asyncio.gather(
            one.until("output_audio_buffer.stopped"), two.until("output_audio_buffer.stopped")
        )
        assert len(standin.calls) == 2
        assert one.said() == two.said() != []
        async with httpx.AsyncClient(base_url=standin.base_url, trust_env=False) as http:
            key = {"Authorization": "Bearer sk-test"}
            assert (await http.post(f"{one.location}/hangup", headers=key)).status_code == 200
            assert (await http.post(f"{one.location}/hangup", headers=key)).status_code == 404
        assert len(standin.calls) == 1
    await asyncio.wait(asyncio.all_tasks() - before, timeout=5)
    assert asyncio.all_tasks() - before == set()
    assert standin.calls == {}


@pytest.mark.parametrize("send_silence", [True, False])
async def test_rtp_flows_or_rests_while_the_model_is_silent(
    open_standin: Open, script: Script, send_silence: bool
) -> None:
    standin = await open_standin(send_silence=send_silence)
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        await caller.until("output_audio_buffer.stopped")
        await asyncio.sleep(0.3)
        before = len(caller.voice)
        await asyncio.sleep(0.5)
        assert (len(caller.voice) - before > 15) is send_silence


async def test_the_answer_offers_this_machine_only(open_standin: Open) -> None:
    standin = await open_standin()
    async with Caller(standin.base_url) as caller:
        candidates = [line for line in caller.answer_sdp.splitlines() if "candidate:" in line]
        assert candidates
        assert all(" 127.0.0.1 " in line for line in candidates)
        assert "a=setup:active" in caller.answer_sdp
        await caller.opened()


# --- faults -------------------------------------------------------------------------------------


async def test_fault_quota_fails_the_response(open_standin: Open, script: Script) -> None:
    standin = await open_standin(faults=Faults(quota=True))
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        response = (await caller.until("response.done"))["response"]
        assert response["status"] == "failed"
        assert response["status_details"]["error"]["code"] == "insufficient_quota"


async def test_fault_garbage_is_mixed_in_and_the_call_goes_on(
    open_standin: Open, script: Script
) -> None:
    standin = await open_standin(faults=Faults(garbage=True))
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        await caller.until("output_audio_buffer.stopped")
        assert len(caller.junk) > 5


async def test_fault_silent_and_mute(open_standin: Open, script: Script) -> None:
    standin = await open_standin(faults=Faults(silent=True))
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        caller.send("session.update", session={"type": "realtime"})
        await caller.until("session.updated")
        assert "response.created" not in caller.kinds()
    standin.faults = Faults(mute=True)
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        await caller.until("response.done")
        assert caller.said()
        assert caller.heard_s() == 0.0
        assert not any(kind.startswith("output_audio_buffer") for kind in caller.kinds())


@pytest.mark.parametrize(
    ("faults", "last"),
    [
        (Faults(drop=0.1), "session.created"),
        (Faults(vanish=0.1), "session.created"),
        (Faults(expire=0.1), "error"),
        (Faults(no_channel=True), None),
    ],
)
async def test_faults_that_close_the_channel(
    open_standin: Open, faults: Faults, last: str | None
) -> None:
    standin = await open_standin(faults=faults)
    async with Caller(standin.base_url) as caller:
        async with asyncio.timeout(10):
            await caller.channel_closed.wait()
        assert (caller.kinds()[-1] if caller.kinds() else None) == last
        if last == "error":
            assert caller.events[-1]["error"]["code"] == "session_expired"


async def test_fault_deaf_fails_the_transcription_and_the_interviewer_asks_again(
    open_standin: Open, script: Script, spoken: Spoken
) -> None:
    standin = await open_standin(faults=Faults(deaf=True))
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        await caller.until("output_audio_buffer.stopped")
        caller.microphone.say(spoken("learned-quickly"))
        await caller.until("conversation.item.input_audio_transcription.failed")
        await caller.until("response.done")
        assert caller.said()[-1] == script.clarification


async def test_a_line_that_cannot_be_said_fails_its_response(
    open_standin: Open, script: Script
) -> None:
    standin = await open_standin(voice=SpokenLines({}, None))
    assert standin.mute_lines()[0] == script.greeting
    async with Caller(standin.base_url, booth_session(script)) as caller:
        await greet(caller, script)
        response = (await caller.until("response.done"))["response"]
        assert response["status"] == "failed"
        assert response["status_details"]["error"]["code"] == "voice_unavailable"


async def test_a_booth_that_is_gone_is_let_go(
    open_standin: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lossy, "INTERVAL_S", 0.01)
    monkeypatch.setattr(lossy, "AGAIN", 0)
    monkeypatch.setattr("aioice.stun.RETRY_RTO", 0.05)
    standin = await open_standin()
    async with Relay(standin.base_url) as relay, Caller(relay.base_url) as caller:
        await caller.opened()
        assert len(standin.calls) == 1
        relay.begin_outage("udp")
        async with asyncio.timeout(15):
            while standin.calls:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
