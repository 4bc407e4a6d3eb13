"""Networks that lose, delay, stall, double and reorder packets, by a seeded chance.

What a network does to a stream is told by when each packet arrives; the least delay is zero.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kiosk.audio.port import VoicePacket
from kiosk.standin.venue.burst_loss import BurstLoss
from kiosk.standin.venue.scenario import Impairments

PACKET_S = 0.02


@dataclass(frozen=True, slots=True)
class Network:
    """One line from the service to the booth."""

    loss: float = 0.0
    """Share of packets lost, each by itself."""
    burst_loss: float = 0.0
    """Share of packets lost in bursts; this and the next two are as in `Impairments`."""
    burst_ms: float = 100.0
    loss_in_burst: float = 1.0
    jitter_ms: float = 0.0
    """Each packet is delayed by up to so much, uniformly; order is kept, as by a queue."""
    stall_ms: float = 0.0
    """So long nothing comes, then all at once."""
    stall_every_s: float = 4.0
    """Mean time from the end of one stall to the next."""
    drift_ppm: float = 0.0
    """The sender's clock is faster by that than the sound card's."""
    reordered: float = 0.0
    """Share of packets that take a detour of 25 to 50 ms and are overtaken."""
    doubled: float = 0.0
    """Share of packets that come twice, up to 30 ms apart."""
    seed: int = 1

    def deliver(self, packets: Iterable[VoicePacket]) -> list[VoicePacket]:
        """Return packets that are sent every 20 ms as they arrive, in order of arrival."""
        chance = random.Random(self.seed)
        arrived: list[VoicePacket] = []
        bursts = BurstLoss(chance)
        impairments = Impairments(
            loss=self.loss,
            burst_loss=self.burst_loss,
            burst_ms=self.burst_ms,
            loss_in_burst=self.loss_in_burst,
        )
        queue_s = 0.0
        stall_s = chance.expovariate(1 / self.stall_every_s)
        for i, packet in enumerate(packets):
            sent_s = i * PACKET_S / (1 + self.drift_ppm * 1e-6)
            at_s = sent_s + chance.uniform(0, self.jitter_ms) / 1000
            if self.stall_ms and sent_s >= stall_s + self.stall_ms / 1000:
                stall_s = sent_s + chance.expovariate(1 / self.stall_every_s)
            if self.stall_ms and sent_s >= stall_s:
                at_s = max(at_s, stall_s + self.stall_ms / 1000)
            at_s = queue_s = max(queue_s, at_s)
            if bursts.loses(impairments, sent_s):
                continue
            if chance.random() < self.reordered:
                at_s += chance.uniform(0.025, 0.05)
            arrived.append(replace(packet, arrival_s=at_s))
            if chance.random() < self.doubled:
                again_s = at_s + chance.uniform(0, 0.03)
                arrived.append(replace(packet, arrival_s=again_s))
        return sorted(arrived, key=lambda packet: packet.arrival_s)


NETWORKS: Mapping[str, Network] = {
    "clean": Network(),
    "loss 1 %": Network(loss=0.01),
    "loss 5 %": Network(loss=0.05),
    "loss 10 %": Network(loss=0.10),
    "loss 20 %": Network(loss=0.20),
    "bursts": Network(loss=0.002, burst_loss=0.037, burst_ms=70, loss_in_burst=0.8),
    "jitter 60 ms": Network(jitter_ms=60),
    "stalls 350 ms": Network(jitter_ms=10, stall_ms=350),
    "bad Wi-Fi": Network(
        burst_loss=0.037, burst_ms=70, loss_in_burst=0.8, jitter_ms=40, stall_ms=200
    ),
    "reordered": Network(reordered=0.05),
    "doubled": Network(doubled=0.05, jitter_ms=5),
    "drift +100 ppm": Network(drift_ppm=100),
    "drift -100 ppm": Network(drift_ppm=-100),
}
"""Lines by what is wrong with them."""
