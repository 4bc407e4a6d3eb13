"""What the stand-in can be asked to do wrong, for tests and drills."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class HttpFault:
    """A refused request, as the service words it."""

    status: int
    code: str
    kind: str
    """`error.type`."""
    message: str
    retry_after_s: int | None = None


_REQUEST = "invalid_request_error"

HTTP_FAULTS: Mapping[str, HttpFault] = {
    "400": HttpFault(400, "unknown_parameter", _REQUEST, "Unknown parameter: 'session.drill'."),
    "401": HttpFault(401, "invalid_api_key", _REQUEST, "Incorrect API key provided."),
    "403": HttpFault(
        403, "unsupported_country_region_territory", "request_forbidden", "Forbidden."
    ),
    "404": HttpFault(404, "model_not_found", _REQUEST, "The model does not exist."),
    "429-quota": HttpFault(
        429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota."
    ),
    "429-rate": HttpFault(
        429, "rate_limit_exceeded", "requests", "Rate limit reached for requests.", retry_after_s=2
    ),
    "500": HttpFault(500, "server_error", "server_error", "The server had an error."),
    "503": HttpFault(503, "server_error", "server_error", "The engine is overloaded."),
}


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong; the default is nothing."""

    mint: str = ""
    """A key of `HTTP_FAULTS`: how the request for a client secret is refused."""
    calls: str = ""
    """A key of `HTTP_FAULTS`: how the offer is refused."""
    delay: float = 0.0
    """Seconds that every HTTP answer is late."""
    no_answer: bool = False
    """The offer is never answered."""
    no_channel: bool = False
    """The event channel is closed as soon as it opens."""
    silent: bool = False
    """The model never begins a response."""
    mute: bool = False
    """Responses come, but no voice: no RTP and no `output_audio_buffer` events."""
    quota: bool = False
    """Every response fails with `insufficient_quota`."""
    deaf: bool = False
    """Every transcription fails."""
    drop: float = 0.0
    """Seconds after `session.created` at which the event channel is closed; 0 is never."""
    vanish: float = 0.0
    """Seconds after `session.created` at which the peer is closed without a word; 0 is never."""
    expire: float = 0.0
    """Seconds after `session.created` at which the session expires; 0 is never."""
    no_append: bool = False
    """Audio is taken as RTP only: `input_audio_buffer.append` is refused."""
    garbage: bool = False
    """Messages that are no events are mixed into the channel."""


FAULT_NAMES = tuple(name.replace("_", "-") for name in Faults.__dataclass_fields__)


def parse_faults(wanted: Iterable[str]) -> Faults:
    """Read `NAME` or `NAME=VALUE` entries; raises ValueError with one clear sentence."""
    chosen: dict[str, Any] = {}
    for entry in wanted:
        name, _, value = entry.partition("=")
        field = name.strip().replace("-", "_")
        if field not in Faults.__dataclass_fields__:
            raise ValueError(
                f"There is no fault '{name[:40]}'; there are: {', '.join(FAULT_NAMES)}."
            )
        chosen[field] = _value(name, value, getattr(Faults(), field))
    return Faults(**chosen)


def _value(name: str, value: str, default: str | float | bool) -> str | float | bool:  # noqa: FBT001 - a value, not a switch
    if isinstance(default, bool):
        if value:
            raise ValueError(f"The fault '{name}' takes no value.")
        return True
    if isinstance(default, float):
        try:
            seconds = float(value)
        except ValueError:
            seconds = 0.0
        if not 0.0 < seconds <= 86_400.0:
            raise ValueError(f"The fault '{name}' needs seconds, as in '{name}=5'.")
        return seconds
    if value not in HTTP_FAULTS:
        raise ValueError(f"The fault '{name}' needs one of: {', '.join(HTTP_FAULTS)}.")
    return value
