import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.standin.venue.sdp import led_through, udp_address

OFFER = """v=0
o=- 1 1 IN IP4 0.0.0.0
a=group:BUNDLE 0 1
m=audio 40001 UDP/TLS/RTP/SAVPF 96
c=IN IP4 192.0.2.7
a=rtcp:9 IN IP4 0.0.0.0
a=rtcp-mux
a=candidate:1 1 tcp 2130706431 192.0.2.9 9 typ host tcptype active
a=candidate:2 1 udp 2130706431 fd00::1 40000 typ host
a=candidate:3 1 udp 2130706431 192.0.2.7 40001 typ host
a=candidate:4 1 udp 1694498815 198.51.100.4 50001 typ srflx raddr 192.0.2.7 rport 40001
a=end-of-candidates
m=application 0 UDP/DTLS/SCTP webrtc-datachannel
a=sctp-port:5000
""".replace("\n", "\r\n")


def test_the_first_address_for_udp_is_found() -> None:
    assert udp_address(OFFER) == ("192.0.2.7", 40001)


@pytest.mark.parametrize(
    "line",
    [
        "a=candidate:1 1 udp 1 host.local 4000 typ host",
        "a=candidate:1 1 udp 1 192.0.2.1 0 typ host",
        "a=candidate:1 1 udp 1 192.0.2.1 70000 typ host",
        "a=candidate:1 1 udp 1 192.0.2.1",
        "",
    ],
)
def test_what_is_no_address_is_none(line: str) -> None:
    assert udp_address(f"v=0\r\n{line}\r\n") is None


def test_the_relay_is_the_only_way() -> None:
    led = led_through(OFFER, ("127.0.0.1", 5555))
    assert udp_address(led) == ("127.0.0.1", 5555)
    assert "192.0.2." not in led
    assert "198.51.100" not in led
    assert led.count("a=candidate:") == 2
    assert "m=audio 5555 UDP" in led
    assert "m=application 0 UDP" in led, "a section that is refused stays so"


def test_all_else_stays() -> None:
    kept = ["o=- 1 1 IN IP4 0.0.0.0", "a=group:BUNDLE 0 1", "a=rtcp-mux", "a=sctp-port:5000"]
    led = led_through(OFFER, ("127.0.0.1", 5555)).split("\r\n")
    assert [line for line in led if line in kept] == kept


@given(st.text())
def test_anything_can_be_led_through(text: str) -> None:
    led = led_through(text, ("127.0.0.1", 5555))
    assert udp_address(led) in (None, ("127.0.0.1", 5555))
