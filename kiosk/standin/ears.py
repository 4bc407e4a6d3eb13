"""The stand-in's ears: speech recognition of a whole turn, beside the call and never in its way."""

import asyncio
import importlib
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kiosk.standin.vad import RATE_HZ
from kiosk.stepping_back import step_back

BESIDE_A_CALL = 5
"""Priority beside the voice of the same machine; a candidate waits, so not much lower."""
_SHORTEST = RATE_HZ // 10


class EarsError(Exception):
    """Speech cannot be recognised; says in one sentence why and what to do."""


class Hearing(Protocol):
    """Whatever recognises a turn."""

    async def recognise(self, samples: NDArray[np.int16]) -> str:
        """Return the words in mono s16 samples at 16 kHz, empty for none; raises EarsError."""
        ...


class _Transcriber(Protocol):
    def transcribe_without_streaming(
        self, audio_data: list[float], sample_rate: int
    ) -> "_Transcript": ...

    def close(self) -> None: ...


class _Line(Protocol):
    text: str


class _Transcript(Protocol):
    lines: list[_Line]


class Ears:
    """moonshine-voice with the English model of its wheel, in one thread of low priority."""

    def __init__(self, language: str = "en", nice: int = BESIDE_A_CALL) -> None:
        self._language = language
        self._transcriber: _Transcriber | None = None
        self._thread = ThreadPoolExecutor(
            1, thread_name_prefix="ears", initializer=step_back, initargs=(nice,)
        )

    async def warm_up(self) -> None:
        """Load the model, so that the first turn need not wait for it; raises EarsError."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._hear, _silence())

    async def recognise(self, samples: NDArray[np.int16]) -> str:
        """Return the words in `samples`; raises EarsError."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._hear, samples)

    def close(self) -> None:
        """Forget what waits, finish what is being recognised, free the model."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        if self._transcriber is not None:
            self._transcriber.close()
            self._transcriber = None

    def _hear(self, samples: NDArray[np.int16]) -> str:
        if self._transcriber is None:
            self._transcriber = _load(self._language)
        if len(samples) < _SHORTEST:
            return ""
        audio = (samples.astype(np.float32) / 32768.0).tolist()
        try:
            transcript = self._transcriber.transcribe_without_streaming(audio, RATE_HZ)
        except _moonshine().MoonshineError as error:
            raise EarsError("The speech recogniser failed on this turn.") from error
        return " ".join(line.text.strip() for line in transcript.lines if line.text.strip())


class DeafEars:
    """Ears of a drill: every transcription fails."""

    async def recognise(self, samples: NDArray[np.int16]) -> str:
        """Raise EarsError."""
        del samples
        raise EarsError("The transcription failed.")


def _silence() -> NDArray[np.int16]:
    return np.zeros(RATE_HZ, np.int16)


def _load(language: str) -> _Transcriber:
    if language.split("-", maxsplit=1)[0] != "en":
        raise EarsError(f"The stand-in recognises English only, not '{language[:20]}'.")
    moonshine = _moonshine()
    model = moonshine.get_model_path("tiny-en")
    if not (model / "encoder_model.ort").is_file():
        raise EarsError(
            "The installed 'moonshine-voice' has no English model inside; install version 0.1.0."
        )
    try:
        transcriber: _Transcriber = moonshine.Transcriber(model, moonshine.ModelArch.TINY)
    except (moonshine.MoonshineError, OSError) as error:
        raise EarsError("The speech recogniser's model cannot be loaded.") from error
    return transcriber


def _moonshine() -> ModuleType:
    try:
        return importlib.import_module("moonshine_voice")
    except ImportError as error:
        raise EarsError(
            "The package 'moonshine-voice' is missing; install this program with its "
            "'standin' extra to recognise speech."
        ) from error
