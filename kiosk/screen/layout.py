"""From a snapshot to a draw list: which screen is shown, and where everything on it stands.

Pure: text is measured by a function that is given, time is told.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kiosk.core.snapshot import Mood, Phase, Snapshot
from kiosk.screen import talk
from kiosk.screen.draws import Backdrop, Box, Draw, Face, Look
from kiosk.screen.grid import FACE_SIDE
from kiosk.screen.scenes import call, ends, staff
from kiosk.screen.scenes.choosing import choosing
from kiosk.screen.scenes.consenting import consenting
from kiosk.screen.scenes.idle import idle
from kiosk.screen.stage import Scene, Stage

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
        Phase.RECONNECTING: "sorry",
        Phase.FAREWELL: "happy",
        Phase.WIPING: "resting",
        Phase.MAINTENANCE: "resting",
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


def look(snapshot: Snapshot) -> Look:
    """The face for a moment."""
    if snapshot.phase is Phase.FAREWELL and snapshot.fault is not None:
        return "sorry"
    return LOOKS.get(snapshot.phase) or MOODS[snapshot.mood]


def lay_out(snapshot: Snapshot, stage: Stage, now_s: float, heard: float = 0.0) -> tuple[Draw, ...]:
    """Everything on the screen, from back to front.

    `heard` is the candidate's level from 0 to 1; it moves the bars and nothing else.
    """
    scene = Scene(snapshot, stage, now_s, heard)
    grid = scene.grid
    face = look(snapshot)
    reach = grid.px(FACE_SIDE * 0.66)
    middle = (grid.face.x + grid.face.w // 2, grid.face.y + grid.face.h // 2)
    glow = Box(middle[0] - reach, middle[1] - reach, 2 * reach, 2 * reach)
    backdrop = Backdrop(Box(0, 0, *stage.size), glow, stage.theme.glows[face])
    return (backdrop, Face(grid.face, face), *SCENES[snapshot.phase](scene))
