"""Underruns of the engine while the screen draws and a core is busy, beside those of `pacat`.

All share the machine: the engine in conversation, at the priority that it takes where it may, the
booth's window drawing every frame, a process that never sleeps, and at the usual priority `pacat`,
which plays to the same loudspeaker with as little latency as the engine has.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from kiosk.interview.recordings import load_recordings
from kiosk.places import ASSETS
from tests.audio.voice import encode
from tests.rigs.conversation import conversation

SECONDS, SECONDS_QUICK = 600, 60
LATENCY_MS = 25
"""What the engine's stream has (measured)."""
BUSY = "while True: pass"
SCREEN = "tests.rigs.drawing_screen"
PACAT = (
    *("pacat", "--playback", "--verbose", "--device=spk", f"--latency-msec={LATENCY_MS}"),
    *("--format=s16le", "--rate=48000", "--channels=1", "/dev/zero"),
)
UNDERRUN = "Stream underrun"
"""What `pacat --verbose` writes at each."""


def measure(*, quick: bool) -> dict[str, object]:
    """Count both."""
    return asyncio.run(_count(SECONDS_QUICK if quick else SECONDS))


async def _count(seconds: float) -> dict[str, object]:
    voice = load_recordings(ASSETS / "voice" / "en")[0].pcm()
    async with conversation(encode(voice)) as it:
        log = it.server.folder / "pacat.log"
        with _running(sys.executable, "-c", BUSY), _running(sys.executable, "-m", SCREEN) as screen:
            with log.open("wb") as errors, _running(*PACAT, errors=errors):
                before, frames, began_s = it.clocks[-1], len(it.frames), time.monotonic()
                await asyncio.sleep(seconds)
                after, lasted_s = it.clocks[-1], time.monotonic() - began_s
            drawn = screen.poll() is None
        theirs = log.read_text(errors="replace").count(UNDERRUN)
    return {
        "minutes": round(lasted_s / 60, 1),
        "engine_underruns": after.underruns - before.underruns,
        "engine_overruns": after.overruns - before.overruns,
        "pacat_underruns": theirs,
        "frames_missing": round(lasted_s * 100) - (len(it.frames) - frames),
        "screen_drew_to_the_end": drawn,
        "engines_replaced": it.link.restarts,
    }


@contextmanager
def _running(*command: str, errors: IO[bytes] | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program while the block runs."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=errors)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
