"""The line as the runtime knows it; `WebRTCAudioManager` is one."""

from typing import Protocol

from kiosk.core import effects as do


class Line(Protocol):
    """Calls to the service: one that is talked over, and at most one more beside it."""

    async def connect(self, language: str, call: int, place: do.Place) -> None:
        """Open a call beside the line; raises `LineError`."""

    def take(self, call: int) -> None:
        """From here on that open call is the line."""

    def drop(self) -> None:
        """Give up the call that is being opened, or was opened and not taken."""

    async def disconnect(self) -> None:
        """Close every call, in whatever state it is."""

    def send(self, command: do.ServiceCommand) -> bool:
        """Send one command; False where that cannot be done."""

    def hear(self, frame: bytes, captured_s: float) -> None:
        """Send one microphone frame."""

    def keep(self, frame: bytes, captured_s: float) -> None:
        """Keep one microphone frame for `put_back`."""

    def put_back(self, since_s: float) -> None:
        """Tell the line what was kept since then, up to now; answered by `SpeechPutBack`."""

    def forget(self) -> None:
        """Overwrite what was kept."""
