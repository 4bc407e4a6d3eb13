"""How many frames a second are drawn, and when the next one is due."""

NORMAL_FPS, FAST_FPS = 30, 60
FAST_BELOW_MS, SLOW_ABOVE_MS = 1.5, 1.8
"""A frame that costs less is drawn twice as often; until it costs more than the other, which is so
much more that a little noise undoes nothing."""
JUDGED = 90
"""So many frames are judged together: three seconds."""
SPARE = 0.25
"""Of a frame's time: what leaves less of it was slow, or was held up by the screen itself."""


class Rate:
    """How many frames a second this machine draws; chosen by what they cost, where not told."""

    def __init__(self, fps: int) -> None:
        """`fps` 0 chooses."""
        self.fps = fps or NORMAL_FPS
        """Frames a second."""
        self._chooses = fps == 0
        self._spent_ms = 0.0
        self._judged = 0

    def spend(self, cost_ms: float) -> None:
        """A frame in which something moved took so much of the processor's time.

        One change up, one change down at most: a rate that was too high is not tried again.
        """
        if not self._chooses:
            return
        self._spent_ms += cost_ms
        self._judged += 1
        if self._judged < JUDGED:
            return
        mean_ms = self._spent_ms / self._judged
        self._spent_ms, self._judged = 0.0, 0
        if self.fps == NORMAL_FPS and mean_ms < FAST_BELOW_MS:
            self.fps = FAST_FPS
        elif self.fps == FAST_FPS and mean_ms > SLOW_ABOVE_MS:
            self.fps, self._chooses = NORMAL_FPS, False


class Beat:
    """When frames are due, in monotonic seconds."""

    def __init__(self, now_s: float) -> None:
        self._due_s = now_s
        self._owed_s = 0.0

    def rest(self, frame_s: float, now_s: float) -> tuple[float, int]:
        """After a frame: how long to sleep before the next, and how many were missed since.

        Frames that wait for the screen's own beat leave nothing to sleep for, and the next one
        follows at once: two clocks that nearly agree would else stumble over each other.
        """
        self._due_s += frame_s
        left_s = self._due_s - now_s
        if left_s >= SPARE * frame_s:
            self._owed_s = 0.0
            return left_s, 0
        self._due_s = now_s
        if left_s < -SPARE * frame_s:
            self._owed_s -= left_s
        missed = int(self._owed_s / frame_s)
        self._owed_s -= missed * frame_s
        return 0.0, missed
