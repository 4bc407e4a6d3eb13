"""What holds an interview up: who decides, how it looks, and the panel that says so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from kiosk.core.snapshot import Phase, Snapshot
from kiosk.interview.wording import Hitch
from kiosk.screen.column import Column
from kiosk.screen.draws import Box, Draw, Icon, IconName, Look, Panel, Text
from kiosk.screen.scenes.parts import SMALLER, message, shrinks
from kiosk.screen.stage import Scene
from kiosk.screen.zones import PAD

LONG_S = 8.0
"""A line that is away for so long may stay away: of what is said now, not all will be kept."""
ICON = 46
"""Units of a hitch's icon."""
ICON_ROOM = 58
"""Units of width for the icon and the code below it."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How a hitch is seen without words."""

    icon: IconName
    look: Look | None = None
    """The face; None for what the mood makes of it."""
    rests: bool = True
    """What was said steps back."""


SIGHTS: Mapping[Hitch, Sight] = MappingProxyType(
    {
        "deaf": Sight("deaf", "sorry"),
        "mute": Sight("mute", "sorry", rests=False),
        "away": Sight("away", "thinking"),
        "long": Sight("away", "sorry"),
        "standin": Sight("here", rests=False),
    }
)


def hitch(snapshot: Snapshot, now_s: float) -> Hitch | None:
    """What holds the interview up at a monotonic second; what is nearest to the candidate first."""
    away = snapshot.phase is Phase.RECONNECTING
    if snapshot.deaf is not None:
        return "deaf" if snapshot.deaf.remedy.apology == "deaf" else "mute"
    if snapshot.standin and (away or snapshot.standin_new):
        return "standin"
    if not away:
        return None if snapshot.lost_s is None else "away"
    return "long" if now_s >= _lost_s(snapshot, now_s) + LONG_S else "away"


def _lost_s(snapshot: Snapshot, now_s: float) -> float:
    """Since when the line is lost: before the candidate was heard only its ring tells."""
    ring = snapshot.ring
    if snapshot.lost_s is not None:
        return snapshot.lost_s
    return ring.began_s if ring is not None and ring.kind == "line" else now_s


def now_held(scene: Scene) -> Hitch | None:
    """What holds this moment up."""
    return hitch(scene.snapshot, scene.now_s)


def at_rest(scene: Scene) -> bool:
    """True while nobody speaks, as neither would be heard."""
    what, snapshot = now_held(scene), scene.snapshot
    away = snapshot.phase is Phase.RECONNECTING or snapshot.lost_s is not None
    return what is not None and (away or SIGHTS[what].rests)


def told_alone(scene: Scene, what: Hitch) -> tuple[Draw, ...]:
    """A hitch where nothing was said yet, with the code for staff."""
    fault = scene.snapshot.deaf
    code = [(SIGHTS[what].icon, fault.remedy.code)] if fault else []
    return message(scene, scene.words.hitches[what], more(scene, what), code)


def panel(scene: Scene, what: Hitch) -> tuple[Draw, ...]:
    """A hitch where else the candidate's words stand, in nobody's colour.

    The code for staff is small, below the icon.
    """
    theme, grid, fault = scene.theme, scene.grid, scene.snapshot.deaf
    pad, place, column = grid.px(PAD), scene.zones.answer.box, grid.column
    side, room = grid.px(ICON), grid.px(ICON_ROOM)
    small = scene.type(theme.small * SMALLER / theme.text_scale, language="en")
    under = small.line_px if fault else 0
    icon = Box((room - side) // 2, (place.h - side - under) // 2, side, side)
    told = scene.column(column.w - 2 * pad)
    told.beside([Icon(icon, SIGHTS[what].icon, theme.text_soft)])
    if fault:
        code = fault.remedy.code
        width = scene.stage.measure(code, small, column.w)[0].width_px
        label = Box((room - width) // 2, icon.bottom, width, small.line_px)
        told.beside([Text(label, code, small, theme.notice)])
    words = fitted(scene, what, column.w - room - 3 * pad, place.h + pad // 2)
    left = 0 if scene.words.right_to_left else room + pad
    told.beside(words.at(left, (place.h - words.height_px) // 2), mirrored=False)
    ground = Box(column.x, place.y - pad, column.w, place.h + 2 * pad)
    return (Panel(ground, theme.panel, grid.px(24)), *told.at(column.x + pad, place.y))


def fitted(scene: Scene, what: Hitch, width_px: int, height_px: int) -> Column:
    """What holds the interview up and how it goes on, as large as there is room for it."""
    theme, own = scene.theme, scene.snapshot.language
    large = replace(scene.zones.answer.type, language=own, bold=True)
    for shrink in shrinks(theme.text_scale):
        words = scene.column(width_px)
        title = replace(large, size_px=round(large.size_px * shrink))
        words.text(scene.words.hitches[what], title, theme.text)
        words.text(more(scene, what), scene.type(theme.body, shrink=shrink), theme.text_soft)
        if words.height_px <= height_px:
            break
    return words


def more(scene: Scene, what: Hitch) -> str:
    """How it goes on."""
    return scene.words.hitches_more[what].format(button=scene.press_what)
