"""The line over the network of a venue that comes and goes, to the stand-in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kiosk.core.events import ServiceEvent, SessionCreated
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Hearing
from kiosk.realtime import dialling, liveness
from kiosk.realtime.errors import LineError
from kiosk.realtime.peer import WebRTCAudioManager
from kiosk.realtime.place import Place
from kiosk.realtime.post import http_client
from kiosk.realtime.token import Minter, TokenKeeper
from kiosk.secret import Secret
from kiosk.settings import RealtimeSettings
from tests.rigs.relay import Venue, venue
from tests.rigs.standin import KEY, service


class Booth:
    """A line with what it told."""

    def __init__(self, network: Venue) -> None:
        self.network = network
        self.line: WebRTCAudioManager
        self.hearing: asyncio.Queue[tuple[int, Hearing]] = asyncio.Queue()
        self.events: asyncio.Queue[ServiceEvent] = asyncio.Queue()

    async def until(self, call: int, hearing: Hearing) -> None:
        async with asyncio.timeout(30):
            while await self.hearing.get() != (call, hearing):
                pass

    async def session(self) -> None:
        async with asyncio.timeout(30):
            while not isinstance(await self.events.get(), SessionCreated):
                pass


@asynccontextmanager
async def booth_in(folder: Path) -> AsyncIterator[Booth]:
    with service(folder) as standin, venue(standin.base_url) as network:
        booth = Booth(network)
        settings = RealtimeSettings(base_url=network.base_url)
        async with http_client(network.base_url) as http:
            minter = Minter(settings, Secret(KEY), http)
            keeper = TokenKeeper(minter, lambda _: {"type": "realtime", "model": settings.model})

            async def place() -> Place:
                return Place(network.base_url, keeper, http)

            booth.line = WebRTCAudioManager(
                {"service": place},
                settings.connect_timeout_s,
                on_event=booth.events.put_nowait,
                on_packet=lambda _: None,
                on_hearing=lambda call, heard_as, _: booth.hearing.put_nowait((call, heard_as)),
                on_lost=lambda _, fault, why: pytest.fail(f"{fault}: {why}"),
            )
            await booth.line.connect("en", 1)
            yield booth
            await booth.line.disconnect()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, quick_s in {"ASK_S": 0.1, "SEARCH_S": 0.05, "SLOW_S": 0.4, "DARK_S": 0.8}.items():
        monkeypatch.setattr(liveness, name, quick_s)
    monkeypatch.setattr(liveness, "CALM_S", 0.2)


async def test_another_call_is_opened_beside_a_dark_line_and_either_can_go_on(
    tmp_path: Path,
) -> None:
    async with booth_in(tmp_path) as booth:
        line, network = booth.line, booth.network
        line.take(1)
        await booth.session()
        for dialled in (2, 3):
            network.begin_outage()
            await booth.until(1, "dark")
            dialling = asyncio.create_task(line.connect("en", dialled))
            await asyncio.sleep(0)
            assert not dialling.done()
            network.end_outage()
            await booth.until(1, "slow")
            await dialling
            await booth.until(1, "well")
            line.drop()
        await line.connect("en", 4)
        line.take(4)
        await booth.session()


async def test_a_network_that_blocks_udp_is_told_by_what_goes_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialling, "MEET_S", 0.5)
    async with booth_in(tmp_path) as booth:
        booth.network.begin_outage("udp")
        with pytest.raises(LineError) as told:
            await booth.line.connect("en", 2)
        assert told.value.fault is Fault.VOICE_BLOCKED
