"""Ending tasks without losing what went wrong in them."""

import asyncio
import logging
from collections.abc import Collection
from typing import Any

_log = logging.getLogger(__name__)


async def ended(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they are done; a failure of one is logged, not raised."""
    waiting = list(tasks)
    for task in waiting:
        task.cancel()
    for result in await asyncio.gather(*waiting, return_exceptions=True):
        if isinstance(result, Exception):
            _log.error("a task of the stand-in failed", exc_info=result)
