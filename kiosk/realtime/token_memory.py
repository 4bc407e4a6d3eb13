"""What the token service keeps from one start to the next: it ends whenever nobody asks.

Nothing secret: what the last request for a token came to, and the service that the key was last
sent to, for a booth that goes on while somebody is in the middle of a change to its configuration.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from kiosk.config import KINDS
from kiosk.limits import convert
from kiosk.settings import RealtimeSettings, Settings

log = logging.getLogger(__name__)

FILE = "memory.json"
MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Terms:
    """What of the settings a token depends on."""

    base_url: str
    auth: Literal["bearer", "api-key"]
    model: str
    lifetime_s: int

    @classmethod
    def of(cls, settings: Settings) -> "Terms":
        """Return those of a booth's settings."""
        realtime = settings.realtime
        return cls(realtime.base_url, realtime.auth, realtime.model, settings.token.lifetime_s)

    def realtime(self) -> RealtimeSettings:
        """Return them as the settings that minting goes by."""
        return RealtimeSettings(base_url=self.base_url, auth=self.auth, model=self.model)


_GROUPS = {"base_url": "realtime", "auth": "realtime", "model": "realtime", "lifetime_s": "token"}
"""Where each of them stands in the configuration."""


@dataclass(frozen=True, slots=True)
class Minted:
    """What the last request for a token came to."""

    at: float
    """Unix seconds, by this machine's clock."""
    code: str = ""
    """The staff code; empty where there was a token."""
    why: str = ""
    """One sentence about the code."""


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is kept."""

    terms: Terms | None = None
    """The last ones that were free of mistakes."""
    minted: Minted | None = None


def remember(folder: Path | None) -> Memory:
    """Return what was kept in `folder`; nothing where it cannot be read.  Never raises."""
    if folder is None:
        return Memory()
    try:
        with (folder / FILE).open("rb") as file:
            kept = json.loads(file.read(MOST_BYTES))
        return Memory(_terms(kept["terms"]), _minted(kept["minted"]))
    except FileNotFoundError:
        return Memory()
    except (OSError, ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        log.warning("What was kept cannot be read (%s).", type(error).__name__)
        return Memory()


def keep(folder: Path | None, memory: Memory) -> None:
    """Write it down for the next start; where that fails, the journal is told."""
    if folder is None:
        return
    draft = folder / f".{FILE}.new"
    try:
        draft.write_text(json.dumps(asdict(memory)))
        draft.replace(folder / FILE)
    except OSError as error:
        log.warning("Nothing can be kept in %s: %s.", folder, error.strerror)


def _terms(kept: Mapping[str, object] | None) -> Terms | None:
    """Read terms as strictly as a configuration: the key goes where they say."""
    if kept is None:
        return None
    read: dict[str, Any] = {
        name: convert(f"{group}.{name}", KINDS[group][name], kept[name], from_text=False)
        for name, group in _GROUPS.items()
    }
    return Terms(**read)


def _minted(kept: Mapping[str, object] | None) -> Minted | None:
    if kept is None:
        return None
    at, code, why = kept["at"], kept["code"], kept["why"]
    if not isinstance(at, int | float) or not isinstance(code, str) or not isinstance(why, str):
        raise TypeError("another kind of value")
    return Minted(float(at), code, why)
