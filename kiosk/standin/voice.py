"""The stand-in's voice: recorded lines, and a speech synthesiser for everything else."""

import asyncio
import importlib.util
import io
import shutil
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import av
import av.error
import av.filter
import numpy as np
from numpy.typing import NDArray

from kiosk.interview.recordings import MANIFEST, Recording, load_recordings

RATE_HZ = 48_000
_SYNTHESIS_TIMEOUT_S = 30.0
_KEPT_LINES = 128
"""Synthesised lines that are kept, about 300 KB each."""

Pcm = NDArray[np.int16]
"""Mono samples at 48 kHz."""


class VoiceError(Exception):
    """Something cannot be said; says in one sentence what is missing."""


class Voice(Protocol):
    """Whatever says a line."""

    async def say(self, text: str, speed: float) -> Pcm:
        """Return `text` spoken at `speed` times the usual pace; raises VoiceError."""
        ...

    async def prepare(self, lines: Iterable[str]) -> None:
        """Get ready to say these lines without delay, as far as possible."""
        ...

    def mute_on(self, lines: Iterable[str]) -> tuple[str, ...]:
        """Return the lines of `lines` it will not be able to say."""
        ...


@dataclass(frozen=True, slots=True)
class Synthesiser:
    """A program that writes speech to a WAV file."""

    name: str
    command: tuple[str, ...]
    """With `{wav}` where the path of the file to write belongs; the text comes on its input."""

    async def say(self, text: str) -> Pcm:
        """Return `text` spoken; raises VoiceError."""
        with tempfile.TemporaryDirectory(prefix="kiosk-voice-") as directory:
            wav = Path(directory) / "line.wav"
            command = [part.replace("{wav}", str(wav)) for part in self.command]
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                )
            except OSError as error:
                raise VoiceError(f"The synthesiser '{self.name}' cannot be started.") from error
            try:
                async with asyncio.timeout(_SYNTHESIS_TIMEOUT_S):
                    await process.communicate(text.encode())
            except TimeoutError as error:
                raise VoiceError(f"The synthesiser '{self.name}' did not finish.") from error
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
            if process.returncode or not wav.is_file():
                raise VoiceError(f"The synthesiser '{self.name}' failed; check its voice.")
            return await asyncio.to_thread(_decode, wav.read_bytes())


class SpokenLines:
    """Recorded lines where there are any, else the synthesiser."""

    def __init__(
        self, recordings: Mapping[str, Recording], synthesiser: Synthesiser | None
    ) -> None:
        self._recordings = recordings
        self._synthesiser = synthesiser
        self._kept: OrderedDict[str, Pcm] = OrderedDict()

    async def say(self, text: str, speed: float) -> Pcm:
        """Return `text` spoken; raises VoiceError."""
        recording = self._recordings.get(_key(text))
        if recording is not None:
            pcm = await asyncio.to_thread(_read, recording)
        elif self._synthesiser is not None:
            pcm = await self._synthesised(_key(text), self._synthesiser)
        else:
            raise VoiceError(_MISSING)
        return pcm if speed == 1.0 else await asyncio.to_thread(_at_speed, pcm, speed)

    async def prepare(self, lines: Iterable[str]) -> None:
        """Synthesise what is not recorded; a synthesiser takes seconds to start."""
        if self._synthesiser is not None:
            for line in list(lines)[:_KEPT_LINES]:
                if _key(line) not in self._recordings:
                    await self._synthesised(_key(line), self._synthesiser)

    async def _synthesised(self, key: str, synthesiser: Synthesiser) -> Pcm:
        pcm = self._kept.get(key)
        if pcm is None:
            pcm = await synthesiser.say(key)
        self._kept[key] = pcm
        self._kept.move_to_end(key)
        if len(self._kept) > _KEPT_LINES:
            self._kept.popitem(last=False)
        return pcm

    def mute_on(self, lines: Iterable[str]) -> tuple[str, ...]:
        """Return the lines that are not recorded when there is no synthesiser either."""
        if self._synthesiser is not None:
            return ()
        return tuple(line for line in lines if _key(line) not in self._recordings)


_MISSING = (
    "There is no recording of this line and no synthesiser: install espeak-ng, or Piper with a "
    "voice and give the voice's path."
)


def open_voice(assets: Path, language: str, piper_voice: Path | None) -> SpokenLines:
    """Find recordings in `assets/voice/<language>` and a synthesiser on this machine.

    Raises VoiceError for a broken manifest or a Piper voice that cannot be used.
    """
    return SpokenLines(_recordings(assets, language), _synthesiser(language, piper_voice))


def _synthesiser(language: str, piper_voice: Path | None) -> Synthesiser | None:
    if piper_voice is not None:
        return Synthesiser("piper", (*_piper(), "-m", str(_voice(piper_voice)), "-f", "{wav}"))
    espeak = shutil.which("espeak-ng")
    if espeak is None:
        return None
    voice = "en-us" if language.split("-", maxsplit=1)[0] == "en" else language.lower()
    return Synthesiser("espeak-ng", (espeak, "-v", voice, "-s", "160", "--stdin", "-w", "{wav}"))


def _piper() -> Sequence[str]:
    if program := shutil.which("piper"):
        return [program]
    if importlib.util.find_spec("piper") is not None:
        return [sys.executable, "-m", "piper"]
    raise VoiceError("Piper is not installed, but a Piper voice is configured.")


def _voice(path: Path) -> Path:
    if not path.is_file():
        raise VoiceError(f"The Piper voice {path} is not there.")
    return path


def _recordings(assets: Path, language: str) -> Mapping[str, Recording]:
    for tag in (language, language.partition("-")[0]):
        directory = assets / "voice" / tag
        if (directory / MANIFEST).is_file():
            try:
                return {_key(line.text): line for line in load_recordings(directory)}
            except (OSError, ValueError) as error:
                raise VoiceError(f"The list of recordings in {directory} is broken.") from error
    return {}


def _key(text: str) -> str:
    return " ".join(text.split())


def _read(recording: Recording) -> Pcm:
    try:
        return recording.pcm()
    except (OSError, av.error.FFmpegError) as error:
        raise VoiceError(f"The recording {recording.path.name} cannot be read.") from error


def _decode(encoded: bytes) -> Pcm:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    pieces: list[Pcm] = []
    try:
        with av.open(io.BytesIO(encoded), "r") as container:
            for frame in [*container.decode(audio=0), None]:
                pieces += [part.to_ndarray()[0] for part in resampler.resample(frame)]
    except (av.error.FFmpegError, IndexError) as error:
        raise VoiceError("A recording or what the synthesiser wrote is not audio.") from error
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)


def _at_speed(pcm: Pcm, speed: float) -> Pcm:
    """Change the pace without the pitch; ffmpeg's atempo takes factors from 0.5 up."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(format="s16", sample_rate=RATE_HZ, layout="mono")
    slow = max(speed, 0.5)
    tempo = [graph.add("atempo", str(slow))]
    if slow != speed:
        tempo.append(graph.add("atempo", str(speed / slow)))
    sink = graph.add("abuffersink")
    graph.link_nodes(source, *tempo, sink).configure()
    frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = RATE_HZ
    frame.pts = 0
    source.push(frame)
    source.push(None)
    pieces: list[Pcm] = []
    while True:
        try:
            part = sink.pull()
        except (BlockingIOError, av.error.EOFError):
            break
        assert isinstance(part, av.AudioFrame)
        pieces.append(part.to_ndarray()[0])
    return np.concatenate(pieces) if pieces else pcm
