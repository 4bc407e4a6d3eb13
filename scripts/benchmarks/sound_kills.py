"""How soon the sound is back after an engine died, or stood still, in a running conversation.

The voice is a tone without a pause, so what an outage has delayed is made good slowly: the queue at
the end is that of a voice that never draws breath.
"""

import asyncio
import itertools
import os
import random
import signal
import time

from benchmarks.figures import spread
from kiosk.audio.port import SoundFailed
from tests.audio.voice import encode, tone
from tests.rigs.conversation import PACKET_S, Conversation, conversation

KILLS, KILLS_QUICK = 50, 6
STOPS, STOPS_QUICK = 5, 1


def measure(*, quick: bool) -> dict[str, object]:
    """Kill and stop as often as asked."""
    kills, stops = (KILLS_QUICK, STOPS_QUICK) if quick else (KILLS, STOPS)
    return asyncio.run(_strike("killed", signal.SIGKILL, kills)) | asyncio.run(
        _strike("stopped", signal.SIGSTOP, stops)
    )


async def _strike(name: str, number: signal.Signals, times: int) -> dict[str, object]:
    chance = random.Random(7)
    voice_ms: list[float] = []
    frame_ms: list[float] = []
    async with conversation(encode(tone(1000, 2.0))) as it:
        for _ in range(times):
            await asyncio.sleep(1.5 + chance.random())
            voice_s, frame_s = await _struck(it, number)
            voice_ms.append(1000 * voice_s)
            frame_ms.append(1000 * frame_s)
        await asyncio.sleep(1)
        played = [clock.played_ms for clock in it.clocks]
        lost_ms = 1000 * PACKET_S * len(it.sent) - played[-1] - it.clocks[-1].queued_ms
    return (
        spread(f"{name}_voice_back_ms", voice_ms, 0)
        | spread(f"{name}_microphone_back_ms", frame_ms, 0)
        | {
            f"{name}_faults_told": sum(isinstance(r, SoundFailed) for r in it.reports),
            f"{name}_clock_went_back": sum(b < a for a, b in itertools.pairwise(played)),
            f"{name}_voice_lost_ms_each": round(lost_ms / times, 1),
            f"{name}_queued_ms_at_end": it.clocks[-1].queued_ms,
        }
    )


async def _struck(it: Conversation, number: signal.Signals) -> tuple[float, float]:
    """Strike the engine; return when the voice is audible again, and when the microphone is."""
    assert await it.until(lambda: it.link.spare_pid is not None)
    struck = it.link.pid
    assert struck is not None
    struck_s = time.monotonic()
    os.kill(struck, number)
    assert await it.until(lambda: it.link.pid not in (None, struck))
    clocks, frames = len(it.clocks), len(it.frames)
    assert await it.until(
        lambda: any(clock.audible for clock in it.clocks[clocks:]) and len(it.frames) > frames
    )
    heard = next(clock for clock in it.clocks[clocks:] if clock.audible)
    return heard.at_s - struck_s, it.frames[frames][1] - struck_s
