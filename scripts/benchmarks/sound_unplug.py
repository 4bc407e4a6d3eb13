"""How soon a device is used again that was taken away and given back.

The sound server moves a stream to another device where there is one, and tells nobody.  Here it
lets the booth hear its own loudspeaker: a microphone is missed when it gives nothing but zeros, so
the interviewer is silent meanwhile.  With both devices gone the streams end at once.
"""

import asyncio
import time
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.figures import spread
from kiosk.audio.port import RATE_HZ, SoundFailed, SoundReady
from tests.audio.voice import encode, tone
from tests.rigs.conversation import Conversation, conversation

TIMES, TIMES_QUICK = 8, 2
GONE_S = 3.0
"""Between what was noticed and the plug, in steps that meet the engine's retries at any point."""
STEP_S = 0.23
QUIET_S = 0.5
ROOM = np.random.default_rng(1).normal(0, 30, 30 * RATE_HZ).astype(np.int16)
"""What a microphone hears when nobody speaks."""
CASES = {"microphone": ("mic",), "both": ("spk", "mic")}


@dataclass(frozen=True, slots=True)
class Before:
    """How things stood when a device was plugged in."""

    at_s: float
    frames: int
    reports: int
    clocks: int


def measure(*, quick: bool) -> dict[str, object]:
    """Unplug and plug as often as asked."""
    figures: dict[str, object] = {}
    for name, sinks in CASES.items():
        figures |= asyncio.run(_replug(name, sinks, TIMES_QUICK if quick else TIMES))
    return figures


async def _replug(name: str, sinks: tuple[str, ...], times: int) -> dict[str, object]:
    noticed_ms: list[float] = []
    microphone_ms: list[float] = []
    voice_ms: list[float] = []
    async with conversation(encode(tone(1000, 2.0)), profile="headset") as it:
        for turn in range(times):
            it.passes = False
            await asyncio.sleep(QUIET_S)
            unplugged_s = time.monotonic()
            for sink in sinks:
                await asyncio.to_thread(it.server.unplug, sink)
            assert await it.until(partial(_failed, it, len(it.reports)))
            noticed_ms.append(1000 * (time.monotonic() - unplugged_s))
            await asyncio.sleep(GONE_S + turn * STEP_S)
            it.passes = True
            before = Before(time.monotonic(), len(it.frames), len(it.reports), len(it.clocks))
            for sink in sinks:
                await asyncio.to_thread(it.server.plug, sink)
            with it.server.speak(ROOM):
                microphone_s, voice_s = await _used(it, before)
                await asyncio.sleep(GONE_S)
            microphone_ms.append(1000 * microphone_s)
            voice_ms.append(1000 * voice_s)
    return (
        spread(f"{name}_missed_after_ms", noticed_ms, 0)
        | spread(f"{name}_plugged_to_microphone_ms", microphone_ms, 0)
        | (spread(f"{name}_plugged_to_voice_ms", voice_ms, 0) if "spk" in sinks else {})
    )


async def _used(it: Conversation, before: Before) -> tuple[float, float]:
    """Return how long after the plug the microphone is heard and the voice is played again."""
    played_ms = it.clocks[before.clocks - 1].played_ms
    assert await it.until(lambda: SoundReady() in it.reports[before.reports :])
    assert await it.until(lambda: any(at_s > before.at_s for at_s, _ in it.frames[before.frames :]))
    assert await it.until(lambda: it.clocks[-1].played_ms > played_ms)
    frame_s = next(came for at_s, came in it.frames[before.frames :] if at_s > before.at_s)
    voice_s = next(
        clock.at_s for clock in it.clocks[before.clocks :] if clock.played_ms > played_ms
    )
    return frame_s - before.at_s, voice_s - before.at_s


def _failed(it: Conversation, since: int) -> bool:
    return any(isinstance(report, SoundFailed) for report in it.reports[since:])
