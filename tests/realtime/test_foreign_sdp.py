"""Whatever comes back as an SDP answer: it is taken or one `LineError`, and nothing is left."""

import asyncio
import functools
import gc
import random
from collections.abc import Callable

from aiortc import RTCPeerConnection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.core.faults import Fault
from kiosk.realtime.call import Call
from kiosk.realtime.errors import LineError
from tests.realtime.far_end import FarEnd

PATIENCE_S = 10.0
"""Only to end a test that hangs."""
WORDS = [
    "", "0", "-1", "x", "9" * 30, "1e9", "audio", "application", "video", "sendonly", "recvonly",
    "inactive", "passive", "active", "actpass", "holdconn", "0.0.0.0", "::1", "x.local", "é",
    "opus/48000/2", "opus/8000/1", "PCMU/8000", "sha-256", "md5", "AA:BB", "ZZ:ZZ", "typ", "host",
    "relay", "tcp", "\x00", "\ud800", "webrtc-datachannel", "DTLS/SCTP", "UDP/TLS/RTP/SAVPF",
]  # fmt: skip
"""What stands in SDP in places, right or wrong there."""
LINES = [
    "m=video 9 UDP/TLS/RTP/SAVPF 96", "m=audio 9 UDP/TLS/RTP/SAVPF", "a=mid:9", "a=ice-lite",
    "a=group:BUNDLE 9 8 7", "a=candidate:1 1 UDP 1 nowhere.invalid 9 typ host", "a=candidate:",
    "a=fingerprint:sha-1 00", "a=setup:holdconn", "a=ssrc:x cname:y", "a=rtcp-mux", "a=sctp-port:x",
    "a=rtpmap:111 opus/48000/2", "a=fmtp:111 useinbandfec=2;=;x", "a=extmap:99 x", "v=1", "t=", "=",
    "a=rtcp:9 IN IP4 x", "c=IN IP9 x", "a=max-message-size:-5", "a=sctpmap:5000 x y",
    "a=end-of-candidates",
]  # fmt: skip
Change = Callable[[list[str]], list[str]]


def _at(lines: list[str], where: float) -> int:
    return int(where * len(lines))


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """One way in which an answer is not as it was."""
    where = draw(st.floats(0, 1, exclude_max=True))
    kind = draw(st.sampled_from(["gone", "twice", "moved", "new", "word", "cut", "text"]))
    seed = draw(st.integers(0, 2**32))
    text = draw(st.text(max_size=20)) if kind == "text" else ""

    def change(lines: list[str]) -> list[str]:
        if not lines:
            return lines
        chance, index = random.Random(seed), _at(lines, where)
        before, line, after = lines[:index], lines[index], lines[index + 1 :]
        match kind:
            case "gone":
                return before + after
            case "twice":
                return [*before, line, line, *after]
            case "moved":
                return chance.sample([line, *before, *after], len(lines))
            case "new":
                return [*before, chance.choice(LINES), line, *after]
            case "cut":
                return [*before, line[: chance.randrange(len(line) + 1)]]
            case "text":
                return [*before, line[:2] + text, *after]
        words = line.split(" ")
        words[chance.randrange(len(words))] = chance.choice(WORDS)
        return [*before, " ".join(words), *after]

    return change


@functools.cache
def real() -> str:
    """An answer as a service gives it, which has gone since."""

    async def given() -> str:
        far_end, call = FarEnd(), new()
        try:
            return await far_end.answer(await call.offer())
        finally:
            await call.close()
            for peer in far_end.peers:
                await peer.close()

    return asyncio.run(given())


def new() -> Call:
    return Call(
        on_message=lambda _: None,
        on_packet=lambda _: None,
        on_hearing=lambda *_: None,
        on_end=lambda _: None,
        loopback=True,
    )


async def answered(sdp: str) -> LineError | None:
    """Have a call take an answer; returns why it could not, and leaves nothing behind."""
    refused = None
    call = new()
    async with asyncio.timeout(PATIENCE_S):
        try:
            await call.offer()
            await call.answer(sdp)
        except LineError as problem:
            refused = problem
        finally:
            await call.close()
        if left := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(left)
    return refused


def peers() -> int:
    gc.collect()
    return sum(isinstance(each, RTCPeerConnection) for each in gc.get_objects())


@settings(max_examples=200)
@given(st.lists(changes(), min_size=1, max_size=4))
def test_any_change_of_a_real_answer_is_taken_or_refused(made: list[Change]) -> None:
    lines = real().split("\r\n")
    for change in made:
        lines = change(lines)
    problem = asyncio.run(answered("\r\n".join(lines)))
    assert problem is None or problem.fault is Fault.PROTOCOL_UNKNOWN


@settings(max_examples=30)
@given(st.text(max_size=100) | st.binary(max_size=100).map(lambda raw: raw.decode("latin-1")))
@example("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96")
def test_no_text_is_an_answer_by_itself(text: str) -> None:
    problem = asyncio.run(answered(text))
    assert problem is not None
    assert problem.fault is Fault.PROTOCOL_UNKNOWN


def test_no_peer_is_left_of_calls_that_were_taken_or_refused() -> None:
    def often(times: int) -> None:
        for _ in range(times):
            assert asyncio.run(answered(real())) is None
            assert asyncio.run(answered(real()[: len(real()) // 2])) is not None

    often(1)
    before = peers()
    often(2)
    assert peers() <= before
