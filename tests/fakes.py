"""Fakes of the booth's parts that hold their users to the contract."""

from collections.abc import Awaitable, Callable

from kiosk.audio.port import FRAME_BYTES, Clock, SoundReport, VoicePacket
from kiosk.core.effects import Place, ServiceCommand
from kiosk.realtime.errors import LineError


class FakeLine:
    """A line that opens when told to; taking or sending what cannot be is an error."""

    def __init__(self) -> None:
        self.taken = 0
        """Number of the call that is the line; 0 where there is none."""
        self.beside = 0
        """Number of the call that is open and not taken; 0 where there is none."""
        self.sent: list[ServiceCommand] = []
        self.frames = 0
        self.kept_s: list[float] = []
        """When each frame that is kept was captured."""
        self.calls: list[str] = []
        """Every connect (with its language, and its place where it is another), take, drop that
        gave something up, and disconnect, in order."""
        self.refuse_with: LineError | None = None
        self.hold: Callable[[], Awaitable[object]] | None = None
        """Awaited before a call opens, where set."""
        self._dialled = 0

    @property
    def open(self) -> bool:
        """Whether there is a line."""
        return self.taken > 0

    async def connect(self, language: str, call: int, place: Place) -> None:
        """Open the call beside the line, or refuse as told."""
        self.drop()
        assert call > max(self._dialled, self.taken), "numbered backwards"
        self._dialled = call
        self.calls.append(f"connect {language}" + (f" {place}" if place != "service" else ""))
        if self.hold is not None:
            await self.hold()
        if self.refuse_with is not None:
            raise self.refuse_with
        assert self._dialled == call, "a call that was given up has opened"
        self.beside = call

    def take(self, call: int) -> None:
        """Make the open call the line."""
        assert call == self.beside, "taken without being open"
        self.calls.append(f"take {call}")
        self.taken, self.beside = call, 0

    def drop(self) -> None:
        """Give up what is not taken."""
        if self.beside:
            self.calls.append(f"drop {self.beside}")
        self.beside = 0

    def lose(self) -> int:
        """End the line as the network does; return its number."""
        call, self.taken = self.taken, 0
        return call

    async def disconnect(self) -> None:
        """Close all."""
        self.drop()
        self.calls.append("disconnect")
        self.taken = 0

    def keep(self, frame: bytes, captured_s: float) -> None:
        """Count a frame that is kept."""
        assert len(frame) == FRAME_BYTES
        self.kept_s.append(captured_s)

    def put_back(self, since_s: float) -> None:
        """Note what is to be told."""
        assert self.open, "nobody to tell"
        self.calls.append(f"put back since {since_s:g}")

    def forget(self) -> None:
        """Drop what was kept."""
        self.kept_s.clear()

    def send(self, command: ServiceCommand) -> bool:
        """Keep what was sent."""
        assert self.open, "sent without a call"
        self.sent.append(command)
        return True

    def hear(self, frame: bytes, captured_s: float) -> None:
        """Count the frames of the microphone."""
        assert len(frame) == FRAME_BYTES
        assert captured_s >= 0
        self.frames += 1


class FakeSound:
    """Ears and mouth that are moved by hand; playing while closed is an error."""

    on_frame: Callable[[bytes, float], None]
    on_report: Callable[[SoundReport], None]

    def __init__(self) -> None:
        self.is_open = False
        self.played: list[VoicePacket] = []
        self.flushes = 0
        self.attends = False
        self.renewals = 0
        self.held_back = 0
        self.clock = Clock(0.0, 0, 0, False, -100.0, False, 0, 0)

    async def start(self) -> None:
        """Begin with everything closed."""

    def open(self) -> None:
        """Open both."""
        self.is_open = True
        self.attends = False

    def close(self) -> None:
        """Close both."""
        self.is_open = False

    def play(self, packet: VoicePacket) -> None:
        """Keep the packet."""
        assert self.is_open, "played while closed"
        self.played.append(packet)

    def flush(self) -> None:
        """Drop what waits."""
        self.flushes += 1

    def attend(self, *, on: bool) -> None:
        """Keep whether the candidate is being heard."""
        assert self.is_open or not on, "attends while closed"
        self.attends = on

    def hold_back(self) -> None:
        """Hold the microphone back while the voice plays, from here on."""
        self.held_back += 1

    def renew(self) -> None:
        """Count the fresh processes."""
        assert not self.is_open, "renewed while open"
        self.renewals += 1

    async def stop(self) -> None:
        """End."""
        self.is_open = False
