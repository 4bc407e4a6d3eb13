"""How far the mouth is from the sound, for somebody who only sees the screen and hears the booth.

The booth's window and its sound engine run as they do at a fair, on a private X server and a
private PulseAudio, and say single words of a recorded voice.  An observer outside records both with
one clock.  A clapperboard comes first, in the same recording: it tells what the observer itself
adds, and nothing of that is taken off the figures.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pygame

from benchmarks.figures import spread
from kiosk.audio.port import RATE_HZ
from kiosk.core.snapshot import Caption, Mood
from kiosk.interview.words import Facts
from kiosk.screen.avatar import Avatar
from kiosk.screen.grid import grid
from kiosk.screen.meters import Meters
from kiosk.screen.picture import Picture
from tests.rigs import display, observer, pulse
from tests.rigs.observer import Heard, Seen, observe, seen_and_heard
from tests.rigs.scripted_talk import TALK

SIZE = (1280, 720)
RATES_FPS = (30, 60)
"""The first is what the booth draws where nothing else is chosen; its figures stand at the top."""
WORDS, WORDS_QUICK = 120, 25
CLAPS = 20
SETTLE_S = 2.0
SOUND_DBFS = -40.0
"""From there on a word is heard: 20 dB below the level of the voice."""
WINDOW = RATE_HZ // 500
QUIET_S = 0.3
"""Silence before a word, and after it."""
BEFORE_S, AFTER_S = 0.15, 0.4
"""A mouth that opens outside of these, about a sound's beginning, opens for something else."""
REST_S = 0.2
"""So long before a sound the mouth is at rest."""
GREY = 12
"""A pixel has changed that differs by so much, of 255."""
PIXELS = 12
"""So many must, before anybody would see it."""
SWAY = 12
"""Pixels by which a head rises and falls, breathing or nodding, within half a second."""
LOUD = 3000
"""Sample value that a clap reaches."""


def measure(*, quick: bool) -> dict[str, object]:
    """Measure at each rate of frames."""
    if missing := [*display.MISSING, *pulse.MISSING, *observer.MISSING]:
        raise OSError(f"needs {', '.join(missing)}")
    rates = RATES_FPS[:1] if quick else RATES_FPS
    found = {f"{fps}_fps": _at(fps, WORDS_QUICK if quick else WORDS) for fps in rates}
    first, *others = found.items()
    return {"size": f"{SIZE[0]}x{SIZE[1]}", "fps": rates[0], **first[1], **dict(others)}


def _at(fps: int, words: int) -> dict[str, object]:
    area = mouth_area(SIZE)
    with (
        display.display(*SIZE) as screen,
        pulse.pulse() as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        recording = Path(folder) / "observed.nut"
        environment = {**server.environment, "DISPLAY": screen.name}
        with observe(recording, screen.name, area, server.environment):
            time.sleep(SETTLE_S)
            told = _run(environment, "tests.rigs.clapper", *map(str, area), str(CLAPS))
            claps_s = [float(line) for line in told if line.startswith("1")]
            size = ("--size", *map(str, SIZE))
            more = ("--fps", str(fps), "--words", str(words))
            _run(environment, "tests.rigs.speaking_booth", *size, *more)
        seen, heard = seen_and_heard(recording)
    return judge(seen, heard, claps_s, words)


def _run(environment: Mapping[str, str], program: str, *words: str) -> list[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SDL_", "WAYLAND"))}
    done = subprocess.run(
        [sys.executable, "-m", program, *words],
        env={**clean, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.splitlines()


def mouth_area(size: tuple[int, int]) -> tuple[int, int, int, int]:
    """What a speaking mouth changes on a screen of that size: x, y, width, height, both even."""
    calm = Avatar(grid(size).face.w, still=True)
    picture = Picture(size, booth_name="", facts=Facts(10, 5), avatar=calm)
    told = replace(TALK, mood=Mood.SPEAKING, caption=Caption("text", "", 0))
    surface = pygame.Surface(size)
    meters = Meters()
    for at_s in (1.0, 5.0):
        picture.draw(surface, told, at_s, meters)
    closed = pygame.surfarray.array3d(surface).astype(np.int16)
    meters.speak(4.9, (0.0,) * 20, (0.5,) * 20)
    picture.draw(surface, told, 5.0, meters)
    changed = np.abs(pygame.surfarray.array3d(surface) - closed).max(axis=2) > GREY
    across, down = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    x, y = int(across[0]), int(down[0]) - SWAY
    return x, y, (int(across[-1]) + 2 - x) // 2 * 2, (int(down[-1]) + 2 + SWAY - y) // 2 * 2


def judge(seen: Seen, heard: Heard, claps_s: Sequence[float], words: int) -> dict[str, object]:
    """Compare what was seen and heard; what the observer adds stands beside it."""
    figures = _of_claps(seen, heard, claps_s)
    late_ms, early_ms, closing_ms = [], [], []
    missed = 0
    sounds = [
        (begin, end)
        for begin, end in sounds_of(heard.pcm)
        if heard.second(begin) > claps_s[-1] + 1.0
    ]
    for begin, end in sounds:
        begin_s, end_s = heard.second(begin), heard.second(end)
        opens = _opening(seen, begin_s)
        if opens is None:
            missed += 1
            continue
        late_ms.append(1000 * (seen.at_s[opens] - begin_s))
        early_ms.append(max(0.0, 1000 * (begin_s - seen.at_s[opens - 1])))
        closing_ms += _closing(seen, begin_s, end_s)
    return {
        **spread("mouth_late_ms", late_ms),
        **spread("mouth_early_ms", early_ms),
        **spread("mouth_closed_after_ms", closing_ms),
        "words_said": words,
        "words_heard": len(sounds),
        "words_not_seen": missed,
        **figures,
    }


def _of_claps(seen: Seen, heard: Heard, claps_s: Sequence[float]) -> dict[str, object]:
    """How late the observer sees a light and hears a click, of which it is known when they were."""
    light = seen.frames.mean(axis=(1, 2)) > 128
    lit_s = seen.at_s[np.flatnonzero(light[1:] & ~light[:-1]) + 1]
    clicks_s = [heard.second(sample) for sample in _begins(np.abs(heard.pcm) > LOUD, RATE_HZ // 10)]
    seen_ms = [1000 * (lit_s[lit_s > at_s][0] - at_s) for at_s in claps_s]
    heard_ms = [1000 * (min(s for s in clicks_s if s > at_s - 0.1) - at_s) for at_s in claps_s]
    steps_ms = 1000 * np.diff(seen.at_s)
    return {
        **spread("observer_sees_after_ms", seen_ms),
        **spread("observer_hears_after_ms", heard_ms),
        "observer_frame_ms_p50": round(float(np.percentile(steps_ms, 50)), 1),
        "observer_frame_ms_p99": round(float(np.percentile(steps_ms, 99)), 1),
    }


def sounds_of(pcm: npt.NDArray[np.int16]) -> list[tuple[int, int]]:
    """Find what is heard between silences: its first and last sample, to 2 ms."""
    windows = pcm[: len(pcm) // WINDOW * WINDOW].reshape(-1, WINDOW).astype(np.float64)
    power = np.mean(windows**2, axis=1) / 32768.0**2
    loud = power > 10 ** (SOUND_DBFS / 10)
    quiet = round(QUIET_S * RATE_HZ / WINDOW)
    begins = _begins(loud, quiet)
    ends = [len(loud) - at for at in reversed(_begins(loud[::-1], quiet))]
    return [(WINDOW * begin, WINDOW * end) for begin, end in zip(begins, ends, strict=True)]


def _begins(loud: npt.NDArray[np.bool_], quiet: int) -> list[int]:
    """Tell where something begins after so much quiet."""
    places = np.flatnonzero(loud)
    gaps = np.diff(places, prepend=-quiet - 1)
    return [int(place) for place in places[gaps > quiet]]


def _opening(seen: Seen, begin_s: float) -> int | None:
    """Find the first frame about the beginning of a sound in which the mouth is not at rest."""
    rest = int(np.searchsorted(seen.at_s, begin_s - REST_S))
    first = int(np.searchsorted(seen.at_s, begin_s - BEFORE_S))
    last = int(np.searchsorted(seen.at_s, begin_s + AFTER_S))
    moved = np.flatnonzero(_moved(seen, rest, first, last))
    return first + int(moved[0]) if len(moved) else None


def _closing(seen: Seen, begin_s: float, end_s: float) -> list[float]:
    """Tell how long after the end of a sound the mouth is at rest again; nothing if never."""
    rest = int(np.searchsorted(seen.at_s, begin_s - REST_S))
    first = int(np.searchsorted(seen.at_s, end_s))
    last = int(np.searchsorted(seen.at_s, end_s + AFTER_S))
    moved = np.flatnonzero(_moved(seen, rest, first, last))
    shut = first + (int(moved[-1]) + 1 if len(moved) else 0)
    return [1000 * (float(seen.at_s[shut]) - end_s)] if shut < last else []


def _moved(seen: Seen, rest: int, first: int, last: int) -> npt.NDArray[np.bool_]:
    """Tell for some frames whether they differ from one at rest, wherever the head is by then."""
    height = seen.frames.shape[1]
    middles = seen.frames[first:last, SWAY : height - SWAY].astype(np.int16)
    apart = [
        (np.abs(middles - seen.frames[rest, rise : height - 2 * SWAY + rise]) > GREY).sum((1, 2))
        for rise in range(2 * SWAY + 1)
    ]
    return np.asarray(np.min(apart, axis=0) >= PIXELS)
