"""`python -m tests.rigs.drawing_screen`: the booth's window, busy or idle, until killed.

With `--seconds` it instead says `measuring` when it has settled, draws for so long, and writes what
its frames and its main thread have cost as a line of JSON.
"""

import argparse
import dataclasses
import json
import os
import sys
import threading
import time

from kiosk.core.snapshot import Phase, Snapshot
from kiosk.interview.words import Facts
from kiosk.places import face_cache
from kiosk.screen.drivers import DRIVERS
from kiosk.screen.meters import Meters
from kiosk.screen.outfit import Outfit
from kiosk.screen.stats import FrameStats
from kiosk.screen.window import Window
from kiosk.settings import ScreenSettings
from tests.rigs import scripted_talk

SETTLE_S = 3.0
AHEAD = 5
"""Blocks of 10 ms that a sound card has taken and not yet played."""


class Run:
    """One window and what it has cost since it settled."""

    def __init__(self, settings: ScreenSettings, scene: str, seconds: float) -> None:
        self._scene = scene
        self._seconds = seconds
        self._meters = Meters()
        self._began_s = time.monotonic()
        self._measuring_since_s: float | None = None
        self._thread_s = 0.0
        self._process_s = 0.0
        self._window = Window(
            settings,
            Outfit("Booth 7", Facts(10, 5)),
            snapshot=self._snapshot,
            meters=self._meters,
            faces=face_cache(os.environ),
        )

    def draw(self) -> None:
        """Draw until the time is up."""
        self._window.open()
        self._window.put_on()
        self._began_s = time.monotonic()
        self._window.run()

    def _snapshot(self) -> Snapshot:
        """Called by the window in its main thread, once a frame."""
        now_s = time.monotonic()
        self._measure(now_s)
        if self._scene == "idle":
            return Snapshot(Phase.IDLE)
        moment = scripted_talk.moment(now_s - self._began_s)
        self._meters.speak(now_s, (moment.played_dbfs,) * AHEAD, (moment.played_bright,) * AHEAD)
        self._meters.heard_dbfs = moment.heard_dbfs
        return moved(moment.snapshot, self._began_s)

    def _measure(self, now_s: float) -> None:
        if self._seconds == 0 or now_s < self._began_s + SETTLE_S:
            return
        if self._measuring_since_s is None:
            sys.stdout.write("measuring\n")
            sys.stdout.flush()
            self._window.stats = FrameStats()
            self._measuring_since_s = now_s
            self._thread_s, self._process_s = time.thread_time(), time.process_time()
        elif now_s >= self._measuring_since_s + self._seconds:
            self._tell(now_s - self._measuring_since_s)
            self._measuring_since_s = now_s
            self._window.stop()

    def _tell(self, lasted_s: float) -> None:
        frames = self._window.stats.figures()
        told = {
            "frames": dataclasses.asdict(frames),
            "fps": round(frames.frames / lasted_s, 2),
            "fps_chosen": self._window.fps,
            "thread_pct": round(100 * (time.thread_time() - self._thread_s) / lasted_s, 2),
            "process_pct": round(100 * (time.process_time() - self._process_s) / lasted_s, 2),
            "threads": threading.active_count(),
            "driver": self._window.driver,
            "size": self._window.size,
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def moved(snapshot: Snapshot, by_s: float) -> Snapshot:
    """The same with all its seconds later."""
    ring, ends_s = snapshot.ring, snapshot.ends_s
    if ring is not None:
        ring = dataclasses.replace(ring, began_s=ring.began_s + by_s, ends_s=ring.ends_s + by_s)
    return dataclasses.replace(
        snapshot, ring=ring, ends_s=None if ends_s is None else ends_s + by_s
    )


def main() -> None:
    """Draw what the arguments ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scene", choices=("talk", "idle"), default="talk")
    parser.add_argument("--driver", choices=("auto", *DRIVERS), default="offscreen")
    parser.add_argument("--size", type=int, nargs=2, default=(0, 0), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--fps", type=int, default=60, help="0 chooses")
    parser.add_argument("--seconds", type=float, default=0.0)
    asked = parser.parse_args()
    width, height = asked.size
    settings = ScreenSettings(driver=asked.driver, width=width, height=height, fps=asked.fps)
    Run(settings, asked.scene, asked.seconds).draw()


if __name__ == "__main__":
    main()
