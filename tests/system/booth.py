"""A booth as a service of such a machine, and who uses it."""

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kiosk.audio.backends.file import Pacer
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import FRAME_BYTES
from kiosk.demo.pipes import SpeakingPipe
from tests.system.machine import Machine, until

CHECKOUT = "/mnt"
"""Where the checkout is seen."""
WHEELS = "/srv"
"""Where the wheels are seen that the booth is installed from."""
INSTALL = (f"{CHECKOUT}/scripts/install", "--offline", WHEELS)
INSTALL_LIMIT_S = 300.0
"""Only to end a test that hangs."""
COMMAND = "/opt/kiosk/current/venv/bin/kiosk"
KEY = "sk-right-0123456789abcdef"
SCRIPT = "demo"
MICROPHONE = "/run/microphone"
BUTTON = "/run/kiosk/button"
PRESS_S = 0.3
"""An edge that comes sooner may be taken for a bounce, and counts when the level is read again."""
ENVIRONMENT = f"""
KIOSK_SCREEN_DRIVER=offscreen
KIOSK_AUDIO_BACKEND=file
KIOSK_AUDIO_INPUT=file:{MICROPHONE}
KIOSK_AUDIO_OUTPUT=file:
KIOSK_AUDIO_PROFILE=headset
KIOSK_BUTTON_SOURCES=pipe
KIOSK_REALTIME_BASE_URL=http://127.0.0.1:8700
KIOSK_INTERVIEW_SCRIPT={SCRIPT}
"""
"""What differs on a machine without screen, sound card, button and network."""
STANDIN_READY = "stand-in ready"
_SAMPLES = FRAME_BYTES // 2


def install(machine: Machine) -> None:
    """Install the checkout and adapt it to here; it does not start before a test says so."""
    machine.run(*INSTALL, "--standin", "--no-start", limit_s=INSTALL_LIMIT_S)
    machine.run(COMMAND, "set-key", text=KEY)
    machine.path("/etc/kiosk/environment").write_text(ENVIRONMENT)
    machine.run("systemctl", "disable", "kiosk")


class Booth:
    """The service and what is around it."""

    def __init__(self, machine: Machine) -> None:
        """Take an installed machine; the microphone is a pipe that does not outlive a boot."""
        self.machine = machine
        machine.shell(f"mkfifo --mode=600 {MICROPHONE}; chown kiosk {MICROPHONE}")

    # --- the service ------------------------------------------------------------------------------

    def start(self) -> float:
        """Start it; return how many seconds systemd waited for it."""
        began_s = time.monotonic()
        self.machine.run("systemctl", "enable", "--now", "kiosk")
        return time.monotonic() - began_s

    def stop(self) -> float:
        """Stop it; return how many seconds that took."""
        began_s = time.monotonic()
        self.machine.run("systemctl", "stop", "kiosk")
        return time.monotonic() - began_s

    def shown(self) -> dict[str, str]:
        """Return what systemd knows of it."""
        lines = self.machine.run("systemctl", "show", "kiosk").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def until_status(self, text: str) -> None:
        """Wait until its status line has `text`."""
        until(lambda: text in self.shown().get("StatusText", ""), self.situation)

    def journal(self) -> str:
        """Return all that it wrote, with every field."""
        return self.machine.run("journalctl", "--unit=kiosk", "--output=export", "--no-pager")

    def messages(self) -> str:
        """Return what staff read."""
        return self.machine.run("journalctl", "--unit=kiosk", "--no-pager")

    def situation(self) -> str:
        """Return how things stand, for a test that fails."""
        status = self.machine.shell("systemctl --no-pager --lines=0 status kiosk standin || true")
        return f"{status}\n{self.machine.run('journalctl', '--no-pager', '--lines=40')}"

    # --- what is around it ------------------------------------------------------------------------

    def start_interviewer(self, *options: str) -> None:
        """Start the stand-in with these options, as a service of the same machine."""
        said = ("journalctl", "--unit=standin", "--output=cat", "--no-pager")
        before = self.machine.run(*said).count(STANDIN_READY)
        self.machine.run(
            *("systemd-run", "--quiet", "--unit=standin", "--property=DynamicUser=yes"),
            *(COMMAND, "standin", "--script", SCRIPT, *options),
        )
        until(lambda: self.machine.run(*said).count(STANDIN_READY) > before, self.situation)

    def press(self) -> None:
        """Press and let go."""
        for edge in ("down", "up"):
            self.machine.path(BUTTON).write_text(f"{edge}\n")
            time.sleep(PRESS_S)

    @contextmanager
    def talker(self, pcm: Pcm, pause_s: float) -> Iterator[Callable[[], bool]]:
        """Have a candidate listen, say this, listen, say it again, while the microphone is open.

        Yields what tells whether they are speaking.
        """
        mouth = SpeakingPipe(self.machine.path(MICROPHONE))
        listens = round(pause_s * 100)
        frames = [silence(_SAMPLES)] * listens
        frames += [pcm[at : at + _SAMPLES] for at in range(0, len(pcm), _SAMPLES)]
        said = 0

        def step(_: float) -> None:
            nonlocal said
            if mouth.open:
                mouth.write(frames[said % len(frames)])
                said += 1

        pacer = Pacer(step, "candidate")
        try:
            yield lambda: said % len(frames) > listens
        finally:
            pacer.stop()
            mouth.close()

    def listens(self) -> bool:
        """Tell whether somebody has the microphone open."""
        try:
            os.close(os.open(self.machine.path(MICROPHONE), os.O_WRONLY | os.O_NONBLOCK))
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            return False
        return True

    def processes(self) -> set[str]:
        """Return the processes of the booth's user."""
        found = self.machine.run("find", "/proc", "-maxdepth", "1", "-user", "kiosk")
        return set(found.split())

    def calls(self) -> int:
        """Return how many ends of calls are open: each has a UDP socket, else only avahi has."""
        sockets = self.machine.run("cat", "/proc/net/udp").splitlines()[1:]
        avahi = self.machine.run("id", "--user", "avahi").strip()
        return sum(each.split()[7] != avahi for each in sockets)
