"""What a folder with a face says of itself in `manifest.json`: pure, every fault at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal, get_args

from kiosk.limits import did_you_mean
from kiosk.screen.draws import Look
from kiosk.screen.theme import COLOURS

LOOKS: tuple[Look, ...] = get_args(Look)
NAME = "manifest.json"
FORMAT = 2

Clip = Literal["rest", "enter", "mouth", "blink", "glance", "raise"]
"""What a layer can do.

`rest` is how it stands, round and round; every layer has it.  `enter` leads there from the pose
that all looks share; backwards, it leaves.  `mouth` holds the mouth's shapes: from shut to wide
open, once for each width, narrow first.  `blink` and `glance` come by themselves, `raise` with a
stressed word.
"""
Gesture = Literal["blink", "glance", "nod"]
"""What comes by itself, at irregular times.  A nod moves all layers and needs no pictures."""

EVERY_S: Mapping[Gesture, tuple[float, float]] = {
    "blink": (2.2, 6.2),
    "glance": (4.0, 9.0),
    "nod": (4.0, 9.0),
}
"""Shortest and longest time from one to the next, where a look says nothing of it."""


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """One part of a look."""

    name: str
    clips: tuple[Clip, ...]
    """`rest` first."""
    depth: float
    """How far it goes along with the head: 0 not at all, 1 like the head, more: before it."""
    every: int
    """Only every so many frames of `rest` are shown."""
    colour: str = ""
    """What a theme file calls the colour that the layer's white becomes; empty: it stays."""


@dataclass(frozen=True, slots=True)
class LookPlan:
    """One face; shares are of the drawing's side."""

    source: str
    """A Lottie file or a folder of pictures, beside the manifest."""
    layers: tuple[LayerPlan, ...]
    """Back to front."""
    breath: float
    """How far the head rises and falls with a breath."""
    nod: float
    """How deep it nods."""
    bounce: float
    """How far what lies before the head rises with a stressed word."""
    every_s: Mapping[Gesture, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole avatar."""

    frames_per_s: float
    openings: int
    """Mouth shapes from shut to wide open …"""
    widths: int
    """… and how many widths each of them has."""
    looks: Mapping[Look, LookPlan]


def read(value: object) -> tuple[Manifest | None, tuple[str, ...]]:
    """The manifest in a parsed JSON value, and all that is wrong with it, a sentence each.

    There is no manifest where anything is wrong.
    """
    reader = _Reader([])
    top = reader.table(value, "", ("format", "frames_per_s", "mouth", "looks"))
    if top.get("format") != FORMAT:
        reader.fault(f"must say format: {FORMAT}")
    mouth = reader.table(top.get("mouth"), "mouth", ("openings", "widths"))
    looks = reader.table(top.get("looks"), "looks", get_args(Look))
    manifest = Manifest(
        reader.number(top, "", "frames_per_s", 1, 120),
        round(reader.number(mouth, "mouth", "openings", 2, 16)),
        round(reader.number(mouth, "mouth", "widths", 1, 5)),
        {
            look: reader.look(looks[look], f"looks.{look}")
            for look in get_args(Look)
            if look in looks
        },
    )
    for look in LOOKS:
        if look not in looks and isinstance(top.get("looks"), dict):
            reader.fault(f"has no look named {look}")
    sentences = [f"{NAME} {fault}" for fault in dict.fromkeys(reader.faults)]
    faults = tuple(s if s.endswith("?") else f"{s}." for s in sentences)
    return (None if faults else manifest), faults


@dataclass(frozen=True, slots=True)
class _Reader:
    """Gathers faults; where one is found, something harmless is returned."""

    faults: list[str]

    def fault(self, text: str) -> None:
        self.faults.append(text)

    def table(self, value: object, place: str, known: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.fault(f"has no table {place}" if place else "is no table of settings")
            return {}
        for key in value:
            if key not in known:
                guess = did_you_mean(str(key), known)
                self.fault(f"has the unknown key {_named(_at(place, key))}{guess}")
        return value

    def number(
        self,
        table: dict[str, Any],
        place: str,
        key: str,
        low: float,
        high: float,
        default: float | None = None,
    ) -> float:
        value = table.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.fault(f"wants a number from {low:g} to {high:g} as {_at(place, key)}")
        return low

    def look(self, value: object, place: str) -> LookPlan:
        known = ("source", "layers", "breath", "nod", "bounce", "every_s")
        table = self.table(value, place, known)
        source = table.get("source")
        if not isinstance(source, str) or not _is_beside(source):
            self.fault(f"wants a file or folder beside it as {place}.source")
            source = ""
        layers = table.get("layers")
        if not isinstance(layers, list) or not 1 <= len(layers) <= 16:
            self.fault(f"wants one to sixteen layers as {place}.layers")
            layers = []
        plans = tuple(self.layer(v, f"{place}.layers[{n}]") for n, v in enumerate(layers))
        if len({plan.name for plan in plans}) < len(plans):
            self.fault(f"has two layers of one name in {place}.layers")
        if plans and sum("mouth" in plan.clips for plan in plans) != 1:
            self.fault(f"must give the clip mouth to exactly one layer of {place}")
        return LookPlan(
            source,
            plans,
            breath=self.number(table, place, "breath", 0, 0.1, 0),
            nod=self.number(table, place, "nod", 0, 0.1, 0),
            bounce=self.number(table, place, "bounce", 0, 0.1, 0),
            every_s=self.every_s(table.get("every_s", {}), place),
        )

    def layer(self, value: object, place: str) -> LayerPlan:
        table = self.table(value, place, ("name", "clips", "depth", "every", "colour"))
        name = table.get("name")
        if not isinstance(name, str) or not name.strip() or not _is_beside(name):
            self.fault(f"wants a name as {place}.name")
            name = place
        clips = table.get("clips", [])
        if not isinstance(clips, list) or not all(clip in get_args(Clip) for clip in clips):
            self.fault(f"wants a list of {', '.join(get_args(Clip))} as {place}.clips")
            clips = []
        ordered = tuple(clip for clip in get_args(Clip) if clip == "rest" or clip in clips)
        every = round(self.number(table, place, "every", 1, 600, 1))
        colour = table.get("colour", "")
        if not isinstance(colour, str) or (colour and colour not in COLOURS):
            guess = did_you_mean(str(colour), COLOURS)
            self.fault(f"wants a colour of the themes as {place}.colour{guess}")
            colour = ""
        depth = self.number(table, place, "depth", 0, 4, 1)
        return LayerPlan(name, ordered, depth, every, colour)

    def every_s(self, value: object, place: str) -> Mapping[Gesture, tuple[float, float]]:
        table = self.table(value, f"{place}.every_s", get_args(Gesture))
        out = dict(EVERY_S)
        for gesture in get_args(Gesture):
            match table.get(gesture, list(EVERY_S[gesture])):
                case [float() | int() as low, float() | int() as high] if 1 <= low <= high <= 600:
                    out[gesture] = (float(low), float(high))
                case _:
                    self.fault(f"wants shortest and longest seconds as {place}.every_s.{gesture}")
        return out


def _is_beside(name: str) -> bool:
    """True for a plain relative path that stays in its folder."""
    path = PurePosixPath(name)
    return (
        bool(path.parts)
        and name.isprintable()
        and not path.is_absolute()
        and ".." not in path.parts
    )


def _at(place: str, key: object) -> str:
    return f"{place}.{key}" if place else str(key)


def _named(text: str) -> str:
    """A key as it may be repeated to staff."""
    return "".join(c for c in text if c.isprintable())[:60]
