"""`python -m faulting.booth_child FILE`: `kiosk run` with FILE, which tells all that it shows.

Each change of what matters is printed as `TELL` and JSON.  Lines of its input are `block SECONDS`
(the window's thread stands still) and `names on` or `names off` (whether the resolver answers).
The doctor's rounds look at a machine made of files (`between`).
"""

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pygame

from faulting.between import FREE, MACHINE, NAME, NAMES, TELL
from kiosk import live, start
from kiosk.booth import Booth
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.snapshot import Mood, Snapshot
from kiosk.core.state import State
from kiosk.core.view import view
from kiosk.doctor import storage
from kiosk.doctor.patient import Patient
from kiosk.errors import CommandError
from kiosk.extras import Extras
from kiosk.interview.texts.english import ENGLISH
from kiosk.lookups import Lookups
from kiosk.screen.layout import lay_out
from kiosk.settings import Settings
from tests.screen.laid_out import stage, told

HEADLINES = (
    *ENGLISH.hitches.values(),
    *ENGLISH.apologies.values(),
    ENGLISH.booting,
    ENGLISH.welcome,
    ENGLISH.connecting,
    ENGLISH.line_slow,
    ENGLISH.still_there,
    ENGLISH.thanks,
    ENGLISH.ended_early,
    ENGLISH.wiping,
    ENGLISH.stopping,
)


class Teller:
    """Prints what is shown and what was said, whenever it changes."""

    def __init__(self) -> None:
        self._last: dict[str, Any] = {}
        self._words = 0
        self._caption = ("", 0)

    def __call__(
        self, state: State, _: on.Event, effects: tuple[do.Effect, ...], now: float
    ) -> None:
        """Look at one step."""
        snapshot = view(state)
        self._count(snapshot)
        shown = {
            "phase": snapshot.phase.value,
            "mood": snapshot.mood.value,
            "line": snapshot.line,
            "lost": snapshot.lost_s is not None,
            "late": snapshot.late_s is not None and now >= snapshot.late_s,
            "deaf": snapshot.deaf.remedy.code if snapshot.deaf else "",
            "fault": snapshot.fault.remedy.code if snapshot.fault else "",
            "advice": [each.remedy.code for each in snapshot.advice],
            "standin": snapshot.standin,
            "ring": snapshot.ring.kind if snapshot.ring else "",
            "question": snapshot.question,
            "turn": snapshot.microphone_open and not any(t.pending for t in state.talk.turns),
            "speaking": snapshot.candidate_speaking,
            "words": self._words,
            "turns": [(t.who, t.heard, t.ended_s is not None) for t in state.talk.turns],
            "noted": [each.code for each in effects if isinstance(each, do.Note) and each.code],
        }
        if shown != self._last:
            saw = told(lay_out(snapshot, stage(), now))
            print(
                TELL + json.dumps({"at": now, "saw": [x for x in HEADLINES if x in saw], **shown}),
                flush=True,
            )
        self._last = shown

    def _count(self, snapshot: Snapshot) -> None:
        """Count the times at which another word of the interviewer's was heard."""
        caption = snapshot.caption.item_id, snapshot.caption.shown
        spoken = snapshot.mood is Mood.SPEAKING and snapshot.caption.shown > 0
        self._words += caption != self._caption and spoken
        self._caption = caption


class Switches:
    """What is made wrong inside this process."""

    def __init__(self) -> None:
        self._block_s = 0.0
        self._resolve: Any = socket.getaddrinfo
        self._names = os.environ[NAMES] == "on"

    def listen(self) -> None:
        """Take orders, line by line."""
        for line in sys.stdin:
            order, _, value = line.strip().partition(" ")
            if order == "block":
                self._block_s = float(value)
            elif order == "names":
                self._names = value == "on"

    def on_frame(self, surface: pygame.Surface, at_s: float) -> None:
        """Stand still in the window's thread, if that is wanted."""
        del surface, at_s
        seconds, self._block_s = self._block_s, 0.0
        if seconds:
            time.sleep(seconds)

    def resolve(self, host: object, *rest: Any, **named: Any) -> object:  # noqa: ANN401 - as it is
        """Be the resolver."""
        if host in (NAME, NAME.encode()):
            if not self._names:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            host = "127.0.0.1"
        return self._resolve(host, *rest, **named)


def seen(root: Path, settings: Settings, environ: Mapping[str, str]) -> Patient:
    """The machine that is made of files, to whose screen somebody looks."""
    screen = replace(settings.screen, driver="auto")
    return Patient(replace(settings, screen=screen), environ=environ, root=root)


def main(path: Path) -> int:
    """Be the booth."""
    switches = Switches()
    threading.Thread(target=switches.listen, daemon=True).start()
    extras = Extras(observe=Teller(), on_frame=switches.on_frame)
    root = Path(os.environ[MACHINE])

    def free(_: Path) -> float:
        return float((root / FREE).read_text())

    with (
        mock.patch.object(start, "Booth", partial(Booth, extras=extras)),
        mock.patch.object(live, "Patient", partial(seen, root)),
        mock.patch.object(storage.space, "__defaults__", (free,)),
        mock.patch.object(Lookups.__init__, "__defaults__", (switches.resolve,)),
    ):
        try:
            return start.main(path)
        except CommandError as error:
            print(error, file=sys.stderr)
            return error.status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
