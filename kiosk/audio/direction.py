"""One of the engine's two devices: opened, checked, lost and opened again."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.audio.backends.base import Backend, DeviceError, Stream
from kiosk.core.faults import Fault


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a device cannot be used."""

    fault: Fault
    why: str
    list_anew: bool = False
    """Only a fresh list of devices can mend it."""


@dataclass(slots=True)
class Direction:
    """The microphone or the loudspeaker."""

    backend: Backend
    check: Callable[[], None]
    """Looks whether the device is there; raises `DeviceError`."""
    begin: Callable[[], Stream]
    """Opens it; raises `DeviceError`."""
    missing: Fault
    """What its loss is called."""
    stream: Stream | None = None
    failure: Failure | None = None
    xruns_before: int = 0
    """Of streams that are closed."""
    openings: int = 0
    """Times it was opened."""

    @property
    def xruns(self) -> int:
        """Times sound was dropped, or missing, since the engine was opened."""
        return self.xruns_before + (self.stream.xruns if self.stream else 0)

    def look(self) -> None:
        """Check the closed device."""
        self._try(self.check)

    def open(self) -> None:
        """Open the device, or note why not."""

        def begin() -> None:
            self.stream = self.begin()
            self.openings += 1

        self._try(begin)

    @property
    def alarming(self) -> bool:
        """It is open, and `watch` has something to do."""
        return self.stream is not None and bool(self.stream.lost or self.stream.suspect)

    def watch(self) -> None:
        """Note when the open device stopped by itself, or is no longer the one that is meant."""
        if self.stream is None:
            return
        if why := self.stream.lost:
            self.close()
            self.failure = Failure(self.missing, why)
        elif self.stream.suspect:
            self.close()
            self.open()

    def close(self) -> None:
        """Close the device if it is open."""
        if self.stream is not None:
            self.xruns_before += self.stream.xruns
            self.stream.close()
            self.stream = None

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except DeviceError as error:
            self.failure = Failure(error.fault, error.why, error.list_anew)
        else:
            self.failure = None
