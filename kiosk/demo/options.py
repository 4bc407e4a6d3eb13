"""What a person asks of `kiosk demo`."""

from dataclasses import dataclass
from pathlib import Path

SCRIPT = "demo"
"""The script of a demo for which none is named."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The command line of `kiosk demo`, read."""

    headless: bool = False
    """No window and no sound card: a virtual candidate holds the interview in real time."""
    out: Path | None = None
    """Folder for recording, transcript and report; None leaves nothing behind."""
    cloud: bool = False
    """Call the hosted service with the customer's own key instead of the stand-in."""
    seconds: float = 30.0
    """How long the call of `cloud` may last."""
    script: str | None = None
    """Interview script, as `[interview] script` names it; None takes the demo's own."""
    fps: int = 30
    """Frames a second, on the screen and in the recording."""
    width: int = 1280
    """Pixels; even, as video wants it."""
    height: int = 720
    """Pixels; even, as video wants it."""
    packets: Path | None = None
    """Where to write when each packet of the voice arrived; None writes nothing."""
    network: str | None = None
    """The network between booth and stand-in: a name in `config/networks`, or a path."""
    config: Path | None = None
    """Settings file; None takes the usual one."""
