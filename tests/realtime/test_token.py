import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from aiohttp import web

from kiosk.core.faults import Fault
from kiosk.life.vital import is_ours
from kiosk.realtime.errors import LineError
from kiosk.realtime.token import PRESSED_S, Minter, SessionConfiguration, Token, TokenKeeper
from kiosk.secret import Secret
from kiosk.settings import RealtimeSettings
from tests.openai_oracle import check_session
from tests.realtime.far_end import KEY, TOKEN, FarEnd, refused

SESSION: SessionConfiguration = {
    "type": "realtime",
    "model": "gpt-realtime-2.1",
    "instructions": "Ask.",
    "audio": {"output": {"voice": "marin"}},
}


def session_for(language: str) -> SessionConfiguration:
    return {**SESSION, "instructions": f"Speak {language}."}


def minter_at(far_end: FarEnd, http: httpx.AsyncClient, key: str = KEY, **more: Any) -> Minter:
    settings = replace(RealtimeSettings(base_url=far_end.url), **more)
    return Minter(settings, Secret(key), http)


@pytest.fixture
def minter(far_end: FarEnd, http: httpx.AsyncClient) -> Minter:
    return minter_at(far_end, http)


async def failure(minter: Minter) -> LineError:
    with pytest.raises(LineError) as told:
        await minter.mint(SESSION)
    assert KEY not in repr(told.value) + repr(vars(told.value))
    assert told.value.__cause__ is None
    return told.value


# --- minting --------------------------------------------------------------------------------------


async def test_mints_with_the_whole_configuration_inside(far_end: FarEnd, minter: Minter) -> None:
    token = await minter.mint(SESSION)
    assert far_end.minted == [
        {"expires_after": {"anchor": "created_at", "seconds": 600}, "session": SESSION}
    ]
    check_session(far_end.minted[0]["session"])
    assert token.value == Secret(f"{TOKEN}1")
    assert token.session["id"] == "sess_1"
    assert token.session["instructions"] == "Ask."
    assert 595 <= token.lifetime_s <= 600
    assert TOKEN not in repr(token)
    assert "Ask." not in repr(token)


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [("bearer", "Authorization", f"Bearer {KEY}"), ("api-key", "api-key", KEY)],
)
async def test_presents_the_key_as_the_service_wants_it(
    far_end: FarEnd, http: httpx.AsyncClient, auth: str, header: str, value: str
) -> None:
    await minter_at(far_end, http, auth=auth).mint(SESSION)
    (headers,) = far_end.mint_headers
    assert headers[header] == value
    assert headers["Content-Type"] == "application/json"
    assert {"Authorization", "api-key"} & set(headers) == {header}
    assert "OpenAI-Beta" not in headers


@pytest.mark.parametrize(
    "base_url", ["https://a.openai.azure.com/openai", "https://api.openai.com/"]
)
async def test_joins_any_base_url(base_url: str) -> None:
    asked: list[str] = []

    class Noting(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked.append(str(request.url))
            return httpx.Response(200, json={"value": TOKEN})

    async with httpx.AsyncClient(transport=Noting()) as http:
        await Minter(RealtimeSettings(base_url=base_url), Secret(KEY), http).mint(SESSION)
    assert asked == [base_url.rstrip("/") + "/v1/realtime/client_secrets"]


@pytest.mark.parametrize(("asked_s", "sent_s"), [(1, 10), (60, 60), (99_999, 7200)])
async def test_asks_for_a_life_the_service_grants(
    far_end: FarEnd, http: httpx.AsyncClient, asked_s: int, sent_s: int
) -> None:
    settings = RealtimeSettings(base_url=far_end.url)
    await Minter(settings, Secret(KEY), http, lifetime_s=asked_s).mint(SESSION)
    assert far_end.minted[0]["expires_after"]["seconds"] == sent_s


@pytest.mark.parametrize("key", ["", "  \n"])
async def test_without_a_key_nothing_is_asked(
    far_end: FarEnd, http: httpx.AsyncClient, key: str
) -> None:
    problem = await failure(minter_at(far_end, http, key))
    assert problem.fault is Fault.KEY_MISSING
    assert problem.why == "There is no API key."
    assert far_end.mint_headers == []


@pytest.mark.parametrize(
    "key", ["sk-NeverToBeSeen\nHost: x", "sk-Nevér", "sk-Never ToBeSeen", "\0"]
)
async def test_a_key_that_cannot_be_one_is_not_sent(
    far_end: FarEnd, http: httpx.AsyncClient, key: str
) -> None:
    problem = await failure(minter_at(far_end, http, key))
    assert problem.fault is Fault.KEY_REFUSED
    assert "Never" not in problem.why
    assert far_end.mint_headers == []


async def test_a_key_may_come_with_the_end_of_its_line(
    far_end: FarEnd, http: httpx.AsyncClient
) -> None:
    await minter_at(far_end, http, f"{KEY}\n").mint(SESSION)
    assert far_end.mint_headers[0]["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "5", "{}", '{"value": null}', '{"value": 5}', '{"value": ""}',
        '{"value": "ek 1"}', '{"value": "ek\\n1"}', '{"value": "\\u00e9k"}', "[" * 100_000,
        '{"client_secret": {"value": "ek_old"}}',
    ],
)  # fmt: skip
async def test_an_answer_without_a_token_is_one_clear_fault(
    far_end: FarEnd, minter: Minter, text: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=text)

    far_end.mints = answer
    problem = await failure(minter)
    assert problem.fault is Fault.PROTOCOL_UNKNOWN
    assert problem.why == "The service's answer holds no token."


@pytest.mark.parametrize(
    ("expires_at", "date", "lifetime_s"),
    [
        (1_795_428_060, "Mon, 23 Nov 2026 10:00:00 GMT", 60.0),
        (1_795_428_000, "Mon, 23 Nov 2026 10:00:00 GMT", 600.0),
        (1_795_428_000 + 10**6, "Mon, 23 Nov 2026 10:00:00 GMT", 600.0),
        (1_795_428_060, "some day", 600.0),
        (None, "Mon, 23 Nov 2026 10:00:00 GMT", 600.0),
        ("soon", "Mon, 23 Nov 2026 10:00:00 GMT", 600.0),
        (True, "Mon, 23 Nov 2026 10:00:00 GMT", 600.0),
        (10**400, "Mon, 23 Nov 2026 10:00:00 GMT", 600.0),
    ],
    ids=range(8),
)
async def test_reckons_a_tokens_life_by_the_services_clock(
    far_end: FarEnd, minter: Minter, expires_at: object, date: str, lifetime_s: float
) -> None:
    async def answer(_: web.Request) -> web.Response:
        text = json.dumps({"value": TOKEN, "expires_at": expires_at})
        return web.Response(text=text, headers={"Date": date})

    far_end.mints = answer
    assert (await minter.mint(SESSION)).lifetime_s == lifetime_s


async def test_hangs_up_with_the_key(far_end: FarEnd, minter: Minter) -> None:
    await minter.hang_up("rtc_1-a")
    assert far_end.hung_up == ["rtc_1-a"]


@pytest.mark.parametrize("call_id", ["", "../client_secrets", "a b", "é", "a/b", "a?b"])
async def test_hangs_up_only_what_can_be_a_call(
    far_end: FarEnd, minter: Minter, call_id: str
) -> None:
    await minter.hang_up(call_id)
    assert far_end.hung_up == []
    assert far_end.mint_headers == []


async def test_hanging_up_never_fails(
    far_end: FarEnd, minter: Minter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def answer(_: web.Request) -> web.Response:
        return refused(500, KEY)

    far_end.hang_ups = answer
    await minter.hang_up("rtc_1")
    await far_end.stop()
    await minter.hang_up("rtc_1")
    await far_end.start()
    assert caplog.text.count("Hanging up failed") == 2
    assert KEY not in caplog.text


async def test_a_call_that_is_over_needs_no_hanging_up(
    far_end: FarEnd, minter: Minter, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.match_info["id"])
        return refused(404, "call_id_not_found")

    far_end.hang_ups = answer
    await minter.hang_up("rtc_1")
    assert asked == ["rtc_1"]
    assert "Hanging up" not in caplog.text


# --- keeping --------------------------------------------------------------------------------------


class Time:
    """A clock that moves when somebody sleeps, and only as far as the test lets it."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.slept: asyncio.Queue[float] = asyncio.Queue()
        self._wake = asyncio.Event()

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, wait_s: float) -> None:
        self.slept.put_nowait(wait_s)
        await self._wake.wait()
        self._wake.clear()

    async def pass_sleep(self) -> float:
        """Wait until somebody sleeps, let that time pass, and return how long it was."""
        wait_s = await self.slept.get()
        self.now_s += wait_s
        self._wake.set()
        return wait_s


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
async def keeper(minter: Minter, clock: Time) -> AsyncIterator[TokenKeeper]:
    keeper = TokenKeeper(minter, session_for, clock=clock, sleep=clock.sleep)
    yield keeper
    await keeper.close()


async def test_keeps_a_token_for_the_next_candidate(
    far_end: FarEnd, keeper: TokenKeeper, clock: Time
) -> None:
    keeper.prepare("en")
    await clock.slept.get()
    assert len(far_end.minted) == 1
    first, second = await keeper.token("en"), await keeper.token("en")
    assert first is second
    assert first.value == Secret(f"{TOKEN}1")
    assert len(far_end.minted) == 1


async def test_another_language_is_another_token(far_end: FarEnd, keeper: TokenKeeper) -> None:
    english, german = await keeper.token("en"), await keeper.token("de")
    assert english.value != german.value
    assert [entry["session"]["instructions"] for entry in far_end.minted] == [
        "Speak en.",
        "Speak de.",
    ]
    assert await keeper.token("de") is german


async def test_renews_before_the_end(far_end: FarEnd, keeper: TokenKeeper, clock: Time) -> None:
    keeper.prepare("en")
    for count in (1, 2, 3):
        wait_s = await clock.pass_sleep()
        assert 0.7 * 600 < wait_s <= 0.8 * 600
        assert len(far_end.minted) == count
    await clock.slept.get()
    assert (await keeper.token("en")).value == Secret(f"{TOKEN}4")


@pytest.mark.parametrize(("age_s", "minted"), [(0, 1), (580, 1), (592, 2), (700, 2)])
async def test_an_old_token_is_not_used(
    far_end: FarEnd, keeper: TokenKeeper, clock: Time, age_s: float, minted: int
) -> None:
    await keeper.token("en")
    clock.now_s += age_s
    await keeper.token("en")
    assert len(far_end.minted) == minted


async def test_a_dropped_token_is_not_given_again(far_end: FarEnd, keeper: TokenKeeper) -> None:
    first = await keeper.token("en")
    keeper.drop(first)
    second = await keeper.token("en")
    assert second is not first
    keeper.drop(first)
    assert await keeper.token("en") is second


async def test_two_who_ask_at_once_share_one_token(far_end: FarEnd, keeper: TokenKeeper) -> None:
    keeper.prepare("en")
    one, other = await asyncio.gather(keeper.token("en"), keeper.token("en"))
    assert one is other
    assert len(far_end.minted) == 1


async def test_who_dials_does_not_wait_for_a_renewal_that_hangs(
    far_end: FarEnd, keeper: TokenKeeper, clock: Time
) -> None:
    keeper.prepare("en")
    await clock.slept.get()
    asked = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    far_end.mints = hang
    clock.slept.put_nowait(0.8 * 600)
    await clock.pass_sleep()
    await asked.wait()
    async with asyncio.timeout(5):
        assert (await keeper.token("en")).value == Secret(f"{TOKEN}1")


async def test_waits_as_long_as_the_service_asks(
    far_end: FarEnd, keeper: TokenKeeper, clock: Time
) -> None:
    async def answer(request: web.Request) -> web.Response:
        await far_end.mint(request)
        return refused(429, "rate_limit_exceeded", **{"Retry-After": "30"})

    far_end.mints = answer
    for _ in range(3):
        with pytest.raises(LineError) as told:
            await keeper.token("en")
        assert told.value.fault is Fault.RATE_LIMITED
        clock.now_s += 9.0
    assert told.value.retry_after_s == 12.0
    assert len(far_end.minted) == 1
    far_end.mints = far_end.mint
    clock.now_s += 4.0
    assert (await keeper.token("en")).value == Secret(f"{TOKEN}2")


async def test_a_reason_that_stays_is_told_once(
    far_end: FarEnd, minter: Minter, clock: Time, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return refused(500, None)

    far_end.mints = answer
    keeper = TokenKeeper(minter, session_for, clock=clock, sleep=clock.sleep)
    keeper.prepare("en")
    for _ in range(3):
        await clock.pass_sleep()
    await clock.slept.get()
    await keeper.close()
    assert len([each for each in caplog.messages if each.startswith("No token: ")]) == 1


async def test_tries_again_in_the_background(
    far_end: FarEnd, minter: Minter, clock: Time, caplog: pytest.LogCaptureFixture
) -> None:
    answers = iter([refused(500, None), refused(503, None), refused(429, "insufficient_quota")])
    told: list[Fault | None] = []

    async def answer(request: web.Request) -> web.Response:
        answer = next(answers, None)
        return await far_end.mint(request) if answer is None else answer

    far_end.mints = answer
    keeper = TokenKeeper(
        minter,
        session_for,
        on_kept=lambda problem: told.append(problem.fault if problem else None),
        clock=clock,
        sleep=clock.sleep,
    )
    keeper.prepare("en")
    assert [await clock.pass_sleep() for _ in range(3)] == [5.0, 10.0, 60.0]
    await clock.slept.get()
    await keeper.close()
    assert told == [Fault.SERVICE_DOWN, Fault.SERVICE_DOWN, Fault.NO_QUOTA, None]
    said = [each for each in caplog.messages if each.startswith("No token: ")]
    assert said[0] == "No token: The service refused a token (status 500)."
    assert len(said) == 3
    assert KEY not in caplog.text


async def test_a_press_tries_again_at_once_but_does_not_hammer(
    far_end: FarEnd, keeper: TokenKeeper, clock: Time
) -> None:
    asked: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request)
        return refused(429, "insufficient_quota")

    far_end.mints = answer
    keeper.look_again()
    keeper.prepare("en")
    await clock.slept.get()
    for _ in range(20):
        keeper.look_again()
    clock.now_s += PRESSED_S
    for _ in range(20):
        keeper.look_again()
    await clock.slept.get()
    assert len(asked) == 2
    far_end.mints = far_end.mint
    clock.now_s += PRESSED_S
    keeper.look_again()
    await clock.slept.get()
    clock.now_s += PRESSED_S
    keeper.look_again()
    assert len(far_end.minted) == 1


@pytest.mark.parametrize(("asked", "wait_s"), [("0.01", 5.0), ("7", 7.0), ("86400", 300.0)])
async def test_heeds_the_service_within_reason(
    far_end: FarEnd, keeper: TokenKeeper, clock: Time, asked: str, wait_s: float
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return refused(429, "rate_limit_exceeded", **{"Retry-After": asked})

    far_end.mints = answer
    keeper.prepare("en")
    assert [await clock.pass_sleep() for _ in range(3)] == [wait_s] * 3


async def test_goes_on_after_a_mistake_that_nobody_expected(
    far_end: FarEnd, minter: Minter, clock: Time, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Fault | None] = []
    mistakes = iter([KeyError("en"), None])

    def session(language: str) -> SessionConfiguration:
        mistake = next(mistakes)
        if mistake is not None:
            raise mistake
        return session_for(language)

    def on_kept(problem: LineError | None) -> None:
        told.append(problem.fault if problem else None)
        raise RuntimeError("nobody listens")

    keeper = TokenKeeper(minter, session, on_kept=on_kept, clock=clock, sleep=clock.sleep)
    keeper.prepare("en")
    assert await clock.pass_sleep() == 5.0
    await clock.slept.get()
    await keeper.close()
    assert told == [Fault.SERVICE_DOWN, None]
    assert len(far_end.minted) == 1
    assert "KeyError: 'en'" in caplog.text
    assert caplog.text.count("RuntimeError: nobody listens") == 2


async def test_follows_the_last_language_prepared(
    far_end: FarEnd, keeper: TokenKeeper, clock: Time
) -> None:
    keeper.prepare("en")
    await clock.slept.get()
    keeper.prepare("de")
    await clock.slept.get()
    assert (await keeper.token("de")).value == Secret(f"{TOKEN}2")
    assert len(far_end.minted) == 2


@pytest.mark.parametrize("minting", [False, True])
async def test_closes_at_any_time(
    far_end: FarEnd, minter: Minter, clock: Time, minting: bool
) -> None:
    asked = asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    if minting:
        far_end.mints = hang
    keeper = TokenKeeper(minter, session_for, clock=clock, sleep=clock.sleep)
    keeper.prepare("en")
    await (asked.wait() if minting else clock.slept.get())
    await keeper.close()
    await keeper.close()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "token-keeper"]


async def test_keeping_that_ends_is_a_failure_of_the_booth(minter: Minter) -> None:
    failed: asyncio.Queue[BaseException] = asyncio.Queue()
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: failed.put_nowait(context["exception"])
    )

    async def torn_off(_: float) -> None:
        raise ValueError("torn off")

    keeper = TokenKeeper(minter, session_for, sleep=torn_off)
    keeper.prepare("en")
    assert is_ours(await failed.get())
    await keeper.close()
    keeper = TokenKeeper(minter, session_for)
    keeper.prepare("en")
    keeper.prepare("de")
    await keeper.close()
    assert failed.empty()


async def test_real_time_passes_too(far_end: FarEnd, minter: Minter) -> None:
    kept = asyncio.Event()
    keeper = TokenKeeper(minter, session_for, on_kept=lambda _: kept.set())
    keeper.prepare("en")
    await kept.wait()
    token: Token = await keeper.token("en")
    assert token.lifetime_s > 0
    await keeper.close()


async def test_no_secret_is_logged(
    far_end: FarEnd, keeper: TokenKeeper, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await keeper.token("en")
    for status in (400, 401, 403, 404, 429, 500):

        async def answer(_: web.Request, status: int = status) -> web.Response:
            return refused(status, KEY)

        far_end.mints = answer
        with pytest.raises(LineError) as told:
            await keeper.token("de")
        assert KEY not in repr(told.value)
    assert caplog.records
    assert KEY not in caplog.text
    assert TOKEN not in caplog.text
    assert KEY not in repr(keeper) + repr(vars(keeper))
