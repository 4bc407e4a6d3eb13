"""Playout against the networks of `tests/rigs/network.py`, beside aiortc's own, in simulated time.

Each line carries the interviewer's recorded voice, once with in-band FEC and once without: nobody
has seen yet whether the service sends it.  Delay is from the arrival of a packet on the same line
without loss and jitter to its sound; 6.5 ms of it are Opus itself, for every player.
"""

import itertools
import time
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np

from benchmarks import stock_aiortc
from kiosk.audio.pcm import Pcm
from kiosk.audio.playout import Playout
from kiosk.audio.port import FRAME_MS, RATE_HZ, VoicePacket
from kiosk.audio.trace import replay
from tests.audio.voice import interviewer, numbered, spoken
from tests.rigs.network import NETWORKS, PACKET_S, Network
from tests.rigs.quality import align, judge

SECONDS, QUICK_SECONDS = 64, 16
DRIFT_MINUTES, QUICK_DRIFT_MINUTES = 30, 2
TAIL_S = 1.0
"""Pulled after the last packet."""


def measure(*, quick: bool) -> dict[str, object]:
    """Return the figures of each network, of half an hour of drift, and the CPU."""
    seconds = QUICK_SECONDS if quick else SECONDS
    minutes = QUICK_DRIFT_MINUTES if quick else DRIFT_MINUTES
    names = [name for name in NETWORKS if not (quick and name in {"loss 1 %", "loss 10 %"})]
    return {
        "networks": {
            name: {
                "with FEC" if fec else "without FEC": _compared(NETWORKS[name], seconds, fec=fec)
                for fec in (True, False)
            }
            for name in names
        },
        "drift": {f"{ppm:+d} ppm": drift(ppm, minutes) for ppm in (100, -100)},
        "cpu_ms_per_s": {
            name: _cpu(NETWORKS[name], seconds) for name in ("clean", "loss 5 %", "jitter 60 ms")
        },
    }


def _compared(network: Network, seconds: int, *, fec: bool) -> dict[str, object]:
    arrived = network.deliver(numbered(spoken(seconds, fec=fec)))
    heard, silent = stock_aiortc.play(arrived, seconds + TAIL_S)
    stock = {"silent_share": _share(silent, seconds / stock_aiortc.SLOT_S)}
    return {
        "booth": _booth(arrived, seconds),
        "aiortc": stock | asdict(judge(interviewer(seconds), heard)),
    }


def _booth(arrived: Sequence[VoicePacket], seconds: int) -> dict[str, object]:
    playout = Playout()
    heard: list[Pcm] = []
    silent: list[bool] = []
    before = 0
    counts = playout.counts
    for block in replay(arrived, playout, seconds=seconds + TAIL_S):
        heard.append(block)
        silent.append(playout.counts.silence > before)
        before = playout.counts.silence
        if len(heard) == seconds * 1000 / FRAME_MS:
            counts = replace(playout.counts)
    samples = seconds * RATE_HZ
    return {
        "silent_share": _share(silent, seconds * 1000 / FRAME_MS),
        "concealed_share": round((counts.concealed + counts.filler) / samples, 4),
        "repaired_share": round(counts.repaired / samples, 4),
        "stretched_share": round((counts.repeated + counts.cut) / samples, 4),
        "underruns": counts.underruns,
        "target_ms": playout.target_ms,
        **asdict(judge(interviewer(seconds), np.concatenate(heard))),
    }


def _share(silent: Sequence[bool], slots: float) -> float:
    """Return the share of silent slots from the first sound to the end of the stream."""
    within = silent[: round(slots)]
    first = within.index(False) if False in within else 0
    return round(sum(within[first:]) / slots, 4)


def drift(ppm: float, minutes: int) -> dict[str, object]:
    """Return how a long call goes whose sender's clock is off by that."""
    payloads = spoken(SECONDS, fec=True)
    count = round(60 * minutes / PACKET_S)
    arrived = Network(drift_ppm=ppm).deliver(
        numbered(itertools.islice(itertools.cycle(payloads), count))
    )
    playout = Playout()
    heard = np.concatenate(list(replay(arrived, playout, seconds=60 * minutes)))
    faster = 1 + ppm * 1e-6
    return {
        "minutes": minutes,
        "underruns": playout.counts.underruns,
        "delay_ms_first_minute": _minute(heard, 0, faster),
        "delay_ms_last_minute": _minute(heard, minutes - 1, faster),
        "stretched_share": round((playout.counts.repeated + playout.counts.cut) / len(heard), 6),
    }


def _minute(heard: Pcm, minute: int, faster: float) -> float:
    """Return the mean delay in one minute of a call, by looking for the original in it."""
    begin = 60 * minute * RATE_HZ
    said = np.roll(interviewer(SECONDS), -round(begin * faster))[: 59 * RATE_HZ]
    _, delays_ms = align(
        said.astype(float), heard[begin : begin + 60 * RATE_HZ].astype(float), RATE_HZ
    )
    return round(float(np.mean(delays_ms)), 1)


def _cpu(network: Network, seconds: int) -> float:
    """Return the time that pushing and pulling takes, in ms for each second of sound."""
    arrived = network.deliver(numbered(spoken(seconds, fec=True)))
    playout = Playout()
    began_s = time.process_time()
    for _ in replay(arrived, playout, seconds=seconds):
        pass
    return round(1000 * (time.process_time() - began_s) / seconds, 1)
