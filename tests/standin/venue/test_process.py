import os

import httpx
import pytest

from kiosk.errors import CommandError
from kiosk.places import NETWORKS
from kiosk.standin.venue.process import VenueProcess
from tests.rigs.booth_process import children
from tests.standin.caller import Caller
from tests.standin.conftest import Open


async def test_it_relays_a_call_and_tells_at_the_end_what_it_did(open_standin: Open) -> None:
    standin = await open_standin()
    with VenueProcess(standin.base_url, NETWORKS / "hotel-wifi.toml") as venue:
        async with Caller(venue.base_url) as caller:
            await caller.opened()
            await caller.until("session.created")
        tally = venue.stop()
    assert tally["up"]["sent"] > 0 < tally["down"]["arrived"]
    async with httpx.AsyncClient(trust_env=False) as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(venue.base_url)
    assert venue.stop() == tally, "it is told again"


def test_one_that_cannot_start_is_a_sentence_and_leaves_nothing() -> None:
    before = children(os.getpid())
    with (
        pytest.raises(CommandError, match="did not start"),
        VenueProcess("http://127.0.0.1:1", NETWORKS / "none.toml"),
    ):
        pass
    assert children(os.getpid()) == before
