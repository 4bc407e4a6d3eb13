"""A Lottie file: what is in it, and its layers drawn by ThorVG."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thorvg_python.animation.lottie import LottieAnimation
from thorvg_python.base import Colorspace, Result
from thorvg_python.canvas.sw import SwCanvas
from thorvg_python.engine import Engine

from kiosk.screen.errors import ScreenError

MOST_FRAMES = 600
"""Of one clip."""
MOST_FRAME = 1e6


@dataclass(frozen=True, slots=True)
class Lottie:
    """One animation, with its clips named by markers."""

    name: str
    """Its file's name."""
    animation: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Lottie":
        """Read a file; raises `ScreenError` when that is no Lottie animation."""
        try:
            animation = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise ScreenError(f"{path.name} cannot be read: {_first_line(error)}.") from error
        if not isinstance(animation, dict) or not isinstance(animation.get("layers"), list):
            raise ScreenError(f"{path.name} is no Lottie animation: it has no layers.")
        width, height = animation.get("w"), animation.get("h")
        if not isinstance(width, int | float) or width != height or not width > 0:
            raise ScreenError(f"{path.name} must be as wide as it is high.")
        if not _first(animation) < _end(animation):
            raise ScreenError(
                f"{path.name} does not say from which frame (ip) to which (op) it is."
            )
        return cls(path.name, animation)

    def count(self, layer: str, clip: str) -> int:
        """Frames of a clip; raises `ScreenError` when layer or clip are missing."""
        return len(self._frames(layer, clip))

    def pictures(
        self, layer: str, clip: str, every: int, side_px: int
    ) -> Iterator[NDArray[np.uint8]]:
        """Every so many frames of a layer's clip, each valid until the next.

        They are premultiplied BGRA (side, side, 4).  Raises `ScreenError` when ThorVG takes the
        file for no animation.
        """
        frames = self._frames(layer, clip)[::every]
        engine = Engine()
        canvas = SwCanvas(engine)
        canvas.set_target(side_px, side_px, cs=Colorspace.ARGB8888)
        animation = LottieAnimation(engine)
        picture = animation.get_picture()
        data = json.dumps({**self.animation, "layers": self._alone(layer)}).encode()
        if picture.load_data(data, "lottie", None, True) != Result.SUCCESS:
            raise ScreenError(f"{self.name} cannot be drawn: ThorVG takes it for no Lottie file.")
        picture.set_size(side_px, side_px)
        canvas.add(picture)
        for frame in frames:
            animation.set_frame(float(frame))
            canvas.update()
            canvas.draw(True)
            canvas.sync()
            buffer = canvas.buffer_arr
            assert buffer is not None, "the canvas has a target"
            yield np.frombuffer(memoryview(buffer), np.uint8).reshape(side_px, side_px, 4)
        canvas.destroy()

    def _alone(self, layer: str) -> list[object]:
        """All layers, of which only one is seen: it may hang on others, and be cut out by them."""
        items = [item for item in self.animation["layers"] if isinstance(item, dict)]
        mattes = [item["tp"] for item in items if item.get("nm") == layer and "tp" in item]
        return [
            item
            if item.get("nm") == layer or item.get("td") or item.get("ind") in mattes
            else {**item, "hd": True}
            for item in items
        ]

    def _frames(self, layer: str, clip: str) -> range:
        if not any(_entry(item, "nm") == layer for item in self.animation["layers"]):
            raise ScreenError(f"{self.name} has no layer named {layer}.")
        markers = self.animation.get("markers")
        for marker in markers if isinstance(markers, list) else ():
            if _entry(marker, "cm") == clip:
                return self._range(clip, _entry(marker, "tm"), _entry(marker, "dr"))
        raise ScreenError(f"{self.name} has no marker named {clip}.")

    def _range(self, clip: str, start: object, length: object) -> range:
        first, last = _first(self.animation), _end(self.animation)
        begin, frames = _number(start, math.inf) - first, round(_number(length, 0))
        if not 1 <= frames <= MOST_FRAMES or math.isinf(begin):
            raise ScreenError(f"{self.name} has a marker {clip} that lasts no frame, or too many.")
        if round(begin) < 0 or round(begin) + frames > round(last - first):
            raise ScreenError(
                f"{self.name} has a marker {clip} that is not within its frames, "
                f"{first:g} to {last:g}."
            )
        return range(round(begin), round(begin) + frames)


def _first(animation: Mapping[str, Any]) -> float:
    """The frame that is shown first; infinity where the file does not say."""
    return _number(animation.get("ip"), math.inf)


def _end(animation: Mapping[str, Any]) -> float:
    """The frame before which it ends."""
    return _number(animation.get("op"), -math.inf)


def _number(value: object, default: float) -> float:
    known = isinstance(value, int | float) and abs(value) < MOST_FRAME
    return float(value) if known and isinstance(value, int | float) else default


def _entry(item: object, key: str) -> object:
    return item.get(key) if isinstance(item, dict) else None


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
