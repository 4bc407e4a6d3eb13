"""How the booth's face stands in every frame of every look: numbers, no shapes.

A look is a pose, and every clip of it moves some of the pose's numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from lottie_words import Json, sampled

FPS = 30
CLIPS = {
    "enter": range(3),
    "rest": range(3, 63),
    "blink": range(66, 71),
    "glance": range(74, 110),
    "raise": range(114, 124),
    "mouth": range(128, 149),
}
"""Where each clip lies in a file; the face is at rest in the frames between."""
FRAMES = 150
ENTERS = (0.0, 0.58, 1.04)
"""How far a look is reached in each frame of `enter`: it swings in, a little too far."""
BLINK = (0.55, 0.0, 0.0, 0.6, 0.93)
"""How far the eyes are open."""
RAISE = (0.4, 0.85, 1.0, 1.0, 0.92, 0.78, 0.6, 0.4, 0.22, 0.08)
"""How far the brows are raised by a stressed word."""
HOP = 3
"""Frames that the eyes need from one place to another."""
OPENINGS, WIDTHS = 7, 3
"""Mouth shapes: from shut to open, each narrow, as at rest, and wide."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Pose:
    """Everything that moves when one look becomes another."""

    turn: float = 0
    """Tilt of the head in degrees, clockwise."""
    lift: float = 0
    """How far the head is raised."""
    size: float = 1
    """Nearer is larger."""
    gaze: Point = (0, 0)
    """Where the eyes have moved to."""
    eyes: Point = (1, 1)
    """Their width and height."""
    left: Point = (0, 0)
    """The left brow: raised by, turned by (degrees, clockwise)."""
    right: Point = (0, 0)
    smile: tuple[float, float, float] = (36, 20, 0)
    """The shut mouth: half its width, its depth (negative: a frown), its shift to the right."""
    blush: float = 0.62
    cheeks: float = 0
    """How far a smile pushes them up."""


@dataclass(frozen=True)
class Look:
    """A face the booth can make."""

    name: str
    pose: Pose = Pose()
    lids: float = 0
    """0: eyes that open.  Else they stay shut, and the lids bend by so much (up is negative)."""
    glances: tuple[Point, ...] = ()
    """Where the eyes wander to and back from."""
    extra: str = ""
    """`arcs` at the ears or thought `dots`."""


@dataclass(frozen=True)
class State:
    """One frame of one look."""

    pose: Pose
    open: float = 1
    """The eyes, 0 to 1."""
    raised: float = 0
    """The brows, 0 to 1."""
    mouth: Point = (0, 0.5)
    """Opening and width, each 0 to 1."""
    shown: float = 1
    """What surrounds the face, 0 to 1."""
    phase: float = 0
    """Where in its loop that is, 0 to 1."""


States = Sequence[State]
"""All frames of a look."""

HUB = Pose(smile=(29, 11, 0))
"""Between any two looks the face passes through this pose, with its eyes shut."""
LOOKS = (
    Look("idle", glances=((-11, 1), (11, -2))),
    Look(
        "listening",
        Pose(turn=-6, lift=7, size=1.025, eyes=(1.05, 1.09), left=(13, -3), right=(18, 3),
             smile=(34, 17, 3), blush=0.72),
        extra="arcs",
    ),
    Look(
        "thinking",
        Pose(turn=5, lift=2, gaze=(13, -19), eyes=(1, 0.88), left=(8, -6), right=(19, 5),
             smile=(18, 6, 11), blush=0.5),
        glances=((-15, -17),),
        extra="dots",
    ),
    Look("speaking", Pose(lift=5, eyes=(1.02, 1.04), left=(7, 0), right=(7, 0),
                          smile=(35, 16, 0), blush=0.7)),
    Look("sorry", Pose(turn=4, lift=-8, size=0.985, gaze=(-1, 6), eyes=(1, 0.95), left=(5, -17),
                       right=(5, 17), smile=(22, -10, 0), blush=0.42)),
    Look("happy", Pose(lift=8, size=1.01, left=(11, 0), right=(11, 0), smile=(45, 29, 0),
                       blush=0.85, cheeks=5), lids=-16),
    Look("resting", Pose(turn=-2, lift=-9, left=(-4, 0), right=(-4, 0), smile=(23, 10, 0),
                         blush=0.56), lids=9),
)  # fmt: skip


def states(look: Look) -> Iterator[State]:
    """Every frame of a look's file."""
    here = State(look.pose)
    for frame in range(FRAMES):
        clip = next((name for name, frames in CLIPS.items() if frame in frames), "rest")
        step = frame - CLIPS[clip].start
        match clip:
            case "enter":
                share = ENTERS[step]
                opened = (0.0, 0.6, 0.96)[step]
                yield State(between(HUB, look.pose, share), open=opened, shown=min(1.0, share) ** 2)
            case "rest":
                phase = step % len(CLIPS["rest"]) / len(CLIPS["rest"])
                yield replace(here, phase=phase)
            case "blink":
                yield replace(here, open=BLINK[step])
            case "glance":
                yield replace(here, pose=replace(look.pose, gaze=glance(look, step)))
            case "raise":
                yield replace(here, raised=RAISE[step])
            case "mouth":
                width, opening = divmod(step, OPENINGS)
                yield replace(here, mouth=(opening / (OPENINGS - 1), width / (WIDTHS - 1)))


def moving(states: States, value: Callable[[State], Any]) -> Json:
    """A property that follows the state."""
    return sampled([value(state) for state in states])


def glance(look: Look, step: int) -> Point:
    """Where the eyes have gone: away and back in quick hops, with a stay at each place."""
    place = look.pose.gaze
    for number, stop in enumerate((*look.glances, look.pose.gaze) if look.glances else ()):
        start = number * (len(CLIPS["glance"]) - HOP) / len(look.glances)
        place = pair(place, stop, min(1.0, max(0.0, (step + 1 - start) / (HOP + 1))))
    return place


def pair(one: Point, other: Point, share: float) -> Point:
    """A point on the way from one to the other."""
    return (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)


def between(old: Pose, new: Pose, share: float) -> Pose:
    """A pose on the way from one to another; beyond 1 it swings too far."""
    values: dict[str, Any] = {}
    for field in fields(Pose):
        a, b = getattr(old, field.name), getattr(new, field.name)
        if isinstance(a, tuple):
            values[field.name] = tuple(x + (y - x) * share for x, y in zip(a, b, strict=True))
        else:
            values[field.name] = a + (b - a) * share
    return Pose(**values)
