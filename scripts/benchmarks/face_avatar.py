"""What the face costs: memory of all its pictures, time to have them, and what a frame changes.

For each screen: the face rendered with nothing in the cache, then again from the cache (the file is
in the machine's memory by then; a card is slower).  Poses are those of a voice that never pauses.
"""

import os
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

from kiosk.screen.avatar import Avatar
from kiosk.screen.grid import grid
from kiosk.screen.meters import Mouth
from kiosk.screen.motion import Blend

SIZES = ((1920, 1080), (1080, 1920), (800, 480))
"""The first is the one that the booth's limits are for."""
RUNS, RUNS_QUICK = 5, 2
FRAMES = 3000
FPS = 30


def measure(*, quick: bool) -> dict[str, object]:
    """Make the face at every size; figures of the first stand at the top."""
    sizes = SIZES[:1] if quick else SIZES
    found = {f"{w}x{h}": _at((w, h), RUNS_QUICK if quick else RUNS) for w, h in sizes}
    first, *others = found.items()
    return {"size": first[0], **first[1], **dict(others)}


def _at(size: tuple[int, int], runs: int) -> dict[str, object]:
    side_px = grid(size).face.w
    cold, warm = zip(*(_both(side_px) for _ in range(runs)), strict=True)
    avatar = Avatar(side_px)
    return {
        "side_px": side_px,
        "avatar_memory_mib": round(avatar.memory_bytes / 2**20, 1),
        "render_s": round(statistics.median(cold), 2),
        "load_s": round(statistics.median(warm), 3),
        **_speech(avatar),
    }


def _both(side_px: int) -> tuple[float, float]:
    """Seconds until the face is there, rendered and loaded."""
    with tempfile.TemporaryDirectory() as folder:
        times = []
        for _ in range(2):
            began_s = time.perf_counter()
            Avatar(side_px, cache=Path(folder))
            times.append(time.perf_counter() - began_s)
    return times[0], times[1]


def _speech(avatar: Avatar) -> dict[str, object]:
    """A pose's own cost, and how many pixels differ from one frame to the next."""
    poses, began_s = [], time.perf_counter()
    for number in range(FRAMES):
        blend = Blend("speaking", "speaking", 1.0, age_s=5.0, stress_s=number % 60 / FPS)
        mouth = Mouth(0.5 + 0.4 * (number % 3 - 1), number % 5 / 4)
        poses.append(avatar.pose(blend, 1000 + number / FPS, mouth))
    pose_us = (time.perf_counter() - began_s) / FRAMES * 1e6
    pixels = [
        sum(part.box.w * part.box.h for part in set(old) ^ set(new)) for old, new in pairwise(poses)
    ]
    return {
        "pose_us": round(pose_us, 1),
        "changed_px_p50": round(statistics.median(pixels)),
        "changed_px_p95": round(statistics.quantiles(pixels, n=20)[-1]),
    }
