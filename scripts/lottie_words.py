"""The few words of Lottie, an animation format in JSON, that `draw-avatar` needs.

Colours are `#RRGGBB`, points and sizes in the drawing's units, times in frames.
"""

import json
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]
Point = tuple[float, float]


def colour(name: str) -> list[float]:
    """`#RRGGBB` as Lottie wants it."""
    return [*(int(name[i : i + 2], 16) / 255 for i in (1, 3, 5)), 1.0]


def still(value: object) -> Json:
    """A property that never changes."""
    return {"a": 0, "k": value}


def steady(keys: Sequence[tuple[float, Any]]) -> Json:
    """A property that moves evenly between keys `(frame, value)`; numbers become lists."""
    flat = {"i": {"x": [1.0], "y": [1.0]}, "o": {"x": [0.0], "y": [0.0]}}
    return {
        "a": 1,
        "k": [{"t": t, "s": v if isinstance(v, list) else [v], **flat} for t, v in keys],
    }


def curve(points: Sequence[tuple[Point, Point, Point]], *, closed: bool) -> Json:
    """Vertices `(point, handle in, handle out)`, the handles relative to the point."""
    return {
        "v": [list(p) for p, _, _ in points],
        "i": [list(i) for _, i, _ in points],
        "o": [list(o) for _, _, o in points],
        "c": closed,
    }


def path(shape: Json) -> Json:
    """A fixed outline."""
    return {"ty": "sh", "ks": still(shape)}


def fill(name: str, opacity: float = 100) -> Json:
    """A flat fill."""
    return {"ty": "fl", "c": still(colour(name)), "o": still(opacity), "r": 1}


def shade(top: str, bottom: str, begin: Point, end: Point) -> Json:
    """A fill that runs from one colour to another."""
    stops = [0.0, *colour(top)[:3], 0.55, *colour(top)[:3], 1.0, *colour(bottom)[:3]]
    return {
        "ty": "gf",
        "t": 1,
        "o": still(100),
        "r": 1,
        "s": still(list(begin)),
        "e": still(list(end)),
        "g": {"p": 3, "k": still(stops)},
    }


def line(name: str, width: float, opacity: Json | None = None) -> Json:
    """A round-ended stroke."""
    return {
        "ty": "st",
        "c": still(colour(name)),
        "o": opacity or still(100),
        "w": still(width),
        "lc": 2,
        "lj": 2,
    }


def ellipse(at: Point, size: Point) -> Json:
    """An ellipse by its middle and size."""
    return {"ty": "el", "p": still(list(at)), "s": still(list(size)), "d": 1}


def capsule(at: Point, size: Point) -> Json:
    """A rectangle with round ends."""
    radius = min(size) / 2
    return {"ty": "rc", "p": still(list(at)), "s": still(list(size)), "r": still(radius), "d": 1}


def group(
    *items: Json,
    at: Point = (0, 0),
    turn: float = 0,
    scale: Json | None = None,
    opacity: Json | None = None,
) -> Json:
    """Shapes moved together; `turn` in degrees, clockwise."""
    transform = {
        "ty": "tr",
        "p": still(list(at)),
        "a": still([0, 0]),
        "s": scale or still([100, 100]),
        "r": still(turn),
        "o": opacity or still(100),
    }
    return {"ty": "gr", "it": [*items, transform]}


def layer(name: str, shapes: list[Json], *, at: Point, turn: float, frames: int) -> Json:
    """One named layer with its middle at `at`, turned around it by degrees, clockwise."""
    return {
        "ty": 4,
        "nm": name,
        "ip": 0,
        "op": frames,
        "st": 0,
        "sr": 1,
        "bm": 0,
        "ks": {
            "p": still([*at, 0]),
            "a": still([0, 0, 0]),
            "s": still([100, 100, 100]),
            "r": still(turn),
            "o": still(100),
        },
        "shapes": shapes,
    }


def animation(name: str, layers: list[Json], *, side: int, frames: int, fps: int) -> Json:
    """A whole square file; the topmost layer comes first."""
    return {
        "v": "5.9.0",
        "nm": name,
        "fr": fps,
        "ip": 0,
        "op": frames,
        "w": side,
        "h": side,
        "ddd": 0,
        "assets": [],
        "layers": layers,
    }


def text(animation: Json) -> str:
    """The file's text: one line, numbers with three decimals, so that it is small and compares."""
    return json.dumps(_rounded(animation), separators=(",", ":")) + "\n"


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return value
