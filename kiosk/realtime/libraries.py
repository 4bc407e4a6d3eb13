"""What the booth relies on inside aiortc and aioice, and what it changes there."""

import inspect
from collections.abc import Mapping

from aioice import ice
from aiortc import rtcrtpreceiver
from aiortc.codecs.opus import OpusEncoder

CONSENT: Mapping[str, float] = {"CONSENT_INTERVAL": 1.0, "CONSENT_FAILURES": 4}
"""aioice asks the other end so often, in seconds, whether it is still there, and gives it up after
so many questions without an answer: 6 s of silence end a call, not the 30 s it comes with."""


def prepare_libraries() -> None:
    """Make aioice notice a dead line within seconds; safe to call any number of times.

    Raises RuntimeError unless the installed libraries have the inner names the booth relies on.
    """
    buffer = getattr(rtcrtpreceiver, "JitterBuffer", None)
    wanted = ["capacity", "prefetch", "is_video"]
    if buffer is None or list(inspect.signature(buffer).parameters) != wanted:
        raise RuntimeError("This aiortc has no jitter buffer that can be replaced.")
    if not hasattr(buffer, "add") or "pack" not in vars(OpusEncoder):
        raise RuntimeError("This aiortc cannot send packets that are encoded already.")
    if not vars(ice).keys() >= CONSENT.keys():
        raise RuntimeError("This aioice cannot be told how soon to give up a silent line.")
    vars(ice).update(CONSENT)
