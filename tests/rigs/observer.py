"""Somebody who watches a screen and listens to a loudspeaker, and knows nothing of the booth.

One ffmpeg grabs a part of an X server 60 times a second and records the monitor of a sink.  It
stamps both with the same clock of the wall: a picture when it is taken, and sound with what the
sound server says of the latency of its monitor.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from kiosk.audio.port import RATE_HZ

MISSING = [name for name in ("ffmpeg",) if not shutil.which(name)]
FPS = 60
_QUEUE = ("-thread_queue_size", "4096")
_FRAGMENT_BYTES = 960
"""Of the sound server: 10 ms."""
_STOP_LIMIT_S = 20

Frames = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Seen:
    """Pictures of the area and when they were taken."""

    at_s: npt.NDArray[np.float64]
    """Seconds of the wall."""
    frames: Frames
    """Grey, (number, height, width)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What left the loudspeaker."""

    at_s: npt.NDArray[np.float64]
    """Seconds of the wall, of the first sample of each packet."""
    first: npt.NDArray[np.int64]
    """Where each packet begins in `pcm`."""
    pcm: npt.NDArray[np.int16]

    def second(self, sample: int) -> float:
        """When a sample was heard."""
        packet = int(np.searchsorted(self.first, sample, side="right")) - 1
        return float(self.at_s[packet] + (sample - self.first[packet]) / RATE_HZ)


@contextmanager
def observe(
    out: Path, display: str, area: tuple[int, int, int, int], environment: Mapping[str, str]
) -> Iterator[None]:
    """Watch `area` (x, y, width, height) and the sink `spk` while the block runs."""
    x, y, width, height = area
    command = [
        *("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y"),
        *(*_QUEUE, "-f", "x11grab", "-framerate", str(FPS), "-draw_mouse", "0"),
        *("-video_size", f"{width}x{height}", "-i", f"{display}+{x},{y}"),
        *(*_QUEUE, "-f", "pulse", "-sample_rate", str(RATE_HZ), "-channels", "1"),
        *("-fragment_size", str(_FRAGMENT_BYTES), "-i", "spk.monitor"),
        *("-map", "0:v", "-map", "1:a", "-copyts", "-vsync", "passthrough"),
        *("-enc_time_base:v", "1:1000000"),
        *("-c:v", "rawvideo", "-pix_fmt", "gray", "-c:a", "pcm_s16le", "-f", "nut", str(out)),
    ]
    watching = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        yield
    finally:
        watching.send_signal(signal.SIGINT)
        watching.wait(_STOP_LIMIT_S)


def seen_and_heard(recording: Path) -> tuple[Seen, Heard]:
    """Read what was observed."""
    frames: list[Frames] = []
    frames_s: list[float] = []
    packets: list[npt.NDArray[np.int16]] = []
    packets_s: list[float] = []
    with av.open(str(recording)) as source:
        video = source.streams.video[0]
        shape = video.height, video.width
        for packet in source.demux():
            if packet.pts is None:
                continue
            at_s = float(packet.pts * packet.time_base)
            if packet.stream is video:
                frames.append(np.frombuffer(bytes(packet), np.uint8).reshape(shape))
                frames_s.append(at_s)
            else:
                packets.append(np.frombuffer(bytes(packet), "<i2"))
                packets_s.append(at_s)
    first = np.cumsum([0, *(len(packet) for packet in packets)])[:-1]
    return (
        Seen(np.array(frames_s), np.stack(frames)),
        Heard(np.array(packets_s), first, np.concatenate(packets)),
    )
