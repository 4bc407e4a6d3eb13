"""Records what the screen shows, and both voices, into one MP4: only in a demo."""

import queue
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pygame
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from kiosk.stepping_back import step_back

RATE_HZ = 48_000
CHUNK = 1024
"""Samples per AAC frame."""
NEAR, FAR = 0.88, 0.5
"""The interviewer sounds a little from the left, the candidate a little from the right."""
WAITING_FRAMES = 16
"""Frames that may wait for the encoder; one of 1280 by 720 takes 3.5 MiB."""
NICENESS = 3
"""The encoder gives way to sound and drawing."""

Voice = NDArray[np.float32]


class RecordingError(Exception):
    """There is no recording; the text is one sentence."""


class Recorder:
    """Takes frames as they are shown and encodes them in a thread of its own."""

    def __init__(self, path: Path, size: tuple[int, int], fps: int = 25) -> None:
        """Record to `path`, with even width and height; nothing is written before a frame comes."""
        self._path = path
        self._silent = path.with_name(path.stem + ".silent.mp4")
        self._size = (size[0] // 2 * 2, size[1] // 2 * 2)
        self._fps = fps
        self._began_s: float | None = None
        self._last = -1
        self._queue: queue.Queue[tuple[int, bytes, int] | None] = queue.Queue(WAITING_FRAMES)
        self._ended = False
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._encode, name="recorder", daemon=True)
        self.dropped = 0
        """Frames the encoder had no time for; the one before them was shown longer."""

    @property
    def began_s(self) -> float:
        """Monotonic second of the first frame; 0 before it."""
        return self._began_s or 0.0

    def add(self, surface: pygame.Surface, at_s: float) -> None:
        """Take the frame shown at a monotonic second; copies it and never waits."""
        if self._began_s is None:
            self._began_s = at_s
            self._thread.start()
        number = int((at_s - self._began_s) * self._fps + 1e-6)
        if number <= self._last:
            return
        if self._queue.full():
            self.dropped += 1
            return
        self._last = number
        self._queue.put_nowait((number, surface.get_buffer().raw, surface.get_pitch()))

    def finish(
        self, speaker_wav: Path | None, microphone_wav: Path | None, sound_began_s: float
    ) -> Path:
        """End the recording and add both voices, whose files began at a monotonic second.

        Returns the path.  Raises `RecordingError` when nothing was shown or encoding failed.
        """
        if self._began_s is None:
            raise RecordingError("Nothing was recorded: the screen showed no frame.")
        self._queue.put(None)
        self._thread.join()
        try:
            if self._failure is not None:
                raise RecordingError(f"The recording failed: {self._failure}.") from self._failure
            self._mux(voices(speaker_wav, microphone_wav, sound_began_s - self._began_s))
        finally:
            self._silent.unlink(missing_ok=True)
        return self._path

    def _encode(self) -> None:
        try:
            step_back(NICENESS)
            self._encode_frames()
        except (av.FFmpegError, OSError, ValueError) as error:
            self._failure = error
            for _ in self._items():
                self.dropped += 1

    def _items(self) -> Iterator[tuple[int, bytes, int]]:
        """What waits in the queue, until `finish`."""
        while not self._ended:
            item = self._queue.get()
            if item is None:
                self._ended = True
            else:
                yield item

    def _encode_frames(self) -> None:
        width, height = self._size
        with av.open(str(self._silent), "w") as container:
            stream = container.add_stream(
                "libx264", rate=self._fps, options={"preset": "ultrafast", "crf": "21"}
            )
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.codec_context.thread_count = 1
            stream.codec_context.time_base = Fraction(1, self._fps)
            shown: av.VideoFrame | None = None
            following = 0
            for number, pixels, pitch in self._items():
                while shown is not None and following < number:
                    shown.pts = following
                    container.mux(stream.encode(shown))
                    following += 1
                rows = np.frombuffer(pixels, np.uint8).reshape(-1, pitch)[:height, : 4 * width]
                picture = np.ascontiguousarray(rows).reshape(height, width, 4)
                shown = av.VideoFrame.from_ndarray(picture, format="bgra").reformat(
                    format="yuv420p"
                )
                shown.pts = following
                container.mux(stream.encode(shown))
                following = number + 1
            container.mux(stream.encode(None))

    def _mux(self, chunks: Iterator[Voice]) -> None:
        with (
            av.open(str(self._silent)) as source,
            av.open(str(self._path), "w", options={"movflags": "+faststart"}) as container,
        ):
            pictures = source.streams.video[0]
            stream = container.add_stream_from_template(pictures)
            sound = container.add_stream("aac", rate=RATE_HZ, layout="stereo")
            sound.bit_rate = 128_000
            length_s = float((pictures.duration or 0) * (pictures.time_base or 0))
            for packet in source.demux(pictures):
                if packet.dts is not None:
                    packet.stream = stream
                    container.mux(packet)
            for start in range(0, round(length_s * RATE_HZ), CHUNK):
                chunk = next(chunks)
                frame = av.AudioFrame.from_ndarray(chunk, format="fltp", layout="stereo")
                frame.sample_rate, frame.pts = RATE_HZ, start
                frame.time_base = Fraction(1, RATE_HZ)
                container.mux(sound.encode(frame))
            container.mux(sound.encode(None))


def voices(
    speaker_wav: Path | None, microphone_wav: Path | None, offset_s: float
) -> Iterator[Voice]:
    """Both voices mixed, in endless chunks (2, `CHUNK`), beginning `offset_s` after the picture."""
    speaker, microphone = mono(speaker_wav, offset_s), mono(microphone_wav, offset_s)
    while True:
        interviewer, candidate = next(speaker), next(microphone)
        yield np.clip(
            np.stack((NEAR * interviewer + FAR * candidate, FAR * interviewer + NEAR * candidate)),
            -1.0,
            1.0,
        ).astype(np.float32)


def mono(path: Path | None, offset_s: float) -> Iterator[Voice]:
    """A sound file in chunks of `CHUNK` samples at 48 kHz, then silence for ever.

    A negative offset leaves out its beginning, a positive one puts silence before it.
    """
    offset = round(offset_s * RATE_HZ)
    waiting: Voice = np.zeros(max(0, offset), np.float32)
    skip = max(0, -offset)
    for piece in decoded(path) if path is not None else ():
        left_out = min(skip, len(piece))
        skip -= left_out
        waiting = np.concatenate((waiting, piece[left_out:]))
        while len(waiting) >= CHUNK:
            yield waiting[:CHUNK]
            waiting = waiting[CHUNK:]
    while len(waiting):
        chunk = np.zeros(CHUNK, np.float32)
        count = min(CHUNK, len(waiting))
        chunk[:count] = waiting[:count]
        waiting = waiting[count:]
        yield chunk
    while True:
        yield np.zeros(CHUNK, np.float32)


def decoded(path: Path) -> Iterator[Voice]:
    """The samples of any sound file, mono, 48 kHz, -1 to 1."""
    with av.open(str(path)) as container:
        resampler = AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
        for frame in container.decode(audio=0):
            for out in resampler.resample(frame):
                yield out.to_ndarray().reshape(-1).astype(np.float32, copy=False)
        for out in resampler.resample(None):
            yield out.to_ndarray().reshape(-1).astype(np.float32, copy=False)
