"""One call's datagrams on their way through a relay, in both directions."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Self

from kiosk.loopback import LOOPBACK
from kiosk.standin.venue.scenario import DIRECTIONS, Direction
from kiosk.standin.venue.sdp import Address

_OTHER_END: Mapping[Direction, Direction] = {"up": "down", "down": "up"}


class UdpPort(asyncio.DatagramProtocol):
    """One of a relay's UDP ports, and who is behind it."""

    def __init__(self, came: Callable[[bytes], None]) -> None:
        self._came = came
        self._transport: asyncio.DatagramTransport | None = None
        self.address: Address = (LOOPBACK, 0)
        """Where it listens."""
        self.peer: Address | None = None
        """Where it sends: what SDP named, and then whoever sent last."""

    async def open(self) -> None:
        """Bind a port of this machine; raises OSError."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, (LOOPBACK, 0))
        self.address = self._transport.get_extra_info("sockname")[:2]

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Note who sent, and pass it on."""
        self.peer = addr
        self._came(data)

    def send(self, data: bytes) -> None:
        """Send to the peer, where there is one and the socket is still open."""
        if self._transport is not None and self.peer is not None:
            self._transport.sendto(data, self.peer)

    def close(self) -> None:
        """Send and hear nothing more."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None


class PortPair:
    """Two ports: what comes in at one goes out at the other when the relay says so."""

    def __init__(self, forward: Callable[[Direction, int, Callable[[], None]], None]) -> None:
        """`forward` is told the direction and size of a datagram, and what makes it arrive."""
        self._forward = forward
        self.heard_s = asyncio.get_running_loop().time()
        """When anything came last (loop time)."""
        self.ports = {
            direction: UdpPort(partial(self._came, direction)) for direction in DIRECTIONS
        }
        """By the direction of what comes in: the booth sends to "up", the service to "down"."""

    async def open(self) -> Self:
        """Bind both ports; raises OSError."""
        for port in self.ports.values():
            await port.open()
        return self

    def close(self) -> None:
        """Let nothing more through."""
        for port in self.ports.values():
            port.close()

    def _came(self, direction: Direction, data: bytes) -> None:
        self.heard_s = asyncio.get_running_loop().time()
        port = self.ports[_OTHER_END[direction]]
        self._forward(direction, len(data), partial(port.send, data))
