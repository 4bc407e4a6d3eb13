"""What the sound costs: CPU in ms per second of audio, as a whole and by part, and memory.

The whole is the engine's process in a conversation (voice and candidate both talk all the time,
profile `open`), and its threads: those of the sound server's library, which a booth without such a
server has not, are named apart.  The parts are run by themselves, in this process, faster than real
time: waking up for 10 ms of sound and sleeping again takes several times as much.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.processes import pss_mib
from kiosk.audio import wire
from kiosk.audio.detector import VoiceDetector
from kiosk.audio.duck import Duck
from kiosk.audio.echo import EchoCanceller
from kiosk.audio.level import InputMeter
from kiosk.audio.lips import LipsTeller
from kiosk.audio.loudness import Loudness
from kiosk.audio.near import NearGate
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
SERVER_THREAD = "threaded-ml"
"""What the threads of PulseAudio's client library are called."""
PACKET_BLOCKS = PACKET_SAMPLES // FRAME_SAMPLES
DELAY_BLOCKS = 5
"""By which the echo is late."""
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
            began_s, before = time.monotonic(), _cpu_ms(pid)
            own_ms = 1000 * time.process_time()
            await asyncio.sleep(seconds)
            lasted_s = time.monotonic() - began_s
            own_ms = 1000 * time.process_time() - own_ms
            spent = Counter(_cpu_ms(pid))
            spent.subtract(before)
            server_ms = sum(ms for (_, name), ms in spent.items() if name == SERVER_THREAD)
            engine_ms = sum(spent.values()) - server_ms
            spare = it.link.spare_pid
            return {
                "engine_ms_per_s": round(engine_ms / lasted_s, 1),
                "sound_servers_library_ms_per_s": round(server_ms / lasted_s, 1),
                "daemon_and_packet_source_ms_per_s": round(own_ms / lasted_s, 1),
                "engine_pss_mib": pss_mib(pid),
                "spare_pss_mib": None if spare is None else pss_mib(spare),
            }


def _parts(voice: Pcm, candidate: Pcm) -> dict[str, object]:
    blocks = list(_cut(voice, FRAME_SAMPLES))
    heard = list(_cut(candidate, FRAME_SAMPLES))
    frames = _cut(candidate, PACKET_SAMPLES)
    payloads = encode(voice, fec=True)
    decoder, playout, encoder = Decoder(), Playout(), SpeechEncoder()
    canceller = EchoCanceller(PROFILE)
    detector, duck, near, meter = VoiceDetector(), Duck(), NearGate(), InputMeter()
    lips = LipsTeller(lambda told: wire.pack(wire.Report(1, told)))
    loudness = Loudness(PROFILE.loudness_dbfs, PROFILE.ceiling_dbfs, 0.0)

    def play(number: int) -> None:
        now_s = number * PACKET_SAMPLES / RATE_HZ
        playout.push(VoicePacket(number % 2**16, 960 * number, 1, now_s, payloads[number]))
        for _ in range(PACKET_BLOCKS):
            playout.pull()

    echoes = np.vstack([np.zeros((DELAY_BLOCKS, FRAME_SAMPLES), np.int16), blocks])

    def cancel(number: int) -> None:
        canceller.play(blocks[number])
        canceller.hear(echoes[number] // 2 + heard[number] // 2)

    def interrupt(number: int) -> None:
        at_s = number * FRAME_MS / 1000
        duck.shape(blocks[number], at_s)
        duck.heard(at_s, speaking=detector.hear(heard[number], played_dbfs=-20.0))

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
        "lips": _cost(lambda n: lips.add(n / 100, blocks[n], -20.0), len(blocks), FRAME_MS),
        "echo_cancelling_with_linear_stage": _cost(cancel, both, FRAME_MS),
        "barge_in": _cost(interrupt, both, FRAME_MS),
        "near_gate": _cost(lambda n: near.hear(heard[n], voice=n % 200 < 100), both, FRAME_MS),
        "input_meter": _cost(lambda n: meter.hear(heard[n], n / 100), both, FRAME_MS),
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


def _cpu_ms(pid: int) -> dict[tuple[str, str], float]:
    """Return what each thread of a process has used so far, by number and name."""
    used: dict[tuple[str, str], float] = {}
    for thread in Path(f"/proc/{pid}/task").iterdir():
        head, _, rest = (thread / "stat").read_text().rpartition(")")
        fields = rest.split()
        ticks = int(fields[11]) + int(fields[12])
        used[thread.name, head.partition("(")[2]] = 1000 * ticks / os.sysconf("SC_CLK_TCK")
    return used
