"""A candidate who confides in a real booth, and a search for what it then still has of them."""

import fcntl
import os
import re
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.host.control import MAINTENANCE
from kiosk.host.memory import LATE_S
from kiosk.secret import KEY_VARIABLE
from tests.rigs.allocator import allocator
from tests.rigs.booth_process import DIRECT, BoothProcess, person, running, until
from tests.rigs.confided import (
    ECHO,
    SENTENCES,
    Hears,
    Overheard,
    in_pictures,
    in_sound,
    in_words,
    is_heard,
    overheard,
    voice,
)
from tests.rigs.memory import Hit, search, search_file, search_text
from tests.rigs.standin import KEY, Service, service
from tests.standin.conftest import SCRIPT

PROGRAM = ("-m", "tests.rigs.confiding_booth")
SIZE = (960, 540)
CONFIG = """
[realtime]
base_url = "{base_url}"
turn_detection = "server_vad"
silence_ms = 300
[audio]
backend = "file"
profile = "headset"
input = "file:{folder}/microphone"
output = "file:{folder}/heard.wav"
[screen]
width = {size[0]}
height = {size[1]}
fps = 10
[button]
hold_s = 0.5
[interview]
script = "short"
silence_prompt_s = 120
silence_goodbye_s = 2
silence_ring_s = 2
farewell_s = 1
line_patience_s = 10
"""
QUESTIONS = """
[[question]]
id = "third"
text = "What was the hardest part?"
probe = []
follow_ups = 0

[[question]]
id = "fourth"
text = "Who helped you most?"
probe = []
follow_ups = 0
"""
"""More to answer than there is to confide."""
ANSWER_S = 0.7
BREATH_S = 0.2
PAUSE_S = 1.0
"""An answer that was not understood by then was not heard."""
PIPE_BYTES = 1 << 20
"""What a pipe holds at most for an ordinary user."""
FOLDERS = ("RUNTIME_DIRECTORY", "STATE_DIRECTORY", "CACHE_DIRECTORY")
"""What a service writes to, and a person's booth does not."""
NEVER = "\n\n"
"""In no line."""
BOOTH, CHILD = "the booth", "a child"
ENGINES = 2
"""The one in use and a spare; a booth that is free has no other child."""
FREE = ("phase: idle", "phase: maintenance", "phase: out of service")


def kind(mark: str) -> str:
    """What sort of thing a mark is of."""
    return mark if mark.endswith(")") and "sound" not in mark else re.sub(r" [+-]?[\d]+", "", mark)


class Visit:
    """A booth, the service, and a candidate who comes and goes."""

    def __init__(
        self, booth: BoothProcess, standin: Service, hears: Hears, packets: Overheard
    ) -> None:
        self.booth = booth
        self.service = standin
        self._hears = hears
        self._packets = packets
        self._still = in_words() | in_sound()
        self._still |= in_pictures(booth.folder / "kiosk.toml", {}, SIZE)
        self._microphone = booth.folder / "microphone"
        self.flag = booth.folder / MAINTENANCE
        """Is there while staff want the booth."""
        self._over = 0
        """Lines of the booth that are past."""
        self._engines: set[int] = set()
        """Those that were there when the candidate came."""

    @property
    def marks(self) -> dict[str, bytes]:
        """Everything that tells of the candidate."""
        return self._still | self._packets.marks()

    # --- what a candidate does --------------------------------------------------------------------

    def until(self, *texts: str) -> None:
        """Wait for one of these lines, later than all that was waited for."""
        self._over = self.booth.until_one(texts, self._over)

    def come(self) -> None:
        """Press the button."""
        self._packets.payloads.clear()
        self._engines = set(self.booth.children())
        self.booth.press()

    def speak(self, seconds: float) -> None:
        """Say so much into the microphone at once; it is heard in its time."""
        until(lambda: is_heard(self._microphone))
        pipe = os.open(self._microphone, os.O_WRONLY | os.O_NONBLOCK)
        try:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            os.write(pipe, voice(seconds))
        finally:
            os.close(pipe)

    @contextmanager
    def _talking(self) -> Iterator[None]:
        """Speak without a pause."""
        enough = threading.Event()

        def talk() -> None:
            with suppress(BrokenPipeError), self._microphone.open("wb", buffering=0) as pipe:
                while not enough.is_set():
                    pipe.write(voice(BREATH_S))

        thread = threading.Thread(target=talk)
        thread.start()
        try:
            yield
        finally:
            enough.set()
            thread.join()

    def answer(self, unless: str = NEVER) -> None:
        """Say the next sentence when asked, until it is understood: at first nobody is heard.

        Nothing more is said once there is a line with `unless`.
        """
        before, first = self._hears.turns, self._over
        while self._hears.turns == before and unless not in "\n".join(self.booth.lines[first:]):
            if self.service.speaks:
                time.sleep(0.02)
                continue
            self.speak(ANSWER_S)
            again_s = time.monotonic() + ANSWER_S + PAUSE_S
            while self._hears.turns == before and time.monotonic() < again_s:
                time.sleep(0.02)

    def confide(self) -> None:
        """Come, and answer until every sentence was said."""
        self.come()
        self.until("phase: conversing")
        for _ in SENTENCES:
            self.answer()

    def answer_until(self, text: str) -> None:
        """Answer whatever is asked until there is this line."""
        while not any(text in line for line in self.booth.lines[self._over :]):
            self.answer(unless=text)
        self.until(text)

    def hold(self) -> None:
        """Hold the button until the booth has understood."""
        self.booth.move("down")
        self.booth.until_one(("phase: farewell", "phase: wiping"), self._over)
        self.booth.move("up")

    # --- what is left of one ----------------------------------------------------------------------

    def processes(self) -> dict[int, str]:
        """The booth and its children, by number."""
        children = dict.fromkeys(self.booth.children(), CHILD)
        return {self.booth.process.pid: BOOTH, **children}

    def known(self, marks: Mapping[str, bytes]) -> set[tuple[str, str]]:
        """In whom which kind of mark is found now; looks in memory only."""
        return {
            (who, kind(hit.mark))
            for pid, who in self.processes().items()
            for hit in search(pid, marks)
        }

    def be_found(self, kinds: Iterable[tuple[str, str]]) -> None:
        """Talk on until the marks of these kinds are found, each in whom it is looked for."""
        left = set(kinds)
        with self._talking():
            while left:
                left -= {
                    (who, kind(hit.mark))
                    for pid, who in self.processes().items()
                    for hit in search(pid, self.marks)
                }

    def kept(self) -> list[tuple[str, Hit]]:
        """What is found now, and in whom: processes, files, and what was told to the journal."""
        marks = self.marks
        found = [(who, hit) for pid, who in self.processes().items() for hit in search(pid, marks)]
        files = [each for each in self.booth.folder.rglob("*") if each.is_file()]
        found += [("a file", hit) for each in files for hit in search_file(each, marks)]
        return found + [("the journal", hit) for hit in search_text(self.booth.output, marks)]

    def kept_at_last(self) -> list[tuple[str, Hit]]:
        """What is found still when a call that took long to close was swept up, too."""
        end_s = time.monotonic() + 2 * LATE_S
        while (found := self.kept()) and time.monotonic() < end_s:
            time.sleep(0.2)
        return found

    def gone(self) -> float:
        """Wait until the booth is free and its engine another; return how long it wiped, in s."""
        self.until("phase: wiping")
        began_s = time.monotonic()
        self.until(*FREE)
        took_s = time.monotonic() - began_s
        until(lambda: self._engines - set(running()) and len(self.booth.children()) == ENGINES)
        return took_s

    def end(self, number: signal.Signals) -> float:
        """End the booth; return how many seconds it took until no process of it was there."""
        own = {self.booth.process.pid, *self.booth.children()}
        began_s = time.monotonic()
        self.booth.stop(number)
        until(lambda: not own & set(running()))
        return time.monotonic() - began_s


@contextmanager
def visited(folder: Path, environ: Mapping[str, str] | None = None) -> Iterator[Visit]:
    """Give a booth with the allocator of its unit, which lives in `folder`.

    `environ` is added to what it is told, and comes first.
    """
    theirs = folder / "stand-in"
    theirs.mkdir()
    (theirs / "short.toml").write_text(SCRIPT + QUESTIONS + ECHO)
    own = folder / "booth"
    own.mkdir()
    (own / "interviews").mkdir()
    (own / "interviews" / "short.toml").write_text(SCRIPT + QUESTIONS)
    os.mkfifo(own / "microphone")
    hears = Hears()
    with (
        overheard() as packets,
        service(folder, hears, script_directory=theirs) as standin,
    ):
        config = CONFIG.format(base_url=standin.base_url, folder=own, size=SIZE)
        told = {each: str(own / each) for each in FOLDERS}
        for each in told.values():
            Path(each).mkdir()
        environ = {**DIRECT, KEY_VARIABLE: KEY, **allocator(), **told, **(environ or {})}
        with person(own, config, environ, PROGRAM) as booth:
            visit = Visit(booth, standin, hears, packets)
            visit.until("phase: idle")
            until(lambda: len(booth.children()) == ENGINES)
            yield visit
