"""Who can be called: where they listen, and who gives tokens for them."""

from dataclasses import dataclass
from typing import Protocol

import httpx

from kiosk.realtime.token import TokenSource


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody who can be called."""

    base_url: str
    """Without `/v1`."""
    tokens: TokenSource
    http: httpx.AsyncClient
    """Reaches them; is not closed by who uses it."""


class Reach(Protocol):
    """The way to a place that may have to be made ready first."""

    async def __call__(self) -> Place:
        """Return the place once it can be called; raise LineError."""
