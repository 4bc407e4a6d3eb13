import asyncio
import time

import av
import numpy as np

from kiosk.opus_out import (
    LATE_S,
    NARROW_PERCENT,
    PACKET_MS,
    PACKET_SAMPLES,
    SILENT_PACKET,
    Pace,
    SpeechEncoder,
)


def decoded(packets: list[bytes]) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
    decoder = av.CodecContext.create("libopus", "r")
    assert isinstance(decoder, av.AudioCodecContext)
    decoder.sample_rate = 48_000
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet))]
    return np.concatenate([frame.to_ndarray().astype(np.float32).ravel() for frame in frames])


def test_a_silent_packet_is_silence() -> None:
    sound = decoded([SILENT_PACKET] * 5)
    assert sound.size >= 4 * PACKET_SAMPLES
    assert np.abs(sound).max() < 1e-4


def test_encodes_mono_speech_small_and_true() -> None:
    encoder = SpeechEncoder()
    at = np.arange(100 * PACKET_SAMPLES) / 48_000
    sound = (8000 * np.sin(2 * np.pi * 440 * at)).astype("<i2").reshape(100, PACKET_SAMPLES)
    packets = [encoder.encode(part.tobytes()) for part in sound]
    assert 10_000 < sum(map(len, packets)) * 8 / 2.0 < 40_000
    assert not any(packet[0] & 0x04 for packet in packets)  # the bit for stereo
    spectrum = np.abs(np.fft.rfft(decoded(packets)[24_000:72_000]))
    assert abs(int(np.argmax(spectrum)) - 440) <= 440


def test_more_expected_loss_spends_the_bits_on_speech_alone() -> None:
    at = np.arange(50 * PACKET_SAMPLES) / 48_000
    sound = (4000 * np.sin(2 * np.pi * 300 * at * (1 + at))).astype("<i2").reshape(50, -1)

    def bands(percent: int) -> set[int]:
        """Of the packets' configurations, RFC 6716 table 2."""
        encoder = SpeechEncoder()
        encoder.expect_loss(percent)
        return {encoder.encode(part.tobytes())[0] >> 3 for part in sound}

    wide_band_speech = {8, 9, 10, 11}
    assert bands(NARROW_PERCENT) <= wide_band_speech
    assert not bands(NARROW_PERCENT - 1) <= wide_band_speech


async def test_keeps_the_beat_and_catches_up_with_a_short_delay() -> None:
    pace = Pace()
    began_s = time.monotonic()
    assert await pace.next() == 0
    await asyncio.sleep(LATE_S / 2)
    skipped = [await pace.next() for _ in range(10)]
    assert time.monotonic() - began_s >= 10 * PACKET_MS / 1000
    assert sum(skipped) * PACKET_MS / 1000 <= time.monotonic() - began_s


async def test_skips_what_a_long_stall_has_cost() -> None:
    pace = Pace()
    await pace.next()
    await asyncio.sleep(2 * LATE_S + PACKET_MS / 1000)
    assert await pace.next() >= 2 * LATE_S * 1000 / PACKET_MS
