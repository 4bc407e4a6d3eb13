"""WAV files that are written as the sound happens and stay readable if the writer dies."""

import os
import struct
import wave
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

from kiosk.audio.pcm import Cutter, Pcm, mono
from kiosk.audio.port import RATE_HZ

_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_RATES_HZ = range(8_000, 192_001)
READABLE = "16 bit at 8 to 192 kHz"
"""What `read_blocks` takes."""


class WavWriter:
    """Writes 48 kHz mono at any sample position; what is never written is silence."""

    def __init__(self, path: Path, *, resume: bool = False) -> None:
        going_on = resume and path.exists()
        self._file: BinaryIO = path.open("r+b" if going_on else "w+b")
        size = self._file.seek(0, os.SEEK_END)
        self.samples = max(0, size - _HEADER.size) // 2
        """Length so far."""
        self._write_header()

    def write(self, position: int, pcm: Pcm) -> None:
        """Put samples at a position; the header follows once a second."""
        self._file.seek(_HEADER.size + 2 * position)
        self._file.write(pcm.tobytes())
        before, self.samples = self.samples, max(self.samples, position + len(pcm))
        if before // RATE_HZ != self.samples // RATE_HZ:
            self._write_header()

    def close(self, samples: int = 0) -> None:
        """End the file, with silence up to a length that it does not have yet."""
        self.samples = max(self.samples, samples)
        self._file.truncate(_HEADER.size + 2 * self.samples)
        self._write_header()
        self._file.close()

    def _write_header(self) -> None:
        size = 2 * self.samples
        header = _HEADER.pack(
            b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16,
            b"data", size,
        )  # fmt: skip
        self._file.seek(0)
        self._file.write(header)
        self._file.flush()


def read_blocks(path: Path) -> Generator[Pcm, None, None]:
    """Yield a 16-bit WAV of any usual rate and channel count as 10 ms blocks at 48 kHz.

    Raises `ValueError` with one sentence for anything else, before the first block.
    """
    file = path.open("rb")
    try:
        return _blocks(file, _understood(path, file))
    except ValueError:
        file.close()
        raise


def _understood(path: Path, file: BinaryIO) -> wave.Wave_read:
    try:
        source = wave.Wave_read(file)
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{path} is not a WAV file that can be read: {error}.") from error
    width, rate_hz = 8 * source.getsampwidth(), source.getframerate()
    if width != 16 or rate_hz not in _RATES_HZ:
        raise ValueError(f"{path} has {width} bit at {rate_hz} Hz; {READABLE} can be read.")
    return source


def _blocks(file: BinaryIO, source: wave.Wave_read) -> Generator[Pcm, None, None]:
    with file:
        rate_hz, channels = source.getframerate(), source.getnchannels()
        cutter = Cutter(rate_hz)
        while data := source.readframes(rate_hz // 100):
            yield from cutter.feed(mono(data, channels))
        yield cutter.finish()
