"""An interview whose line goes dark."""

from kiosk.core import events as on
from kiosk.core.snapshot import Hearing
from tests.core.world import Line, World


def watched(world: World, hearing: Hearing, ago_s: float = 2.5) -> None:
    """Let the line hear the service well, late or not at all."""
    world.tell(on.LineWatched(world.state.line, hearing, world.now - ago_s))


def dark(*, line: Line = "silent") -> World:
    """An interview whose line is dark while another call is being opened."""
    world = World().converse()
    world.line = line
    watched(world, "dark")
    return world
