"""A real booth in front of the stand-in, with everything around it that can be made wrong."""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from faulting import sounds
from faulting.between import FREE, MACHINE, NAMES, TELL
from faulting.surroundings import (
    PATIENCE_S,
    SCRIPT,
    StuckError,
    Surroundings,
    World,
    surroundings,
)
from tests.rigs.booth_process import DIRECT, BoothProcess, person, systemd
from tests.rigs.pulse import MICROPHONE, SPEAKER

Found = TypeVar("Found")
Tell = dict[str, Any]
"""What the booth showed from `at` (monotonic seconds) on; see `booth_child`."""
LOOK_S = 0.01
PRESS_S, HOLD_S = 0.1, 0.6
HEARD_S = 15.0
"""Whoever has waited so long for an answer to be taken says it again."""
CONFIG = """
[realtime]
base_url = "{base_url}"
turn_detection = "server_vad"
silence_ms = 500
[audio]
{audio}
[screen]
width = 640
height = 360
[button]
sources = ["pipe"]
pipe = "{folder}/button"
hold_s = 0.4
[interview]
script = "trial"
farewell_s = 2
{interview}
"""
FILES = """backend = "file"
input = "file:{folder}/microphone"
output = "file:"
"""
CARDS = f"""backend = "portaudio"
input = "{MICROPHONE}"
output = "{SPEAKER}"
"""


class Booth:
    """The process and its candidate."""

    def __init__(
        self,
        folder: Path,
        world: World,
        around: Surroundings,
    ) -> None:
        self.folder = folder
        self.world = world
        self.service = around.service
        self.network = around.network
        self.front = around.front
        self.tokens = around.tokens
        self.microphone = around.microphone
        self.server = around.server
        self.certificates = around.certificates
        self.machine = folder / "machine"
        self.tells: list[Tell] = []
        self.said: list[tuple[str, float]] = []
        """Each answer that was given to its end, and when that was."""
        self._next = 0
        self._lines = 0
        self._stack = ExitStack()
        self.process: BoothProcess

    # --- the process --------------------------------------------------------------------------

    def start(self) -> None:
        """Start it, as systemd would, or a person where it mints itself."""
        audio = CARDS if self.world.cards else FILES.format(folder=self.folder)
        config = CONFIG.format(
            base_url=self.front.base_url,
            folder=self.folder,
            audio=audio,
            interview=self.world.interview,
        )
        environ = {
            "OPENAI_API_KEY": self.world.key,
            MACHINE: str(self.machine),
            NAMES: self.world.names,
            "PYTHONPATH": os.environ["PYTHONPATH"],
            **(self.server.environment if self.server else {}),
        }
        for name in ("runtime", "state", "cache"):
            (self.folder / name).mkdir(exist_ok=True)
            environ[f"{name.upper()}_DIRECTORY"] = str(self.folder / name)
        environ["XDG_CACHE_HOME"] = str(self.folder / "cache")
        if self.world.watchdog_s:
            environ["WATCHDOG_USEC"] = str(round(1e6 * self.world.watchdog_s))
        program = ("-m", "faulting.booth_child")
        self._lines = 0
        if self.world.tls:
            environ |= {**DIRECT, "SSL_CERT_FILE": str(self.certificates.trusted)}
            begun = person(self.folder, config, environ, program)
        else:
            environ["KIOSK_TOKEN_SOCKET"] = str(self.tokens.path)
            begun = systemd(self.folder, config, environ, program)
        self.process = self._stack.enter_context(begun)

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process.process.poll() is None

    def order(self, text: str) -> None:
        """Tell the child to break something."""
        self.process.order(text)

    def end(self) -> None:
        """End it, and whatever still speaks."""
        self._stack.close()

    def read(self) -> list[Tell]:
        """Return all that was told so far."""
        lines = self.process.lines
        while self._lines < len(lines):
            line = lines[self._lines]
            self._lines += 1
            if line.startswith(TELL):
                self.tells.append(json.loads(line.removeprefix(TELL)))
        return self.tells

    @property
    def now(self) -> Tell:
        """What it shows; empty before the first."""
        return (self.read() or [{}])[-1]

    @property
    def phase(self) -> str:
        """Its phase."""
        return str(self.now.get("phase", ""))

    def until(
        self, true: Callable[[], Found | None], what: str, limit_s: float = PATIENCE_S
    ) -> Found:
        """Wait for something and return it; raises `StuckError`, at once where the process ends."""
        end_s = time.monotonic() + limit_s
        while not (found := true()):
            if time.monotonic() > end_s or not self.alive:
                said = [x[:200] for x in self.process.lines[-25:]]
                raise StuckError("\n".join([f"waited for {what}", *said]))
            time.sleep(LOOK_S)
        return found

    def comes(self, true: Callable[[], Found], limit_s: float) -> bool:
        """Whether something is so within that time."""
        end_s = time.monotonic() + limit_s
        while not true() and time.monotonic() < end_s:
            time.sleep(LOOK_S)
        return bool(true())

    # --- the candidate ------------------------------------------------------------------------

    def move(self, edge: str) -> None:
        """Move the button `down` or `up`."""
        pipe = os.open(self.folder / "button", os.O_WRONLY | os.O_NONBLOCK)
        os.write(pipe, f"{edge}\n".encode())
        os.close(pipe)

    def press(self, seconds: float = PRESS_S) -> None:
        """Push the button for so long."""
        self.move("down")
        time.sleep(seconds)
        self.move("up")

    def my_turn(self) -> bool:
        """Whether the candidate is expected to speak to a question."""
        now = self.now
        return bool(
            now.get("phase") == "conversing"
            and now["turn"]
            and now["question"]
            and now["mood"] == "listening"
        )

    def answer(self, seconds: float = 1.5) -> None:
        """Give the next answer, to its end."""
        name = self.begin_answer(seconds)
        self.said.append((name, time.monotonic()))

    def say(self, number: int, seconds: float = 1.5) -> None:
        """Say something that is no answer."""
        self.microphone.play(sounds.answer(number, seconds))

    def begin_answer(self, seconds: float) -> str:
        """Speak so long; returns the name of the answer."""
        number, self._next = self._next, self._next + 1
        self.microphone.play(sounds.answer(number, seconds))
        return sounds.NAMES[number]

    def come_to(self, question: int) -> None:
        """Press, and answer until that question is asked."""
        self.until(lambda: self.phase == "idle", "idle")
        self.press()
        while self.until(lambda: self.now["question"], "a question") < question:
            self.until(self.my_turn, "my turn")
            self.answer_until_asked()

    def answer_until_asked(self) -> None:
        """Answer, again where that is not heard, until the next question is asked or none."""
        asked = self.now["question"]

        def on() -> bool:
            return self.phase != "conversing" or self.now["question"] > asked

        while not on():
            self.answer()
            heard = self.comes(on, HEARD_S)
            if self.phase in ("wrapping up", "farewell") and self.now["question"] <= asked:
                # It was said into the goodbye, which is no turn.
                self.said.pop()
            if not heard:
                self.said.pop()
                self._next -= 1
                self.until(lambda: on() or self.my_turn(), "my turn")

    def leave(self) -> None:
        """Hold until nobody is in the booth."""
        again_s = 0.0

        def home() -> bool:
            nonlocal again_s
            if self.phase in ("conversing", "reconnecting", "connecting") and (
                time.monotonic() > again_s
            ):
                self.press(HOLD_S)
                again_s = time.monotonic() + 2
            return self.phase in ("idle", "out of service") or not self.alive

        self.until(home, "the booth to be free")


@contextmanager
def booth(folder: Path, world: World) -> Iterator[Booth]:
    """Put up everything, but do not start the booth yet."""
    with surroundings(folder, world) as around:
        written(folder, {"interviews/trial.toml": SCRIPT, f"machine/{FREE}": "5000"})
        (folder / "machine" / "var/lib/kiosk").mkdir(parents=True)
        it = Booth(folder, world, around)
        try:
            yield it
        finally:
            it.end()


def written(root: Path, files: Mapping[str, str]) -> None:
    """Write files below a root."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def killed(pids: Sequence[int], number: int) -> None:
    """Send a signal to each."""
    for pid in pids:
        os.kill(pid, number)
