import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from kiosk.audio.port import VoicePacket
from kiosk.core import effects, events
from kiosk.core.events import ServiceEvent
from kiosk.realtime.peer import WebRTCAudioManager
from kiosk.realtime.place import Place
from kiosk.realtime.post import http_client
from kiosk.realtime.token import Minter, TokenKeeper
from kiosk.secret import Secret
from kiosk.settings import RealtimeSettings
from kiosk.standin.venue.relay import Relay
from kiosk.standin.venue.scenario import DIRECTIONS, Episode, Impairments, Scenario
from tests.rigs.relay import venue
from tests.rigs.standin import KEY, service
from tests.standin.caller import Caller
from tests.standin.conftest import Open, Watched


@pytest.fixture
async def standin(open_standin: Open) -> Watched:
    opened: Watched = await open_standin()
    return opened


@pytest.fixture
async def relay(standin: Watched) -> AsyncIterator[Relay]:
    async with Relay(standin.base_url) as relay:
        yield relay


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not true():  # noqa: ASYNC110 - told by counters
            await asyncio.sleep(0.01)


async def until_heard(caller: Caller, packets: int = 5) -> None:
    """Wait for more of the interviewer's voice."""
    had = len(caller.voice)
    await until(lambda: len(caller.voice) >= had + packets)


async def until_arrived(relay: Relay, *, more: int = 5) -> None:
    """Wait until so many datagrams have arrived in each direction."""
    counts = relay.emulator.counts
    had = {direction: counts["udp", direction]["arrived"] for direction in DIRECTIONS}
    await until(
        lambda: all(
            counts["udp", direction]["arrived"] >= had[direction] + more for direction in DIRECTIONS
        )
    )


async def until_lost(relay: Relay, *, datagrams: int = 20) -> None:
    """Wait until an outage has taken so many in each direction."""
    counts = relay.emulator.counts
    await until(
        lambda: all(counts["udp", direction]["outage"] >= datagrams for direction in DIRECTIONS)
    )


async def test_a_call_has_no_other_way_than_through_it(relay: Relay) -> None:
    async with Caller(relay.base_url) as caller:
        await caller.opened()
        offered = [line for line in caller.answer_sdp.splitlines() if "candidate:" in line]
        assert len(offered) == 2, "one for each media section"
        assert len(set(offered)) == 1
        await caller.until("session.created")
        await until_heard(caller)
        up, down = (relay.emulator.counts["udp", direction] for direction in DIRECTIONS)
        assert up["arrived"] > 5 < down["arrived"]
        assert up["arrived"] == up["sent"]
        assert down["arrived"] == down["sent"]
    assert caller.location.startswith("/v1/realtime/calls/")


async def test_an_outage_stops_a_call_both_ways_and_its_end_brings_it_back(
    standin: Watched, relay: Relay
) -> None:
    async with Caller(relay.base_url) as caller:
        await caller.opened()
        await caller.until("session.created")
        await until_heard(caller)
        relay.begin_outage("udp")
        arrived = {
            direction: relay.emulator.counts["udp", direction]["arrived"]
            for direction in DIRECTIONS
        }
        caller.send("response.create")
        heard, seen = len(caller.voice), len(standin.seen)
        await until_lost(relay)
        assert len(caller.voice) - heard <= 2, "what had arrived before"
        assert len(standin.seen) == seen
        for direction in DIRECTIONS:
            assert relay.emulator.counts["udp", direction]["arrived"] == arrived[direction]
        relay.end_outage()
        await caller.until("response.created")
        await until_heard(caller)
        assert len(standin.calls) == 1


async def test_in_an_outage_a_request_waits_for_its_end(standin: Watched, relay: Relay) -> None:
    relay.begin_outage("http")
    caller = Caller(relay.base_url)
    dialling = asyncio.create_task(caller.dial())
    await until(lambda: relay.emulator.counts["http", "up"]["outage"] >= 2)
    assert not dialling.done()
    assert standin.calls == {}
    relay.end_outage()
    await dialling
    await caller.opened()
    await caller.hang_up()


async def test_http_passes_where_only_udp_is_out(relay: Relay) -> None:
    relay.begin_outage("udp")
    caller = Caller(relay.base_url)
    await caller.dial()
    await until_lost(relay, datagrams=1)
    relay.end_outage()
    await caller.opened()
    await caller.hang_up()


async def test_a_refusal_comes_through_as_it_is(standin: Watched, relay: Relay) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        replies = [
            await http.post(f"{base_url}/v1/realtime/calls", content=b"{}")
            for base_url in (standin.base_url, relay.base_url)
        ]
    assert replies[0].status_code == replies[1].status_code == 401
    assert replies[0].content == replies[1].content
    assert replies[0].headers["content-type"] == replies[1].headers["content-type"]


async def test_a_stand_in_that_is_gone_is_a_bad_gateway(unused_tcp_port: int) -> None:
    async with (
        Relay(f"http://127.0.0.1:{unused_tcp_port}") as relay,
        httpx.AsyncClient(trust_env=False) as http,
    ):
        reply = await http.post(relay.base_url)
    assert reply.status_code == 502


async def test_the_ports_of_a_call_are_given_up_when_it_is_silent(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.standin.venue.relay.IDLE_S", 0.2)
    async with Relay(relay.base_url) as beside:
        async with Caller(beside.base_url) as caller:
            await caller.opened()
            await until_arrived(beside, more=20)
            assert beside.calls == 1
        await until(lambda: not beside.calls)


async def test_another_scenario_can_be_played_in_mid_call(relay: Relay) -> None:
    async with Caller(relay.base_url) as caller:
        await caller.opened()
        await until_arrived(relay)
        relay.set(
            Scenario(
                up=Impairments(duplicated=1.0),
                down=Impairments(delay_ms=200.0),
                episodes=(
                    Episode(from_s=0.0, directions=("up",), kind="change", changes={"loss": 0.5}),
                ),
            )
        )
        await until_arrived(relay, more=10)
        up, down = (relay.emulator.counts["udp", direction] for direction in DIRECTIONS)
        assert up["duplicated"] > 0 < up["lost"]
        assert down["late"] == down["arrived"] > 0
        assert down["lost"] == 0


async def test_a_booths_line_goes_dark_and_comes_back(tmp_path: Path) -> None:
    heard: asyncio.Queue[ServiceEvent] = asyncio.Queue()
    packets: asyncio.Queue[VoicePacket] = asyncio.Queue()

    async def told(kind: type[ServiceEvent]) -> None:
        async with asyncio.timeout(15):
            while not isinstance(await heard.get(), kind):
                pass

    with service(tmp_path) as standin, venue(standin.base_url) as network:
        settings = RealtimeSettings(base_url=network.base_url)
        async with http_client(network.base_url) as http:
            keeper = TokenKeeper(
                Minter(settings, Secret(KEY), http),
                lambda _: {"type": "realtime", "model": settings.model},
            )

            async def place() -> Place:
                return Place(network.base_url, keeper, http)

            manager = WebRTCAudioManager(
                {"service": place},
                settings.connect_timeout_s,
                on_event=heard.put_nowait,
                on_packet=packets.put_nowait,
                on_hearing=lambda *_: None,
                on_lost=lambda _, fault, why: pytest.fail(f"{fault}: {why}"),
            )
            await manager.connect("en", 1)
            manager.take(1)
            await told(events.SessionCreated)
            await packets.get()

            network.begin_outage()
            before = network.counts("down")["arrived"]
            assert manager.send(effects.CreateResponse("Greet."))
            await until(lambda: network.counts("up")["outage"] >= 20)
            assert heard.empty()
            assert network.counts("down")["arrived"] == before

            network.end_outage()
            await told(events.VoiceBufferStarted)
            assert len(standin.open_calls) == 1
            await manager.disconnect()
