"""Every way out of an interview, walked by a candidate."""

import os
import resource
import signal
from collections.abc import Callable, Mapping

from kiosk.standin.faults import Faults
from tests.rigs.confided import in_sound
from tests.rigs.memory import search
from tests.rigs.visit import ANSWER_S, CHILD, Visit


def finished(visit: Visit) -> None:
    """Answer all that is asked."""
    visit.confide()
    visit.answer_until("phase: wrapping up")


def silent(visit: Visit) -> None:
    """Say no more, and be said goodbye to."""
    visit.confide()
    visit.until("phase: wrapping up")


def stopped(visit: Visit) -> None:
    """Hold the button."""
    visit.confide()
    visit.hold()


def hurried(visit: Visit) -> None:
    """Press once more while the farewell is on the screen."""
    visit.confide()
    visit.hold()
    visit.booth.press()


def not_waited(visit: Visit) -> None:
    """Talk while the line is being opened, and hold the button."""
    visit.service.set_faults(Faults(delay=60.0))
    visit.come()
    visit.until("phase: connecting")
    visit.speak(ANSWER_S)
    visit.hold()
    visit.service.set_faults(Faults())


def not_reached(visit: Visit) -> None:
    """Talk while the line is being opened, and it cannot be."""
    visit.service.set_faults(Faults(no_channel=True))
    visit.come()
    visit.speak(ANSWER_S)
    visit.until("phase: farewell")
    visit.service.set_faults(Faults())


def called_again(visit: Visit) -> None:
    """Talk on while the line is lost, so that all is put back in another call; hold the button."""
    visit.confide()
    visit.service.cut_off()
    visit.speak(ANSWER_S)
    visit.until("line is back")
    visit.answer()
    visit.hold()


def cut_off(visit: Visit) -> None:
    """Lose the line for good."""
    visit.confide()
    visit.service.set_faults(Faults(calls="503"))
    visit.service.cut_off()
    visit.until("phase: farewell")
    visit.service.set_faults(Faults())


def refused(visit: Visit) -> None:
    """Lose the line to a service that will not go on: all that was paid for is spent."""
    visit.confide()
    visit.service.set_faults(Faults(quota=True))
    visit.service.cut_off()
    visit.until("phase: farewell")
    visit.service.set_faults(Faults())


def loudspeaker_gone(visit: Visit) -> None:
    """Let the loudspeaker's file take no more: what was opened for it breaks off."""
    visit.confide()
    for pid in visit.booth.children():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))
    visit.until("phase: farewell")


def recognised(visit: Visit) -> None:
    """Talk on while the line is lost, and have the words of it found here; hold the button."""
    visit.service.set_faults(Faults(no_append=True))
    visit.confide()
    visit.service.cut_off()
    visit.speak(ANSWER_S)
    visit.until("without a line were found")
    visit.answer()
    visit.hold()
    visit.service.set_faults(Faults())


def taken_over(visit: Visit) -> None:
    """Talk on with the stand-in of the machine, which was told all of it; hold the button."""
    visit.confide()
    visit.service.set_faults(Faults(calls="503"))
    visit.service.cut_off()
    visit.until("the stand-in goes on")
    visit.be_found({(CHILD, "zyxomq (utf-8)")})
    visit.speak(ANSWER_S)
    visit.hold()
    visit.service.set_faults(Faults())


def reloaded(visit: Visit) -> None:
    """Talk on while the configuration is read again; hold the button."""
    visit.confide()
    path = visit.booth.folder / "kiosk.toml"
    path.write_text(path.read_text().replace("farewell_s = 1", "farewell_s = 2"))
    visit.booth.process.send_signal(signal.SIGHUP)
    visit.answer()
    visit.hold()


def engine_killed(visit: Visit) -> None:
    """Talk on with the engine that takes over."""
    visit.confide()
    for pid in visit.booth.children():
        if search(pid, in_sound()):
            os.kill(pid, signal.SIGKILL)
    visit.answer()
    visit.hold()


def reserved(visit: Visit) -> None:
    """Staff want the booth as soon as it is free."""
    visit.confide()
    visit.flag.touch()
    visit.hold()


WAYS: Mapping[str, Callable[[Visit], None]] = {
    "finished": finished,
    "silent": silent,
    "stopped": stopped,
    "hurried": hurried,
    "not waited": not_waited,
    "not reached": not_reached,
    "called again": called_again,
    "cut off": cut_off,
    "recognised": recognised,
    "taken over": taken_over,
    "reloaded": reloaded,
    "engine killed": engine_killed,
    "reserved": reserved,
    "loudspeaker gone": loudspeaker_gone,
    "refused": refused,
}
"""All that end in a booth that waits for the next candidate, or for staff, by their names."""
ENDS: Mapping[str, signal.Signals] = {
    "staff's stop": signal.SIGTERM,
    "watchdog": signal.SIGABRT,
}
"""All that end with the booth, by their names, and how systemd ends it."""
TOLD: Mapping[str, Mapping[str, str]] = {
    "silent": {"KIOSK_INTERVIEW_SILENCE_PROMPT_S": "2"},
    "taken over": {"KIOSK_INTERVIEW_WHEN_LINE_DIES": "standin"},
}
"""What the booth is told besides, where a way needs it."""


def walk(visit: Visit, way: str) -> float:
    """Hold an interview and leave it; return the seconds until the booth was free, or gone."""
    if way in WAYS:
        WAYS[way](visit)
        return visit.gone()
    visit.confide()
    return visit.end(ENDS[way])
