"""Whatever comes back over HTTP: one `LineError`, or something that can be used."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.core.faults import Fault
from kiosk.realtime.errors import LineError
from kiosk.realtime.post import WAIT_LIMIT_S, Reply, http_client, http_date, post
from kiosk.realtime.token import LATEST_S, LIFETIMES_S, Minter, Token
from kiosk.secret import Secret
from kiosk.settings import RealtimeSettings
from tests.realtime.far_end import KEY

PATIENCE_S = 10.0
"""Only to end a test that hangs."""
STATUS_LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK", b"HTTP/1.1 201 Created", b"HTTP/1.1 204", b"HTTP/1.0 200 OK",
        b"HTTP/1.1 100 Continue", b"HTTP/1.1 101 Switching Protocols", b"HTTP/1.1 301 Moved",
        b"HTTP/1.1 302 Found", b"HTTP/1.1 401 Unauthorized", b"HTTP/1.1 429 Slow down",
        b"HTTP/1.1 511 Login", b"HTTP/1.1 503 Busy", b"HTTP/1.1 999 Odd", b"HTTP/1.1 007 Odd",
        b"HTTP/1.1 2000 OK", b"HTTP/2 200", b"ICY 200 OK", b"<html>", b"",
    ]
)  # fmt: skip
DATES = st.sampled_from(
    [
        "Thu, 26 Nov 2026 03:00:00 GMT", "Thu, 26 Nov 99999999999999999999 03:00:00 GMT",
        "Thu, 26 Nov 2026 03:00:00 +99999999999999", "Thu, 99 Nov 2026 03:00:00 GMT",
        "Thu, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359", "26 Nov 2026",
    ]
)  # fmt: skip
WAITS = DATES | st.sampled_from(["5", "-1", "1e999", "nan", "-inf", "٣", "0x10", "1_0", ""])
LOCATIONS = st.sampled_from(
    [
        "/v1/realtime/calls/rtc_1", "", "/", "https://[::1", "http://x:99999999999/y", "//", "?",
        "http://" + "a" * 300, "\\\\x\\y", "javascript:0", "http://login.example/?\x7f", "é",
    ]
)  # fmt: skip
HEADERS = st.one_of(
    st.builds("Retry-After: {}".format, WAITS),
    st.builds("Date: {}".format, DATES),
    st.builds("Location: {}".format, LOCATIONS),
    st.builds("Content-Length: {}".format, st.sampled_from(["0", "3", "99", "-1", "x", "9" * 40])),
    st.builds(
        "Content-Encoding: {}".format, st.sampled_from(["gzip", "deflate", "br", "gzip, gzip", "x"])
    ),
    st.builds("Transfer-Encoding: {}".format, st.sampled_from(["chunked", "gzip", "x, chunked"])),
    st.builds(
        "Content-Type: {}".format,
        st.sampled_from(["application/json; charset=nowhere", "text/html; charset=utf-16", ";;"]),
    ),
    st.builds("Set-Cookie: {}".format, st.text(max_size=20)),
    st.text(max_size=30),
)
BODIES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b'{"error": {"code": "insufficient_quota"}}', b'{"error": []}', b"[" * 5000,
            b'{"error": {"code": "\\ud800"}}', b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\n", b"\xff\xfe{",
            gzip.compress(b"{}"), gzip.compress(bytes(2 << 20)),
        ]
    ),
)  # fmt: skip
ANSWERS = st.builds(
    lambda status, headers, body: (
        b"\r\n".join([status, *(each.encode() for each in headers)]) + b"\r\n\r\n" + body
    ),
    STATUS_LINES,
    st.lists(HEADERS, max_size=4),
    BODIES,
)


@asynccontextmanager
async def saying(answer: bytes) -> AsyncIterator[str]:
    """Run a server that says this to whoever asks, and closes; gives its URL."""

    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(answered, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def asked(answer: bytes) -> Reply | LineError:
    async with saying(answer) as url, http_client(url) as http, asyncio.timeout(PATIENCE_S):
        try:
            return await post(
                http, url, what="the call", secret=Secret(KEY), headers={}, content=b"v=0"
            )
        except LineError as problem:
            return problem


@settings(max_examples=100)
@given(ANSWERS | st.binary(max_size=80))
@example(b"HTTP/1.1 429 Slow\r\nRetry-After: Thu, 26 Nov 99999999999999999999 03:00:00 GMT\r\n\r\n")
@example(b"HTTP/1.1 429 Slow\r\nRetry-After: Thu, 26 Nov 2026 03:00:00 +99999999999999\r\n\r\n")
def test_any_bytes_are_a_reply_or_one_line_error(answer: bytes) -> None:
    told = asyncio.run(asked(answer))
    if isinstance(told, Reply):
        assert isinstance(told.headers.get("location", "").rpartition("/")[2], str)
        return
    assert told.why.isprintable()
    assert told.why.endswith((".", "?"))
    assert told.retry_after_s is None or 0.0 <= told.retry_after_s <= WAIT_LIMIT_S


@given(DATES | st.text(max_size=40))
def test_any_text_is_a_moment_with_its_zone_or_none(text: str) -> None:
    moment = http_date(text)
    assert moment is None or moment.utcoffset() is not None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["ek_1", 10**400, "\ud800", "ek_\n", 1e308, 1795663411]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
TOKENS = st.dictionaries(
    st.sampled_from(["value", "expires_at", "session", "error"]), JSON, max_size=4
) | st.fixed_dictionaries({"value": st.just("ek_1"), "expires_at": JSON, "session": JSON})


async def minted(body: bytes, date: str) -> Token | LineError:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body, headers={"Date": date})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        try:
            return await Minter(RealtimeSettings(), Secret(KEY), http).mint({})
        except LineError as problem:
            return problem


@given(TOKENS.map(json.dumps).map(str.encode) | BODIES, DATES)
@example(b'{"value": "ek_1", "expires_at": ' + b"9" * 5000 + b"}", "")
def test_any_answer_is_a_token_that_lives_or_one_line_error(body: bytes, date: str) -> None:
    told = asyncio.run(minted(body, date))
    if isinstance(told, LineError):
        assert told.fault is Fault.PROTOCOL_UNKNOWN
        return
    assert told.value.reveal().isascii()
    assert 0.0 < told.lifetime_s <= LIFETIMES_S[1]
    assert 0.0 <= told.expires_at < LATEST_S
    assert isinstance(told.session, dict)


@pytest.mark.parametrize("depth", [2_000, 200_000])
def test_deep_nesting_is_no_token(depth: int) -> None:
    told = asyncio.run(minted(b'{"value": ' + b"[" * depth, ""))
    assert isinstance(told, LineError)
