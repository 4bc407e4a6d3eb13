"""The face: sprites of every look, and which of them show at a moment."""

import json
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from kiosk.screen.assets import AVATAR
from kiosk.screen.draws import Look
from kiosk.screen.errors import ScreenError
from kiosk.screen.lottie import Renderer
from kiosk.screen.meters import REST, Mouth
from kiosk.screen.motion import Blend
from kiosk.screen.sprites import Part, Sprite

BREATH_S = 4.6
"""One breath in and out."""
BREATH_SHARE = 0.011
"""How far the face rises with a breath, of the drawing's side."""
LAG_S = 0.22
"""Eyes and mouth follow the stone this much later: it looks soft."""
BLINK_S = (2.2, 6.2)
"""Shortest and longest time between two blinks."""

Plays = Literal["still", "blink", "level", "loop"]


@dataclass(frozen=True, slots=True)
class Layer:
    """One part of a look."""

    name: str
    plays: Plays
    """Never moves · at every blink · with the mouth's opening · round and round."""
    sprites: tuple[Sprite, ...]


class Avatar:
    """All looks at one size, rendered when it is made."""

    def __init__(
        self,
        side_px: int,
        folder: Path = AVATAR,
        *,
        still: bool = False,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Render every look of the manifest in `folder`; `still` is for reduced motion.

        `progress` is told shares from 0 to 1 while pictures are rendered.

        Raises `ScreenError` in one sentence about what is wrong with the files.
        """
        manifest = read_manifest(folder)
        self._frame_s = 1 / float(manifest["frames_per_s"])
        self._side_px = side_px
        self._still = still
        tell = progress or unheard
        renderer = Renderer(side_px)
        looks: dict[Look, tuple[Layer, ...]] = {}
        for number, look in enumerate(get_args(Look)):
            tell(number / len(get_args(Look)))
            looks[look] = tuple(
                Layer(
                    part["name"],
                    part["plays"],
                    renderer.render(
                        folder / manifest["looks"][look]["file"],
                        part["name"],
                        range(0, part["frames"], part.get("every", 1)),
                    ),
                )
                for part in manifest["looks"][look]["layers"]
            )
        tell(1.0)
        self._looks: Mapping[Look, tuple[Layer, ...]] = looks
        self._every = {
            (look, part["name"]): part.get("every", 1)
            for look in self._looks
            for part in manifest["looks"][look]["layers"]
        }

    @property
    def memory_bytes(self) -> int:
        """Of all pictures together."""
        layers = [layer for layers in self._looks.values() for layer in layers]
        surfaces = {id(s.surface): s.surface for layer in layers for s in layer.sprites}
        return sum(4 * s.get_width() * s.get_height() for s in surfaces.values())

    def pose(self, blend: Blend, now_s: float, mouth: Mouth = REST) -> tuple[Part, ...]:
        """What the face looks like at a monotonic second: parts from back to front.

        Their places count from the drawing's top left.
        """
        look = blend.new if blend.share >= 0.5 else blend.old
        parts = []
        for layer in self._looks[look]:
            sprite = layer.sprites[self._frame(look, layer, now_s, mouth.opening)]
            lift = 0 if layer.plays == "loop" else self._lift(layer, now_s)
            parts.append(Part(sprite.surface, sprite.x, sprite.y - lift))
        return tuple(parts)

    def _frame(self, look: Look, layer: Layer, now_s: float, mouth: float) -> int:
        count = len(layer.sprites)
        if layer.plays == "level":
            return min(count - 1, max(0, round(mouth * (count - 1))))
        if self._still or layer.plays == "still":
            return 0
        if layer.plays == "loop":
            return int(now_s / self._frame_s / self._every[look, layer.name]) % count
        return min(int(since_blink_s(now_s) / self._frame_s) + 1, count) % count

    def _lift(self, layer: Layer, now_s: float) -> int:
        if self._still:
            return 0
        late_s = 0.0 if layer.name == "face" else LAG_S
        breath = math.sin((now_s - late_s) / BREATH_S * math.tau)
        return round(breath * BREATH_SHARE * self._side_px)


def unheard(share: float) -> None:
    """Nobody waits for a share."""


def since_blink_s(now_s: float) -> float:
    """Seconds since the last blink began: irregular, and the same for the same second.

    One blink falls somewhere into every stretch of `sum(BLINK_S) / 2` seconds.
    """
    stretch_s = sum(BLINK_S) / 2

    def blink_s(number: int) -> float:
        return (number + 0.5 + random.Random(number).uniform(-0.24, 0.24)) * stretch_s

    number = math.floor(now_s / stretch_s)
    began_s = blink_s(number)
    return now_s - (began_s if began_s <= now_s else blink_s(number - 1))


def read_manifest(folder: Path) -> dict[str, Any]:
    """The avatar's manifest; raises `ScreenError` when a look or a field is missing."""
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        looks = manifest["looks"]
        missing = [look for look in get_args(Look) if look not in looks]
        kinds = {part["plays"] for look in looks.values() for part in look["layers"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ScreenError(f"{path} cannot be read: {error}.") from error
    if missing:
        raise ScreenError(f"{path} has no look named {missing[0]}.")
    if unknown := kinds - set(get_args(Plays)):
        raise ScreenError(f"{path} plays a layer in an unknown way: {min(unknown)}.")
    return manifest  # type: ignore[no-any-return]
