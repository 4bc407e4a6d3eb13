"""libopus through ctypes: decoding, repair, concealment, bad packets."""

import numpy as np
import pytest

from kiosk.audio.opus import Decoder, OpusError
from kiosk.audio.pcm import dbfs
from tests.audio.voice import encode, strength, tone


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
