"""The shapes of the booth's face, for its states in all frames; drawn around its middle."""

import math
from functools import partial

from avatar_mouth import INK, STROKE
from avatar_states import Look, Point, State, States, moving
from lottie_words import (
    Json,
    capsule,
    curve,
    ellipse,
    fill,
    glow,
    group,
    line,
    path,
    shade,
    still,
)

CREAM_LIGHT, CREAM, CREAM_SHADE, CREAM_DEEP = "#FFFCF4", "#FBF4E6", "#E9D9BF", "#C6A887"
CHEEK, INK_LIGHT, BROW = "#F2A08C", "#39425F", "#4C4756"
LIGHT = "#FFFFFF"

EYE_X, EYE_Y, BROW_Y, CHEEK_X, CHEEK_Y = 60.0, -20.0, -68.0, 95.0, 54.0

DUSK = tuple(
    (at, CREAM_DEEP, opacity)
    for at, opacity in ((0, 0), (0.45, 0), (0.62, 0.035), (0.76, 0.1), (0.88, 0.22), (1, 0.44))
)
DOTS: tuple[tuple[Point, float], ...] = (((150, -152), 17), ((176, -184), 25), ((210, -212), 35))
"""Where the thought dots lie, and how large they are."""


def pebble() -> Json:
    """The outline: a soft stone, a little heavier below, not quite even."""
    return curve(
        [
            ((-3, -163), (-99, 1), (99, -1)),
            ((165, 2), (3, -103), (-1, 101)),
            ((4, 161), (103, 1), (-106, -1)),
            ((-166, 4), (0, 103), (-2, -105)),
        ],
        closed=True,
    )


def body(states: States) -> list[Json]:
    """Cheeks on a stone that is lit from the upper left."""

    def cheek_at(state: State, side: int) -> list[float]:
        return [side * CHEEK_X, CHEEK_Y - state.pose.cheeks]

    blush = moving(states, lambda s: 100 * s.pose.blush)
    cheeks = [
        group(
            ellipse((0, 0), (78, 78)),
            glow(
                [(0, CHEEK, 1), (0.5, CHEEK, 0.72), (0.8, CHEEK, 0.22), (1, CHEEK, 0)], (0, 0), 39
            ),
            at=moving(states, partial(cheek_at, side=side)),
            scale=still([100, 62]),
            opacity=blush,
        )
        for side in (-1, 1)
    ]
    shine = group(
        ellipse((0, 0), (132, 132)),
        glow([(0, LIGHT, 0.95), (0.4, LIGHT, 0.5), (1, LIGHT, 0)], (0, 0), 66),
        at=(-66, -102),
        turn=-28,
        scale=still([100, 52]),
    )
    dusk = group(
        path(pebble()),
        glow(
            DUSK,
            (-34, -46),
            246,
        ),
    )
    stone = group(
        path(pebble()),
        shade([(0, CREAM_LIGHT, 1), (0.5, CREAM, 1), (1, CREAM_SHADE, 1)], (-45, -150), (55, 170)),
    )
    return [*cheeks, shine, dusk, stone]


def brows(states: States) -> list[Json]:
    """Two bows; a stressed word raises them."""
    bow = curve([((-25, 5), (0, 0), (12, -10)), ((25, 5), (-12, -10), (0, 0))], closed=False)

    def at(state: State, side: int) -> list[float]:
        raised = (state.pose.left if side < 0 else state.pose.right)[0]
        return [side * EYE_X + 0.15 * state.pose.gaze[0], BROW_Y - raised - 9 * state.raised]

    def turn(state: State, side: int) -> float:
        return (state.pose.left if side < 0 else state.pose.right)[1]

    return [
        group(
            path(bow),
            line(BROW, 6.5),
            at=moving(states, partial(at, side=side)),
            turn=moving(states, partial(turn, side=side)),
        )
        for side in (-1, 1)
    ]


def eyes(states: States, look: Look) -> list[Json]:
    """Two eyes that shut to a lid; some looks have none but lids."""
    shut_below = 0.2

    def seen(state: State) -> float:
        return 100.0 if not look.lids and state.open > shut_below else 0.0

    def lid(state: State) -> Json:
        opened = state.open if look.lids else 0.0
        bend = 7.0 + (look.lids - 7.0) * opened
        half = 17.0 + 3.5 * opened
        rise = -bend * 0.35
        return curve(
            [
                ((-half, rise), (0, 0), (half * 0.5, bend)),
                ((half, rise), (-half * 0.5, bend), (0, 0)),
            ],
            closed=False,
        )

    def size(state: State) -> list[float]:
        wide, tall = state.pose.eyes
        return [29 * wide * (1 + 0.08 * (1 - state.open)), 48 * tall * state.open]

    def glint_at(state: State) -> list[float]:
        return [5.5, -0.5 * size(state)[1] + 12.5]

    def spark_at(state: State) -> list[float]:
        return [-5, 0.5 * size(state)[1] - 12]

    def at(state: State, side: int) -> list[float]:
        x, y = state.pose.gaze
        seen_x = x if state.open > shut_below else 0.5 * x
        return [side * EYE_X + seen_x, EYE_Y + y + 9 * (1 - state.open)]

    out = []
    for side in (-1, 1):
        ball = group(
            group(ellipse(moving(states, glint_at), (11, 12)), fill(LIGHT)),
            group(
                ellipse(moving(states, spark_at), (6, 6)),
                fill(LIGHT, 38),
                opacity=moving(states, lambda s: 100.0 if s.open > 0.8 else 0.0),
            ),
            group(
                capsule((0, 0), moving(states, size), 15),
                shade([(0, INK, 1), (0.45, INK, 1), (1, INK_LIGHT, 1)], (-2, -24), (3, 26)),
            ),
            opacity=moving(states, seen),
        )
        shut = group(
            path(moving(states, lid)),
            line(INK, STROKE),
            opacity=moving(states, lambda s: 100.0 - seen(s)),
        )
        out.append(group(ball, shut, at=moving(states, partial(at, side=side))))
    return out


def arc(radius: float, side: int) -> Json:
    """A piece of a circle at one ear."""
    reach = math.radians(30)
    x, y = radius * math.cos(reach), radius * math.sin(reach)
    handle = radius * 4 / 3 * math.tan(reach / 2)
    dx, dy = handle * math.sin(reach), handle * math.cos(reach)
    return curve(
        [
            ((side * x, -y), (0, 0), (side * dx, dy)),
            ((side * x, y), (side * dx, -dy), (0, 0)),
        ],
        closed=False,
    )


def arcs(states: States) -> list[Json]:
    """Three arcs at each ear; a wave of light runs through them towards it."""

    def lit(state: State, number: int) -> float:
        wave = max(0.0, math.cos((state.phase - (2 - number) * 0.16) * math.tau)) ** 3
        base = (0.86, 0.62, 0.4)[number]
        return 100 * state.shown * (base + (1 - base) * 0.9 * wave)

    return [
        group(
            path(arc(radius, side)),
            line(LIGHT, 6.5, moving(states, partial(lit, number=number))),
        )
        for side in (-1, 1)
        for number, radius in enumerate((196, 218, 240))
    ]


def dots(states: States) -> list[Json]:
    """Three thought dots that rise and swell one after the other."""

    def wave(state: State, number: int) -> float:
        return max(0.0, math.cos((state.phase - 0.2 - 0.18 * number) * math.tau)) ** 2

    def place(state: State, number: int) -> list[float]:
        x, y = DOTS[number][0]
        return [x, y + 12 * (1 - state.shown) - 4 * wave(state, number)]

    def glowing(state: State, number: int) -> float:
        return state.shown * (64 + 36 * wave(state, number))

    def size(state: State, number: int) -> list[float]:
        return 2 * [state.shown * (88 + 16 * wave(state, number))]

    return [
        group(
            ellipse((0, 0), (across, across)),
            fill(LIGHT),
            at=moving(states, partial(place, number=number)),
            scale=moving(states, partial(size, number=number)),
            opacity=moving(states, partial(glowing, number=number)),
        )
        for number, (_, across) in enumerate(DOTS)
    ]
