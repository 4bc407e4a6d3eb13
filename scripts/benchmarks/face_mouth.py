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
import pygame

from benchmarks.figures import spread
from kiosk.core.snapshot import Caption, Mood
from kiosk.interview.words import Facts
from kiosk.screen.avatar import Avatar
from kiosk.screen.grid import grid
from kiosk.screen.meters import Meters
from kiosk.screen.picture import Picture
from tests.rigs import display, observer, pulse
from tests.rigs.lipsync import GREY, SWAY, claps, said
from tests.rigs.observer import Heard, Seen, observe, seen_and_heard
from tests.rigs.scripted_talk import TALK

SIZE = (1280, 720)
RATES_FPS = (30, 60)
"""The first is what the booth draws where nothing else is chosen; its figures stand at the top."""
WORDS, WORDS_QUICK = 120, 25
CLAPS = 20
SETTLE_S = 2.0
"""Until the observer sees and hears."""
SETTLED_S = 1.0
"""After the clapperboard."""


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
    seen_ms, heard_ms = claps(seen, heard, claps_s)
    told = said(seen, heard, claps_s[-1] + SETTLED_S)
    found = [word for word in told if word is not None]
    steps_ms = 1000 * np.diff(seen.at_s)
    return {
        **spread("mouth_late_ms", [word.late_ms for word in found]),
        **spread("mouth_early_ms", [word.early_ms for word in found]),
        **spread("mouth_closed_ms", [w.closed_ms for w in found if w.closed_ms is not None]),
        "words_said": words,
        "words_heard": len(told),
        "words_not_seen": len(told) - len(found),
        **spread("observer_sees_after_ms", seen_ms),
        **spread("observer_hears_after_ms", heard_ms),
        "observer_frame_ms_p50": round(float(np.percentile(steps_ms, 50)), 1),
        "observer_frame_ms_p99": round(float(np.percentile(steps_ms, 99)), 1),
    }
