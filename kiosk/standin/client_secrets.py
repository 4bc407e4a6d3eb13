"""Client secrets: minted for a configuration, good until they expire (pure)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.standin.wire import Event, RefusedError

DEFAULT_LIFETIME_S = 600


@dataclass(frozen=True, slots=True, repr=False)
class ClientSecret:
    """What a booth calls with."""

    value: str
    expires_at: int
    """Seconds since the epoch."""
    session: Event
    """The complete configuration of calls begun with it."""


class ClientSecrets:
    """Every secret that has not expired."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds since the epoch."""
        self._clock = clock
        self._minted: dict[str, ClientSecret] = {}

    def mint(self, session: Event, lifetime_s: int = DEFAULT_LIFETIME_S) -> ClientSecret:
        """Return a new secret; forgets those that expired."""
        now = self._clock()
        self._minted = {k: secret for k, secret in self._minted.items() if secret.expires_at > now}
        value = f"ek_{secrets.token_hex(16)}"
        secret = ClientSecret(value, int(now) + lifetime_s, session)
        self._minted[value] = secret
        return secret

    def redeem(self, value: str) -> ClientSecret:
        """Return the secret of that value; raises RefusedError (401) for any other."""
        secret = self._minted.get(value)
        if secret is None:
            raise RefusedError("Incorrect API key provided.", code="invalid_api_key", status=401)
        if secret.expires_at <= self._clock():
            raise RefusedError("The client secret has expired.", code="invalid_api_key", status=401)
        return secret
