"""From a snapshot to a draw list: which screen is shown, and where everything on it stands.

Pure: text is measured by a function that is given, time is told.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from kiosk.core.snapshot import Mood, Phase, Snapshot
from kiosk.screen import talk
from kiosk.screen.draws import Backdrop, Box, Draw, Face, Look, moved
from kiosk.screen.drift import STANDING, drift
from kiosk.screen.grid import FACE_SIDE
from kiosk.screen.hitch import SIGHTS, hitch
from kiosk.screen.scenes import call, ends, staff
from kiosk.screen.scenes.choosing import choosing
from kiosk.screen.scenes.consenting import consenting
from kiosk.screen.scenes.idle import idle, smiles
from kiosk.screen.stage import Scene, Stage

DRIFT = 6
"""Units by which a standing screen moves to each side."""

SCENES: Mapping[Phase, Callable[[Scene], tuple[Draw, ...]]] = MappingProxyType(
    {
        Phase.BOOTING: staff.booting,
        Phase.OUT_OF_SERVICE: staff.out_of_service,
        Phase.IDLE: idle,
        Phase.CHOOSING: choosing,
        Phase.CONSENTING: consenting,
        Phase.CONNECTING: call.connecting,
        Phase.CONVERSING: talk.conversation,
        Phase.RECONNECTING: call.reconnecting,
        Phase.WRAPPING_UP: talk.conversation,
        Phase.FAREWELL: ends.farewell,
        Phase.WIPING: ends.wiping,
        Phase.MAINTENANCE: staff.maintenance,
        Phase.STOPPING: ends.stopping,
    }
)
"""What stands beside the face in each phase."""

LOOKS: Mapping[Phase, Look] = MappingProxyType(
    {
        Phase.BOOTING: "resting",
        Phase.OUT_OF_SERVICE: "sorry",
        Phase.IDLE: "idle",
        Phase.CHOOSING: "idle",
        Phase.CONSENTING: "idle",
        Phase.FAREWELL: "happy",
        Phase.WIPING: "resting",
        Phase.MAINTENANCE: "resting",
        Phase.STOPPING: "resting",
    }
)
"""The face of each phase; in the others the mood decides."""

MOODS: Mapping[Mood, Look] = MappingProxyType(
    {
        Mood.IDLE: "idle",
        Mood.LISTENING: "listening",
        Mood.THINKING: "thinking",
        Mood.SPEAKING: "speaking",
    }
)


def look(snapshot: Snapshot, now_s: float = 0.0) -> Look:
    """The face for a moment."""
    failed = snapshot.phase is Phase.FAREWELL and snapshot.fault is not None
    if failed or snapshot.cut_short:
        return "sorry"
    what = hitch(snapshot, now_s)
    held = SIGHTS[what].look if what else None
    return held or LOOKS.get(snapshot.phase) or MOODS[snapshot.mood]


def lay_out(snapshot: Snapshot, stage: Stage, now_s: float, heard: float = 0.0) -> tuple[Draw, ...]:
    """Everything on the screen, from back to front: the field, the face, and what is read.

    `heard` is the candidate's level from 0 to 1; it moves the bars and nothing else.
    """
    scene = Scene(snapshot, stage, now_s, heard)
    smiling = snapshot.phase is Phase.IDLE and smiles(scene)
    face = "happy" if smiling else look(snapshot, now_s)
    field = backdrop(scene, face)
    draws = (Face(scene.grid.face, face), *SCENES[snapshot.phase](scene))
    if snapshot.phase not in STANDING or stage.reduced_motion:
        return (field, *draws)
    dx, dy = drift(now_s, scene.grid.px(DRIFT))
    return (replace(field, glow=field.glow.moved(dx, dy)), *moved(draws, dx, dy))


def lay_out_first_start(stage: Stage, language: str, share: float) -> tuple[Draw, ...]:
    """The field and what is read while the face is drawn; `share` of it is done, 0 to 1."""
    scene = Scene(Snapshot(Phase.BOOTING, language=language), stage, 0.0, 0.0)
    return (backdrop(scene, "resting"), *staff.preparing(scene, share))


def backdrop(scene: Scene, face: Look) -> Backdrop:
    """The field, and the light in which a face stands."""
    place, reach = scene.grid.face, scene.grid.px(FACE_SIDE * 0.66)
    x, y = place.x + place.w // 2, place.y + place.h // 2
    glow = Box(x - reach, y - reach, 2 * reach, 2 * reach)
    return Backdrop(Box(0, 0, *scene.stage.size), glow, scene.theme.glows[face])
