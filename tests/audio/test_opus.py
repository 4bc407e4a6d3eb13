"""libopus through ctypes: decoding, repair, concealment, bad packets."""

import numpy as np
import pytest

from kiosk.audio.opus import Decoder, Encoder, OpusError
from kiosk.audio.pcm import dbfs
from kiosk.interview.recordings import load_recordings
from kiosk.places import ASSETS
from tests.audio.voice import carries_repair, encode, strength, tone


def test_packets_are_decoded_and_measured() -> None:
    decoder = Decoder()
    payloads = encode(tone(440, 1.0))
    assert {decoder.duration(payload) for payload in payloads} == {960}
    sound = np.concatenate([decoder.decode(payload) for payload in payloads])
    assert strength(sound[4800:], 440) == pytest.approx(0.3, rel=0.03)


def test_a_gap_is_concealed_and_fades() -> None:
    decoder = Decoder()
    for payload in encode(tone(440, 0.5)):
        decoder.decode(payload)
    levels = [dbfs(decoder.conceal(960)) for _ in range(12)]
    assert levels[0] > -20
    assert levels[-1] < levels[0] - 10


def test_a_lost_packet_is_recovered_from_the_next() -> None:
    rise = np.concatenate([tone(440, 0.5), tone(1000, 0.5)])
    payloads = encode(rise, fec=True)
    change = 26

    def third(*, repaired: bool) -> float:
        decoder = Decoder()
        for payload in payloads[: change - 1]:
            decoder.decode(payload)
        lost = decoder.recover(payloads[change], 960) if repaired else decoder.conceal(960)
        return strength(lost, 1000)

    assert third(repaired=True) > 3 * third(repaired=False)


@pytest.mark.parametrize("payload", [b"", b"\xff\xff\xff", b"\x03\xff"])
def test_what_is_no_packet_has_no_length_and_is_refused(payload: bytes) -> None:
    decoder = Decoder()
    assert decoder.duration(payload) == 0
    if payload:
        with pytest.raises(OpusError, match="refuses"):
            decoder.decode(payload)


def encoder(loss_percent: int) -> Encoder:
    made = Encoder(bit_rate=32_000, complexity=5)
    made.expect_loss(loss_percent)
    return made


def test_what_is_encoded_is_heard_again() -> None:
    blocks = tone(440, 1.0).reshape(-1, 960)
    decoder, made = Decoder(), encoder(15)
    payloads = [made.encode(block.tobytes()) for block in blocks]
    assert sum(map(len, payloads)) * 8 < 40_000
    sound = np.concatenate([decoder.decode(payload) for payload in payloads])
    assert strength(sound[4800:], 440) == pytest.approx(0.3, rel=0.03)


def test_packets_carry_repair_as_soon_as_loss_is_expected() -> None:
    made = encoder(0)
    answer = load_recordings(ASSETS / "candidate")[0].pcm()
    blocks = [block.tobytes() for block in answer[: 400 * 960].reshape(-1, 960)]
    half = len(blocks) // 2
    before = [carries_repair(made.encode(block)) for block in blocks[:half]]
    made.expect_loss(15)
    after = [carries_repair(made.encode(block)) for block in blocks[half:]]
    assert not any(before)
    assert sum(after) > 0.5 * len(after)


@pytest.mark.parametrize("size", [0, 2, 1918, 1922, 100_000])
def test_other_lengths_are_refused(size: int) -> None:
    with pytest.raises(OpusError, match="does not encode"):
        encoder(15).encode(bytes(size))


def test_a_setting_that_libopus_has_not_is_refused() -> None:
    with pytest.raises(OpusError, match="refuses 101"):
        encoder(101)
