"""Name, HTTPS and UDP against real servers on this machine."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aioice import stun
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.doctor import service
from kiosk.doctor.patient import Patient
from kiosk.settings import RealtimeSettings
from tests.doctor.machine import patient, told

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def asking(url: str, folder: Path, files: dict[str, str] | None = None, stun: str = "") -> Patient:
    return patient(folder, files, realtime=RealtimeSettings(base_url=url, stun_server=stun))


# --- certificates and servers ---------------------------------------------------------------------


def certificate(
    folder: Path, begins: datetime, ends: datetime, name: str = "localhost"
) -> tuple[Path, Path]:
    """Return the files of a certificate that its own authority signed, and of that authority."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Booth tests")])
    authority = (
        x509.CertificateBuilder(issuer, issuer, authority_key.public_key(), 1)
        .not_valid_before(NOW - 9 * DAY)
        .not_valid_after(NOW + 900 * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    own = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), 2)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    chain, trusted = folder / "own.pem", folder / "authority.pem"
    form = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(pem, form, serialization.NoEncryption())
    chain.write_bytes(own.public_bytes(pem) + private)
    trusted.write_bytes(authority.public_bytes(pem))
    return chain, trusted


@contextmanager
def web(
    status: int = 401, date: str = "", own: Path | None = None, **headers: str
) -> Iterator[str]:
    """Run a server that answers everybody alike; give its URL."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(status)
            for name, value in {**headers, "Date": date}.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Answer)
    if own is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        scheme = "http" if own is None else "https"
        yield f"{scheme}://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("begins", "ends", "name", "code", "word"),
    [
        (NOW - DAY, NOW + DAY, "localhost", "", "reached"),
        (NOW + DAY, NOW + 2 * DAY, "localhost", "CLK1", "not yet valid"),
        (NOW - 3 * DAY, NOW - DAY, "localhost", "CLK1", "expired"),
        (NOW - DAY, NOW + DAY, "portal.example", "NET9", "Somebody between"),
    ],
)
def test_certificates_are_told_apart(
    tmp_path: Path,
    begins: datetime,
    ends: datetime,
    name: str,
    code: str,
    word: str,
) -> None:
    own, trusted = certificate(tmp_path, begins, ends, name)
    trusting = ssl.create_default_context(cafile=str(trusted))
    with web(own=own) as url:
        (finding,) = service.https(asking(url, tmp_path), context=trusting)
    assert (finding.level, finding.code) == ("fail" if code else "pass", code)
    assert word in finding.what


def test_who_answers_in_the_service_s_place_has_a_certificate_that_nobody_knows(
    tmp_path: Path,
) -> None:
    own, _ = certificate(tmp_path, NOW - DAY, NOW + DAY)
    with web(own=own) as url:
        assert told(service.https(asking(url, tmp_path))) == [("fail", "NET9")]


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (200, ("pass", "")),
        (401, ("pass", "")),
        (404, ("pass", "")),
        (302, ("fail", "NET9")),
        (503, ("warn", "NET3")),
        (511, ("fail", "NET9")),
    ],
)
def test_any_word_of_the_service_will_do(
    tmp_path: Path, status: int, found: tuple[str, str]
) -> None:
    with web(status, Location="http://portal.example/") as url:
        assert told(service.https(asking(url, tmp_path))) == [found]


def test_a_page_for_people_is_not_the_service_s(tmp_path: Path) -> None:
    with web(200, Content_Type="text/html; charset=utf-8") as url:
        assert told(service.https(asking(url, tmp_path))) == [("fail", "NET9")]


@pytest.mark.parametrize(
    ("minutes", "told"),
    [(0, ""), (1, ""), (30, "30 minutes behind"), (-30, "30 minutes ahead of")],
)
def test_the_service_s_clock_is_held_against_ours(tmp_path: Path, minutes: int, told: str) -> None:
    theirs = NOW + timedelta(minutes=minutes)
    with web(date=format_datetime(theirs, usegmt=True)) as url:
        found = list(service.https(asking(url, tmp_path), NOW.timestamp))
    assert [each.level for each in found] == (["pass", "warn"] if told else ["pass"])
    assert told in found[-1].what


def test_a_date_that_is_none_says_nothing(tmp_path: Path) -> None:
    with web(date="a fine day") as url:
        assert told(service.https(asking(url, tmp_path))) == [("pass", "")]


def test_nobody_at_the_port_is_a_network_that_does_not_lead_there(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        assert told(service.https(asking(url, tmp_path))) == [("fail", "NET1")]


def test_a_server_that_says_nothing_is_not_waited_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "HTTPS_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        (finding,) = service.https(asking(url, tmp_path))
    assert "in time" in finding.what


# --- names ----------------------------------------------------------------------------------------


def test_a_name_is_known_or_not(tmp_path: Path) -> None:
    assert told(service.dns(asking("https://localhost", tmp_path))) == [("pass", "")]
    absent = asking("https://no-such-host.invalid", tmp_path)
    (finding,) = service.dns(absent)
    assert (finding.level, finding.code) == ("fail", "NET8")
    assert "no-such-host.invalid" in finding.what
    assert told(service.dns(asking("https://", tmp_path))) == [("fail", "NET1")]


def test_a_resolver_that_says_nothing_is_not_waited_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "NAME_S", 0.05)
    over = threading.Event()
    try:
        (finding,) = service.dns(asking("https://x.example", tmp_path), lambda *_: over.wait())
    finally:
        over.set()
    assert "Nobody answers" in finding.what


# --- voice ----------------------------------------------------------------------------------------


@contextmanager
def stun_server(lost: int, *, own: bool = True) -> Iterator[str]:
    """Run one that loses the first questions, and where not `own` answers another one."""

    def answer() -> None:
        for count in range(service.TRIES):
            try:
                data, place = server.recvfrom(2048)
            except OSError:
                return
            if count < lost:
                continue
            asked = stun.parse_message(data).transaction_id
            reply = stun.Message(
                stun.Method.BINDING, stun.Class.RESPONSE, asked if own else bytes(12)
            )
            server.sendto(b"no answer at all", place)
            server.sendto(bytes(reply), place)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("lost", "own", "found"),
    [
        (0, True, ("pass", "")),
        (2, True, ("pass", "")),
        (3, True, ("fail", "NET2")),
        (0, False, ("fail", "NET2")),
    ],
)
def test_a_server_that_was_named_is_asked_three_times(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lost: int,
    *,
    own: bool,
    found: tuple[str, str],
) -> None:
    monkeypatch.setattr(service, "UDP_S", 0.3)
    with stun_server(lost, own=own) as named:
        machine = asking("https://far.example", tmp_path, stun=named)
        assert told(service.udp(machine)) == [found]


def test_nobody_there_or_no_such_name_is_no_udp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "UDP_S", 0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    for named in (f"127.0.0.1:{port}", "no-such-host.invalid"):
        machine = asking("https://far.example", tmp_path, stun=named)
        assert told(service.udp(machine)) == [("fail", "NET2")]


@pytest.mark.parametrize(
    ("url", "responses", "level"),
    [
        ("https://far.example", None, "skip"),
        ("https://far.example", 0, "skip"),
        ("https://far.example", 7, "pass"),
        ("http://127.0.0.1:1", 7, "skip"),
    ],
)
def test_without_one_the_booth_s_interviews_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, responses: int | None, level: str
) -> None:
    said = {} if responses is None else {"since_start": {"responses": responses}}
    monkeypatch.setattr("kiosk.doctor.patient.read_status", lambda _: said)
    assert told(service.udp(asking(url, tmp_path))) == [(level, "")]
