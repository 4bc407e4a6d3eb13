"""Lines that were spoken ahead: a folder of Ogg/Opus files with a `manifest.json`."""

import json
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import RATE_HZ

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Recording:
    """One spoken line."""

    id: str
    """A question's id for a candidate's answer; else made from the first words."""
    text: str
    """Exactly what is said."""
    path: Path
    seconds: float

    def pcm(self) -> Pcm:
        """Decode it.  Raises `OSError` or `av.FFmpegError` for a missing or damaged file."""
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
        with av.open(str(self.path)) as container:
            frames = [
                part for frame in container.decode(audio=0) for part in resampler.resample(frame)
            ]
        frames += resampler.resample(None)
        return np.concatenate([silence(0), *(frame.to_ndarray()[0] for frame in frames)])


def load_recordings(directory: Path) -> tuple[Recording, ...]:
    """Return what the manifest of `directory` lists.

    Raises `OSError` when there is none and `ValueError` when it is not a manifest.
    """
    try:
        entries = json.loads((directory / MANIFEST).read_text("utf-8"))["lines"]
        return tuple(
            Recording(
                id=str(entry["id"]),
                text=str(entry["text"]),
                path=directory / str(entry["file"]),
                seconds=float(entry["seconds"]),
            )
            for entry in entries
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{directory / MANIFEST} is not a list of recordings") from error
