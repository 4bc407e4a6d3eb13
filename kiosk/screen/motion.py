"""How one look becomes the next: a short blend, and never a flicker."""

from dataclasses import dataclass

from kiosk.screen.draws import Look

BLEND_S = 0.16
"""How long a blend takes."""
REST_S = 0.3
"""A look stays at least this long, however often the mood changes."""
STEPS = 8
"""A blend's share moves in so many steps."""


@dataclass(frozen=True, slots=True)
class Blend:
    """From one look to another; `share` 1 means arrived."""

    old: Look
    new: Look
    share: float


class Motion:
    """Follows the wanted look; the only memory of the face."""

    def __init__(self) -> None:
        self._old: Look | None = None
        self._new: Look | None = None
        self._began_s = 0.0

    def follow(self, look: Look, now_s: float) -> Blend:
        """The blend to show at a monotonic second."""
        if self._new is None or self._old is None or now_s < self._began_s:
            self._old = self._new = look
            self._began_s = now_s - REST_S
        elif look != self._new and now_s - self._began_s >= REST_S:
            self._old, self._new, self._began_s = self._new, look, now_s
        share = min(1.0, max(0.0, (now_s - self._began_s) / BLEND_S))
        if share >= 1.0:
            self._old = self._new
        return Blend(self._old, self._new, round(share * STEPS) / STEPS)

    def restless(self, now_s: float) -> bool:
        """True while a blend is under way."""
        return self._old != self._new and now_s - self._began_s <= BLEND_S
