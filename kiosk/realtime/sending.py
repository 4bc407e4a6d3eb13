"""Looks after aiortc's sender: what is lost of the microphone, and whether it is sent at all.

An exception inside aiortc's sender ends its task for ever, while the connection stays as it is.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from aiortc.stats import (
    RTCOutboundRtpStreamStats,
    RTCRemoteInboundRtpStreamStats,
    RTCStatsReport,
)

from kiosk.audio.port import RATE_HZ
from kiosk.opus_loss import LossReport, expected_loss

LOOK_S = 1.0
"""Receivers report every 0.5 to 5 s (RFC 3550 section 6.2)."""
STILL_LOOKS = 3
"""So many looks in a row without a packet: the sender has stopped.  A packet is due every 20 ms;
looks are counted, not seconds, so that a loop that stood still is not taken for it."""
REPORTS = 40
"""As many as count; older ones have faded."""
LOST_UNIT = 256
"""aiortc gives the byte of the receiver report, RFC 3550 section 6.4.1."""


class Sender(Protocol):
    """What is used of an `RTCRtpSender`."""

    async def getStats(self) -> RTCStatsReport:  # noqa: N802 - aiortc's own
        """Return the newest statistics."""


class SendingWatch:
    """Tells the encoder what to expect, and the call when nothing leaves any more."""

    def __init__(
        self, sender: Sender, *, on_loss: Callable[[int], None], on_stopped: Callable[[], None]
    ) -> None:
        """`on_loss` is told of each change in percent; `on_stopped` ends the watch."""
        self.quality: dict[str, float] = {}
        """What the receiver said last of the way to it: `round_trip_ms` where it can be known,
        `jitter_ms` and `lost_percent`; empty before it has."""
        self._sender = sender
        self._on_loss = on_loss
        self._on_stopped = on_stopped
        self._reports: deque[LossReport] = deque(maxlen=REPORTS)
        self._reported: object = None
        """When the last report came, as aiortc dates it."""
        self._expected = expected_loss([])
        self._sent = -1
        self._still = 0

    async def run(self) -> None:
        """Look until the sender has stopped."""
        while self._still < STILL_LOOKS:
            await asyncio.sleep(LOOK_S)
            self._look(await self._sender.getStats())
        self._on_stopped()

    def _look(self, stats: RTCStatsReport) -> None:
        for one in stats.values():
            if isinstance(one, RTCOutboundRtpStreamStats):
                self._still = 0 if one.packetsSent != self._sent else self._still + 1
                self._sent = one.packetsSent
            elif isinstance(one, RTCRemoteInboundRtpStreamStats):
                self._heed(one)

    def _heed(self, report: RTCRemoteInboundRtpStreamStats) -> None:
        if report.timestamp == self._reported:
            return
        self._reported = report.timestamp
        self.quality = {
            "jitter_ms": round(1000 * report.jitter / RATE_HZ, 1),
            "lost_percent": round(100 * report.fractionLost / LOST_UNIT, 1),
        }
        if report.roundTripTime is not None:
            self.quality["round_trip_ms"] = round(1000 * report.roundTripTime, 1)
        self._reports.append(LossReport(time.monotonic(), report.fractionLost / LOST_UNIT))
        expected = expected_loss(self._reports)
        if expected != self._expected:
            self._expected = expected
            self._on_loss(expected)
