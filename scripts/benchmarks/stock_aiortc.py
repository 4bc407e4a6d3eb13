"""aiortc's own way from packets to sound, in simulated time: what a booth would have without ours.

Its jitter buffer and its decoder as `aiortc.rtcrtpreceiver` puts them together, into its endless
queue, from which a sound card takes a frame every 20 ms or, when there is none, silence.
"""

from collections import deque
from collections.abc import Iterable

import numpy as np
from aiortc.codecs.opus import OpusDecoder
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket
from av import AudioFrame

from kiosk.audio.pcm import Pcm, mono, silence
from kiosk.audio.port import RATE_HZ, VoicePacket

CAPACITY, PREFETCH = 16, 4
"""As `RTCRtpReceiver` makes it for sound."""
SLOT_S = 0.02
SLOT = round(SLOT_S * RATE_HZ)


def play(packets: Iterable[VoicePacket], seconds: float) -> tuple[Pcm, list[bool]]:
    """Return what is heard while packets arrive, and for each 20 ms whether nothing was there."""
    buffer = JitterBuffer(CAPACITY, PREFETCH)
    decoder = OpusDecoder()
    queue: deque[Pcm] = deque()
    heard: list[Pcm] = []
    silent: list[bool] = []
    coming = iter(packets)
    packet = next(coming, None)
    for slot in range(round(seconds / SLOT_S)):
        while packet is not None and packet.arrival_s <= (slot + 1e-6) * SLOT_S:
            queue.extend(_decoded(buffer, decoder, packet))
            packet = next(coming, None)
        silent.append(not queue)
        heard.append(queue.popleft() if queue else silence(SLOT))
    return np.concatenate(heard), silent


def _decoded(buffer: JitterBuffer, decoder: OpusDecoder, packet: VoicePacket) -> Iterable[Pcm]:
    rtp = RtpPacket(
        sequence_number=packet.sequence, timestamp=packet.timestamp, payload=packet.payload
    )
    vars(rtp)["_data"] = packet.payload
    _, frame = buffer.add(rtp)
    if frame is not None:
        for sound in decoder.decode(frame):
            assert isinstance(sound, AudioFrame)
            yield mono(sound.to_ndarray().tobytes(), 2)
