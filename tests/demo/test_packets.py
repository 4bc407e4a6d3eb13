from fractions import Fraction

import av
import numpy as np
import pytest

from kiosk.audio.port import RATE_HZ, VoicePacket
from kiosk.demo.packets import WireEar


def packets(*, fec: bool, seconds: float = 1.0, amplitude: int = 12_000) -> list[VoicePacket]:
    """Opus as a service might send it: something like a voice, in packets of 20 ms."""
    codec = av.CodecContext.create("libopus", "w")
    assert isinstance(codec, av.AudioCodecContext)
    codec.bit_rate, codec.format, codec.layout = 24_000, "s16", "mono"
    codec.sample_rate, codec.time_base = RATE_HZ, Fraction(1, RATE_HZ)
    codec.options = {"application": "voip", "fec": str(int(fec)), "packet_loss": "20"}
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * 140 * n * times) / n for n in range(1, 9))
    pcm = (amplitude * tone * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * times))).astype(np.int16)
    out: list[VoicePacket] = []
    for start in range(0, len(pcm), 960):
        frame = av.AudioFrame.from_ndarray(pcm[None, start : start + 960], "s16", "mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, start, codec.time_base
        for each in codec.encode(frame):
            out.append(VoicePacket(len(out), start, 1, start / RATE_HZ, bytes(each)))
    return out


def test_a_voice_is_audible_and_as_long_as_it_is() -> None:
    ear = WireEar()
    heard = [ear.hear(packet) for packet in packets(fec=True)]
    assert {each.length_ms for each in heard} == {20.0}
    assert all(each.audible for each in heard[5:])


def test_silence_is_not_audible() -> None:
    ear = WireEar()
    assert not any(ear.hear(packet).audible for packet in packets(fec=False, amplitude=0))


@pytest.mark.parametrize("fec", [True, False])
def test_fec_is_seen_where_it_is(fec: bool) -> None:
    ear = WireEar()
    told = [ear.hear(packet).fec for packet in packets(fec=fec)[5:]]
    if None in told:
        pytest.skip("this libopus cannot tell")
    assert (sum(map(bool, told)) > len(told) / 2) is fec


@pytest.mark.parametrize("payload", [b"\xff", b"\x03\xff\xff", bytes(1), b"\xf8\xff\xfe"])
def test_any_payload_is_survived(payload: bytes) -> None:
    heard = WireEar().hear(VoicePacket(1, 0, 1, 0.0, payload))
    assert not heard.audible
