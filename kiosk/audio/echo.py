"""Echo cancellation: the microphone without what the booth itself says.

libwebrtc's canceller (`suppressor.py`), told of what the playback callback hands out; before it,
where libspeexdsp is installed, a linear stage (`linear.py`).
"""

import contextlib
import threading
from collections import deque

import numpy as np

from kiosk.audio.gate import Settling
from kiosk.audio.linear import LinearStage
from kiosk.audio.pcm import Pcm, dbfs, silence
from kiosk.audio.profiles import Profile
from kiosk.audio.selftest import EchoProbe
from kiosk.audio.speex import SpeexError
from kiosk.audio.suppressor import DELAY_MS, Suppressor

WAITING_BLOCKS = 50
"""Played blocks that wait for a microphone that gives nothing: 0.5 s."""
OUT_OF_STEP = 4
"""Played blocks by which the two callbacks may be apart without loss: PulseAudio's bursts."""
TOLD = 0.4
"""Share of the played sound that AEC3 is told of (-8 dB) while the linear stage takes out most of
it: told of all, it takes more of a talker for echo.  From `scripts/bench sound echo`."""

_BROKEN = (AssertionError, ImportError, OSError, RuntimeError, ValueError)
"""What livekit raises when its library is missing, refuses a block or is gone."""


class EchoCanceller:
    """Takes the booth's own voice out of the microphone; one for each opening of the devices.

    The playback callback calls `play`, the capture callback `hear`.  Neither raises: without the
    library, or when it fails, the microphone passes as it is and `settled` stays false, so that it
    is held back while the voice is heard.
    """

    def __init__(self, profile: Profile, *, linear_first: bool = True) -> None:
        self.failure = ""
        """Why no echo is taken out although the profile asks for it: a sentence for staff."""
        self.probe = EchoProbe()
        """Collects for a self-test; a result is taken in any thread, at 5 ms of CPU."""
        self._wanted = profile.cancels_echo
        self._lock = threading.Lock()
        self._played: deque[Pcm] = deque(maxlen=WAITING_BLOCKS)
        self._compared: deque[Pcm] = deque(maxlen=OUT_OF_STEP)
        """Played blocks in step with the captured ones, for the self-test."""
        self._settling = Settling()
        self._disturbed = False
        self._suppressor: Suppressor | None = None
        self._linear: LinearStage | None = None
        if not (profile.cancels_echo or profile.suppresses_noise):
            return
        try:
            self._suppressor = Suppressor(profile)
        except _BROKEN as error:
            self._fail(error)
            return
        if profile.cancels_echo and linear_first:
            with contextlib.suppress(SpeexError):
                self._linear = LinearStage()

    @property
    def settled(self) -> bool:
        """What `hear` returns may be sent while the voice plays."""
        return not self._wanted or self._settling.settled

    @property
    def delay_s(self) -> float:
        """How late what `hear` returns is."""
        return DELAY_MS / 1000 if self._suppressor is not None else 0.0

    @property
    def linear(self) -> bool:
        """The linear stage is at work."""
        linear = self._linear
        return linear is not None and linear.active

    def start_over(self) -> None:
        """Learn anew, with AEC3 alone, which does better where the room rings for long."""
        self._linear = None
        self._disturbed = True

    def play(self, block: Pcm) -> None:
        """Take 10 ms that go to the loudspeaker, silence too."""
        with self._lock:
            self._played.append(block)

    def disturbed(self) -> None:
        """Take note that samples were lost or made up, on either side."""
        self._disturbed = True

    def hear(self, block: Pcm) -> Pcm:
        """Return 10 ms of the microphone without echo; 9 ms late where any is taken out."""
        with self._lock:
            played = list(self._played)
            self._played.clear()
        if self._disturbed or len(played) == WAITING_BLOCKS:
            self._disturbed = False
            self._compared.clear()
            self.probe.restart()
            self._settling.disturb()
            if (linear := self._linear) is not None:
                linear.restart()
        if self._suppressor is None:
            return block
        try:
            left = self._cancel(self._suppressor, played, block)
        except _BROKEN as error:
            self._suppressor = None
            self._fail(error)
            return block
        if self._wanted:
            self._compare(played, block, left)
        return left

    def _compare(self, played: list[Pcm], block: Pcm, left: Pcm) -> None:
        self._compared.extend(played)
        with_it = self._compared.popleft() if self._compared else silence()
        self.probe.add(with_it, block, left)
        if not self._settling.settled:
            self._settling.hear(dbfs(with_it), dbfs(block), dbfs(left))

    def _cancel(self, suppressor: Suppressor, played: list[Pcm], block: Pcm) -> Pcm:
        linear = self._linear
        if linear is None:
            for one in played:
                suppressor.play(one)
            return suppressor.hear(block)
        told = TOLD if linear.active else 1.0
        for one in played:
            linear.play(one)
            suppressor.play(np.asarray(one * told, np.int16))
        return suppressor.hear(linear.hear(block))

    def _fail(self, error: Exception) -> None:
        self._settling.disturb()
        self.failure = f"Echo cannot be taken out of the microphone: {error}"
