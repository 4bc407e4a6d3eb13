"""Calls between two programs of one machine, with or without a network.

aioice never offers 127.0.0.1 as a host candidate, so a booth whose line is down could not even
reach the stand-in beside it.  This is the only place that changes that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from aioice import ice

LOOPBACK = "127.0.0.1"

_addresses: ContextVar[tuple[str, ...]] = ContextVar("loopback_addresses", default=())
_gather = ice.get_host_addresses


def _host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: FBT001 - aioice's own
    chosen = _addresses.get()
    return list(chosen) if chosen else _gather(use_ipv4, use_ipv6)


ice.get_host_addresses = _host_addresses


@contextmanager
def loopback_only() -> Iterator[None]:
    """Let peer connections that gather inside this block offer 127.0.0.1 and nothing else.

    Tasks begun inside it are included; every other connection gathers as aioice does.
    """
    token = _addresses.set((LOOPBACK,))
    try:
        yield
    finally:
        _addresses.reset(token)
