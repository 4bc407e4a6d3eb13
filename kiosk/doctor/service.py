"""Looks whether the service can be reached, layer by layer: its name, HTTPS, and UDP for the voice.

Nothing is asked with a key, and each question gives up soon: a bad network is when staff call.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

import httpx

from kiosk.core.faults import Fault
from kiosk.doctor.finding import Finding
from kiosk.doctor.network import is_local
from kiosk.doctor.patient import Patient
from kiosk.realtime.post import http_date, is_log_in_page

NAME_S = 4.0
HTTPS_S = 5.0
UDP_S = 1.0
TRIES = 3
"""UDP packets get lost."""
PATH = "/v1/models"
"""Is there at every service, and refuses those who show no key."""
APART_S = 120.0
"""The clocks of booth and service may differ by that."""
WEB_PORTS = {"http": 80, "https": 443}
BINDING_PORT = 3478

NET, CLOCK, DOWN, UDP, NAME, PAGE = (
    fault.remedy.code
    for fault in (
        Fault.UNREACHABLE,
        Fault.CLOCK,
        Fault.SERVICE_DOWN,
        Fault.VOICE_BLOCKED,
        Fault.NAME_NOT_FOUND,
        Fault.LOG_IN_PAGE,
    )
)
NOT_YET_VALID, EXPIRED = 9, 10
"""`X509_V_ERR_CERT_NOT_YET_VALID` and `X509_V_ERR_CERT_HAS_EXPIRED` of OpenSSL."""
SOMEBODY_ELSE = Finding(
    "fail",
    "Somebody between the booth and the service answers in its place.",
    "Ask the venue for a network without a log-in page, and without a proxy that opens HTTPS.",
    PAGE,
)
BAD_CERTIFICATES: Mapping[int, Finding] = {
    NOT_YET_VALID: Finding(
        "fail",
        "The service's certificate is not yet valid by the booth's clock, which is behind.",
        Fault.CLOCK.remedy.do,
        CLOCK,
    ),
    EXPIRED: Finding(
        "fail",
        "A certificate has expired by the booth's clock.",
        "See that the clock is right; if it is, somebody else answers in the service's place.",
        CLOCK,
    ),
}
"""What OpenSSL's reason means; any other is `SOMEBODY_ELSE`."""

Look = Callable[[str, int], object]
"""Finds the addresses of a name; raises `OSError`."""


def address(patient: Patient) -> tuple[str, int]:
    """Host and port of the service; raises `ValueError`."""
    parts = urlsplit(patient.settings.realtime.base_url)
    port = parts.port or WEB_PORTS.get(parts.scheme, 443)
    if not parts.hostname:
        raise ValueError("no host")
    return parts.hostname, port


def dns(patient: Patient, look: Look = socket.getaddrinfo) -> Iterator[Finding]:
    """Whether the service's name is known here."""
    try:
        host, port = address(patient)
    except ValueError:
        yield Finding("fail", "[realtime] base_url names no host.", "Mend it, then restart.", NET)
        return
    failure: list[OSError] = []
    known = threading.Event()

    def ask() -> None:
        try:
            look(host, port)
        except (OSError, UnicodeError) as error:
            failure.append(OSError(str(error)))
        known.set()

    threading.Thread(target=ask, name="dns", daemon=True).start()
    if not known.wait(NAME_S):
        what = f"Nobody answers what address {host} has."
        yield Finding("fail", what, "Ask the venue for a network with DNS.", NAME)
    elif failure:
        what = f"The name {host} is not known here."
        yield Finding("fail", what, "Check the network, and [realtime] base_url.", NAME)
    else:
        yield Finding("pass", f"The name {host} is known.")


def https(
    patient: Patient,
    now_s: Callable[[], float] = time.time,
    context: ssl.SSLContext | None = None,
) -> Iterator[Finding]:
    """Whether the service answers, whatever it says to somebody without a key."""
    url = patient.settings.realtime.base_url.rstrip("/") + PATH
    try:
        with (
            httpx.Client(
                timeout=HTTPS_S, trust_env=not is_local(patient), verify=context or True
            ) as http,
            http.stream("GET", url) as reply,
        ):
            pass
    except httpx.TimeoutException:
        yield Finding("fail", "The service does not answer in time.", _CABLE, NET)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, ImportError) as error:
        yield _unanswered(error)
    else:
        yield from _answered(reply, now_s())


_CABLE = Fault.UNREACHABLE.remedy.do


def _answered(reply: httpx.Response, now_s: float) -> Iterator[Finding]:
    status = reply.status_code
    if is_log_in_page(reply):
        yield SOMEBODY_ELSE
    elif reply.is_server_error:
        what = f"The service is reached, and has a fault ({status})."
        yield Finding("warn", what, Fault.SERVICE_DOWN.remedy.do, DOWN)
    else:
        yield Finding("pass", f"The service is reached ({status} without a key).")
    told = http_date(reply.headers.get("date", ""))
    if told is not None and abs(apart_s := now_s - told.timestamp()) > APART_S:
        side = "ahead of" if apart_s > 0 else "behind"
        what = f"The booth's clock is {abs(apart_s) / 60:.0f} minutes {side} the service's."
        yield Finding("warn", what, Fault.CLOCK.remedy.do)


def _unanswered(error: BaseException) -> Finding:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return BAD_CERTIFICATES.get(cause.verify_code, SOMEBODY_ELSE)
        cause = cause.__cause__ or cause.__context__
    what = f"The service cannot be reached ({type(error).__name__})."
    return Finding("fail", what, _CABLE, NET)


def udp(patient: Patient) -> Iterator[Finding]:
    """Whether the voice gets through: by a STUN server that was named, else by what calls showed.

    The service tells the address of its media only to who calls, so nothing else can be asked.
    """
    named = patient.settings.realtime.stun_server
    counted = patient.booth.get("since_start")
    if is_local(patient):
        yield Finding("skip", "The service is on this machine; no firewall is on the way.")
    elif named:
        yield _asked(named)
    elif isinstance(counted, dict) and counted.get("responses"):
        yield Finding("pass", "The voice has come through in an interview since the booth began.")
    else:
        what = "Whether the voice gets through shows only in a call, and there was none yet."
        yield Finding("skip", what, "Hold an interview, or name a [realtime] stun_server.")


def _asked(named: str) -> Finding:
    try:
        parts = urlsplit(f"//{named}")
        answered = binding(parts.hostname or "", parts.port or BINDING_PORT)
    except (OSError, ValueError, UnicodeError):
        answered = False
    if answered:
        return Finding("pass", f"UDP gets through to {named} and back.")
    return Finding("fail", f"No UDP comes back from {named}.", Fault.VOICE_BLOCKED.remedy.do, UDP)


def binding(host: str, port: int) -> bool:
    """Ask a STUN server who we are (RFC 8489), three times; True when it answers."""
    from aioice import stun  # noqa: PLC0415 - loads the cryptography of a call

    question = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as line:
        line.connect(place)
        for _ in range(TRIES):
            line.send(bytes(question))
            end_s = time.monotonic() + UDP_S
            while (left_s := end_s - time.monotonic()) > 0:
                line.settimeout(left_s)
                try:
                    answer = stun.parse_message(line.recv(2048))
                except TimeoutError:
                    break
                except ValueError:
                    continue
                if answer.transaction_id == question.transaction_id:
                    return True
    return False
