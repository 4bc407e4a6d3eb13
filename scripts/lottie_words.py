"""The few words of Lottie, an animation format in JSON, that `draw-avatar` needs.

Colours are `#RRGGBB`, points and sizes in the drawing's units, times in frames.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]
Point = tuple[float, float]


def colour(name: str) -> list[float]:
    """`#RRGGBB` as Lottie wants it."""
    return [*(int(name[i : i + 2], 16) / 255 for i in (1, 3, 5)), 1.0]


def still(value: object) -> Json:
    """A property that never changes."""
    return {"a": 0, "k": value}


def sampled(values: Sequence[Any]) -> Json:
    """A property by its value at every frame; straight lines between the frames that matter."""
    if all(value == values[0] for value in values):
        return still(values[0])
    last = len(values) - 1
    flat = {"i": {"x": [1.0], "y": [1.0]}, "o": {"x": [0.0], "y": [0.0]}}
    keys = [
        {"t": n, "s": value if isinstance(value, list) else [value], **flat}
        for n, value in enumerate(values)
        if n in (0, last) or value != values[n - 1] or value != values[n + 1]
    ]
    return {"a": 1, "k": keys}


def curve(points: Sequence[tuple[Point, Point, Point]], *, closed: bool) -> Json:
    """Vertices `(point, handle in, handle out)`, the handles relative to the point."""
    return {
        "v": [list(p) for p, _, _ in points],
        "i": [list(i) for _, i, _ in points],
        "o": [list(o) for _, _, o in points],
        "c": closed,
    }


def path(shape: Json) -> Json:
    """An outline: one `curve`, or a property of them."""
    return {"ty": "sh", "ks": shape if "k" in shape else still(shape)}


def fill(name: str, opacity: float = 100) -> Json:
    """A flat fill."""
    return {"ty": "fl", "c": still(colour(name)), "o": still(opacity), "r": 1}


def shade(stops: Sequence[tuple[float, str, float]], begin: Point, end: Point) -> Json:
    """A fill along a line, by stops of (where from 0 to 1, colour, opacity from 0 to 1)."""
    return _gradient(stops, begin, end, radial=False)


def glow(stops: Sequence[tuple[float, str, float]], middle: Point, radius: float) -> Json:
    """A fill from a point outwards, by stops as in `shade`."""
    return _gradient(stops, middle, (middle[0] + radius, middle[1]), radial=True)


def _gradient(
    stops: Sequence[tuple[float, str, float]], begin: Point, end: Point, *, radial: bool
) -> Json:
    colours = [x for at, name, _ in stops for x in (at, *colour(name)[:3])]
    opacities = [x for at, _, opacity in stops for x in (at, opacity)]
    return {
        "ty": "gf",
        "t": 2 if radial else 1,
        "o": still(100),
        "r": 1,
        "s": still(list(begin)),
        "e": still(list(end)),
        "h": still(0),
        "a": still(0),
        "g": {"p": len(stops), "k": still([*colours, *opacities])},
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


def ellipse(at: Point | Json, size: Point | Json) -> Json:
    """An ellipse by its middle and size, fixed or properties."""
    return {"ty": "el", "p": _property(at), "s": _property(size), "d": 1}


def capsule(at: Point, size: Json, radius: float) -> Json:
    """A rectangle with round ends; a player makes them smaller where they do not fit."""
    return {"ty": "rc", "p": still(list(at)), "s": size, "r": still(radius), "d": 1}


def _property(value: Point | Json) -> Json:
    return value if isinstance(value, dict) else still(list(value))


def group(
    *items: Json,
    at: Point | Json = (0, 0),
    turn: float | Json = 0,
    scale: Json | None = None,
    opacity: Json | None = None,
) -> Json:
    """Shapes moved together; `turn` in degrees, clockwise; the topmost shape comes first."""
    transform = {
        "ty": "tr",
        "p": _property(at),
        "a": still([0, 0]),
        "s": scale or still([100, 100]),
        "r": turn if isinstance(turn, dict) else still(turn),
        "o": opacity or still(100),
    }
    return {"ty": "gr", "it": [*items, transform]}


def layer(name: str, shapes: list[Json], *, at: Json, turn: Json, scale: Json, frames: int) -> Json:
    """One named layer whose middle is `at`, turned around it by degrees, clockwise."""
    return {
        "ty": 4,
        "nm": name,
        "ip": 0,
        "op": frames,
        "st": 0,
        "sr": 1,
        "bm": 0,
        "ks": {"p": at, "a": still([0, 0, 0]), "s": scale, "r": turn, "o": still(100)},
        "shapes": shapes,
    }


def animation(
    name: str,
    layers: list[Json],
    clips: Mapping[str, range],
    *,
    side: int,
    frames: int,
    fps: int,
) -> Json:
    """A whole square file; the topmost layer comes first, and each clip has a marker."""
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
        "markers": [{"cm": clip, "tm": f.start, "dr": len(f)} for clip, f in clips.items()],
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
