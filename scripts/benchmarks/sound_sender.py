"""From the microphone to the wire: delay and pace of real packets, and what losses leave of them.

The delay is taken in a call of the booth's to a stock aiortc peer in another process over UDP, with
the real sound engine on a PulseAudio null sink: from the moment at which the engine has a packet's
first sample captured until aiortc hands the packet to its transport.  20 ms of it are the packet
itself.  What a sound server or card adds before the engine has the sample is not in it.
"""

import asyncio
import multiprocessing
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import numpy as np

from kiosk.audio.link import EngineLink
from kiosk.audio.opus import Decoder
from kiosk.audio.pcm import Pcm, dbfs
from kiosk.audio.port import RATE_HZ, SoundReady, SoundReport
from kiosk.interview.recordings import load_recordings
from kiosk.opus_loss import LEAST_PERCENT, MOST_PERCENT
from kiosk.opus_out import NARROW_PERCENT, PACKET_MS, PACKET_SAMPLES, SpeechEncoder
from kiosk.places import ASSETS
from kiosk.realtime.call import Call
from kiosk.settings import AudioSettings
from tests.audio.voice import carries_repair
from tests.realtime.far_end import FarEnd
from tests.rigs.pulse import MICROPHONE, MISSING, SPEAKER, pulse
from tests.rigs.quality import judge

EXPECTED_PERCENT = (0, LEAST_PERCENT, NARROW_PERCENT, MOST_PERCENT)
"""The first is how it would be without repair."""
LOST_PERCENT = (0, 5, 20)
LOUD_DBFS = -45.0
"""A packet of speech, not of a pause."""
START_S = 2.0
"""Left out of the delays: a sound server settles in."""
RTCP_TYPES = range(192, 224)
"""Second byte, RFC 5761 section 4."""


def measure(*, quick: bool) -> dict[str, object]:
    """Return delays, pace and the cost of losses."""
    speech = _speech(20 if quick else 60)
    rounds = 1 if quick else 4
    return _live(12.0 if quick else 60.0) | {
        f"encoder_expecting_{percent}_percent": _encoder(speech, percent, rounds)
        for percent in EXPECTED_PERCENT
    }


def _speech(seconds: float) -> Pcm:
    """Return the recorded candidate, whole packets."""
    lines = load_recordings(ASSETS / "candidate")
    pcm = np.concatenate([line.pcm() for line in lines])[: round(seconds * RATE_HZ)]
    return pcm[: len(pcm) // PACKET_SAMPLES * PACKET_SAMPLES]


# --- a live call ----------------------------------------------------------------------------------


@dataclass
class _Departures:
    """When packets of sound left."""

    at_s: list[float] = field(default_factory=list)
    delays_ms: list[float] = field(default_factory=list)


def _live(seconds: float) -> dict[str, object]:
    if MISSING:
        return {"left_out": "not installed: " + ", ".join(MISSING)}
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    service = context.Process(target=_serve, args=(there,))
    service.start()
    try:
        with pulse() as server:
            os.environ.update(server.environment)
            with server.speak(np.tile(_speech(60), 4)):
                return asyncio.run(_call(here, seconds))
    finally:
        here.send(None)
        service.join()


async def _call(service: "Connection[str | None, str]", seconds: float) -> dict[str, object]:
    call = Call(
        on_message=lambda _: None,
        on_packet=lambda _: None,
        on_hearing=lambda *_: None,
        on_end=lambda _: None,
        loopback=True,
    )
    service.send(await call.offer())
    await call.answer(await asyncio.to_thread(service.recv))
    await call.opened()
    link = EngineLink(AudioSettings("portaudio", (MICROPHONE,), (SPEAKER,), "open"))
    ready = asyncio.Event()

    def heed(report: SoundReport) -> None:
        if isinstance(report, SoundReady):
            ready.set()

    link.on_report = heed
    link.on_frame = call.mic.hear
    await link.start()
    await ready.wait()
    link.open()
    await asyncio.sleep(START_S)
    departures = _watched(call)
    before, cpu_s = dict(call.mic.counts), time.process_time()
    await asyncio.sleep(seconds)
    cpu_ms_per_s = 1000 * (time.process_time() - cpu_s) / seconds
    counts = {name: count - before.get(name, 0) for name, count in call.mic.counts.items()}
    await link.stop()
    await call.close()
    steps_ms = np.diff(departures.at_s) * 1000
    delay_p50, delay_p95 = np.percentile(departures.delays_ms, [50, 95])
    return {
        "seconds": seconds,
        "mic_to_wire_ms_p50": round(float(delay_p50), 1),
        "mic_to_wire_ms_p95": round(float(delay_p95), 1),
        "pace_error_ms_p95": round(float(np.percentile(np.abs(steps_ms - PACKET_MS), 95)), 1),
        "pace_ms_min": round(float(steps_ms.min()), 1),
        "pace_ms_max": round(float(steps_ms.max()), 1),
        "packets": counts,
        "daemon_cpu_ms_per_s": round(cpu_ms_per_s, 1),
    }


def _watched(call: Call) -> _Departures:
    """Note each packet as aiortc hands it to its transport, already encoded."""
    seen = _Departures()
    (transport,) = {sender.transport for sender in vars(call)["_peer"].getSenders()}
    send = transport._send_rtp  # noqa: SLF001 - there is no other place where packets pass

    async def noted(data: bytes) -> None:
        now_s = time.monotonic()
        if data[1] not in RTCP_TYPES and call.mic.captured_s is not None:
            seen.at_s.append(now_s)
            seen.delays_ms.append(1000 * (now_s - call.mic.captured_s))
        await send(data)

    transport._send_rtp = noted  # noqa: SLF001
    return seen


def _serve(booth: "Connection[str, str | None]") -> None:
    """Answer one call, in a process of its own, until told to end."""
    asyncio.run(_answer(booth))


async def _answer(booth: "Connection[str, str | None]") -> None:
    service = FarEnd()
    offer = await asyncio.to_thread(booth.recv)
    assert offer is not None
    booth.send(await service.answer(offer))
    await asyncio.to_thread(booth.recv)
    for peer in service.peers:
        await peer.close()


# --- the encoder ----------------------------------------------------------------------------------


def _encoder(speech: Pcm, percent: int, rounds: int) -> dict[str, object]:
    """Encode with that much expected loss, and judge what plain libopus makes of real loss."""
    encoder = SpeechEncoder()
    encoder.expect_loss(percent)
    blocks = speech.reshape(-1, PACKET_SAMPLES)
    raw = [block.tobytes() for block in blocks]
    began_s = time.process_time()
    payloads = [encoder.encode(pcm) for pcm in raw]
    spent_s = time.process_time() - began_s
    seconds = len(speech) / RATE_HZ
    loud = [dbfs(block) > LOUD_DBFS for block in blocks]
    repair = [carries_repair(payload) for payload in payloads]
    return {
        "kbit_per_s": round(sum(map(len, payloads)) * 8 / seconds / 1000, 1),
        "cpu_ms_per_s": round(1000 * spent_s / seconds, 1),
        "speech_packets_with_repair": round(
            sum(has for has, says in zip(repair, loud, strict=True) if says) / sum(loud), 3
        ),
    } | {
        f"heard_at_{lost}_percent_loss": _heard(speech, payloads, lost, rounds)
        for lost in LOST_PERCENT
    }


def _heard(speech: Pcm, payloads: Sequence[bytes], percent: int, rounds: int) -> dict[str, object]:
    judged = [
        judge(speech, _received(payloads, percent / 100, random.Random(seed)))
        for seed in range(rounds if percent else 1)
    ]
    return {
        "pesq": round(float(np.mean([one.pesq for one in judged])), 2),
        "stoi": round(float(np.mean([one.stoi for one in judged])), 3),
    }


def _received(payloads: Sequence[bytes], share: float, chance: random.Random) -> Pcm:
    """Decode as plain libopus does, by repair from the next packet where that came."""
    decoder = Decoder()
    came = [chance.random() >= share for _ in payloads]
    heard: list[Pcm] = []
    for i, payload in enumerate(payloads):
        if came[i]:
            heard.append(decoder.decode(payload))
        elif i + 1 < len(payloads) and came[i + 1]:
            heard.append(decoder.recover(payloads[i + 1], PACKET_SAMPLES))
        else:
            heard.append(decoder.conceal(PACKET_SAMPLES))
    return np.concatenate(heard)
