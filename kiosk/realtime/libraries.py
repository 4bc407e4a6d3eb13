"""What the booth relies on inside aiortc and aioice."""

import inspect

from aioice import Connection
from aioice.ice import StunProtocol
from aiortc import RTCIceTransport, RTCSctpTransport, rtcrtpreceiver
from aiortc.codecs.opus import OpusEncoder

INSIDE: tuple[tuple[type, str, frozenset[str]], ...] = (
    (RTCIceTransport, "__init__", frozenset({"_connection"})),
    (Connection, "__init__", frozenset({"_nominated", "remote_password"})),
    (Connection, "build_request", frozenset({"remote_username"})),
    (Connection, "sendto", frozenset({"_nominated", "remote_addr"})),
    (Connection, "connect", frozenset({"query_consent", "_query_consent_task"})),
    (RTCSctpTransport, "_t1_start", frozenset({"_rto"})),
    (StunProtocol, "send_stun", frozenset({"sendto"})),
    (
        StunProtocol,
        "datagram_received",
        frozenset({"data_received", "request_received", "response_received", "transactions"}),
    ),
)
"""Classes, their methods, and the names that these use and the booth with them (see `path` and
`kiosk.lossy`)."""


def prepare_libraries() -> None:
    """Raise RuntimeError unless the installed libraries have the inner names the booth uses."""
    buffer = getattr(rtcrtpreceiver, "JitterBuffer", None)
    wanted = ["capacity", "prefetch", "is_video"]
    if buffer is None or list(inspect.signature(buffer).parameters) != wanted:
        raise RuntimeError("This aiortc has no jitter buffer that can be replaced.")
    if not hasattr(buffer, "add") or "pack" not in vars(OpusEncoder):
        raise RuntimeError("This aiortc cannot send packets that are encoded already.")
    for owner, method, names in INSIDE:
        code = getattr(getattr(owner, method, None), "__code__", None)
        missing = names - set(code.co_names) if code is not None else {method}
        if missing:
            name = min(missing)
            raise RuntimeError(f"This {owner.__module__} cannot be listened to: no {name}.")
