"""The token service on a real socket, asked by a real booth and by others."""

import asyncio
import json
import logging
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.core.faults import Fault
from kiosk.key_service import Unable
from kiosk.realtime import token_client
from kiosk.realtime.bucket import Bucket
from kiosk.realtime.errors import LineError
from kiosk.realtime.token import Minter, SessionConfiguration, TokenKeeper
from kiosk.realtime.token_client import ServiceMinter, mint_of, read_state
from kiosk.realtime.token_memory import Minted
from kiosk.realtime.token_request import MOST_BYTES
from kiosk.realtime.token_service import (
    IDLE_S,
    MOST_CONNECTIONS,
    Office,
    TokenService,
)
from kiosk.secret import Secret
from kiosk.settings import RealtimeSettings, Settings, TokenSettings
from tests.realtime.far_end import KEY, TOKEN, FarEnd, refused
from tests.rigs.booth_process import until
from tests.rigs.token_service import listening

MODEL = "gpt-realtime-2.1"
SESSION: SessionConfiguration = {"type": "realtime", "model": MODEL, "instructions": "Ask."}
ASKED = json.dumps({"session": SESSION}).encode()
REQUEST = (b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(ASKED)) + ASKED
ME = frozenset({os.getuid()})
SOON_S = 10.0
"""Only to end a test that hangs."""


@dataclass
class Desk:
    """A service that runs, and its way out."""

    path: Path
    office: Office
    running: asyncio.Task[None]
    service: TokenService


@pytest.fixture
def place() -> Iterator[tuple[socket.socket, Path]]:
    with listening() as place:
        yield place


Place = tuple[socket.socket, Path]


@asynccontextmanager
async def serving(place: Place, office: Office, **more: float) -> AsyncIterator[Desk]:
    service = TokenService(office, **more)  # type: ignore[arg-type]
    running = asyncio.create_task(service.serve(place[0].dup()))
    try:
        yield Desk(place[1], office, running, service)
    finally:
        service.stop()
        await running


@pytest.fixture
def office(far_end: FarEnd, http: httpx.AsyncClient) -> Office:
    mint = Minter(RealtimeSettings(base_url=far_end.url), Secret(KEY), http)
    return Office(mint, MODEL, credential=True, allowed=ME)


@pytest.fixture
async def desk(place: Place, office: Office) -> AsyncIterator[Desk]:
    async with serving(place, office) as desk:
        yield desk


@pytest.fixture
async def booth(desk: Desk) -> AsyncIterator[ServiceMinter]:
    minter = ServiceMinter(desk.path)
    yield minter
    await minter.close()


async def failure(minter: ServiceMinter) -> LineError:
    with pytest.raises(LineError) as told:
        await minter.mint(SESSION)
    assert KEY not in repr(told.value) + repr(vars(told.value))
    assert told.value.__cause__ is None
    return told.value


async def said(path: Path, data: bytes) -> bytes:
    """Send these bytes and return all that comes until the other end hangs up."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    answer = b""
    with suppress(ConnectionError):
        writer.write(data)
        await writer.drain()
        async with asyncio.timeout(SOON_S):
            answer = await reader.read()
    writer.close()
    return answer


# --- a booth that asks ----------------------------------------------------------------------------


async def test_a_booth_gets_a_token_and_never_the_key(far_end: FarEnd, desk: Desk) -> None:
    answer = await said(desk.path, REQUEST)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert KEY.encode() not in answer
    document = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert set(document) == {"value", "expires_at", "lifetime_s", "session"}
    assert document["value"] == f"{TOKEN}1"
    assert far_end.mint_headers[0]["Authorization"] == f"Bearer {KEY}"


async def test_a_booth_cannot_tell_the_service_from_minting_itself(
    far_end: FarEnd, booth: ServiceMinter, office: Office
) -> None:
    token, own = await booth.mint(SESSION), await office.mint.mint(SESSION)
    assert (token.value, own.value) == (Secret(f"{TOKEN}1"), Secret(f"{TOKEN}2"))
    assert replace(token, value=own.value, lifetime_s=0) == replace(own, lifetime_s=0)
    assert 595 <= token.lifetime_s <= 600
    assert far_end.minted[0] == far_end.minted[1]


async def test_a_keeper_keeps_tokens_of_the_service(far_end: FarEnd, booth: ServiceMinter) -> None:
    keeper = TokenKeeper(booth, lambda _: SESSION)
    first = await keeper.token("en")
    assert await keeper.token("en") is first
    keeper.drop(first)
    assert (await keeper.token("en")).value == Secret(f"{TOKEN}2")


async def test_another_model_is_not_to_be_had(far_end: FarEnd, booth: ServiceMinter) -> None:
    await booth.mint({**SESSION, "model": "an-expensive-one"})
    assert far_end.minted[0]["session"]["model"] == MODEL


@pytest.mark.parametrize(
    ("status", "code", "headers", "fault", "wait_s"),
    [
        (401, "invalid_api_key", {}, Fault.KEY_REFUSED, None),
        (403, None, {}, Fault.NO_ACCESS, None),
        (429, "insufficient_quota", {}, Fault.NO_QUOTA, None),
        (429, "rate_limit_exceeded", {"Retry-After": "30"}, Fault.RATE_LIMITED, 30.0),
        (500, None, {}, Fault.SERVICE_DOWN, None),
    ],
)
async def test_what_the_service_says_of_the_key_reaches_staff(
    far_end: FarEnd,
    booth: ServiceMinter,
    caplog: pytest.LogCaptureFixture,
    status: int,
    code: str | None,
    headers: dict[str, str],
    fault: Fault,
    wait_s: float | None,
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return refused(status, code, **headers)

    far_end.mints = answer
    problem = await failure(booth)
    assert (problem.fault, problem.retry_after_s, problem.status) == (fault, wait_s, status)
    assert problem.why.startswith("The service refused a token")
    [record] = [each for each in caplog.records if "No answer to /token" in each.message]
    assert record.kiosk_code == fault.remedy.code  # type: ignore[attr-defined]
    assert KEY not in caplog.text


async def test_a_dead_network_is_not_a_dead_service(far_end: FarEnd, booth: ServiceMinter) -> None:
    await far_end.stop()
    assert (await failure(booth)).fault is Fault.UNREACHABLE
    await far_end.start()


async def test_without_a_key_the_service_says_so(
    place: Place, far_end: FarEnd, http: httpx.AsyncClient
) -> None:
    mint = Minter(RealtimeSettings(base_url=far_end.url), Secret(""), http)
    office = Office(mint, MODEL, credential=False, allowed=ME)
    async with serving(place, office) as desk:
        booth = ServiceMinter(desk.path)
        assert (await failure(booth)).fault is Fault.KEY_MISSING
        state = await asyncio.to_thread(read_state, desk.path)
        await booth.close()
    assert state["credential"] is False
    assert far_end.mint_headers == []


async def test_hangs_up_through_the_service(far_end: FarEnd, booth: ServiceMinter) -> None:
    await booth.hang_up("rtc_1-a")
    assert far_end.hung_up == ["rtc_1-a"]


async def test_a_service_that_starts_too_late_hangs_up_all_the_same(
    place: Place, office: Office, far_end: FarEnd
) -> None:
    """A booth waits a second at most, which a cold start may take."""
    body = b'{"call_id": "rtc_1"}'
    _, writer = await asyncio.open_unix_connection(str(place[1]))
    writer.write(b"POST /hangup HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body))
    writer.write(body)
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    hung_up = asyncio.Event()

    async def hang_up(request: web.Request) -> web.Response:
        hung_up.set()
        return await far_end.hang_up(request)

    far_end.hang_ups = hang_up
    async with serving(place, office), asyncio.timeout(SOON_S):
        await hung_up.wait()


async def test_hanging_up_never_fails(
    far_end: FarEnd, desk: Desk, booth: ServiceMinter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await booth.hang_up("../token")
    desk.service.stop()
    await desk.running
    desk.path.unlink()
    await booth.hang_up("rtc_1")
    assert caplog.text.count("Hanging up failed: The token service") == 2
    await booth.close()
    await booth.hang_up("rtc_1")
    assert far_end.hung_up == []


async def test_asking_too_often_is_refused_for_a_while(
    far_end: FarEnd, desk: Desk, booth: ServiceMinter
) -> None:
    size = desk.office.buckets["/token"].size
    for _ in range(size):
        await booth.mint(SESSION)
    problem = await failure(booth)
    assert problem.fault is Fault.RATE_LIMITED
    assert problem.retry_after_s is not None
    assert 0 < problem.retry_after_s <= desk.office.buckets["/token"].every_s
    assert len(far_end.minted) == size
    await booth.hang_up("rtc_1")
    assert far_end.hung_up == ["rtc_1"]


def test_ending_when_idle_forgives_nobody(office: Office) -> None:
    for bucket in office.buckets.values():
        assert bucket.size * bucket.every_s <= IDLE_S


async def test_the_doctor_hears_how_the_last_request_went(
    far_end: FarEnd, desk: Desk, booth: ServiceMinter
) -> None:
    noted: list[Minted] = []
    desk.office.on_minted = noted.append
    state = await asyncio.to_thread(read_state, desk.path)
    assert state == {"credential": True, "model": MODEL, "minted": None}

    async def answer(_: web.Request) -> web.Response:
        return refused(401, "invalid_api_key")

    await booth.mint(SESSION)
    far_end.mints = answer
    await failure(booth)
    assert [each.code for each in noted] == ["", "KEY2"]
    state = await asyncio.to_thread(read_state, desk.path)
    assert state["minted"] == {
        "at": noted[1].at,
        "code": "KEY2",
        "why": "The service refused a token (status 401, invalid_api_key).",
    }


# --- a service that is not there ------------------------------------------------------------------


async def test_without_a_service_there_is_one_code(tmp_path: Path) -> None:
    booth = ServiceMinter(tmp_path / "none")
    problem = await failure(booth)
    assert (problem.fault, problem.retry) == (Fault.KEY_SERVICE, True)
    assert problem.why == "The token service does not answer: nobody listens at its socket."
    with pytest.raises(LineError, match="nobody listens at its socket"):
        await asyncio.to_thread(read_state, tmp_path / "none")
    await booth.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"220 mail ready\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}",
        b"HTTP/1.1 500 No\r\n\r\n",
        b'HTTP/1.1 500 No\r\n\r\n{"code": "ZZZ9", "why": "?"}',
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (1 << 21),
        b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/\r\n\r\n",
    ],
    ids=range(9),
)
async def test_whatever_else_listens_there_is_no_service(place: Place, answer: bytes) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.readuntil(b"}}")
            writer.write(answer)
            await writer.drain()
            writer.close()

    server = await asyncio.start_unix_server(greet, sock=place[0].dup())
    booth = ServiceMinter(place[1])
    assert (await failure(booth)).fault is Fault.KEY_SERVICE
    await booth.close()
    server.close()


async def test_a_service_that_says_nothing_is_given_up(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_client, "ANSWER_S", 0.05)
    booth = ServiceMinter(place[1])
    problem = await failure(booth)
    assert problem.why == "The token service does not answer: it takes too long."
    await booth.close()


@pytest.mark.parametrize("source", ["service", "direct"])
async def test_the_setting_says_who_mints(
    far_end: FarEnd, http: httpx.AsyncClient, tmp_path: Path, source: str
) -> None:
    token = TokenSettings(source=source, socket=tmp_path / "none")  # type: ignore[arg-type]
    chosen = Settings(realtime=RealtimeSettings(base_url=far_end.url), token=token)
    async with mint_of(chosen, Secret(KEY), http) as mint:
        with suppress(LineError):
            await mint.mint(SESSION)
    assert len(far_end.minted) == (source == "direct")


# --- others who ask -------------------------------------------------------------------------------


async def test_other_users_are_cut_off_unheard_and_named_in_the_journal(
    far_end: FarEnd, desk: Desk, booth: ServiceMinter, caplog: pytest.LogCaptureFixture
) -> None:
    desk.office.allowed = frozenset({os.getuid() + 1})
    desk.office.notices = Bucket(2, every_s=3600.0)
    for _ in range(5):
        assert await said(desk.path, REQUEST) == b""
    assert (await failure(booth)).why.endswith("it hangs up.")
    sentence = f"A process of user {os.getuid()} asked for a token and was refused."
    assert [each.message for each in caplog.records] == [sentence] * 2
    assert far_end.minted == []


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET /token", 405), (b"GET /", 404), (b"POST /state", 405), (b"HEAD /state", 405),
        (b"PUT /token", 405), (b"POST /../etc/passwd", 404), (b"DELETE /hangup", 405),
    ],
    ids=str,
)  # fmt: skip
async def test_whatever_else_is_asked_is_refused_with_a_code(
    desk: Desk, line: bytes, status: int
) -> None:
    answer = await said(desk.path, line + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert line.startswith(b"HEAD") or json.loads(body)["code"] == "API1"


async def test_a_huge_request_is_refused(far_end: FarEnd, desk: Desk) -> None:
    huge = b"x" * (MOST_BYTES + 1)
    head = b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(huge)
    assert b'"code": "API1"' in await said(desk.path, head + huge)
    assert b'"code": "API1"' in await said(
        desk.path, b"POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n" + b"{" * 99
    )
    assert far_end.minted == []


BREAKERS: dict[str, bytes] = {
    "nothing": b"",
    "half a line": b"POST /tok",
    "half a head": b"POST /token HTTP/1.1\r\nHost: x\r\n",
    "half a body": REQUEST[:-5],
    "endless head": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000,
    "endless chunks": b"POST /token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
}


@pytest.mark.parametrize("data", BREAKERS.values(), ids=BREAKERS.keys())
async def test_who_is_slow_is_cut_off_and_others_are_served(
    place: Place, office: Office, data: bytes
) -> None:
    async with serving(place, office, connection_s=0.5) as desk:
        async with asyncio.timeout(SOON_S):
            slow = asyncio.create_task(said(desk.path, data))
            booth = ServiceMinter(desk.path)
            assert (await booth.mint(SESSION)).value
            assert b" 200 " not in await slow
        await booth.close()


async def test_a_crowd_that_says_nothing_does_not_fill_the_service(
    place: Place, office: Office
) -> None:
    async with serving(place, office, connection_s=0.5) as desk:
        crowd = [
            await asyncio.open_unix_connection(str(desk.path)) for _ in range(3 * MOST_CONNECTIONS)
        ]
        async with asyncio.timeout(SOON_S):
            gone = [reader.read() for reader, _ in crowd]
            assert await asyncio.gather(*gone, return_exceptions=True)
        booth = ServiceMinter(desk.path)
        assert (await booth.mint(SESSION)).value
        await booth.close()
        for _, writer in crowd:
            writer.close()


async def test_who_goes_before_the_answer_does_no_harm(
    far_end: FarEnd, desk: Desk, booth: ServiceMinter
) -> None:
    asked, mint = asyncio.Event(), far_end.mints

    async def hang(request: web.Request) -> web.StreamResponse:
        asked.set()
        await asyncio.sleep(0.05)
        return await mint(request)

    far_end.mints = hang
    _, writer = await asyncio.open_unix_connection(str(desk.path))
    writer.write(REQUEST)
    await asked.wait()
    writer.close()
    far_end.mints = mint
    assert (await booth.mint(SESSION)).value


async def test_who_goes_before_the_question_is_whole_is_no_defect(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    _, writer = await asyncio.open_unix_connection(str(desk.path))
    writer.write(REQUEST[:-5])
    await writer.drain()
    booth = ServiceMinter(desk.path)
    assert (await booth.mint(SESSION)).value, "the other one waits for the rest of its question"
    await booth.close()
    writer.close()
    await asyncio.to_thread(until, lambda: "has gone" in caplog.text)
    assert "Traceback" not in caplog.text
    assert not [record for record in caplog.records if record.levelno > logging.INFO]


PIECES = st.sampled_from(
    [b"POST ", b"GET ", b"/token", b" HTTP/1.1\r\n", b"\r\n", b"Content-Length: 5\r\n", b"\0",
     b"Transfer-Encoding: chunked\r\n", b"Host: x\r\n", b"Expect: 100-continue\r\n", b"{", ASKED]
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES | st.binary(max_size=20), max_size=8).map(b"".join))
def test_no_bytes_break_the_service(data: bytes) -> None:
    async def answers() -> bool:
        broke = Unable(LineError(Fault.NO_QUOTA, "Broke."))
        office = Office(broke, MODEL, credential=True, allowed=ME)
        with listening() as place:
            async with serving(place, office, connection_s=0.1) as desk:
                await said(desk.path, data)
                booth = ServiceMinter(desk.path)
                problem = await failure(booth)
                await booth.close()
                return problem.fault is Fault.NO_QUOTA and not desk.running.done()

    assert asyncio.run(answers())


# --- coming and going -----------------------------------------------------------------------------


async def test_ends_when_nobody_asks_and_leaves_the_socket_to_the_next_one(
    place: Place, office: Office, far_end: FarEnd
) -> None:
    booth = ServiceMinter(place[1])
    for count in (1, 2):
        async with serving(place, office, idle_s=0.3) as desk, asyncio.timeout(SOON_S):
            assert (await booth.mint(SESSION)).value
            await desk.running
        assert len(far_end.minted) == count
        assert place[1].is_socket()
    asking = asyncio.create_task(booth.mint(SESSION))
    await asyncio.sleep(0)
    async with serving(place, office):
        assert (await asking).value
    await booth.close()


async def test_does_not_end_while_it_has_to_answer(
    far_end: FarEnd, place: Place, office: Office
) -> None:
    mint = far_end.mints

    async def slowly(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.4)
        return await mint(request)

    far_end.mints = slowly
    booth = ServiceMinter(place[1])
    async with serving(place, office, idle_s=0.1) as desk, asyncio.timeout(SOON_S):
        assert (await booth.mint(SESSION)).value
        await desk.running
    await booth.close()
