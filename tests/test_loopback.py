import asyncio

import ifaddr
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from kiosk.loopback import loopback_only


async def described(peer: RTCPeerConnection, *, loopback: bool) -> RTCSessionDescription:
    offering = peer.signalingState == "stable"
    description = await (peer.createOffer() if offering else peer.createAnswer())
    if loopback:
        with loopback_only():
            await peer.setLocalDescription(description)
    else:
        await peer.setLocalDescription(description)
    return peer.localDescription


def addresses(description: RTCSessionDescription) -> set[str]:
    lines = description.sdp.splitlines()
    return {line.split()[4] for line in lines if line.startswith("a=candidate:")}


async def test_two_programs_meet_without_any_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ifaddr, "get_adapters", list)
    one, two, without = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(3))
    opened = asyncio.Event()
    one.createDataChannel("oai-events").on("open", opened.set)
    without.createDataChannel("oai-events")
    offer, lost = await asyncio.gather(
        described(one, loopback=True), described(without, loopback=False)
    )
    assert addresses(offer) == {"127.0.0.1"}
    assert addresses(lost) == set()
    await two.setRemoteDescription(offer)
    await one.setRemoteDescription(await described(two, loopback=True))
    async with asyncio.timeout(5):
        await opened.wait()
    await asyncio.gather(one.close(), two.close(), without.close())
