"""Lottie animations rendered by ThorVG into small premultiplied sprites."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from thorvg_python.animation.lottie import LottieAnimation
from thorvg_python.base import Colorspace, Result
from thorvg_python.canvas.sw import SwCanvas
from thorvg_python.engine import Engine

from kiosk.screen.errors import ScreenError
from kiosk.screen.sprites import Sprite, sprite


class Renderer:
    """One ThorVG engine; renders layers of a Lottie file at one size."""

    def __init__(self, side_px: int) -> None:
        self._side_px = side_px
        self._engine = Engine()

    def render(self, path: Path, layer: str, frames: Iterable[int]) -> tuple[Sprite, ...]:
        """Draw frames of the layer named `layer`; equal frames share one sprite.

        Raises `ScreenError` when the file is no Lottie animation or has no such layer.
        """
        canvas = SwCanvas(self._engine)
        canvas.set_target(self._side_px, self._side_px, cs=Colorspace.ARGB8888)
        animation = LottieAnimation(self._engine)
        picture = animation.get_picture()
        data = json.dumps(only(path, layer)).encode()
        if picture.load_data(data, "lottie", None, True) != Result.SUCCESS:
            raise ScreenError(f"{path} cannot be drawn: it is no Lottie animation.")
        picture.set_size(self._side_px, self._side_px)
        canvas.add(picture)
        known: dict[bytes, Sprite] = {}
        out = []
        for frame in frames:
            animation.set_frame(float(frame))
            canvas.update()
            canvas.draw(True)
            canvas.sync()
            raw = bytes(canvas.buffer_arr or b"")
            if raw not in known:
                pixels = np.frombuffer(raw, np.uint8).reshape(self._side_px, self._side_px, 4)
                known[raw] = sprite(pixels)
            out.append(known[raw])
        canvas.destroy()
        return tuple(out)


def only(path: Path, layer: str) -> dict[str, Any]:
    """The animation in `path` with nothing but the layer named `layer`."""
    try:
        animation = json.loads(path.read_text(encoding="utf-8"))
        layers = [item for item in animation["layers"] if item.get("nm") == layer]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ScreenError(f"{path} cannot be read as a Lottie animation: {error}.") from error
    if not layers:
        raise ScreenError(f"{path} has no layer named {layer}.")
    return {**animation, "layers": layers}
