"""Sound from and to files and pipes, paced in real time; needs no sound card or sound server."""

import os
import stat
import threading
import time
from collections.abc import Callable, Generator
from io import FileIO
from pathlib import Path

import numpy as np

from kiosk.audio.backends.base import DeviceError, Hear, Pull, Wanted
from kiosk.audio.candidates import FILE_PREFIX
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import FRAME_BYTES, FRAME_MS
from kiosk.audio.wav import WavWriter, read_blocks
from kiosk.core.faults import Fault

PIPE_PREFETCH_BYTES = 4 * FRAME_BYTES
"""A writer that is paced like us, but not in step with us, never runs short with this."""
LATE_S = 0.5
"""After a longer standstill the pace begins anew, instead of being caught up with."""


class Pacer:
    """Calls a step every 10 ms of the monotonic clock, in its own thread, without drift."""

    def __init__(self, step: Callable[[float], None], name: str) -> None:
        self._step = step
        self._stopping = False
        self.xruns = 0
        """Times the pace began anew."""
        self.lost = ""
        """Why the step failed; the pacer ends with it."""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        tick_s = FRAME_MS / 1000
        began_s, ticks = time.monotonic(), 0
        while not self._stopping:
            due_s = began_s + ticks * tick_s
            late_s = time.monotonic() - due_s
            if late_s > LATE_S:
                self.xruns += 1
                began_s, ticks = time.monotonic(), 0
                continue
            if late_s < 0:
                time.sleep(-late_s)
            try:
                self._step(due_s)
            except OSError as error:
                self.lost = f"The file of a sound device fails: {error}."
                break
            ticks += 1

    def stop(self) -> None:
        """End; returns once no step is under way."""
        self._stopping = True
        self._thread.join()


class FileStream:
    """A file that is being played or recorded."""

    def __init__(self, pacer: Pacer, release: Callable[[], None]) -> None:
        self._pacer = pacer
        self._release = release

    @property
    def xruns(self) -> int:
        """Times the pace was lost."""
        return self._pacer.xruns

    @property
    def lost(self) -> str:
        """Why it stopped by itself."""
        return self._pacer.lost

    suspect = False

    def close(self) -> None:
        """Stop the pace, then close the file."""
        self._pacer.stop()
        self._release()


class FileBackend:
    """Inputs are WAV files or pipes of 48 kHz mono s16, outputs WAV files; no name is silence.

    A file has no second choice: only the first candidate is looked at.
    """

    real = False
    changes = 0

    def __init__(self) -> None:
        self._written: set[Path] = set()

    def check_input(self, wanted: Wanted) -> None:
        """Look whether the file is there and can be read."""
        path = _path(wanted)
        if path is not None and not path.exists():
            raise DeviceError(Fault.MIC_MISSING, f"There is no input file {path}.")
        if path is not None and not os.access(path, os.R_OK):
            raise DeviceError(Fault.MIC_MISSING, f"The input file {path} may not be read.")

    def check_output(self, wanted: Wanted) -> None:
        """Look whether the file could be written."""
        path = _path(wanted)
        if path is not None and not os.access(path if path.exists() else path.parent, os.W_OK):
            raise DeviceError(Fault.SPEAKER_MISSING, f"The output file {path} cannot be written.")

    def open_input(self, wanted: Wanted, hear: Hear) -> FileStream:
        """Begin to read: a WAV from its start, then silence; a pipe from now on."""
        self.check_input(wanted)
        path = _path(wanted)
        source = _source(path)
        pacer = Pacer(lambda now_s: hear(next(source), now_s - FRAME_MS / 1000), "microphone")
        return FileStream(pacer, source.close)

    def open_output(self, wanted: Wanted, pull: Pull) -> FileStream:
        """Begin to write; opened again, the same file goes on."""
        self.check_output(wanted)
        path = _path(wanted)
        if path is None:
            return FileStream(Pacer(lambda at_s: _discard(pull(at_s)), "loudspeaker"), lambda: None)
        try:
            writer = WavWriter(path, resume=path in self._written)
        except OSError as error:
            why = f"The output file {path} cannot be written: {error.strerror}."
            raise DeviceError(Fault.SPEAKER_MISSING, why) from error
        self._written.add(path)
        pacer = Pacer(lambda at_s: writer.write(writer.samples, pull(at_s)), "loudspeaker")
        return FileStream(pacer, writer.close)

    def refresh(self) -> None:
        """Do nothing: files are looked at whenever they are opened."""


def _path(wanted: Wanted) -> Path | None:
    bare = wanted[0].removeprefix(FILE_PREFIX)
    return Path(bare) if bare else None


def _discard(_: Pcm) -> None:
    return


def _source(path: Path | None) -> Generator[Pcm, None, None]:
    """Return endless blocks; closing the generator closes the file."""
    if path is None:
        return _endless(None)
    try:
        if stat.S_ISFIFO(path.stat().st_mode):
            return _from_pipe(FileIO(os.open(path, os.O_RDONLY | os.O_NONBLOCK)))
        return _endless(read_blocks(path))
    except OSError as error:
        why = f"The input file {path} cannot be read: {error.strerror}."
        raise DeviceError(Fault.MIC_MISSING, why) from error
    except ValueError as error:
        raise DeviceError(Fault.MIC_MISSING, str(error)) from error


def _endless(blocks: Generator[Pcm, None, None] | None) -> Generator[Pcm, None, None]:
    if blocks is not None:
        yield from blocks
    while True:
        yield silence()


def _from_pipe(pipe: FileIO) -> Generator[Pcm, None, None]:
    """Yield what a pipe's writers say, silence while they say nothing; holds 40 ms back."""
    held = bytearray()
    patience = PIPE_PREFETCH_BYTES // FRAME_BYTES
    flowing, waited = False, 0
    with pipe:
        while True:
            if len(held) < 2 * PIPE_PREFETCH_BYTES:
                held += pipe.read(2 * PIPE_PREFETCH_BYTES) or b""
            waited = waited + 1 if held and not flowing else 0
            flowing = flowing or len(held) >= PIPE_PREFETCH_BYTES or waited > patience
            whole = min(len(held) // 2 * 2, FRAME_BYTES) if flowing else 0
            flowing = flowing and whole == FRAME_BYTES
            block = np.frombuffer(bytes(held[:whole]), "<i2")
            del held[:whole]
            yield np.concatenate([block, silence(FRAME_BYTES // 2 - len(block))])
