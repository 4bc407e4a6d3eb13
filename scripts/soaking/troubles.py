"""What goes wrong in the interviews of a soak."""

import os
import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.standin.venue.scenario import Impairments, Scenario
from soaking.interview import Booth

LOSSY = Scenario(name="bursts", up=Impairments(burst_loss=0.2), down=Impairments(burst_loss=0.2))
STORM_PRESSES = 20
STORM_S = 0.05
DARK_S = (0.5, 3.5)
GONE_S = 1.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """One kind of interview."""

    drills: tuple[str, ...] = ()
    """What is wrong at the stand-in when the candidate presses; it is well for the next call."""
    before: Callable[[Booth, random.Random], None] | None = None
    """Done before the press."""
    during: Callable[[Booth, random.Random], None] | None = None
    """Done while the interview runs."""
    to_the_end: bool = False
    """The candidate stays until the last question is answered."""


def _leave(booth: Booth, _: random.Random) -> None:
    booth.hold()


def _storm(booth: Booth, _: random.Random) -> None:
    for _press in range(STORM_PRESSES):
        booth.press(STORM_S / 2)
        time.sleep(STORM_S / 2)


def _storm_soon(booth: Booth, chance: random.Random) -> None:
    booth.later(0.3, lambda: _storm(booth, chance))


def _kill(booth: Booth, chance: random.Random) -> None:
    children = booth.process.children()
    if children:
        os.kill(chance.choice(children), signal.SIGKILL)


def _unplug(booth: Booth, _: random.Random) -> None:
    """No engine finds the microphone for a while."""
    booth.microphone.unplug()
    for child in booth.process.children():
        os.kill(child, signal.SIGKILL)
    booth.later(GONE_S, booth.microphone.plug)


def _dark(booth: Booth, chance: random.Random) -> None:
    booth.venue.begin_outage(chance.choice(["all", "udp"]))
    booth.later(chance.uniform(*DARK_S), booth.venue.end_outage)


def _bursts(booth: Booth, _: random.Random) -> None:
    booth.venue.set(LOSSY)


TROUBLES: Mapping[str, Trouble] = {
    "none": Trouble(to_the_end=True),
    "left": Trouble(during=_leave),
    "press storm": Trouble(during=_storm),
    "storm while connecting": Trouble(before=_storm_soon),
    "process killed": Trouble(during=_kill),
    "microphone gone": Trouble(during=_unplug),
    "hung up": Trouble(("drop=1",)),
    "vanished": Trouble(("vanish=1",)),
    "expired": Trouble(("expire=1",)),
    "no channel": Trouble(("no-channel",)),
    "silent": Trouble(("silent",)),
    "mute": Trouble(("mute",)),
    "deaf": Trouble(("deaf",)),
    "garbage": Trouble(("garbage",)),
    "offer refused": Trouble(("calls=500",)),
    "rate limited": Trouble(("calls=429-rate",)),
    "dark": Trouble(during=_dark),
    "bursts of loss": Trouble(before=_bursts),
}


def dealt(chance: random.Random, names: Sequence[str], count: int) -> list[str]:
    """Return `count` of them in random order, each as often as any other: as cards are dealt."""
    found: list[str] = []
    while len(found) < count:
        found += chance.sample(names, len(names))
    return found[:count]
