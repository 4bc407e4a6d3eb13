"""Colours and sizes of every screen, in one place; an event's own are read by `theme_file`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""

BUILT_IN = "booth"
"""Name of the theme that needs no file."""

_GLOWS: Mapping[str, Colour] = MappingProxyType(
    {
        "idle": (58, 87, 156),
        "listening": (34, 109, 120),
        "thinking": (110, 91, 58),
        "speaking": (126, 75, 84),
        "sorry": (66, 83, 136),
        "happy": (126, 81, 80),
        "resting": (44, 63, 114),
    }
)


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of an event."""

    path: Path
    """A PNG."""
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Theme:
    """How a booth looks; `legibility` holds what may stand on what."""

    name: str = BUILT_IN
    field_top: Colour = (18, 26, 46)
    field_bottom: Colour = (11, 16, 29)
    text: Colour = (255, 255, 255)
    """What the interviewer says, and headlines."""
    text_soft: Colour = (216, 221, 232)
    text_dim: Colour = (174, 182, 200)
    """What may be read but need not."""
    candidate_text: Colour = (214, 250, 240)
    """The candidate's words."""
    candidate_dim: Colour = (140, 188, 177)
    """The candidate's words while they are answered."""
    candidate: Colour = (95, 221, 191)
    candidate_rule: Colour = (48, 98, 92)
    candidate_panel: Colour = (22, 46, 54)
    panel: Colour = (34, 42, 61)
    button: Colour = (255, 196, 84)
    button_deep: Colour = (226, 150, 40)
    notice: Colour = (255, 196, 84)
    """What must be noticed: staff codes, the last minute, and that the face thinks."""
    glows: Mapping[str, Colour] = field(default_factory=lambda: _GLOWS, hash=False)
    """For each look the middle of the light around the face, which fades into the field."""
    font: str = "Noto Sans"
    """Family of all text; fontconfig's own choice stands in for letters that it lacks."""
    fonts: Path | None = None
    """Folder of fonts that only this theme brings."""
    logo: Logo | None = None
    """Stands small on the screens before and after an interview."""
    avatar: Path | None = None
    """Folder of the face's drawings and their manifest; None is the booth's own."""
    text_scale: float = 1.0
    """Every text is so much larger."""

    display: float = 84
    """Sizes are pixels on a screen of 1280 by 720; larger screens scale them."""
    title: float = 50
    speech: float = 46
    answer: float = 34
    body: float = 31
    small: float = 25


COLOURS = tuple(each.name for each in fields(Theme) if isinstance(each.default, tuple))
"""Names of all colours, also in theme files and in the manifest of a face."""


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21, by WCAG 2."""

    def light(colour: Colour) -> float:
        parts = [c / 255 for c in colour]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mix(old: Colour, new: Colour, share: float) -> Colour:
    """A colour between two."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(old, new, strict=True))
    return red, green, blue
