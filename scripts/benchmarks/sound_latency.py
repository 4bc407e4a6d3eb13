"""How long the voice takes from the wire to the loudspeaker, and how long to fall silent.

Bursts of a tone arrive at the pace of a call.  The engine's played clock tells when the first
sample of a burst left the loudspeaker, and a pipe at the engine when the sound card took it: that
parts the booth's own queue from the sound server's.
"""

import asyncio
import itertools
import random
from collections.abc import Sequence

import numpy as np

from benchmarks.figures import spread
from kiosk.audio.pcm import dbfs, silence
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ, Clock
from tests.audio.voice import encode, tone
from tests.rigs.conversation import PACKET_S, Conversation, conversation

BURST_S, PAUSE_S = 0.4, 1.2
"""The pause is long enough for playout to count it as nobody speaking, so that the played clock
stands still before each burst."""
LOOKAHEAD = 312
"""Samples by which Opus's encoder delays what it is given (RFC 6716, 6.5 ms at 48 kHz)."""
LOUD = 1000
"""Sample value that only the tone reaches."""
SILENT_DBFS = -50.0
STOOD_S = 0.15
"""So long at least the clock is watched before a burst."""
WINDOW_S = 0.6
"""A burst leaves the loudspeaker within that, or is lost."""
FLUSHES, FLUSHES_QUICK = 60, 8


def measure(*, quick: bool) -> dict[str, object]:
    """Measure both."""
    figures, card_s = asyncio.run(_delays(20 if quick else 180))
    figures |= asyncio.run(_flushes(FLUSHES_QUICK if quick else FLUSHES, card_s))
    return figures


async def _delays(seconds: float) -> tuple[dict[str, object], float]:
    sound = np.concatenate([tone(1000, BURST_S), silence(round(PAUSE_S * RATE_HZ))])
    payloads = encode(sound)
    async with conversation(payloads, profile="headset", listen=True) as it:
        await asyncio.sleep(seconds)
    bursts = [it.sent[i] for i in range(0, len(it.sent), len(payloads))]
    last_s = it.clocks[-1].at_s - WINDOW_S
    total_ms: list[float] = []
    queue_ms: list[float] = []
    card_ms: list[float] = []
    for arrival_s in bursts[2:]:
        if arrival_s > last_s:
            break
        went_s = left_s(it.clocks, arrival_s)
        taken = _taken(it, arrival_s)
        if went_s is None or taken is None:
            continue
        taken_s, into_block_s = taken
        total_ms.append(1000 * (went_s - arrival_s))
        queue_ms.append(1000 * (taken_s - arrival_s))
        card_ms.append(1000 * (went_s - taken_s - into_block_s))
    figures = spread("service_to_speaker_ms", total_ms)
    figures |= spread("of_it_own_queue_ms", queue_ms)
    figures |= spread("of_it_sound_server_ms", card_ms)
    return figures, float(np.median(card_ms)) / 1000 if card_ms else 0.0


def left_s(clocks: Sequence[Clock], arrival_s: float) -> float | None:
    """Tell by the played clock, which stands still before, when a burst began to leave."""
    near = [clock for clock in clocks if -STOOD_S < clock.at_s - arrival_s < WINDOW_S]
    stands = False
    for before, clock in itertools.pairwise(near):
        if stands and clock.played_ms > before.played_ms:
            return clock.at_s - (clock.played_ms - before.played_ms) / 1000
        stands = clock.played_ms == before.played_ms
    return None


def _taken(it: Conversation, arrival_s: float) -> tuple[float, float] | None:
    """Tell when the sound card took the first sample of a burst, and where in its block it was."""
    for index, (taken_s, block) in enumerate(it.pulled):
        if arrival_s < taken_s < arrival_s + WINDOW_S and np.abs(block).max() > LOUD:
            first = index * FRAME_SAMPLES + int(np.argmax(np.abs(block) > LOUD)) - LOOKAHEAD
            its_block, sample = divmod(first, FRAME_SAMPLES)
            return it.pulled[its_block][0], sample / RATE_HZ
    return None


async def _flushes(count: int, card_s: float) -> dict[str, object]:
    """Interrupt a steady tone, as often as asked, and give nothing on for a while."""
    chance = random.Random(3)
    flushed_s: list[float] = []
    async with conversation(encode(tone(1000, 2.0)), profile="headset", listen=True) as it:
        for _ in range(count):
            await asyncio.sleep(1.2 + chance.random() * PACKET_S)
            it.passes = False
            flushed_s.append(asyncio.get_running_loop().time())
            it.link.flush()
            await asyncio.sleep(0.5)
            it.passes = True
    silent_ms: list[float] = []
    for at_s in flushed_s:
        sounding = [
            taken_s + (int(np.flatnonzero(block)[-1]) + 1) / RATE_HZ
            for taken_s, block in it.pulled
            if at_s - 0.05 < taken_s < at_s + 0.5 and dbfs(block) > SILENT_DBFS
        ]
        if sounding:
            silent_ms.append(1000 * (sounding[-1] + card_s - at_s))
    return spread("barge_in_silence_ms", silent_ms)
