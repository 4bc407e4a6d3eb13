"""Loudness of the interviewer, and what the meter finds at the microphone: simulated, no devices.

All recorded lines of the interviewer are played at several input levels, a second apart, through
the profile `open`; the recorded candidate is heard at several levels, overdriven and not.  Levels
of speech are ITU-T P.56's (`tests/rigs/levels.py`).
"""

import time
from collections.abc import Callable, Mapping

import numpy as np

from kiosk.audio.level import InputMeter
from kiosk.audio.loudness import Loudness
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from kiosk.audio.profiles import PROFILES
from kiosk.core.faults import Fault
from tests.rigs.levels import at_level, peak_dbfs, speech_dbfs, times, with_noise
from tests.rigs.voices import CANDIDATE, INTERVIEWER, lines, talk

INPUTS_DBFS = (-40, -30, -28, -24, -20, -16, -12, -10)
WITHIN_REACH_DBFS = (-28, -24, -20, -16, -12)
"""What `loudness.REACH_DB` can bring to the profile's level."""
REACHED_DB = 1.0
"""The gain is settled when it stays so near to where it ends."""
ROOM_DBFS = -65.0
"""Noise at the microphone."""
LOUDEST_DB = 6.0
"""The highest volume that may be set."""


def measure(*, quick: bool) -> dict[str, object]:
    """Return spreads in dB, times in s, peaks in dBFS, and CPU in ms per s of sound."""
    spoken = lines(INTERVIEWER)[: 8 if quick else None]
    return {
        "loudness": loudness(spoken),
        "ceiling": {name: peaks(name) for name in PROFILES},
        "meter": meter(talk(CANDIDATE, 30.0 if quick else 120.0)),
        "cpu_ms_per_s": cpu(talk(INTERVIEWER, 20.0 if quick else 120.0)),
    }


def blocks(pcm: Pcm) -> list[Pcm]:
    """Cut sound into whole blocks."""
    return list(pcm[: len(pcm) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES))


def new(profile: str = "open", volume_db: float = 0.0) -> Loudness:
    """Return what a conversation begins with."""
    asked = next(row for name, row in PROFILES.items() if name == profile)
    return Loudness(asked.loudness_dbfs, asked.ceiling_dbfs, volume_db)


def loudness(spoken: tuple[Pcm, ...]) -> dict[str, object]:
    """Play the lines at each level; the first pass teaches, the second is measured."""
    rows: dict[str, object] = {}
    before_all: dict[int, list[float]] = {}
    after_all: dict[int, list[float]] = {}
    for level_dbfs in INPUTS_DBFS:
        shape = new()
        gains: list[float] = []
        before: list[float] = []
        after: list[float] = []
        for teaches in (True, False):
            for line in spoken:
                moved = at_level(line, level_dbfs)
                out = []
                for block in blocks(np.concatenate((moved, silence(RATE_HZ)))):
                    out.append(shape.shape(block))
                    gains.append(shape.gain_db)
                if not teaches:
                    before.append(speech_dbfs(moved))
                    after.append(speech_dbfs(np.concatenate(out)))
        away = np.flatnonzero(np.abs(np.asarray(gains) - gains[-1]) > REACHED_DB)
        half = gains[len(gains) // 2 :]
        rows[f"{level_dbfs} dBFS"] = {
            "after_dbfs": round(float(np.mean(after)), 1),
            "spread_of_lines_db": round(max(after) - min(after), 1),
            "settled_after_s": round(float(away[-1] + 1) / 100, 1) if len(away) else 0.0,
            "gain_moves_by_db": round(max(half) - min(half), 2),
        }
        before_all[level_dbfs], after_all[level_dbfs] = before, after
    return {
        "by_input": rows,
        "spread_before_db": spread_db(before_all, INPUTS_DBFS),
        "spread_after_db": spread_db(after_all, INPUTS_DBFS),
        "spread_before_db_within_reach": spread_db(before_all, WITHIN_REACH_DBFS),
        "spread_after_db_within_reach": spread_db(after_all, WITHIN_REACH_DBFS),
    }


def spread_db(levels: Mapping[int, list[float]], inputs_dbfs: tuple[int, ...]) -> float:
    """Return how far apart the loudest and the softest line of these inputs are."""
    chosen = [level for each in inputs_dbfs for level in levels[each]]
    return round(max(chosen) - min(chosen), 1)


def peaks(profile: str) -> dict[str, object]:
    """Drive the limiter as hard as can be: overdriven speech, full-scale noise, volume up."""
    shape = new(profile, LOUDEST_DB)
    rough = np.random.default_rng(3).choice(np.array([-32768, 32767], np.int16), RATE_HZ)
    loud = np.concatenate((times(talk(INTERVIEWER, 5.0), 10), rough, talk(INTERVIEWER, 5.0)))
    out = np.concatenate([shape.shape(block) for block in blocks(loud)])
    ceiling_dbfs = next(row.ceiling_dbfs for name, row in PROFILES.items() if name == profile)
    return {"ceiling_dbfs": ceiling_dbfs, "peak_dbfs": round(peak_dbfs(out), 3)}


def meter(spoken: Pcm) -> dict[str, object]:
    """Tell after how many seconds the meter advises what; None for not at all."""
    highest = np.abs(spoken.astype(np.int32)).max() / 32767
    overdriven = {
        f"{over_db} dB over, limit at {most:g}": times(
            spoken, most / highest * 10 ** (over_db / 20), most=most
        )
        for over_db in (3, 6, 12)
        for most in (1.0, 0.5)
    }
    levels = {f"{dbfs} dBFS": at_level(spoken, dbfs) for dbfs in (-60, -50, -44, -30, -20)}
    return {
        "quiet_after_s": {name: found(pcm, Fault.MIC_QUIET) for name, pcm in levels.items()},
        "clipping_after_s": {
            name: found(pcm, Fault.MIC_CLIPPING) for name, pcm in (levels | overdriven).items()
        },
        "noise_alone": found(silence(len(spoken)), Fault.MIC_QUIET),
    }


def found(pcm: Pcm, fault: Fault) -> float | None:
    """Return when a fault is advised first."""
    listening = InputMeter()
    for number, block in enumerate(blocks(with_noise(pcm, ROOM_DBFS))):
        listening.hear(block, number / 100)
        if fault in listening.advice:
            return number / 100
    return None


def cpu(spoken: Pcm) -> dict[str, float]:
    """Return what a second of sound costs, for speech at an ordinary level and a loud one."""
    shape, loud, listening = new(), new("loud hall", LOUDEST_DB), InputMeter()
    return {
        "loudness": cost_ms(spoken, lambda block, _: shape.shape(block)),
        "loudness_limiting": cost_ms(at_level(spoken, -12), lambda block, _: loud.shape(block)),
        "meter": cost_ms(spoken, listening.hear),
    }


def cost_ms(pcm: Pcm, take: Callable[[Pcm, float], object]) -> float:
    """Return CPU milliseconds for each second of sound."""
    cut = blocks(pcm)
    began_s = time.process_time()
    for number, block in enumerate(cut):
        take(block, number / 100)
    return round(1e5 * (time.process_time() - began_s) / len(cut), 2)
