"""The devices the engine can use, and the one place that chooses between them."""

from kiosk.audio.backends.base import Backend, DeviceError, Hear, Pull, Stream, Wanted
from kiosk.audio.backends.file import FileBackend
from kiosk.audio.backends.finding import Finder
from kiosk.audio.backends.portaudio import PortAudioBackend
from kiosk.audio.candidates import FILE_PREFIX
from kiosk.settings import AudioSettings

__all__ = ["FILE_PREFIX", "Backend", "DeviceError", "Hear", "Pull", "Stream", "Wanted", "choose"]


def choose(settings: AudioSettings) -> tuple[Backend, Backend]:
    """Return the backends for input and output; one object serves both where they are alike."""
    files, cards = FileBackend(), PortAudioBackend(finder(settings))

    def pick(wanted: Wanted) -> Backend:
        return files if is_file(settings, wanted) else cards

    return pick(settings.input), pick(settings.output)


def finder(settings: AudioSettings) -> Finder:
    """Return what knows the sound cards that are meant."""
    microphones, loudspeakers = (
        () if is_file(settings, wanted) else wanted for wanted in (settings.input, settings.output)
    )
    return Finder(microphones, loudspeakers)


def is_file(settings: AudioSettings, wanted: Wanted) -> bool:
    """Tell whether a setting means a file, which stands alone."""
    return settings.backend == "file" or wanted[0].startswith(FILE_PREFIX)
