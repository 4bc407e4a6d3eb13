"""The devices the engine can use, and the one place that chooses between them."""

from kiosk.audio.backends.base import Backend, DeviceError, Hear, Pull, Stream
from kiosk.audio.backends.file import FileBackend
from kiosk.audio.backends.portaudio import PortAudioBackend
from kiosk.settings import AudioSettings

FILE_PREFIX = "file:"
"""A device whose name begins like this is a file whatever the backend."""

__all__ = ["Backend", "DeviceError", "Hear", "Pull", "Stream", "choose"]


def choose(settings: AudioSettings) -> tuple[Backend, Backend]:
    """Return the backends for input and output; one object serves both where they are alike."""
    files, cards = FileBackend(), PortAudioBackend()
    by_file = settings.backend == "file"

    def pick(name: str) -> Backend:
        return files if by_file or name.startswith(FILE_PREFIX) else cards

    return pick(settings.input), pick(settings.output)
