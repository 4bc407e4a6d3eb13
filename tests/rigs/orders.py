"""What a process is told while it runs: each line of its standard input is one JSON value."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from typing import Any


async def orders() -> AsyncIterator[Any]:
    """Yield them as they come, until the input ends."""
    told = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(told), os.fdopen(0, "rb", buffering=0)
    )
    while line := await told.readline():
        yield json.loads(line)
