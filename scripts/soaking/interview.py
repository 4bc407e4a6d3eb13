"""A real booth with a candidate in front of it, who holds one interview after the other."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.standin.venue.scenario import Scenario
from soaking.service import Service
from soaking.voice import voice
from tests.rigs.allocator import allocator
from tests.rigs.booth_process import BoothProcess, systemd
from tests.rigs.microphone import PipeMicrophone
from tests.rigs.relay import Venue, venue
from tests.rigs.standin import KEY

CONFIG = """
[realtime]
base_url = "{base_url}"
turn_detection = "server_vad"
silence_ms = 200
[audio]
backend = "file"
input = "file:{folder}/microphone"
output = "file:"
[screen]
width = 640
height = 360
[button]
sources = ["pipe"]
pipe = "{folder}/button"
hold_s = 0.3
[interview]
script = "short"
farewell_s = 1
greeting_timeout_s = 2
silence_prompt_s = 2
silence_goodbye_s = 2
silence_ring_s = 2
line_patience_s = 10
"""
PATIENCE_S = 90.0
"""A booth that is not ready again after so long is stuck."""
HEALS_S = 1.0
"""So long after the press the service is well again: no booth goes out of service."""
PRESS_S = 0.1
HOLD_S = 0.45
SAYS_S, PAUSES_S = 0.5, 0.7
LOOK_S = 0.03
AGAIN_S = 2.0
"""Who is still there after a hold holds again."""
READY, TALKING = "Ready for a candidate", "In an interview"
STAYING = (TALKING, "The line was lost")
_STATUS = "STATUS="


class StuckError(Exception):
    """The booth does not come back; the text has what it said last."""


class Booth:
    """The process, and all that is around it."""

    def __init__(
        self, process: BoothProcess, service: Service, network: Venue, microphone: PipeMicrophone
    ) -> None:
        self.process = process
        self.service = service
        self.venue = network
        self.microphone = microphone
        self._timers: list[threading.Timer] = []

    @property
    def status(self) -> str:
        """What systemd was told last."""
        lines = reversed(self.process.lines)
        return next((line.removeprefix(_STATUS) for line in lines if line.startswith(_STATUS)), "")

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something while the interview goes on."""
        timer = threading.Timer(seconds, act)
        self._timers.append(timer)
        timer.start()

    def press(self, seconds: float = PRESS_S) -> None:
        """Push the button for so long."""
        self.move("down")
        time.sleep(seconds)
        self.move("up")

    def hold(self) -> None:
        """Leave."""
        self.press(HOLD_S)

    def move(self, edge: str) -> None:
        """Move the button `down` or `up`."""
        with (self.process.folder / "button").open("w") as pipe:
            pipe.write(f"{edge}\n")

    def wait(self, *beginnings: str) -> str:
        """Wait until the status begins with one of these; returns it."""
        end_s = time.monotonic() + PATIENCE_S
        while not (status := self.status).startswith(beginnings):
            if time.monotonic() > end_s or self.process.process.poll() is not None:
                raise StuckError("\n".join(self.process.lines[-40:]))
            time.sleep(LOOK_S)
        return status

    def hold_interview(self, stays_s: float, during: Callable[[], None]) -> None:
        """Press, talk until it is over or for so long, and wait for the next candidate."""
        said = len(self.process.lines)
        self.later(HEALS_S, self._heal)
        self.press()
        self._until_pressed(said)
        self.wait(TALKING, READY)
        if self.status.startswith(TALKING):
            during()
        leaves_s = time.monotonic() + stays_s
        while self.status.startswith(TALKING) and time.monotonic() < leaves_s:
            self.microphone.play(voice(SAYS_S))
            time.sleep(PAUSES_S)
        self._go_home()
        for timer in self._timers:
            timer.join()
        self._timers.clear()

    def _until_pressed(self, said: int) -> None:
        """Wait until the booth has said something new."""
        try:
            self.process.until(_STATUS, said)
        except AssertionError as error:
            raise StuckError(str(error)) from error

    def _heal(self) -> None:
        self.service.drill()

    def _go_home(self) -> None:
        """Leave, again and again where one hold ends nothing."""
        end_s, again_s = time.monotonic() + PATIENCE_S, 0.0
        while not self.status.startswith(READY):
            now_s = time.monotonic()
            if now_s > end_s or self.process.process.poll() is not None:
                raise StuckError("\n".join(self.process.lines[-40:]))
            if now_s > again_s and self.status.startswith(STAYING):
                self.hold()
                again_s = now_s + AGAIN_S
            time.sleep(LOOK_S)


@contextmanager
def booth(folder: Path, scenario: Scenario) -> Iterator[Booth]:
    """Start a booth as systemd would, and wait until it is ready."""
    microphone = PipeMicrophone(folder / "microphone")
    environ = {"OPENAI_API_KEY": KEY, **allocator()}
    for name in ("runtime", "state", "cache"):
        (folder / name).mkdir()
        environ[f"{name.upper()}_DIRECTORY"] = str(folder / name)
    environ["XDG_CACHE_HOME"] = str(folder / "cache")
    try:
        with (
            Service(folder) as service,
            venue(service.base_url, scenario) as network,
            systemd(
                folder, CONFIG.format(base_url=network.base_url, folder=folder), environ
            ) as process,
        ):
            it = Booth(process, service, network, microphone)
            it.wait(READY)
            yield it
            process.stop()
    finally:
        microphone.close()
