"""What an engine loads before it is needed, so that it can take over at once."""

import importlib
from contextlib import suppress

from kiosk.audio.backends import choose
from kiosk.audio.echo import EchoCanceller
from kiosk.audio.opus import Decoder
from kiosk.audio.profiles import PROFILES
from kiosk.settings import AudioSettings


def warm_up(settings: AudioSettings) -> None:
    """Import the libraries that these settings ask for, and touch no device.

    What is not installed is left to those who use it, who can say so in a sentence.
    """
    Decoder()
    source, sink = choose(settings)
    with suppress(ImportError):
        if source.real or sink.real:
            importlib.import_module("pyaudio")
        if source.real and sink.real:
            EchoCanceller(PROFILES[settings.profile])
