"""The face: sprites of every look, and which of them show at a moment."""

import json
import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import pygame

from kiosk.screen.assets import AVATAR
from kiosk.screen.draws import Box, Look
from kiosk.screen.errors import ScreenError
from kiosk.screen.lottie import Renderer, Sprite

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


@dataclass(frozen=True, slots=True)
class Pose:
    """What of a look is shown: poses compare, so that equal ones are drawn once."""

    look: Look
    frames: tuple[int, ...]
    """Per layer."""
    lifts_px: tuple[int, ...]
    """Per layer, how far it is raised by the breath."""


class Avatar:
    """All looks at one size, rendered when it is made."""

    def __init__(self, side_px: int, folder: Path = AVATAR, *, still: bool = False) -> None:
        """Render every look of the manifest in `folder`; `still` is for reduced motion.

        Raises `ScreenError` in one sentence about what is wrong with the files.
        """
        manifest = read_manifest(folder)
        self._frame_s = 1 / float(manifest["frames_per_s"])
        self._side_px = side_px
        self._still = still
        renderer = Renderer(side_px)
        self._looks: Mapping[Look, tuple[Layer, ...]] = {
            look: tuple(
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
            for look in get_args(Look)
        }
        self._every = {
            (look, part["name"]): part.get("every", 1)
            for look in self._looks
            for part in manifest["looks"][look]["layers"]
        }

    def pose(self, look: Look, now_s: float, mouth: float = 0.0) -> Pose:
        """The pose at a monotonic second, with the mouth open by 0 to 1."""
        frames, lifts = [], []
        for layer in self._looks[look]:
            frames.append(self._frame(look, layer, now_s, mouth))
            lifts.append(0 if layer.plays == "loop" else self._lift(layer, now_s))
        return Pose(look, tuple(frames), tuple(lifts))

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

    def bounds(self, pose: Pose, x: int, y: int) -> Box:
        """The pixels a pose touches with the drawing's top left at (x, y)."""
        boxes = [
            Box(x + s.x, y + s.y - lift, s.surface.get_width(), s.surface.get_height())
            for s, lift in self._parts(pose)
        ]
        left, top = min(b.x for b in boxes), min(b.y for b in boxes)
        return Box(
            left, top, max(b.right for b in boxes) - left, max(b.bottom for b in boxes) - top
        )

    def draw(self, surface: pygame.Surface, pose: Pose, x: int, y: int) -> None:
        """Draw a pose with the drawing's top left at (x, y)."""
        for s, lift in self._parts(pose):
            at = (x + s.x, y + s.y - lift)
            surface.blit(s.surface, at, special_flags=pygame.BLEND_PREMULTIPLIED)

    def _parts(self, pose: Pose) -> list[tuple[Sprite, int]]:
        layers = self._looks[pose.look]
        return [
            (layer.sprites[frame], lift)
            for layer, frame, lift in zip(layers, pose.frames, pose.lifts_px, strict=True)
        ]


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
