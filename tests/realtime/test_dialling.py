"""What is told of an attempt that comes to nothing after the service took the call."""

import asyncio

import httpx
import pytest
from aiohttp import web

from kiosk.core.faults import Fault
from kiosk.realtime import dialling
from kiosk.realtime import post as post_module
from kiosk.realtime.call import Call
from kiosk.realtime.dialling import Dialling
from kiosk.realtime.errors import LineError
from kiosk.realtime.place import Place
from kiosk.realtime.token import Minter, TokenKeeper
from kiosk.secret import Secret
from kiosk.settings import RealtimeSettings
from tests.realtime.far_end import KEY, FarEnd
from tests.realtime.test_call import a_call


async def hang(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def failure(far_end: FarEnd, http: httpx.AsyncClient) -> LineError:
    settings = RealtimeSettings(base_url=far_end.url)
    tokens = TokenKeeper(Minter(settings, Secret(KEY), http), lambda _: {"type": "realtime"})
    call = a_call(loopback=True)
    try:
        with pytest.raises(LineError) as told:
            await Dialling(Place(far_end.url, tokens, http), 15.0).open(call, "en")
    finally:
        await call.close()
    return told.value


async def test_a_service_that_answers_over_http_alone_is_told_soon(
    far_end: FarEnd, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialling, "MEET_S", 0.2)
    far_end.block_voice()
    assert (await failure(far_end, http)).fault is Fault.VOICE_BLOCKED


async def test_voice_that_is_blocked_on_a_slow_network_is_no_lost_network(
    far_end: FarEnd, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slowly(_: web.Request) -> web.Response:
        await asyncio.sleep(0.2)
        return web.Response(status=404)

    monkeypatch.setattr(dialling, "MEET_S", 0.2)
    monkeypatch.setattr(post_module, "CONNECT_S", 0.1)
    far_end.block_voice()
    far_end.looks = slowly
    assert (await failure(far_end, http)).fault is Fault.VOICE_BLOCKED


@pytest.mark.parametrize("for_sure", [False, True])
async def test_voice_is_blocked_only_where_the_service_is_seen_to_answer_just_then(
    far_end: FarEnd, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, for_sure: bool
) -> None:
    monkeypatch.setattr(dialling, "MEET_S", 10.0 if for_sure else 0.2)
    monkeypatch.setattr(dialling, "LOOK_S", 0.2)
    far_end.block_voice(for_sure=for_sure)
    far_end.looks = hang
    assert (await failure(far_end, http)).fault is Fault.UNREACHABLE


@pytest.mark.parametrize("answers", [True, False])
async def test_a_channel_that_never_opens_is_no_blocked_voice(
    far_end: FarEnd, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    async def never(_: Call) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(dialling, "CHANNEL_S", 0.1)
    monkeypatch.setattr(Call, "opened", never)
    if not answers:
        monkeypatch.setattr(dialling, "LOOK_S", 0.2)
        far_end.looks = hang
    problem = await failure(far_end, http)
    assert problem.fault is (Fault.SERVICE_DOWN if answers else Fault.UNREACHABLE)


async def test_a_service_that_does_not_answer_an_offer_is_not_waited_for(
    far_end: FarEnd, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialling, "ANSWER_S", 0.2)
    far_end.calls = hang
    assert (await failure(far_end, http)).fault is Fault.SERVICE_DOWN
