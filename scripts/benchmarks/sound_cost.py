"""What the sound costs: CPU in ms per second of audio, as a whole and by part, and memory.

The whole is the engine's process in a conversation (voice and candidate both talk all the time,
profile `open`).  The parts are run by themselves, in this process, faster than real time.
"""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kiosk.audio.echo import EchoCanceller
from kiosk.audio.loudness import Loudness
from kiosk.audio.opus import Decoder
from kiosk.audio.pcm import Pcm, dbfs
from kiosk.audio.playout import Playout
from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES, RATE_HZ, VoicePacket
from kiosk.audio.profiles import PROFILES
from kiosk.audio.stretch import lengthen, shorten
from kiosk.opus_out import PACKET_SAMPLES, SpeechEncoder
from kiosk.places import ASSETS
from tests.audio.voice import encode
from tests.rigs.conversation import conversation
from tests.rigs.voices import talk

SECONDS, SECONDS_QUICK = 60, 12
PROFILE = PROFILES["open"]
PACKET_BLOCKS = PACKET_SAMPLES // FRAME_SAMPLES
PAST = RATE_HZ // 20
"""Samples before a packet in which its pitch is looked for."""


def measure(*, quick: bool) -> dict[str, object]:
    """Measure the whole, then the parts."""
    seconds = SECONDS_QUICK if quick else SECONDS
    voice = talk(ASSETS / "voice" / "en", seconds, seed=1)
    candidate = talk(ASSETS / "candidate", seconds, seed=2)
    whole = asyncio.run(_whole(voice, candidate, seconds))
    parts = _parts(voice, candidate)
    return {**whole, "alone_ms_per_s": parts}


async def _whole(voice: Pcm, candidate: Pcm, seconds: float) -> dict[str, object]:
    async with conversation(encode(voice, fec=True)) as it:
        with it.server.speak(np.tile(candidate, 2)):
            await asyncio.sleep(1)
            pid = it.link.pid
            assert pid is not None
            began_s, engine_ms, own_ms = time.monotonic(), _cpu_ms(pid), 1000 * time.process_time()
            await asyncio.sleep(seconds)
            lasted_s = time.monotonic() - began_s
            engine_ms = _cpu_ms(pid) - engine_ms
            own_ms = 1000 * time.process_time() - own_ms
            memory = _pss_mib(pid)
            spare = it.link.spare_pid
            return {
                "engine_ms_per_s": round(engine_ms / lasted_s, 1),
                "engine_percent_of_core": round(engine_ms / lasted_s / 10, 1),
                "daemon_and_packet_source_ms_per_s": round(own_ms / lasted_s, 1),
                "engine_pss_mib": memory,
                "spare_pss_mib": None if spare is None else _pss_mib(spare),
            }


def _parts(voice: Pcm, candidate: Pcm) -> dict[str, object]:
    blocks = list(_cut(voice, FRAME_SAMPLES))
    heard = list(_cut(candidate, FRAME_SAMPLES))
    frames = _cut(candidate, PACKET_SAMPLES)
    payloads = encode(voice, fec=True)
    decoder, playout, encoder = Decoder(), Playout(), SpeechEncoder()
    canceller = EchoCanceller(PROFILE)
    loudness = Loudness(PROFILE.loudness_dbfs, PROFILE.ceiling_dbfs, 0.0)

    def play(number: int) -> None:
        now_s = number * PACKET_SAMPLES / RATE_HZ
        playout.push(VoicePacket(number % 2**16, 960 * number, 1, now_s, payloads[number]))
        for _ in range(PACKET_BLOCKS):
            playout.pull()

    def cancel(number: int) -> None:
        canceller.play(blocks[number])
        canceller.hear(heard[number])

    def stretch(number: int) -> None:
        begin = PAST + number * PACKET_SAMPLES
        past, pcm = voice[begin - PAST : begin], voice[begin : begin + PACKET_SAMPLES]
        act = shorten if number % 2 else lengthen
        act(past, pcm, most=PACKET_SAMPLES // 2, alike=0.5)

    both = min(len(blocks), len(heard))
    packets = len(payloads)
    return {
        "opus_decoding": _cost(lambda n: decoder.decode(payloads[n]), packets, 2 * FRAME_MS),
        "playout_with_decoding": _cost(play, packets, 2 * FRAME_MS),
        "stretching_every_packet": _cost(stretch, packets - 3, 2 * FRAME_MS),
        "loudness": _cost(lambda n: loudness.shape(blocks[n]), len(blocks), FRAME_MS),
        "level": _cost(lambda n: dbfs(blocks[n]), len(blocks), FRAME_MS),
        "echo_cancelling": _cost(cancel, both, FRAME_MS),
        "opus_encoding": _cost(
            lambda n: encoder.encode(frames[n].tobytes()), len(frames), 2 * FRAME_MS
        ),
    }


def _cut(pcm: Pcm, samples: int) -> Pcm:
    return pcm[: len(pcm) // samples * samples].reshape(-1, samples)


def _cost(step: Callable[[int], object], steps: int, step_ms: int) -> float:
    """Return the CPU time of a second of sound, in ms, all threads together."""
    began_s = time.process_time()
    for number in range(steps):
        step(number)
    return round(1e6 * (time.process_time() - began_s) / (steps * step_ms), 1)


def _cpu_ms(pid: int) -> float:
    """Return what a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return 1000 * (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss_mib(pid: int) -> float:
    """Return its share of the memory."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kib = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return round(kib / 1024, 1)
