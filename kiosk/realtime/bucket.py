"""How often something may happen: some at once, then one in a while (pure; told the time)."""


class Bucket:
    """A token bucket: `size` at once, and one more every `every_s` seconds."""

    def __init__(self, size: int, every_s: float) -> None:
        """Begin full; `size` is at least 1."""
        self.size = size
        self.every_s = every_s
        self._left = float(size)
        self._at_s: float | None = None

    def take(self, now_s: float) -> float:
        """Take one and return 0.0; where none is left, return how many seconds until one is.

        `now_s` is monotonic; a clock that goes backwards stands still.
        """
        before_s = now_s if self._at_s is None else self._at_s
        self._at_s = max(now_s, before_s)
        self._left = min(self._left + (self._at_s - before_s) / self.every_s, float(self.size))
        if self._left >= 1.0:
            self._left -= 1.0
            return 0.0
        return (1.0 - self._left) * self.every_s
