"""From the start of the process to the first words on the screen, and to a booth that is ready.

A real `kiosk run` in a window of Xvfb, with a key service and a stand-in beside it, tells each step
as it is reached (`kiosk.startup`).  `first` has nothing in its own caches: the face is drawn and
the fonts are listed anew.  `cold` starts with nothing of any file in the machine's memory, as after
power-on; it needs root.
"""

import os
import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.starting import DROP, started
from tests.rigs.display import display
from tests.rigs.standin import KEY, service

RUNS, RUNS_QUICK = 9, 3
CONFIG = """
[realtime]
base_url = "{base_url}"
[interview]
script = "short"
[audio]
backend = "file"
input = "file:"
output = "file:"
"""
STEPS = ("interpreter", "code", "read", "first frame", "face", "line", "engine", "token", "up")
WIDTH, HEIGHT = 1920, 1080


def measure(*, quick: bool) -> dict[str, object]:
    """Start booths one after the other."""
    runs = RUNS_QUICK if quick else RUNS
    with (
        tempfile.TemporaryDirectory() as name,
        service(Path(name)) as standin,
        display(WIDTH, HEIGHT) as screen,
    ):
        config = CONFIG.format(base_url=standin.base_url)
        environ = {
            "KIOSK_SCREEN_DRIVER": "x11",
            "DISPLAY": screen.name,
            "OPENAI_API_KEY": KEY,
        }
        folder = Path(name)
        first = [_ready(folder, config, environ, n) for n in range(runs)]
        warm = [_ready(folder, config, environ, 0) for _ in range(runs)]
        told = {**_told(warm), "first": _told(first)}
        if os.access(DROP, os.W_OK):
            told["cold"] = _told(
                [_ready(folder, config, environ, 0, cold=True) for _ in range(runs)]
            )
    return told


def _ready(
    folder: Path, config: str, environ: Mapping[str, str], caches: int, *, cold: bool = False
) -> dict[str, float]:
    """Start one booth that candidates can use; returns the second of each step."""
    steps, output = started(folder, config, environ, caches, cold=cold)
    assert "STATUS=Ready for a candidate" in output, output
    return steps


def _told(starts: list[dict[str, float]]) -> dict[str, object]:
    """Least, median and greatest of each step, in ms since the start of the process."""
    ms = {step: sorted(1000 * each[step] for each in starts) for step in STEPS}
    return {
        "first_frame_ms": round(statistics.median(ms["first frame"])),
        "idle_ms": round(statistics.median(ms["up"])),
        "runs": len(starts),
        "steps_ms": {
            step: [round(each) for each in (found[0], statistics.median(found), found[-1])]
            for step, found in ms.items()
        },
    }
