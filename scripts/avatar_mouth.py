"""The mouth of the booth's face: two lips that open from any smile, and a tongue."""

from collections.abc import Sequence

from avatar_states import Point, State, States, moving, pair
from lottie_words import Json, curve, fill, group, line, path, shade

INK, STROKE = "#141929", 8.5
"""Of lips and of shut eyes: colour and width."""
THROAT, THROAT_DEEP, TONGUE = "#5A2233", "#351424", "#EE7466"
MOUTH_Y = 58.0
"""Below the face's middle."""


def lips(state: State) -> tuple[float, float, float, float]:
    """Of a mouth: half its width, and how deep corners, upper and lower lip lie."""
    half, depth, _ = state.pose.smile
    opening, width = state.mouth
    narrow, wide = max(0.0, 1 - 2 * width), max(0.0, 2 * width - 1)
    mood = max(-1.0, min(1.0, depth / 20))
    corner, shut = -0.35 * depth, 0.63 * depth
    share = min(1.0, 2.2 * opening)
    lifted = min(1.0, (1.5 + 1.5 * narrow) * opening)
    reach = 35 - 3 * opening + 9 * wide - (15 - 4 * opening) * narrow
    flat = (3 * mood - 3 * opening) * (1 - narrow) - (4 + 13 * opening) * narrow
    gap = (6 + 47 * opening) * (1 - narrow) + (10 + 40 * opening) * narrow - 11 * opening * wide
    upper = shut + (flat - shut) * lifted
    return (
        half + (reach - half) * share,
        corner + (-4 * mood * (1 - narrow) - corner) * lifted,
        upper,
        upper + gap * min(1.0, 4 * opening),
    )


def sides(state: State) -> tuple[Sequence[Point], Sequence[Point]]:
    """Of a mouth, the right half of each lip, from the corner to the middle: four points."""
    half, corner, upper, lower = lips(state)
    opening, width = state.mouth
    narrow = max(0.0, 1 - 2 * width)
    jaw = min(1.0, 2 * opening)
    rise, drop = upper - corner, lower - corner
    over = 0.225 + 0.15 * jaw * (1 - narrow) - 0.225 * jaw * narrow
    under = 0.225 * (1 - jaw)
    top = 0.3875 + 0.14 * jaw
    bottom = 0.3875 + (0.2 - 0.06 * narrow) * jaw
    middle_up, middle_down = (0.0, upper), (0.0, lower)
    at = (half, corner)
    return (
        (at, (half - over * half, corner + 0.667 * rise), (top * half, upper), middle_up),
        (at, (half - under * half, corner + (0.667 - 0.1 * jaw) * drop), (bottom * half, lower),
         middle_down),
    )  # fmt: skip


def outline(state: State) -> Json:
    """A mouth's outline."""
    (corner, over, top, up), (_, under, bottom, down) = sides(state)
    left = flip(corner)
    return curve(
        [
            (left, away(left, flip(under)), away(left, flip(over))),
            (up, away(up, flip(top)), away(up, top)),
            (corner, away(corner, over), away(corner, under)),
            (down, away(down, bottom), away(down, flip(bottom))),
        ],
        closed=True,
    )


def tongue(state: State) -> Json:
    """A tongue that lies on the lower lip."""
    _, lip = sides(state)
    right, one, other, down = rest_of(lip, 0.45)
    left = flip(right)
    _, _, upper, lower = lips(state)
    tip = (0.0, right[1] - 0.17 * (lower - upper))
    rise = (0.0, 0.8 * (tip[1] - right[1]))
    return curve(
        [
            (left, away(left, flip(one)), rise),
            (tip, (-0.6 * right[0], 0), (0.6 * right[0], 0)),
            (right, rise, away(right, one)),
            (down, away(down, other), away(down, flip(other))),
        ],
        closed=True,
    )


def flip(point: Point) -> Point:
    """The same on the other side of the face."""
    return -point[0], point[1]


def away(point: Point, other: Point) -> Point:
    """From one point to another."""
    return other[0] - point[0], other[1] - point[1]


def rest_of(curve_: Sequence[Point], at: float) -> Sequence[Point]:
    """What is left of a Bézier curve of four points from a place on it, 0 to 1."""
    a, b, c, d = curve_
    ab, bc, cd = pair(a, b, at), pair(b, c, at), pair(c, d, at)
    abc, bcd = pair(ab, bc, at), pair(bc, cd, at)
    return pair(abc, bcd, at), bcd, cd, d


def mouth(states: States) -> list[Json]:
    """Lips, and a tongue where there is room for it."""
    edge = moving(states, outline)
    room = moving(states, lambda s: 100 * min(1.0, max(0.0, 2.6 * s.mouth[0] - 0.5)))
    return [
        group(
            group(path(edge), line(INK, STROKE)),
            group(path(moving(states, tongue)), fill(TONGUE), opacity=room),
            group(
                path(edge),
                shade([(0, THROAT_DEEP, 1), (1, THROAT, 1)], (0, -10), (0, 50)),
                opacity=moving(states, lambda s: 100.0 if s.mouth[0] else 0.0),
            ),
            at=moving(states, lambda s: [s.pose.smile[2], MOUTH_Y]),
        )
    ]
