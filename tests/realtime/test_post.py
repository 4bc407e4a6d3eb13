import asyncio
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from aiohttp import web

from kiosk.core.faults import Fault
from kiosk.realtime import post as post_module
from kiosk.realtime.errors import LineError
from kiosk.realtime.post import BODY_LIMIT_BYTES, Reply, http_client, http_date, post
from kiosk.secret import Secret
from tests.realtime.far_end import KEY, FarEnd, Handler, refused
from tests.realtime.test_errors import TABLE


def chain(problem: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and all that it drags along."""
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__


async def ask(http: httpx.AsyncClient, url: str, limit_s: float = 15.0) -> Reply:
    return await post(
        http,
        f"{url}/v1/realtime/calls",
        what="the call",
        secret=Secret(KEY),
        headers={"Authorization": f"Bearer {KEY}"},
        content=b"v=0",
        limit_s=limit_s,
    )


async def failure(http: httpx.AsyncClient, url: str, limit_s: float = 15.0) -> LineError:
    with pytest.raises(LineError) as told:
        await ask(http, url, limit_s)
    for problem in chain(told.value):
        assert not isinstance(problem, httpx.HTTPError)
        assert KEY not in repr(problem) + str(problem) + repr(vars(problem))
    assert told.value.why.endswith((".", "?"))
    return told.value


@pytest.mark.parametrize(("status", "text", "fault", "retry"), TABLE)
async def test_tells_every_refusal_apart(
    far_end: FarEnd, http: httpx.AsyncClient, status: int, text: str, fault: Fault, retry: bool
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text)

    far_end.calls = answer
    if status == 200:
        assert (await ask(http, far_end.url)).body == text.encode()
        return
    problem = await failure(http, far_end.url)
    assert (problem.fault, problem.retry) == (fault, retry)
    assert f"status {status}" in problem.why


@pytest.mark.parametrize("echo", [KEY, f"x{KEY}", KEY * 5, "Bearer " + KEY])
async def test_takes_out_a_key_that_is_echoed(
    far_end: FarEnd, http: httpx.AsyncClient, echo: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return refused(400, echo)

    far_end.calls = answer
    assert KEY[:12] not in (await failure(http, far_end.url)).why


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("1e9", 300.0),
        ("inf", 300.0),
        ("nan", None),
        ("soon", None),
        ("Mon, 23 Nov 2026 10:00:30 GMT", 30.0),
        ("Mon, 23 Nov 2026 09:00:00 GMT", 0.0),
    ],
)
async def test_reads_how_long_to_wait(
    far_end: FarEnd, http: httpx.AsyncClient, header: str, wait_s: float | None
) -> None:
    async def answer(_: web.Request) -> web.Response:
        moment = {"Date": "Mon, 23 Nov 2026 10:00:00 GMT", "Retry-After": header}
        return refused(429, "rate_limit_exceeded", **moment)

    far_end.calls = answer
    assert (await failure(http, far_end.url)).retry_after_s == wait_s


async def test_an_endless_body_is_not_read(far_end: FarEnd, http: httpx.AsyncClient) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * (BODY_LIMIT_BYTES + 1))

    far_end.calls = answer
    assert (await failure(http, far_end.url)).fault is Fault.PROTOCOL_UNKNOWN


@pytest.mark.parametrize(
    ("status", "headers", "fault"),
    [
        (200, {"Content-Type": "text/html; charset=utf-8"}, Fault.LOG_IN_PAGE),
        (302, {"Location": "http://portal.example/"}, Fault.LOG_IN_PAGE),
        (307, {"Location": "https://portal.example/login"}, Fault.LOG_IN_PAGE),
        (511, {}, Fault.LOG_IN_PAGE),
        (301, {"Location": "/v2/realtime"}, Fault.PROTOCOL_UNKNOWN),
        (302, {}, Fault.PROTOCOL_UNKNOWN),
        (404, {"Content-Type": "text/html"}, Fault.PROTOCOL_UNKNOWN),
        (502, {"Content-Type": "text/html"}, Fault.SERVICE_DOWN),
    ],
)
async def test_a_page_for_people_is_told_from_the_service(
    far_end: FarEnd, http: httpx.AsyncClient, status: int, headers: dict[str, str], fault: Fault
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=b"Welcome!", headers=headers)

    far_end.calls = answer
    assert (await failure(http, far_end.url)).fault is fault


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://127.0.0.1:1", Fault.UNREACHABLE),
        ("http://nowhere.invalid", Fault.NAME_NOT_FOUND),
        ("ftp://127.0.0.1", Fault.PROTOCOL_UNKNOWN),
        ("127.0.0.1", Fault.PROTOCOL_UNKNOWN),
        ("http://[::1", Fault.PROTOCOL_UNKNOWN),
        ("http://127.0.0.1:99999", Fault.PROTOCOL_UNKNOWN),
        ("http://", Fault.PROTOCOL_UNKNOWN),
        ("http://a..b", Fault.NAME_NOT_FOUND),
        ("http://" + "a" * 64 + ".invalid", Fault.NAME_NOT_FOUND),
    ],
)
async def test_a_bad_address_is_one_clear_sentence(
    http: httpx.AsyncClient, url: str, fault: Fault
) -> None:
    assert (await failure(http, url)).fault is fault


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (b"", Fault.SERVICE_DOWN),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Fault.SERVICE_DOWN),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncut", Fault.SERVICE_DOWN),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nno", None),
    ],
)
async def test_whatever_else_listens_there(
    http: httpx.AsyncClient, said: bytes, fault: Fault | None
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        problem = await failure(http, f"http://127.0.0.1:{port}")
    assert problem.fault is (fault or Fault.PROTOCOL_UNKNOWN)


async def hang(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


async def page(_: web.Request) -> web.Response:
    return web.Response(text="<h1>Welcome</h1>", content_type="text/html")


@pytest.mark.parametrize(
    ("looks", "connect_s", "fault"),
    [
        (None, 15.0, Fault.SERVICE_DOWN),
        (hang, 0.2, Fault.UNREACHABLE),
        (page, 15.0, Fault.LOG_IN_PAGE),
    ],
)
async def test_an_answer_that_does_not_come_is_told_by_who_answers_else(
    far_end: FarEnd,
    http: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    looks: Handler | None,
    connect_s: float,
    fault: Fault,
) -> None:
    monkeypatch.setattr(post_module, "CONNECT_S", connect_s)
    far_end.calls = hang
    if looks is not None:
        far_end.looks = looks
    assert (await failure(http, far_end.url, limit_s=0.2)).fault is fault


async def test_nobody_is_asked_where_the_answer_comes_in_time(
    far_end: FarEnd, http: httpx.AsyncClient
) -> None:
    asked: list[web.Request] = []

    async def look(request: web.Request) -> web.Response:
        asked.append(request)
        return web.Response(status=404)

    async def take(_: web.Request) -> web.Response:
        return web.Response(status=201, text="v=0")

    far_end.looks, far_end.calls = look, take
    await ask(http, far_end.url)
    assert asked == []


async def test_a_service_that_drips_is_not_waited_for(
    far_end: FarEnd, http: httpx.AsyncClient
) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    far_end.calls = drip
    problem = await failure(http, far_end.url, limit_s=0.3)
    assert problem.fault is Fault.SERVICE_DOWN
    assert problem.why == "The service does not finish its answer in time (asked for the call)."


async def test_an_http_port_is_no_https_port(far_end: FarEnd, http: httpx.AsyncClient) -> None:
    url = far_end.url.replace("http:", "https:")
    assert (await failure(http, url)).fault is Fault.UNREACHABLE


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("certificate is not yet valid (_ssl.c:1)", Fault.CLOCK),
        ("certificate has expired (_ssl.c:1)", Fault.CLOCK),
        ("self-signed certificate (_ssl.c:1)", Fault.LOG_IN_PAGE),
        ("Hostname mismatch, certificate is not valid for 'x' (_ssl.c:1)", Fault.LOG_IN_PAGE),
    ],
)
async def test_a_certificate_that_is_not_valid_asks_after_the_clock(
    reason: str, fault: Fault
) -> None:
    refusal = ssl.SSLCertVerificationError(1, f"[SSL: CERTIFICATE_VERIFY_FAILED] {reason}")

    class Refusing(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise httpx.ConnectError(str(refusal), request=request)

    async with httpx.AsyncClient(transport=Refusing()) as http:
        problem = await failure(http, "https://127.0.0.1")
    assert problem.fault is fault
    assert "clock" in problem.why


PROXIES = ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "http_proxy", "https_proxy")


@pytest.fixture
def proxies(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (*PROXIES, "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


async def test_this_machine_is_asked_without_a_proxy(
    far_end: FarEnd, proxies: pytest.MonkeyPatch
) -> None:
    for name in PROXIES:
        proxies.setenv(name, "http://127.0.0.1:1")
    async with http_client(far_end.url) as http:
        with pytest.raises(LineError, match="status 400"):
            await refuse_once(far_end, http, far_end.url)


async def test_another_machine_is_asked_through_the_proxy(
    far_end: FarEnd, proxies: pytest.MonkeyPatch
) -> None:
    proxies.setenv("HTTP_PROXY", far_end.url)
    async with http_client("http://nowhere.invalid") as http:
        with pytest.raises(LineError, match="status 400"):
            await refuse_once(far_end, http, "http://nowhere.invalid")


async def refuse_once(far_end: FarEnd, http: httpx.AsyncClient, url: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return refused(400, None)

    far_end.calls = answer
    await ask(http, url)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://user:NeverToBeSeen@127.0.0.1:1"),
        ("HTTPS_PROXY", "gopher://user:NeverToBeSeen@127.0.0.1:1"),
        ("HTTP_PROXY", "http://user:NeverToBeSeen@127.0.0.1:port"),
        ("SSL_CERT_FILE", "/nowhere/NeverToBeSeen"),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_left_out(
    proxies: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str, value: str
) -> None:
    proxies.setenv(name, value)
    async with http_client("http://nowhere.invalid") as http:
        assert (await failure(http, "http://nowhere.invalid")).fault is Fault.NAME_NOT_FOUND
    (warning,) = (record for record in caplog.records if record.name == post_module.__name__)
    assert name in warning.getMessage()
    assert "NeverToBeSeen" not in caplog.text


def test_reads_http_dates() -> None:
    assert http_date("Mon, 23 Nov 2026 10:00:00 GMT") == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert http_date("Mon, 23 Nov 2026 10:00:00 -0000") == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert http_date("") is None
    assert http_date("yesterday") is None
