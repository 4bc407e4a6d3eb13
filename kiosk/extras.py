"""What a demo or a test adds to a booth."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pygame

from kiosk.audio.port import Clock, VoicePacket
from kiosk.host.button import ButtonSource

if TYPE_CHECKING:
    from kiosk.runtime import Observer


@dataclass(frozen=True, slots=True)
class Extras:
    """What a demo adds to a booth; a booth at a fair has none of it."""

    record: Path | None = None
    """Folder in which the sound engine keeps both voices."""
    monitor: Path | None = None
    """Pipe to which the engine copies what leaves the loudspeaker."""
    buttons: tuple[ButtonSource, ...] = ()
    """Pressed by nobody."""
    quit_on_escape: bool = False
    on_frame: Callable[[pygame.Surface, float], None] | None = None
    on_message: Callable[[Literal["in", "out"], str], None] | None = None
    on_packet: Callable[[VoicePacket], None] | None = None
    observe: "Observer | None" = None
    on_clock: Callable[[Clock], None] | None = None
    recorded: bool = False
    """The idle screen must say that this is recorded."""
