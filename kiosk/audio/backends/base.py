"""What a backend offers the engine."""

from collections.abc import Callable
from typing import Protocol

from kiosk.audio.pcm import Pcm
from kiosk.core.faults import Fault

Pull = Callable[[float], Pcm]
"""Asks for the next 10 ms; told the monotonic second at which they will leave the loudspeaker."""
Hear = Callable[[Pcm, float], None]
"""Given 10 ms and the monotonic second of their first sample."""
Wanted = tuple[str, ...]
"""Candidates as `kiosk.audio.candidates` reads them, the best first."""


class DeviceError(Exception):
    """A device cannot be used."""

    def __init__(self, fault: Fault, why: str, *, list_anew: bool = False) -> None:
        super().__init__(why)
        self.fault = fault
        self.why = why
        """One sentence."""
        self.list_anew = list_anew
        """It may be there all the same: only a refreshed list would tell."""


class Stream(Protocol):
    """An open device."""

    @property
    def xruns(self) -> int:
        """Times captured sound was dropped, or the loudspeaker was left without."""

    @property
    def lost(self) -> str:
        """Why it stopped by itself, in one sentence; empty while it runs."""

    @property
    def suspect(self) -> bool:
        """It may be another device by now than was opened; only opening it anew tells."""

    def close(self) -> None:
        """Close it; no callback is under way or follows afterwards."""


class Backend(Protocol):
    """A family of devices."""

    real: bool
    """True where sound crosses a room: echo and dead microphones are possible."""

    @property
    def changes(self) -> int:
        """Times that devices came or went, as far as the machine tells; cheap to ask."""

    def check_input(self, wanted: Wanted) -> None:
        """Look whether the input is there, without capturing; `DeviceError` where it is not."""

    def check_output(self, wanted: Wanted) -> None:
        """Look whether the output is there; `DeviceError` where it is not."""

    def open_input(self, wanted: Wanted, hear: Hear) -> Stream:
        """Begin to capture; `DeviceError` where that fails."""

    def open_output(self, wanted: Wanted, pull: Pull) -> Stream:
        """Begin to play; `DeviceError` where that fails."""

    def refresh(self) -> None:
        """Forget what was known about devices; none of this backend may be open."""
