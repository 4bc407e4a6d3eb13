"""The face: which of its pictures show at a moment, and where."""

import math
from collections.abc import Callable
from pathlib import Path

from kiosk.screen import atlas_cache, gestures
from kiosk.screen.assets import AVATAR
from kiosk.screen.atlas import Atlas, Frame, render
from kiosk.screen.avatar_files import open_files
from kiosk.screen.avatar_manifest import Clip, LayerPlan
from kiosk.screen.draws import Look
from kiosk.screen.meters import REST, Mouth
from kiosk.screen.motion import BLEND_S, Blend
from kiosk.screen.part import Part
from kiosk.screen.theme import Theme

CALM_OPENINGS = 3
"""Mouth shapes with reduced motion: shut, half open, open.  They tell who speaks, so they stay."""


class Avatar:
    """All looks at one size, rendered when it is made, or taken from the cache."""

    def __init__(
        self,
        side_px: int,
        folder: Path = AVATAR,
        *,
        still: bool = False,
        theme: Theme | None = None,
        cache: Path | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Make every picture of the face in `folder` for a square of `side_px`.

        `still` is for reduced motion: looks change at once, and only the mouth moves, in few
        steps.  Layers that take a colour of the theme have that of `theme`.  Pictures are kept in
        the folder `cache`; where none are there yet, `progress` is told shares from 0 to 1 while
        they are rendered.

        Raises `ScreenError` with all that is wrong with the files.
        """
        files, theme = open_files(folder), theme or Theme()
        path = cache and atlas_cache.path_of(cache, files.digest_in(theme), side_px)
        atlas = atlas_cache.load(path) if path else None
        self.cached = atlas is not None
        """True when nothing had to be rendered."""
        if atlas is None:
            atlas = render(files, side_px, progress or _unheard, theme)
            if path:
                atlas_cache.store(path, atlas)
        self._atlas: Atlas = atlas
        self._manifest = files.manifest
        self._side_px = side_px
        self._still = still

    @property
    def memory_bytes(self) -> int:
        """Of all pictures together."""
        return self._atlas.memory_bytes

    def pose(self, blend: Blend, now_s: float, mouth: Mouth = REST) -> tuple[Part, ...]:
        """What the face looks like at a monotonic second: parts from back to front.

        Their places count from the drawing's top left.  A part that has not changed compares
        equal to the one before.
        """
        look = blend.new if blend.share >= 0.5 else blend.old
        parts: list[Part] = []
        for layer in self._manifest.looks[look].layers:
            dy = 0 if self._still else self._sway_px(blend, layer, now_s)
            parts += (
                part.moved(0, dy) if dy else part
                for part in self._frame(look, layer, blend, now_s, mouth)
            )
        return tuple(parts)

    def restless(self, look: Look, now_s: float) -> bool:
        """True while a gesture moves a face that is at rest otherwise: it wants every frame."""
        if self._still:
            return False
        plan = self._manifest.looks[look]
        nods = plan.nod and gestures.since_s(now_s, plan.every_s["nod"], "nod") < gestures.NOD_S
        there = Blend(look, look, 1.0)
        return bool(nods) or any(self._gesture(look, lay, there, now_s) for lay in plan.layers)

    def _frame(
        self, look: Look, layer: LayerPlan, blend: Blend, now_s: float, mouth: Mouth
    ) -> Frame:
        """A layer without the head's sway."""
        shape = self._shape(mouth) if "mouth" in layer.clips else 0
        coming = None if self._still else self._coming(look, layer, blend)
        if coming is not None and not shape:
            return coming
        if shape:
            frame = self._clip(look, layer, "mouth")[shape]
            return frame if coming is None else self._carried(frame, look, layer, coming)
        return self._at_rest(look, layer, blend, now_s)

    def _clip(self, look: Look, layer: LayerPlan, clip: Clip) -> tuple[Frame, ...]:
        return self._atlas.clips[look, layer.name, clip]

    def _coming(self, look: Look, layer: LayerPlan, blend: Blend) -> Frame | None:
        """The layer's picture on its way to a look or from it; None once it is there."""
        if blend.old == blend.new or "enter" not in layer.clips:
            return None
        share = 2 * blend.share - 1 if look == blend.new else 1 - 2 * blend.share
        frames = self._clip(look, layer, "enter")
        return None if share >= 1 else frames[math.ceil(max(0.0, share) * (len(frames) - 1))]

    def _carried(self, frame: Frame, look: Look, layer: LayerPlan, coming: Frame) -> Frame:
        """An open mouth moved to where the shut one is on its way."""
        x, y = _middle(coming)
        home_x, home_y = _middle(self._clip(look, layer, "rest")[0])
        return tuple(part.moved(x - home_x, y - home_y) for part in frame)

    def _shape(self, mouth: Mouth) -> int:
        """Number of a mouth shape; 0 is shut."""
        openings, widths = self._manifest.openings, self._manifest.widths
        opening, width = mouth.opening, mouth.width
        if self._still:
            # Rounded up: the mouth must not open later than one of many steps.
            opening, width = math.ceil(opening * (CALM_OPENINGS - 1)) / (CALM_OPENINGS - 1), 0.5
        step = round(min(1.0, max(0.0, opening)) * (openings - 1))
        return step and step + openings * round(min(1.0, max(0.0, width)) * (widths - 1))

    def _at_rest(self, look: Look, layer: LayerPlan, blend: Blend, now_s: float) -> Frame:
        rest = self._clip(look, layer, "rest")
        if self._still:
            return rest[0]
        gesture = self._gesture(look, layer, blend, now_s)
        if gesture is not None:
            return gesture
        step_s = layer.every / self._manifest.frames_per_s
        return rest[int(max(0.0, blend.age_s - BLEND_S) / step_s) % len(rest)]

    def _gesture(self, look: Look, layer: LayerPlan, blend: Blend, now_s: float) -> Frame | None:
        """The picture of a gesture under way; a glance waits while a blink would cut it short."""
        fps, every_s = self._manifest.frames_per_s, self._manifest.looks[look].every_s
        since = {"raise": blend.stress_s}
        if "blink" in layer.clips:
            since["blink"] = gestures.since_s(now_s, every_s["blink"], "blink")
        if "glance" in layer.clips:
            lasts_s = len(self._clip(look, layer, "glance")) / fps
            since_s = gestures.since_s(now_s, every_s["glance"], "glance")
            ends_s = now_s - since_s + lasts_s
            blinks = gestures.since_s(ends_s, every_s["blink"], "blink") < lasts_s + 0.5
            since["glance"] = math.inf if blinks else since_s
        for clip in ("raise", "blink", "glance"):
            if clip in layer.clips and since[clip] < math.inf:
                frames, step = self._clip(look, layer, clip), int(since[clip] * fps)
                if step < len(frames):
                    return frames[step]
        return None

    def _sway_px(self, blend: Blend, layer: LayerPlan, now_s: float) -> int:
        """How far down a layer has gone with the head: with breath, nod and stressed words."""
        old, new = (self._sway(look, layer, blend, now_s) for look in (blend.old, blend.new))
        return round((old + (new - old) * blend.share) * self._side_px)

    def _sway(self, look: Look, layer: LayerPlan, blend: Blend, now_s: float) -> float:
        plan = self._manifest.looks[look]
        down = 0.0
        if plan.breath:
            late_s = gestures.LAG_S if layer.depth > 1 else 0.0
            down -= plan.breath * min(1.0, layer.depth) * gestures.breath(now_s - late_s)
        if plan.nod:
            since_s = gestures.since_s(now_s, plan.every_s["nod"], "nod")
            down += plan.nod * layer.depth * gestures.nod(since_s)
        if plan.bounce:
            rise = gestures.bump(blend.stress_s, gestures.BOUNCE_S)
            down -= plan.bounce * max(0.0, layer.depth - 1) * rise
        return down


def _middle(frame: Frame) -> tuple[int, int]:
    """The middle of what is drawn; the drawing's corner when that is nothing."""
    if not frame:
        return 0, 0
    boxes = [part.box for part in frame]
    return (
        (min(b.x for b in boxes) + max(b.right for b in boxes)) // 2,
        (min(b.y for b in boxes) + max(b.bottom for b in boxes)) // 2,
    )


def _unheard(share: float) -> None:
    """Nobody waits."""
