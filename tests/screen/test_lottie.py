"""A layer is drawn alone, and yet as a designer sees it among the others."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.screen.errors import ScreenError
from kiosk.screen.lottie import Lottie

SIDE_PX = 100
FRAMES = 20


def still(value: object) -> dict[str, object]:
    return {"a": 0, "k": value}


def layer(name: str, side: float, *, x: float = 50, number: int = 1, **more: object) -> Any:
    """A layer with a square around (x, 50)."""
    place = {"o": 100, "r": 0, "p": [0, 0], "a": [0, 0], "s": [100, 100]}
    box = {"ty": "rc", "p": still([x, 50]), "s": still([side, side]), "r": still(0)}
    paint = {"ty": "fl", "c": still([1, 0, 0, 1]), "o": still(100)}
    group = {"ty": "tr", **{key: still(value) for key, value in place.items()}}
    return {
        "ty": 4,
        "nm": name,
        "ind": number,
        "ip": -1000,
        "op": 1000,
        "st": 0,
        "ks": {key: still(value) for key, value in place.items()},
        "shapes": [{"ty": "gr", "it": [box, paint, group]}],
        **more,
    }


def drawing(*layers: Any, ip: float = 0, op: float = FRAMES) -> dict[str, Any]:
    return {
        "v": "5.9.0",
        "fr": 25,
        "ip": ip,
        "op": op,
        "w": SIDE_PX,
        "h": SIDE_PX,
        "assets": [],
        "layers": list(layers),
        "markers": [{"cm": "rest", "tm": ip, "dr": FRAMES}],
    }


def drawn(path: Path, animation: dict[str, Any], name: str = "mouth") -> list[NDArray[np.bool_]]:
    """Where each frame of a layer's `rest` is seen."""
    path.write_text(json.dumps(animation))
    frames = Lottie.read(path).pictures(name, "rest", 1, SIDE_PX)
    return [pixels[..., 3] > 127 for pixels in frames]


def width(seen: NDArray[np.bool_]) -> int:
    return int(seen.any(axis=0).sum())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "idle.json"


def test_other_layers_are_not_seen(path: Path) -> None:
    frames = drawn(path, drawing(layer("body", 60), layer("mouth", 20), layer("hat", 80)))
    assert [width(seen) for seen in frames] == [20] * FRAMES


def test_a_layer_goes_with_the_one_it_hangs_on(path: Path) -> None:
    rig = layer("rig", 4, number=7)
    rig["ks"]["s"] = still([50, 50])
    assert width(drawn(path, drawing(layer("mouth", 40, x=100, parent=7), rig))[0]) == 20


@pytest.mark.parametrize(
    ("matte", "cut"),
    [
        ({"td": 1}, {"tt": 1}),
        ({"td": 1, "number": 5}, {"tt": 1, "tp": 5}),
        ({"number": 5}, {"tt": 1, "tp": 5}),
    ],
)
def test_a_layer_is_cut_out_by_its_matte(path: Path, matte: Any, cut: Any) -> None:
    animation = drawing(layer("teeth", 10, **matte), layer("mouth", 40, number=2, **cut))
    assert width(drawn(path, animation)[0]) == 10


def test_a_matte_of_another_layer_is_not_seen(path: Path) -> None:
    animation = drawing(layer("lid", 60, td=1), layer("eyes", 40, tt=1), layer("mouth", 10))
    assert width(drawn(path, animation)[0]) == 10


@pytest.mark.parametrize("first", [0, 100, -30, 3.5])
def test_markers_count_from_where_the_animation_begins(path: Path, first: float) -> None:
    mouth = layer("mouth", 10)
    ends = (first, first + FRAMES)
    mouth["ks"]["p"] = {"a": 1, "k": [{"t": t, "s": [2 * (t - first), 0]} for t in ends]}
    frames = drawn(path, drawing(mouth, ip=first, op=first + FRAMES))
    lefts = [int(np.flatnonzero(seen.any(axis=0))[0]) for seen in frames]
    assert lefts == pytest.approx([45 + 2 * n for n in range(FRAMES)], abs=1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda a: a.update(op=5), "a marker rest that is not within its frames, 0 to 5"),
        (lambda a: a.update(ip=1), "a marker rest that is not within its frames, 1 to 20"),
        (lambda a: a.pop("ip"), "from which frame"),
        (lambda a: a.update(op="late"), "from which frame"),
        (lambda a: a.update(op=0), "from which frame"),
        (lambda a: a.update(op=float("nan")), "from which frame"),
    ],
)
def test_a_clip_lies_within_the_animation(
    path: Path, change: Callable[[Any], object], told: str
) -> None:
    animation = drawing(layer("mouth", 10))
    change(animation)
    path.write_text(json.dumps(animation))
    with pytest.raises(ScreenError, match=rf"idle\.json .*{told}"):
        Lottie.read(path).count("mouth", "rest")
