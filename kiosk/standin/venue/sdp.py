"""Leading a call's media through a relay by what its SDP says of addresses (pure).

Both of aiortc's sides take the first candidate's transport for all that is bundled, and send to
nothing but what the other's candidates say; with one candidate in each there is one way.
"""

import ipaddress
import re
from collections.abc import Iterator

Address = tuple[str, int]

_CANDIDATE = re.compile(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d{1,5}) typ ", re.IGNORECASE)
_PORT = re.compile(r"(m=\S+ )(?!0 )\d+ ")
_ADDRESSED = re.compile(r"(c=IN|a=rtcp:)")


def udp_address(sdp: str) -> Address | None:
    """The first IPv4 address at which UDP is taken; None where none is named."""
    for found in _CANDIDATE.finditer(sdp):
        host, port = found[1], int(found[2])
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            continue
        if 0 < port < 65536:
            return host, port
    return None


def led_through(sdp: str, relay: Address) -> str:
    """The same SDP with `relay` as the only candidate of every media section."""
    return "".join(f"{line}\r\n" for line in _lines(sdp, relay))


def _lines(sdp: str, relay: Address) -> Iterator[str]:
    host, port = relay
    for line in sdp.splitlines():
        if line.startswith("m="):
            yield _PORT.sub(rf"\g<1>{port} ", line)
            yield f"c=IN IP4 {host}"
            yield f"a=rtcp:{port} IN IP4 {host}"
            yield f"a=candidate:relay 1 udp 2130706431 {host} {port} typ host"
        elif not line.startswith("a=candidate:") and not _ADDRESSED.match(line):
            yield line
