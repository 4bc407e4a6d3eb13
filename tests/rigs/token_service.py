"""A token service in a thread of its own, for booths that are processes; and sockets to put one."""

import asyncio
import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.realtime.post import http_client
from kiosk.realtime.token import Minter
from kiosk.realtime.token_service import Office, TokenService
from kiosk.secret import Secret
from kiosk.settings import RealtimeSettings


@contextmanager
def listening() -> Iterator[tuple[socket.socket, Path]]:
    """Give a listening Unix socket, as systemd would, and its short path."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener,
    ):
        path = Path(folder) / "socket"
        listener.bind(str(path))
        listener.listen()
        yield listener, path


@contextmanager
def token_service(base_url: str, key: str) -> Iterator[Path]:
    """Give the socket of a service that mints at `base_url` with `key`."""
    loop = asyncio.new_event_loop()
    begun = threading.Event()
    services: list[TokenService] = []

    async def serve() -> None:
        async with http_client(base_url) as http:
            realtime = RealtimeSettings(base_url=base_url)
            mint = Minter(realtime, Secret(key), http)
            office = Office(mint, realtime.model, bool(key), allowed=frozenset({os.getuid()}))
            services.append(TokenService(office, idle_s=3600.0))
            begun.set()
            await services[0].serve(listener)

    with listening() as (listener, path):
        thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
        thread.start()
        begun.wait()
        try:
            yield path
        finally:
            loop.call_soon_threadsafe(services[0].stop)
            thread.join()
            loop.close()
