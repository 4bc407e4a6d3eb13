"""What one peer connection asks of the network and of the service."""

from typing import Any

import pytest
from aioice import Connection
from aiortc import RTCPeerConnection, RTCRtpSender

from kiosk.realtime.call import Call


def a_call(*, loopback: bool) -> Call:
    return Call(
        on_message=lambda _: None,
        on_packet=lambda _: None,
        on_hearing=lambda *_: None,
        on_end=lambda _: None,
        loopback=loopback,
    )


async def test_no_other_server_is_asked_for_the_booth_s_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, Any]] = []

    def record(**options: Any) -> Any:
        asked.append(options)
        return Connection(**options)

    monkeypatch.setattr("aiortc.rtcicetransport.Connection", record)
    call = a_call(loopback=False)
    try:
        offer = await call.offer()
    finally:
        await call.close()
    assert asked
    servers = [value for options in asked for name, value in options.items() if "server" in name]
    assert [value for value in servers if value is not None] == []
    kinds = {line.split(" typ ")[1].split()[0] for line in offer.splitlines() if " typ " in line}
    assert kinds <= {"host"}


async def test_a_call_on_this_machine_offers_only_this_machine() -> None:
    call = a_call(loopback=True)
    try:
        offer = await call.offer()
    finally:
        await call.close()
    candidates = [line.split() for line in offer.splitlines() if line.startswith("a=candidate:")]
    assert {candidate[4] for candidate in candidates} == {"127.0.0.1"}


async def test_the_service_is_asked_for_a_voice_that_survives_losses() -> None:
    call = a_call(loopback=True)
    try:
        offer = await call.offer()
    finally:
        await call.close()
    lines = offer.splitlines()
    (opus,) = (index for index, line in enumerate(lines) if line.endswith("opus/48000/2"))
    kind = lines[opus].removeprefix("a=rtpmap:").split()[0]
    assert lines[opus + 1] == f"a=fmtp:{kind} minptime=10;useinbandfec=1"
    (audio,) = (line for line in lines if line.startswith("m=audio"))
    assert audio.split()[3:] == [kind]


@pytest.mark.parametrize("name", ["drop_sent", "leave"])
async def test_a_call_is_closed_whatever_the_libraries_no_longer_have_inside(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    closed: list[RTCPeerConnection] = []
    close = RTCPeerConnection.close

    async def note(peer: RTCPeerConnection) -> None:
        await close(peer)
        closed.append(peer)

    def missing(_: RTCRtpSender) -> None:
        raise KeyError(name)

    monkeypatch.setattr(RTCPeerConnection, "close", note)
    monkeypatch.setattr(f"kiosk.realtime.call.{name}", missing)
    call = a_call(loopback=True)
    await call.offer()
    with pytest.raises(KeyError):
        await call.close()
    await call.close()
    assert len(closed) == 1
