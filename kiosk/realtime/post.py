"""One HTTP request to the service, with every way it can fail told as a `LineError`."""

import asyncio
import logging
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from kiosk.core.faults import Fault
from kiosk.hosts import is_loopback
from kiosk.realtime.errors import LineError, fault_of_status, refusal
from kiosk.secret import Secret, redact

log = logging.getLogger(__name__)

BODY_LIMIT_BYTES = 1 << 20
"""A longer answer is not from the service."""
READ_S = 10.0
"""Longest that the service may say nothing at all."""
REQUEST_S = 15.0
"""Longest that one request may take from the first byte to the last."""
CONNECT_S = 2.5
"""Longest that a connection may take to come about, its name look-up included, and TLS again: SYN
packets leave after 0 and 1 s, and a network that is back answers a fresh attempt soonest."""
WAIT_LIMIT_S = 300.0
"""Longest `Retry-After` that is heeded: one request in so long is no burden."""


_OF_HTTP = frozenset(
    {"all_proxy", "http_proxy", "https_proxy", "no_proxy", "ssl_cert_dir", "ssl_cert_file"}
)
"""Environment variables, in small letters, that the HTTP library goes by."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the service answered to an accepted request."""

    headers: httpx.Headers
    body: bytes


def http_client(base_url: str) -> httpx.AsyncClient:
    """Return an HTTP client for the service at `base_url`, with a fresh connection each time.

    One that is kept alive may be dead without anybody knowing, and whoever dials again after a
    fault of the network would wait for it.  A service on this machine is asked without a proxy.  A
    proxy that cannot be used is left out with a warning: where nothing goes without it, each
    request says that it reached nobody.
    """
    timeout = httpx.Timeout(READ_S, connect=CONNECT_S)
    limits = httpx.Limits(max_keepalive_connections=0)
    if not names_this_machine(base_url):
        try:
            return httpx.AsyncClient(timeout=timeout, limits=limits)
        except (httpx.InvalidURL, ImportError, OSError, ValueError) as problem:
            named = ", ".join(sorted(name for name in os.environ if name.lower() in _OF_HTTP))
            kind = type(problem).__name__
            log.warning("The booth goes without %s: it cannot be used (%s).", named, kind)
    return httpx.AsyncClient(timeout=timeout, limits=limits, trust_env=False)


def names_this_machine(url: str) -> bool:
    """Whether a URL leads to this machine by its loopback address."""
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


async def post(
    http: httpx.AsyncClient,
    url: str,
    *,
    what: str,
    secret: Secret,
    headers: dict[str, str],
    content: bytes,
    limit_s: float = REQUEST_S,
) -> Reply:
    """Send `content` and return the reply; raise LineError unless the status is 2xx.

    `what` names the request in a sentence ("a token").  `secret` is taken out of whatever the
    service echoes; exceptions of the HTTP library, which hold the request's headers, end here.

    A request that is answered late is the service's fault only where another one is answered.
    """
    failure: LineError
    asks_after_s = max(0.0, min(limit_s, READ_S) - CONNECT_S)
    missed = asyncio.create_task(_absent_later(http, url, asks_after_s), name="Is anybody there")
    try:
        async with (
            asyncio.timeout(limit_s),
            http.stream("POST", _checked(url), headers=headers, content=content) as response,
        ):
            body = await _bounded(response)
    except (httpx.ReadTimeout, httpx.WriteTimeout, TimeoutError) as problem:
        failure = await missed or _unanswered(what, problem)
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as problem:
        failure = _unanswered(what, problem)
    else:
        if is_log_in_page(response):
            raise LineError(Fault.LOG_IN_PAGE, f"A page for people answers (asked for {what}).")
        if response.is_success and body is not None:
            return Reply(response.headers, body)
        failure = _refused(what, response, body or b"", secret)
    finally:
        missed.cancel()
    raise failure


def is_log_in_page(reply: httpx.Response) -> bool:
    """Whether a venue's page for people is there in the service's place.

    It is known by what the service never says: HTML as an answer, a way to another host, or
    RFC 6585's own status.
    """
    page = reply.headers.get("content-type", "").startswith("text/html")
    way = reply.next_request
    return (
        reply.status_code == httpx.codes.NETWORK_AUTHENTICATION_REQUIRED
        or (reply.is_success and page)
        or (way is not None and way.url.host != reply.url.host)
    )


async def absent(http: httpx.AsyncClient, url: str, within_s: float) -> LineError | None:
    """Return why the service cannot be reached over HTTP just now; None where it answers in time.

    Whatever it says to a request for nothing is an answer, but for a page for people.
    """
    try:
        async with asyncio.timeout(within_s), http.stream("GET", _checked(url)) as reply:
            if is_log_in_page(reply):
                return LineError(Fault.LOG_IN_PAGE, "A page for people answers by now.")
            return None
    except (httpx.TimeoutException, TimeoutError):
        return LineError(Fault.UNREACHABLE, "Nothing gets through to the service any more.")
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as problem:
        return _unanswered("a sign of life", problem)


async def _absent_later(http: httpx.AsyncClient, url: str, wait_s: float) -> LineError | None:
    await asyncio.sleep(wait_s)
    return await absent(http, url, CONNECT_S)


def _checked(url: str) -> httpx.URL:
    """Return a URL that the HTTP library can be trusted with; raise httpx.InvalidURL."""
    parsed = httpx.URL(url)
    if not parsed.host or (parsed.port or 0) > 65535:
        raise httpx.InvalidURL("There is no such host or port.")
    return parsed


async def _bounded(response: httpx.Response) -> bytes | None:
    """Return the body, or None where it is too long."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            return None
    return bytes(body)


def _refused(what: str, response: httpx.Response, body: bytes, secret: Secret) -> LineError:
    shown = redact(body.decode("utf-8", "replace"), [secret])
    why = refusal(what, response.status_code, shown)
    fault = fault_of_status(response.status_code, body)
    wait_s = _retry_after_s(response.headers)
    return LineError(fault, why, retry_after_s=wait_s, status=response.status_code)


_FAILURES: tuple[tuple[type[Exception], Fault, str], ...] = (
    (httpx.ConnectTimeout, Fault.UNREACHABLE, "The service cannot be reached in time"),
    (httpx.TimeoutException, Fault.SERVICE_DOWN, "The service does not answer in time"),
    (TimeoutError, Fault.SERVICE_DOWN, "The service does not finish its answer in time"),
    (httpx.UnsupportedProtocol, Fault.PROTOCOL_UNKNOWN, "The base URL is not one of HTTP"),
    (httpx.InvalidURL, Fault.PROTOCOL_UNKNOWN, "The base URL cannot be read"),
    (UnicodeError, Fault.PROTOCOL_UNKNOWN, "The base URL cannot be read"),
    (httpx.RemoteProtocolError, Fault.SERVICE_DOWN, "The service broke off the answer"),
    (httpx.NetworkError, Fault.UNREACHABLE, "The service cannot be reached"),
    (httpx.ProxyError, Fault.UNREACHABLE, "The proxy does not let the booth through"),
)
"""First match wins."""


def _unanswered(what: str, problem: Exception) -> LineError:
    for reason in ("is not yet valid", "has expired"):
        if f"certificate {reason}" in str(problem):
            return LineError(
                Fault.CLOCK, f"The service's certificate {reason} by the booth's clock."
            )
    if "CERTIFICATE_VERIFY_FAILED" in str(problem):
        why = "Somebody answers in the service's place, by the certificate; is the clock right?"
        return LineError(Fault.LOG_IN_PAGE, why)
    if any(isinstance(each, socket.gaierror | UnicodeError) for each in _causes(problem)):
        return LineError(
            Fault.NAME_NOT_FOUND, f"The service's name is not found (asked for {what})."
        )
    for kind, fault, sentence in _FAILURES:
        if isinstance(problem, kind):
            return LineError(fault, f"{sentence} (asked for {what}).")
    name = type(problem).__name__
    return LineError(Fault.PROTOCOL_UNKNOWN, f"The request for {what} failed ({name}).")


def _causes(problem: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and what it came of."""
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__


def _retry_after_s(headers: httpx.Headers) -> float | None:
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        wait_s = float(text)
    except ValueError:
        moment = http_date(text)
        if moment is None:
            return None
        wait_s = (
            moment - (http_date(headers.get("date", "")) or datetime.now(UTC))
        ).total_seconds()
    return min(max(wait_s, 0.0), WAIT_LIMIT_S) if wait_s == wait_s else None  # noqa: PLR0124 - NaN


def http_date(text: str) -> datetime | None:
    """Return the moment an HTTP date names, or None where it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except (OverflowError, ValueError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
