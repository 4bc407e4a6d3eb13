"""What can be wrong with the booth itself, and what people do."""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from faulting.booth import HEARD_S, HOLD_S, Booth, Tell, killed, written
from faulting.entry import Act, Fault, nothing
from faulting.sounds import RATE_HZ, STOP
from faulting.surroundings import World
from kiosk.core.faults import Fault as Known
from tests.rigs.standin import KEY

WRONG_KEY = "sk-wrong-0123456789abcdef"
CARDS = World(cards=True)
STORM, STORM_S = 20, 0.05
STUCK_S = 34.0
BLOCK_S = 4.0
WATCHDOG_S = 20.0
"""As in the unit."""
SCREEN = "sys/class/drm/card1-HDMI-A-1/status"
SUPPLY = "sys/class/hwmon/hwmon0/in0_lcrit_alarm"
HEAT = "sys/class/thermal/thermal_zone0/temp"
ROUNDS = "The doctor's rounds look at a machine made of files; advice is over after five minutes."


# --- sound ----------------------------------------------------------------------------------------


def _at_work(booth: Booth, number: int) -> None:
    """Send a signal to the engine that has the microphone's pipe."""
    pipe = str(booth.folder / "microphone")
    killed([pid for pid in booth.process.children() if pipe in _open_files(pid)], number)


def _open_files(pid: int) -> set[str]:
    found = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.add(str(each.readlink()))
        except OSError:
            continue
    return found


def _unplug(sink: str) -> Act:
    def unplug(booth: Booth) -> None:
        assert booth.server is not None
        booth.server.unplug(sink)

    return unplug


def _plug(sink: str) -> Act:
    def plug(booth: Booth) -> None:
        assert booth.server is not None
        booth.server.plug(sink)
        booth.microphone.plug()

    return plug


def _mute(*, on: bool) -> Act:
    def mute(booth: Booth) -> None:
        assert booth.server is not None
        booth.server.pactl("set-source-mute", "mic.monitor", "1" if on else "0")

    return mute


def _shout(booth: Booth) -> None:
    square = np.where(np.arange(4 * RATE_HZ) // 120 % 2, 32767, -32768).astype(np.int16)
    booth.microphone.play(square)
    # It may pass for an answer: one that is given before it is replied to would be no turn.
    booth.comes(lambda: not booth.my_turn(), HEARD_S)


SOUND: Mapping[str, Fault] = {
    "sound engine killed": Fault(
        "question", lambda booth: _at_work(booth, signal.SIGKILL), tells=(), hidden=True
    ),
    "sound engine stands still": Fault(
        "question", lambda booth: _at_work(booth, signal.SIGSTOP), tells=(), hidden=True
    ),
    "microphone gone for 2 s": Fault(
        "turn", _unplug("mic"), _plug("mic"), tells=(Known.MIC_MISSING,), lasts_s=2.0, world=CARDS
    ),
    "microphone gone for 40 s": Fault(
        "turn", _unplug("mic"), _plug("mic"), tells=(Known.MIC_MISSING,), lasts_s=40.0, world=CARDS
    ),
    "microphone gives zeros for 20 s": Fault(
        "turn",
        _mute(on=True),
        _mute(on=False),
        tells=(Known.MIC_SILENT,),
        lasts_s=20.0,
        world=CARDS,
    ),
    "microphone overdriven": Fault(
        "turn", _shout, tells=(Known.MIC_CLIPPING,), world=World(cards=True), harmless=True
    ),
    "loudspeaker gone for 2 s": Fault(
        "question",
        _unplug("spk"),
        _plug("spk"),
        tells=(Known.SPEAKER_MISSING,),
        lasts_s=2.0,
        world=CARDS,
    ),
    "loudspeaker gone for 40 s": Fault(
        "question",
        _unplug("spk"),
        _plug("spk"),
        tells=(Known.SPEAKER_MISSING,),
        lasts_s=40.0,
        world=CARDS,
    ),
}


# --- the machine ----------------------------------------------------------------------------------


def _made(**files: str) -> Act:
    names = {"screen": SCREEN, "supply": SUPPLY, "heat": HEAT, "free": "free"}

    def write(booth: Booth) -> None:
        written(booth.machine, {names[name]: text for name, text in files.items()})

    return write


def _weak(booth: Booth) -> None:
    written(booth.machine, {SUPPLY: "1", "sys/class/hwmon/hwmon0/name": "rpi_volt"})


def _block(seconds: float) -> Act:
    return lambda booth: booth.order(f"block {seconds}")


def _block_for_good(booth: Booth) -> None:
    """Be systemd: end what gives no sign of life any more."""
    booth.order("block 3600")

    def manage() -> None:
        count, since_s = 0, time.monotonic()
        while booth.alive and time.monotonic() < since_s + WATCHDOG_S:
            if (now := booth.process.lines.count("WATCHDOG=1")) != count:
                count, since_s = now, time.monotonic()
            time.sleep(0.1)
        if booth.alive:
            booth.process.process.send_signal(signal.SIGABRT)

    threading.Thread(target=manage).start()


def _reloaded(old: str, new: str) -> Act:
    def reload(booth: Booth) -> None:
        path = booth.folder / "kiosk.toml"
        path.write_text(path.read_text().replace(old, new))
        booth.process.process.send_signal(signal.SIGHUP)

    return reload


MACHINE: Mapping[str, Fault] = {
    "screen gone": Fault(
        "turn", _made(screen="disconnected"), tells=(Known.SCREEN_GONE,), harmless=True, note=ROUNDS
    ),
    "undervoltage": Fault("turn", _weak, tells=(Known.POWER,), harmless=True, note=ROUNDS),
    "computer too hot": Fault(
        "turn", _made(heat="85000"), tells=(Known.HOT,), harmless=True, note=ROUNDS
    ),
    "disk full": Fault(
        "turn", _made(free="12"), tells=(Known.DISK_FULL,), harmless=True, note=ROUNDS
    ),
    "window stands still for 4 s": Fault("question", _block(BLOCK_S), tells=(), hidden=True),
    "window stands still for good": Fault(
        "question",
        _block_for_good,
        tells=(),
        survives=False,
        world=World(watchdog_s=WATCHDOG_S),
        note="Noticed by the watchdog: systemd ends the program and starts it again. Who was in "
        "the booth presses again.",
    ),
    "configuration broken at a reload": Fault(
        "turn", _reloaded("[screen]", "[nonsense"), tells=(Known.CONFIG_KEPT,), harmless=True
    ),
    "theme broken at a reload": Fault(
        "turn",
        _reloaded("[screen]", '[screen]\ntheme = "nowhere"'),
        tells=(Known.THEME,),
        harmless=True,
    ),
    "token service gone": Fault(
        "start",
        lambda booth: booth.tokens.stop(),
        lambda booth: booth.tokens.serve(KEY),
        tells=(Known.KEY_SERVICE,),
    ),
    "key missing": Fault(
        "start",
        nothing,
        lambda booth: booth.tokens.serve(KEY),
        tells=(Known.KEY_MISSING,),
        world=World(key=""),
    ),
    "key refused": Fault(
        "start",
        nothing,
        lambda booth: booth.tokens.serve(KEY),
        tells=(Known.KEY_REFUSED,),
        world=World(key=WRONG_KEY),
    ),
    "program killed": Fault(
        "question",
        lambda booth: booth.process.process.kill(),
        tells=(),
        survives=False,
        note="systemd starts it again. Who was in the booth presses again.",
    ),
}


# --- people ---------------------------------------------------------------------------------------


def _storm(booth: Booth) -> None:
    for _ in range(STORM):
        booth.press(STORM_S / 2)
        time.sleep(STORM_S / 2)


def _is(*phases: str) -> Callable[[Tell], bool]:
    return lambda tell: tell["phase"] in phases


def _is_stuck(tell: Tell) -> bool:
    code = Known.BUTTON_STUCK.remedy.code
    return code in (tell["fault"], *tell["noted"])


def _rings(tell: Tell) -> bool:
    return bool(tell["ring"] == "silence") or tell["phase"] != "conversing"


def _asks_to_stop(booth: Booth) -> None:
    booth.say(STOP)


PEOPLE: Mapping[str, Fault] = {
    "button held down": Fault(
        "idle",
        lambda booth: booth.move("down"),
        lambda booth: booth.move("up"),
        tells=(Known.BUTTON_STUCK,),
        lasts_s=STUCK_S,
        signs=_is_stuck,
    ),
    "twenty presses in a second": Fault(
        "idle", _storm, tells=(), signs=_is("connecting", "conversing")
    ),
    "twenty presses while it connects": Fault(
        "press", lambda booth: _later(0.2, booth), tells=(), signs=_is("connecting", "conversing")
    ),
    "candidate walks away": Fault(
        "turn",
        nothing,
        tells=(),
        signs=_rings,
        ends=True,
        world=World(interview="silence_prompt_s = 5\nsilence_goodbye_s = 5\nsilence_ring_s = 5"),
        note="With 5 s for each of prompt, ring and goodbye.",
    ),
    "candidate asks to stop": Fault(
        "turn", _asks_to_stop, tells=(), signs=_is("wrapping up", "farewell"), ends=True
    ),
    "candidate holds the button": Fault(
        "question",
        lambda booth: booth.press(HOLD_S),
        tells=(),
        signs=_is("wrapping up", "farewell"),
        ends=True,
    ),
    "told to stop in an interview": Fault(
        "question",
        lambda booth: os.kill(booth.process.process.pid, signal.SIGTERM),
        tells=(),
        signs=_is("stopping", "farewell"),
        survives=False,
        note="systemctl restart: it says goodbye, ends and is started again.",
    ),
}


def _later(seconds: float, booth: Booth) -> None:
    threading.Timer(seconds, _storm, (booth,)).start()
