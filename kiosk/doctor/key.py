"""Looks at the API key from outside, as far as anybody may: whether it is there, and accepted."""

import asyncio
import os
from collections.abc import Callable, Iterator

from kiosk import config
from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.host.credentials import PLAIN
from kiosk.realtime.errors import LineError
from kiosk.realtime.post import http_client
from kiosk.realtime.token import Token
from kiosk.realtime.token_client import mint_of
from kiosk.secret import Secret

SEAL_IT = "Seal it anew: sudo kiosk set-key."
ASK_SYSTEMD = "systemctl status kiosk-token says why; sudo kiosk set-key seals the key anew."
_DO = {
    Fault.KEY_MISSING: "sudo kiosk set-key",
    Fault.KEY_REFUSED: "Check the key at the service, then: sudo kiosk set-key.",
    Fault.KEY_SERVICE: ASK_SYSTEMD,
}
"""What helps, where the fault's own remedy would only send people to the doctor."""

Mint = Callable[[Patient], Token]


def mint(patient: Patient) -> Token:
    """Get a token as the booth does, which costs nothing; raises `LineError`."""
    settings = patient.settings

    async def ask() -> Token:
        key = config.api_key(patient.environ) or Secret("")
        async with (
            http_client(settings.realtime.base_url) as http,
            mint_of(settings, key, http) as minter,
        ):
            return await minter.mint({"type": "realtime", "model": settings.realtime.model})

    return asyncio.run(ask())


def key(patient: Patient, mint: Mint = mint) -> Iterator[Finding]:
    """Whether there is a key, nobody else can read it, and the service gives tokens for it."""
    plain = patient.root / PLAIN
    if os.path.lexists(plain):
        what = f"A key lies unencrypted in {plain}, where the token service stumbles over it."
        yield Finding("fail", what, SEAL_IT, Fault.KEY_SERVICE.remedy.code)
    token = patient.settings.token
    if token.source == "service" and _is_closed_to_us(str(token.socket)):
        yield Finding("warn", "Only root and the booth may ask for a token.", "sudo kiosk doctor")
        return
    try:
        minted = mint(patient)
    except LineError as problem:
        remedy = problem.fault.remedy
        yield Finding("fail", problem.why, _DO.get(problem.fault, remedy.do), remedy.code)
    else:
        what = f"The service accepts the key; a token lives {minted.lifetime_s:.0f} s."
        yield Finding("pass", what)


def _is_closed_to_us(path: str) -> bool:
    return os.path.lexists(path) and not os.access(path, os.W_OK)
