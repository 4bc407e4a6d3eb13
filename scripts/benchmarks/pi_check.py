"""`scripts/pi-check [--json] [--quick] [--config FILE] [--development]`: one report on a machine.

Each figure stands beside that of a development machine (`development.json`), with a verdict.
Exit status 1 where one is bad.
"""

import argparse
import asyncio
import dataclasses
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from unittest import mock

from benchmarks import pi_machine, pi_rows, pi_talk
from benchmarks.starting import started
from kiosk import config
from kiosk.audio.loop import listen
from kiosk.audio.outside import DevicesError
from kiosk.errors import CommandError
from kiosk.settings import AudioSettings, ScreenSettings, Settings
from tests.rigs import display, pulse
from tests.rigs.booth_process import person

DEVELOPMENT = Path(__file__).with_name("development.json")
"""What `--development` has measured last, on a machine that is no booth."""
TALK_S, TALK_QUICK_S = 60.0, 3.0
IDLE_S, IDLE_QUICK_S = 15.0, 2.0
CLOCK_S, CLOCK_QUICK_S = 20.0, 2.0
STARTS, STARTS_QUICK = 5, 1
SCREEN = (1920, 1080)
"""Of the screen that stands in for one with `--development`."""
WINDOWS = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")
"""Where a desktop is, if there is one."""
ALONE = """
[realtime]
base_url = "http://127.0.0.1:9"
[token]
source = "direct"
[audio]
backend = "file"
input = "file:"
output = "file:"
"""
"""A booth that needs neither devices nor a network."""
Parts = Mapping[str, Callable[[], dict[str, float]]]


def main() -> None:
    """Measure everything that can be measured here and print it."""
    parser = argparse.ArgumentParser(prog="scripts/pi-check", description=__doc__)
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--quick", action="store_true", help="shorter runs, rougher figures")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings file")
    parser.add_argument(
        "--development",
        action="store_true",
        help="measure with a screen and sound that only exist in programs, and keep the figures",
    )
    asked = parser.parse_args()
    try:
        with ExitStack() as stack:
            settings = config.load(asked.config, os.environ)
            if asked.development:
                settings = stack.enter_context(_no_booth(settings))
            figures, reasons, chain = _measure(settings, quick=asked.quick)
    except CommandError as error:
        parser.exit(error.status, f"{error}\n")
    if asked.development:
        _keep(figures)
    development = json.loads(DEVELOPMENT.read_text("utf-8"))
    if asked.json:
        told = pi_rows.as_data(figures, development["figures"], reasons)
        told |= {"here": here(), "development": development["here"], "critical_chain": chain}
        sys.stdout.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"here: {here()}\ndevelopment: {development['here']}\n")
        for line in pi_rows.lines(figures, development["figures"], reasons):
            sys.stdout.write(f"{line}\n")
        sys.stdout.write(f"\n{chain}" if chain else "")
    sys.exit(1 if pi_rows.worst(figures) == "bad" else 0)


def here() -> str:
    """This machine and this day, in one line."""
    model = Path("/proc/device-tree/model")
    name = model.read_text("utf-8").strip("\0 \n") if model.is_file() else platform.machine()
    cores, python = os.cpu_count(), platform.python_version()
    return f"{name}, {cores} cores, Python {python}, {time.strftime('%Y-%m-%d')}"


def _measure(settings: Settings, *, quick: bool) -> tuple[dict[str, float], dict[str, str], str]:
    """Every figure, why each part that failed did, and what the service waited for at boot."""
    screen, audio = settings.screen, settings.audio
    chain: list[str] = []

    def boot() -> dict[str, float]:
        figures, waited = pi_machine.boot()
        chain.append(waited)
        return figures

    talk_s, idle_s = (TALK_QUICK_S, IDLE_QUICK_S) if quick else (TALK_S, IDLE_S)
    clock_s = CLOCK_QUICK_S if quick else CLOCK_S
    trips = pi_machine.ROUND_TRIPS_QUICK if quick else pi_machine.ROUND_TRIPS
    plain = dataclasses.replace(audio, profile="headset")
    parts: Parts = {
        "boot": boot,
        "start": lambda: _starts(screen, STARTS_QUICK if quick else STARTS),
        "talk": lambda: asyncio.run(pi_talk.in_conversation(screen, audio, talk_s)),
        "idle": lambda: asyncio.run(pi_talk.at_rest(screen, audio, idle_s)),
        "clock": lambda: asyncio.run(pi_talk.against_the_clock(plain, clock_s)),
        "echo": lambda: _echo(audio),
        "network": lambda: pi_machine.round_trips(settings.realtime.base_url, trips),
    }
    figures: dict[str, float] = {}
    reasons: dict[str, str] = {}
    with pi_machine.Sampler() as machine:
        for name, part in parts.items():
            sys.stderr.write(f"measuring {name} ...\n")
            try:
                figures |= part()
            except (AssertionError, DevicesError, OSError, TimeoutError) as error:
                reasons[name] = " ".join(str(error).split())[-200:] or type(error).__name__
    return figures | machine.figures, reasons, "".join(chain)


def _starts(screen: ScreenSettings, runs: int) -> dict[str, float]:
    """How long a booth takes on this screen, with files for sound and nobody at the service."""
    told = {name: os.environ[name] for name in WINDOWS if name in os.environ}
    environ = {**told, "KIOSK_SCREEN_DRIVER": screen.driver, "OPENAI_API_KEY": "sk-nobody-answers"}
    with tempfile.TemporaryDirectory() as name:
        begin = partial(started, Path(name), ALONE, environ, 0, rig=person)
        begin()
        steps = [begin()[0] for _ in range(runs)]
    return {
        figure: round(1000 * statistics.median(each[step] for each in steps))
        for figure, step in (("first_frame_ms", "first frame"), ("idle_ms", "up"))
    }


def _echo(audio: AudioSettings) -> dict[str, float]:
    heard = listen(audio)
    if heard.troubles:
        raise OSError(heard.troubles[0].why)
    if not heard.real:
        raise OSError("The sound comes from files.")
    if heard.delay_ms is None:
        raise OSError("The microphone does not hear the loudspeaker.")
    return {
        "loop_delay_ms": round(heard.delay_ms, 1),
        "echo_removed_db": round(heard.echo_dbfs - heard.left_dbfs, 1),
        "echo_left_dbfs": round(heard.left_dbfs, 1),
    }


@contextmanager
def _no_booth(settings: Settings) -> Iterator[Settings]:
    """A screen and a room with both sound devices, for a machine that has none."""
    if missing := (*display.MISSING, *pulse.MISSING):
        raise CommandError([f"A machine that is no booth needs {', '.join(missing)}."])
    width, height = SCREEN
    with (
        display.display(width, height) as screen,
        pulse.pulse() as server,
        server.one_room(),
        mock.patch.dict(os.environ, {**server.environment, "DISPLAY": screen.name}),
    ):
        yield dataclasses.replace(
            settings,
            screen=dataclasses.replace(settings.screen, driver="x11", width=0, height=0),
            audio=AudioSettings("portaudio", (pulse.MICROPHONE,), (pulse.SPEAKER,), "open"),
        )


def _keep(figures: Mapping[str, float]) -> None:
    """Write the figures that others are compared with."""
    kept = {
        "here": here(),
        "figures": {name: figures[name] for name in pi_rows.ROWS if name in figures},
    }
    DEVELOPMENT.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
