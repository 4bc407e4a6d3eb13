"""Plays a short, quiet noise and listens for it: whether both devices work, and the echo goes.

In a process of its own, as a driver may hang; of what the microphone gave only levels come out.
`python -m kiosk.audio.loop SETTINGS` is started by `listen` only.
"""

import dataclasses
import json
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import numpy as np

from kiosk.audio import wire
from kiosk.audio.backends import DeviceError, Stream, choose
from kiosk.audio.backends.portaudio import quiet_libraries
from kiosk.audio.clipping import is_clipped
from kiosk.audio.echo import OUT_OF_STEP, EchoCanceller
from kiosk.audio.outside import ask
from kiosk.audio.pcm import SILENT_DBFS, Pcm, dbfs, silence
from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES, RATE_HZ
from kiosk.audio.profiles import PROFILES, Profile
from kiosk.audio.selftest import TEST_S, EchoProbe
from kiosk.core.faults import Fault
from kiosk.settings import AudioSettings

LIMIT_S = 12.0
"""How long all of it may take, drivers included."""
STREAM_S = 5.0
"""How long the devices may take to give what is asked of them."""
QUIET_S = 0.5
"""So long the microphone is heard before the noise."""
NOISE_DBFS = -36.0
"""Far below any interviewer's voice, and enough: it is looked for over two seconds."""
CLIPPED = 3
"""So many blocks that are cut off are no chance."""

_QUIET_BLOCKS = round(QUIET_S * 1000 / FRAME_MS)
_BLOCKS = _QUIET_BLOCKS + round((TEST_S + 0.3) * 1000 / FRAME_MS)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a device cannot be used."""

    code: str
    why: str
    """One sentence."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of it; levels where the devices gave sound."""

    troubles: tuple[Trouble, ...] = ()
    real: bool = True
    """Sound crosses a room; false where a device is a file."""
    quiet_dbfs: float = SILENT_DBFS
    """At the microphone before the noise."""
    zeros: bool = False
    """The microphone gave nothing but zeros."""
    clipped: bool = False
    """The microphone was overdriven."""
    delay_ms: float | None = None
    """From loudspeaker to microphone, drivers included; None where the noise was not heard."""
    echo_dbfs: float = SILENT_DBFS
    """The noise at the microphone."""
    left_dbfs: float = SILENT_DBFS
    """What the canceller left of it."""
    verdict: str = ""
    """`CLEAN`, `LEAKS` or `UNCLEAR`, as the booth's own test; empty where nothing was compared."""
    failure: str = ""
    """Why no echo is taken out although the profile asks for it."""


def listen(settings: AudioSettings) -> Heard:
    """Do it from outside; `DevicesError` after `LIMIT_S`."""
    told = ask("kiosk.audio.loop", settings, LIMIT_S)
    troubles = tuple(Trouble(**each) for each in told.pop("troubles"))
    return Heard(troubles, **told)


def noise() -> list[Pcm]:
    """Return the blocks that are played: silence, then a noise that swells and fades."""
    count = (_BLOCKS - _QUIET_BLOCKS) * FRAME_SAMPLES
    white = np.fft.rfft(np.random.default_rng(1).standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    voices = (hertz > 150) & (hertz < 6000)
    sound = np.fft.irfft(np.where(voices, white / np.sqrt(np.maximum(hertz, 1)), 0), count)
    edge = np.minimum(1, np.arange(count) / (0.05 * RATE_HZ))
    sound *= edge * edge[::-1]
    level = 10 ** (NOISE_DBFS / 20) * 32768
    sound = np.asarray(sound * level / np.sqrt(np.mean(sound**2)), np.int16)
    return [silence()] * _QUIET_BLOCKS + np.split(sound, _BLOCKS - _QUIET_BLOCKS)


class Test:
    """Both callbacks of one run; what they exchanged is judged afterwards."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        """All was played, and heard."""
        self._blocks = noise()
        self._began = False
        self._at = 0
        self._played: deque[Pcm] = deque(maxlen=4 * OUT_OF_STEP)
        self.pairs: list[tuple[list[Pcm], Pcm]] = []
        """What was played since the block before, and what was captured."""

    def pull(self, _: float) -> Pcm:
        """Hand out the next block, once the microphone gives sound."""
        block = silence()
        if self._began and self._at < len(self._blocks):
            block = self._blocks[self._at]
            self._at += 1
        self._played.append(block)
        return block

    def hear(self, block: Pcm, _: float) -> None:
        """Take the next block."""
        self._began = True
        played = [self._played.popleft() for _ in range(len(self._played))]
        if not self.ended.is_set():
            self.pairs.append((played, block))
        if self._at == len(self._blocks):
            self.ended.set()


def judge(pairs: list[tuple[list[Pcm], Pcm]], profile: Profile) -> Heard:
    """Say what was heard, with the booth's own canceller and test; needs no device."""
    captured = [block for _, block in pairs]
    if not captured:
        why = "The microphone was opened, and gave nothing."
        return Heard((Trouble(Fault.MIC_SILENT.remedy.code, why),))
    if not any(block.any() for block in captured):
        return Heard(zeros=True)
    canceller, probe = EchoCanceller(profile), EchoProbe()
    waiting: deque[Pcm] = deque(maxlen=OUT_OF_STEP)
    for played, block in pairs:
        for one in played:
            canceller.play(one)
        waiting.extend(played)
        left = canceller.hear(block)
        probe.add(waiting.popleft() if waiting else silence(), block, left)
    found = probe.judge()
    heard = Heard(
        quiet_dbfs=dbfs(np.concatenate(captured[: _QUIET_BLOCKS // 2])),
        clipped=sum(map(is_clipped, captured)) >= CLIPPED,
        failure=canceller.failure,
    )
    if found is None:
        return heard
    return dataclasses.replace(
        heard,
        delay_ms=found.delay_ms,
        echo_dbfs=found.echo_dbfs,
        left_dbfs=found.left_dbfs,
        verdict=found.verdict.name,
    )


def try_out(settings: AudioSettings) -> Heard:
    """Open both devices in this process, play and listen; what fails is told, not raised."""
    source, sink = choose(settings)
    test = Test()
    troubles: list[Trouble] = []
    with ExitStack() as open_streams:
        begin: Callable[[], Stream]
        for begin in (
            partial(sink.open_output, settings.output, test.pull),
            partial(source.open_input, settings.input, test.hear),
        ):
            try:
                open_streams.callback(begin().close)
            except DeviceError as error:
                troubles.append(Trouble(error.fault.remedy.code, error.why))
        if not troubles:
            test.ended.wait(STREAM_S)
    real = source.real and sink.real
    if troubles:
        return Heard(tuple(troubles), real)
    return dataclasses.replace(judge(test.pairs, PROFILES[settings.profile]), real=real)


def _main() -> None:
    quiet_libraries()
    heard = try_out(wire.audio_settings(json.loads(sys.argv[1])))
    sys.stdout.write(json.dumps(dataclasses.asdict(heard)))


if __name__ == "__main__":
    _main()
