from collections.abc import AsyncIterator

import httpx
import pytest

from kiosk.realtime.post import http_client
from tests.realtime.far_end import FarEnd


@pytest.fixture
async def far_end() -> AsyncIterator[FarEnd]:
    service = FarEnd()
    await service.start()
    yield service
    await service.stop()


@pytest.fixture
async def http(far_end: FarEnd) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(far_end.url) as client:
        yield client
