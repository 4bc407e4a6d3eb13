"""What the machine of a demo has: a screen, a microphone, a loudspeaker."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiosk.audio.backends import FILE_PREFIX
from kiosk.audio.devices import find
from kiosk.audio.outside import DevicesError
from kiosk.demo.options import DemoOptions
from kiosk.settings import AudioSettings


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a demo can use."""

    headless: bool
    """No window: the screen is drawn into memory."""
    microphone: bool
    speaker: bool

    @property
    def virtual_candidate(self) -> bool:
        """Nobody could be heard, so somebody must be played."""
        return not self.microphone

    @property
    def told(self) -> str:
        """One sentence on what is about to happen."""
        if self.headless:
            return "Playing one interview in real time ..."
        if self.virtual_candidate:
            return "There is no microphone: a virtual candidate answers.  Escape ends the demo."
        return "Press the space bar to begin.  Escape ends the demo."


def look_around(
    options: DemoOptions, environ: Mapping[str, str], audio: AudioSettings
) -> Surroundings:
    """Find out what this machine has; sound cards are asked in a process of their own."""
    if options.headless or not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return Surroundings(headless=True, microphone=False, speaker=False)
    return Surroundings(
        headless=False,
        microphone=_usable(replace(audio, output=(FILE_PREFIX,))),
        speaker=_usable(replace(audio, input=(FILE_PREFIX,))),
    )


def _usable(audio: AudioSettings) -> bool:
    try:
        return find(audio).usable
    except DevicesError:
        return False
