"""What answers at the service's address: the service, or something else in its place."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from faulting.between import NAME
from kiosk.loopback import LOOPBACK

REQUEST_S = 300.0
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Page:
    """Something that is not the service's answer."""

    status: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Front:
    """The server; `page` may be set from any thread, and None is the service itself."""

    def __init__(self, target_base_url: str) -> None:
        self.page: Page | None = None
        self.base_url = ""
        self._target = target_base_url

    async def answer(self, request: web.Request) -> web.Response:
        """Be the page, or hand on."""
        if self.page is not None:
            return web.Response(
                status=self.page.status, text=self.page.body, headers=self.page.headers
            )
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() in ("authorization", "content-type")
        }
        async with httpx.AsyncClient(trust_env=False, timeout=REQUEST_S) as http:
            reply = await http.request(
                request.method,
                self._target + request.raw_path,
                headers=headers,
                content=await request.read(),
            )
        kept = {n: v for n, v in reply.headers.items() if n in ("content-type", "location")}
        return web.Response(status=reply.status_code, body=reply.content, headers=kept)


@contextmanager
def front(target_base_url: str, tls: ssl.SSLContext | None = None) -> Iterator[Front]:
    """Run one in a thread of its own, with TLS under `NAME` where a context is given."""
    it = Front(target_base_url)
    loop = asyncio.new_event_loop()
    began, end = threading.Event(), asyncio.Event()

    async def serve() -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", it.answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, LOOPBACK, 0, ssl_context=tls).start()
        host = LOOPBACK if tls is None else NAME
        it.base_url = f"http{'s' if tls else ''}://{host}:{runner.addresses[0][1]}"
        began.set()
        await end.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="front")
    thread.start()
    began.wait()
    try:
        yield it
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()


class Certificates:
    """A server's certificates, of an authority that the booth trusts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority")])
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.trusted = folder / "authority.pem"
        now = datetime.now(UTC)
        own = self._made(self._name, self._key, now - _YEAR, now + _YEAR, authority=True)
        self.trusted.write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def use(self, begins_days: float, ends_days: float) -> None:
        """Take a certificate that is valid from so many days after now to so many."""
        now, key = datetime.now(UTC), ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
        made = self._made(
            name, key, now + timedelta(days=begins_days), now + timedelta(days=ends_days)
        )
        file = self._folder / "server.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        self.context.load_cert_chain(file)

    def _made(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        begins: datetime,
        ends: datetime,
        *,
        authority: bool = False,
    ) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
