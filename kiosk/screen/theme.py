"""Colours and sizes of every screen, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""

_GLOWS: Mapping[str, Colour] = MappingProxyType(
    {
        "idle": (44, 66, 118),
        "listening": (20, 88, 82),
        "thinking": (96, 70, 20),
        "speaking": (112, 54, 46),
        "sorry": (52, 62, 98),
        "happy": (112, 60, 42),
        "resting": (30, 42, 76),
    }
)


@dataclass(frozen=True, slots=True)
class Theme:
    """How a booth looks; every text colour has a contrast of 7:1 or more on the field."""

    field_top: Colour = (18, 26, 46)
    field_bottom: Colour = (11, 16, 29)
    text: Colour = (255, 255, 255)
    """What the interviewer says, and headlines."""
    text_soft: Colour = (216, 221, 232)
    text_dim: Colour = (166, 174, 192)
    """What may be read but need not."""
    mint_text: Colour = (214, 250, 240)
    """The candidate's words."""
    mint_dim: Colour = (140, 188, 177)
    """The candidate's words while they are answered."""
    mint: Colour = (95, 221, 191)
    mint_rule: Colour = (48, 98, 92)
    mint_panel: Colour = (22, 46, 54)
    panel: Colour = (36, 44, 64)
    amber: Colour = (255, 196, 84)
    amber_deep: Colour = (226, 150, 40)
    glows: Mapping[str, Colour] = field(default_factory=lambda: _GLOWS, hash=False)
    """Light around the face for each look."""
    font: str = "Noto Sans"

    display: float = 84
    """Sizes are pixels on a screen of 1280 by 720; larger screens scale them."""
    title: float = 50
    speech: float = 46
    answer: float = 34
    body: float = 31
    small: float = 25


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio of two colours, 1 to 21, by WCAG 2."""

    def light(colour: Colour) -> float:
        parts = [c / 255 for c in colour]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
