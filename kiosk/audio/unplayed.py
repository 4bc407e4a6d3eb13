"""The end of the voice that an engine may take to its grave, kept for the one that takes over."""

from collections import deque

from kiosk.audio.port import Clock, VoicePacket

PACKET_MS = 20
"""Voice in a packet, as the service sends it (RFC 7587 section 4.2 advises it)."""
OUTAGE_MS = 400
"""Voice that is kept beyond what was queued; an outage that lasts longer costs its oldest part."""
MOST_PACKETS = 100
"""No more is kept: a service that sends far ahead of the voice loses the middle, not the memory."""


class Unplayed:
    """Packets that were given to an engine and have not left the loudspeaker (pure)."""

    def __init__(self) -> None:
        self._packets: deque[tuple[float, VoicePacket]] = deque(maxlen=MOST_PACKETS)
        self._queued_ms = 0
        """Of what was given before the last clock."""

    def clear(self) -> None:
        """Forget all."""
        self._packets.clear()
        self._queued_ms = 0

    def add(self, packet: VoicePacket, given_s: float) -> None:
        """Note a packet and when it was given."""
        self._packets.append((given_s, packet))

    def note(self, clock: Clock) -> None:
        """Forget what had been played by then."""
        later = sum(given_s > clock.at_s for given_s, _ in self._packets)
        self._queued_ms = clock.queued_ms
        while len(self._packets) > later + _packets(clock.queued_ms):
            self._packets.popleft()

    def rest(self, now_s: float) -> tuple[list[VoicePacket], int]:
        """Give what is to be played once more, and how many ms of it were played before."""
        most = _packets(self._queued_ms + OUTAGE_MS)
        whole = len(self._packets) <= most
        queued = min(_packets(self._queued_ms), len(self._packets))
        again_ms = max(0, queued * PACKET_MS - self._queued_ms) if whole else 0
        rest = [packet for _, packet in self._packets][-most:]
        self._packets = deque(((now_s, packet) for packet in rest), maxlen=MOST_PACKETS)
        return rest, again_ms


def _packets(voice_ms: int) -> int:
    return -(-voice_ms // PACKET_MS)
