"""What the screen costs to draw, in a real window on a private X server.

A conversation told by the clock (mouth, words, level, rings, moods) and the idle screen, each drawn
by a process of its own.  CPU is what that process used per second of the wall; the X server, which
a booth without a desktop has not, is named apart.  At the first size runs are repeated, and the one
in the middle counts.
"""

import json
import os
import statistics
import subprocess
import sys
from typing import Any

from benchmarks.processes import cpu_s
from tests.rigs import display, scripted_talk

SIZES = ((1920, 1080), (800, 480), (1080, 1920))
"""The first is the one that the booth's limits are for."""
RUNS = 3
IDLE_S, IDLE_S_QUICK = 20.0, 8.0
FPS = 30
CHOOSING_S = 15.0
PROGRAM = "tests.rigs.drawing_screen"


def measure(*, quick: bool) -> dict[str, object]:
    """Draw at every size; figures of the first stand at the top."""
    if display.MISSING:
        raise OSError(f"needs {', '.join(display.MISSING)}")
    sizes = SIZES[:1] if quick else SIZES
    runs = [1 if quick or size != SIZES[0] else RUNS for size in sizes]
    found = {
        f"{size[0]}x{size[1]}": _at(size, runs=many, quick=quick)
        for size, many in zip(sizes, runs, strict=True)
    }
    first, *others = found.items()
    chosen = _run("talk", SIZES[0], CHOOSING_S, fps=0)
    return {
        "size": first[0],
        **first[1],
        "fps_chosen": chosen["fps_chosen"],
        "fps_chosen_cpu_pct": chosen["process_pct"],
        **dict(others),
    }


def _at(size: tuple[int, int], *, runs: int, quick: bool) -> dict[str, object]:
    talk_s = scripted_talk.SECONDS / (3 if quick else 1)
    idle_s = IDLE_S_QUICK if quick else IDLE_S
    talk = _median([_run("talk", size, talk_s, FPS) for _ in range(runs)])
    idle = _median([_run("idle", size, idle_s, FPS) for _ in range(runs)])
    frames = talk["frames"]
    return {
        "frame_ms_p50": frames["p50_ms"],
        "frame_ms_p95": frames["p95_ms"],
        "frame_ms_p99": frames["p99_ms"],
        "fps": talk["fps"],
        "frames_dropped": frames["dropped"],
        "conversation_cpu_pct": talk["process_pct"],
        "conversation_x_server_pct": talk["server_pct"],
        "idle_cpu_pct": idle["process_pct"],
        "idle_x_server_pct": idle["server_pct"],
        "idle_fps": idle["fps"],
    }


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The run in the middle by CPU time."""
    middle = statistics.median_low(run["process_pct"] for run in runs)
    return next(run for run in runs if run["process_pct"] == middle)


def _run(scene: str, size: tuple[int, int], seconds: float, fps: int) -> dict[str, Any]:
    width, height = size
    command = [
        *(sys.executable, "-m", PROGRAM, "--driver", "x11", "--scene", scene),
        *("--size", str(width), str(height), "--fps", str(fps), "--seconds", str(seconds)),
    ]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("SDL_", "WAYLAND"))}
    with (
        display.display(width, height) as desktop,
        subprocess.Popen(
            command, env={**clean, "DISPLAY": desktop.name}, stdout=subprocess.PIPE, text=True
        ) as drawing,
    ):
        assert drawing.stdout is not None
        lines = iter(line for line in drawing.stdout if line.startswith(("measuring", "{")))
        if next(lines, "") == "":
            raise OSError("the window did not open")
        server_s = cpu_s(desktop.pid)
        told: dict[str, Any] = json.loads(next(lines))
        server_s = cpu_s(desktop.pid) - server_s
    return {**told, "server_pct": round(100 * server_s / seconds, 2)}
