"""What a theme must hold so that everybody can read it: contrast, and colours told apart (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from kiosk.screen.draws import Look
from kiosk.screen.theme import Colour, Theme, contrast, mix

Sight = Literal["full", "deuteranopia", "protanopia", "tritanopia"]
"""How somebody sees colours: all of them, or without green, red or blue cones."""

READABLE = 7.0
"""Least contrast of a text and what is behind it (WCAG 2, AAA)."""
VISIBLE = 3.0
"""Least contrast of a shape that tells something (WCAG 2, 1.4.11)."""
APART = 15.0
"""Least distance (CIE 1976) of colours that tell who is who; 2 is just noticed side by side."""
GLOW_BEHIND_TEXT = 0.1
"""So much of the light around the face reaches what is read, at most."""

FIELD = ("field_top", "field_bottom")
ON: tuple[tuple[float, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        READABLE,
        ("text", "text_soft", "text_dim", "candidate_text", "candidate_dim", "notice"),
        FIELD,
    ),
    (READABLE, ("text", "text_soft", "candidate_text"), ("candidate_panel",)),
    (READABLE, ("text", "text_soft", "text_dim", "notice"), ("panel",)),
    (VISIBLE, ("candidate",), (*FIELD, "candidate_panel")),
    (VISIBLE, ("button",), (*FIELD, "panel")),
)
"""Least contrast, what is drawn, and every ground that it may stand on."""
LIT: tuple[tuple[str, Look, float], ...] = (
    ("candidate", "listening", 0.31),
    ("notice", "thinking", 0.3),
    ("button", "listening", 0.14),
)
"""Shapes around the face that tell something: arcs, thought dots, the ring of a silence; and how
much of a look's light is behind them at most."""
TOLD_APART = (("text", "candidate"), ("button", "candidate"))
"""The interviewer and the candidate; the button and the candidate."""
SIGHTS: Mapping[Sight, tuple[tuple[float, float, float], ...]] = MappingProxyType(
    {
        "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
        "deuteranopia": (
            (0.367322, 0.860646, -0.227968),
            (0.280085, 0.672501, 0.047413),
            (-0.011820, 0.042940, 0.968881),
        ),
        "protanopia": (
            (0.152286, 1.052583, -0.204868),
            (0.114503, 0.786281, 0.099216),
            (-0.003882, -0.048116, 1.051998),
        ),
        "tritanopia": (
            (1.255528, -0.076749, -0.178779),
            (-0.078411, 0.930809, 0.147602),
            (0.004733, 0.691367, 0.303900),
        ),
    }
)
"""What becomes of linear red, green and blue (Machado, Oliveira and Fernandes 2009, severity 1)."""


@dataclass(frozen=True, slots=True)
class Illegible:
    """Two colours that do not go together."""

    names: tuple[str, ...]
    """What a theme file calls them, and the look whose light is meant."""
    reason: str
    """A sentence without its full stop."""


def illegible(theme: Theme) -> Iterator[Illegible]:
    """Everything about a theme that somebody could not read."""
    for least, drawn, grounds in ON:
        for ink in drawn:
            for ground in grounds:
                yield from _on_ground(theme, ink, ground, least)
            if FIELD[0] in grounds:
                for look in theme.glows:
                    yield from _in_light(theme, ink, look, GLOW_BEHIND_TEXT, least)
    for ink, look, share in LIT:
        yield from _in_light(theme, ink, look, share, VISIBLE)
    for one, other in TOLD_APART:
        yield from _alike(theme, one, other)


def _on_ground(theme: Theme, ink: str, ground: str, least: float) -> Iterator[Illegible]:
    ratio = contrast(colour(theme, ink), colour(theme, ground))
    if ratio < least:
        yield Illegible((ink, ground), f"'{ink}' on '{ground}' {_too_little(ratio, least)}")


def _in_light(theme: Theme, ink: str, look: str, share: float, least: float) -> Iterator[Illegible]:
    for ground in FIELD:
        field = colour(theme, ground)
        ratio = contrast(colour(theme, ink), mix(field, theme.glows[look], share))
        if ratio < least <= contrast(colour(theme, ink), field):
            reason = f"'{ink}' on '{ground}' in the light of '{look}'"
            yield Illegible((look, ink), f"{reason} {_too_little(ratio, least)}")
            return


def _too_little(ratio: float, least: float) -> str:
    told = int(ratio * 10) / 10
    return f"has a contrast of {told:g}:1, less than {least:g}:1"


def _alike(theme: Theme, one: str, other: str) -> Iterator[Illegible]:
    for sight in SIGHTS:
        apart = distance(colour(theme, one), colour(theme, other), sight)
        if apart < APART:
            who = "everybody" if sight == "full" else f"people with {sight}"
            told = f"a distance of {int(apart)}, less than {APART:g}"
            yield Illegible((one, other), f"'{one}' and '{other}' look alike to {who}: {told}")
            return


def colour(theme: Theme, name: str) -> Colour:
    """One of `COLOURS`."""
    found: Colour = getattr(theme, name)
    return found


def distance(one: Colour, other: Colour, sight: Sight = "full") -> float:
    """How different two colours look: the CIE 1976 distance of what `sight` leaves of them."""
    pairs = zip(_lab(one, sight), _lab(other, sight), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def _lab(colour: Colour, sight: Sight) -> tuple[float, float, float]:
    """CIE L*a*b* under D65."""
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    red, green, blue = (
        min(1.0, max(0.0, sum(share * part for share, part in zip(row, linear, strict=True))))
        for row in SIGHTS[sight]
    )
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
