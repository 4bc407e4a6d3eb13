"""What the lamp in the button tells of the booth (pure)."""

from collections.abc import Mapping
from typing import Literal

from kiosk.core.snapshot import Phase

Glow = Literal["dark", "steady", "breathing"]
GLOWS: Mapping[Phase, Glow] = {
    Phase.BOOTING: "dark",
    Phase.OUT_OF_SERVICE: "dark",
    Phase.IDLE: "breathing",
    Phase.CHOOSING: "steady",
    Phase.CONSENTING: "steady",
    Phase.CONNECTING: "steady",
    Phase.CONVERSING: "steady",
    Phase.RECONNECTING: "steady",
    Phase.WRAPPING_UP: "steady",
    Phase.FAREWELL: "steady",
    Phase.WIPING: "dark",
    Phase.MAINTENANCE: "dark",
    Phase.STOPPING: "dark",
}
"""What a candidate sees of each phase before they read anything."""
