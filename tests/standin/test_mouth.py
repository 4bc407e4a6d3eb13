import asyncio
from collections.abc import Callable

import av
import numpy as np

from kiosk.opus_out import PACKET_SAMPLES as FRAME
from kiosk.standin.mouth import Mouth, Passage

TONE = np.asarray(9000 * np.sin(np.arange(FRAME * 100) * 0.06), np.int16)


class Ear:
    """Decodes what a mouth sends."""

    def __init__(self, *, send_silence: bool = True) -> None:
        self.told: list[tuple[str, str, int]] = []
        self.mouth = Mouth(self._note("started"), self._note("stopped"), send_silence=send_silence)
        decoder = av.CodecContext.create("libopus", "r")
        assert isinstance(decoder, av.AudioCodecContext)
        decoder.format = av.AudioFormat("s16")
        self._decoder = decoder

    def _note(self, what: str) -> Callable[[Passage], None]:
        def note(passage: Passage) -> None:
            self.told.append((what, passage.item_id, passage.played_ms))

        return note

    async def loud(self, packets: int) -> list[bool]:
        heard = []
        for _ in range(packets):
            packet = av.Packet(bytes(await self.mouth.recv()))
            frames = self._decoder.decode(packet)
            heard.append(max(float(np.abs(frame.to_ndarray()).max()) for frame in frames) > 1500)
        return heard


async def test_passages_are_spoken_one_after_the_other_in_real_time() -> None:
    ear = Ear()
    one, two = ear.mouth.begin("r1", "i1"), ear.mouth.begin("r2", "i2")
    ear.mouth.add(two, TONE[: FRAME * 4])
    ear.mouth.add(one, TONE[: FRAME * 5 + 7])
    ear.mouth.finish(one)
    ear.mouth.finish(two)
    start = asyncio.get_running_loop().time()
    heard = await ear.loud(20)
    assert 0.36 <= asyncio.get_running_loop().time() - start < 0.6
    assert sum(heard) >= 9
    assert not any(heard[14:])
    assert ear.told == [
        ("started", "i1", 20),
        ("stopped", "i1", 100),
        ("started", "i2", 20),
        ("stopped", "i2", 80),
    ]
    assert not ear.mouth.speaking


async def test_nothing_stops_before_it_is_complete() -> None:
    ear = Ear()
    passage = ear.mouth.begin("r", "i")
    ear.mouth.add(passage, TONE[:FRAME])
    await ear.loud(4)
    assert ear.told == [("started", "i", 20)]
    ear.mouth.add(passage, TONE[:FRAME])
    ear.mouth.finish(passage)
    await ear.loud(2)
    assert ear.told[-1] == ("stopped", "i", 40)


async def test_clearing_is_silence_at_once_and_tells_what_was_heard() -> None:
    ear = Ear()
    passage, waiting = ear.mouth.begin("r", "i"), ear.mouth.begin("r2", "i2")
    ear.mouth.add(passage, TONE)
    await ear.loud(5)
    cut = ear.mouth.clear()
    assert [(one.item_id, one.played_ms) for one in cut] == [("i", 100), ("i2", 0)]
    ear.mouth.add(passage, TONE)
    ear.mouth.finish(passage)
    ear.mouth.finish(waiting)
    assert not any((await ear.loud(6))[2:])
    assert ear.told == [("started", "i", 20)]


async def test_an_empty_passage_is_never_told_of() -> None:
    ear = Ear()
    ear.mouth.finish(ear.mouth.begin("r", "i"))
    await ear.loud(2)
    assert ear.told == []


async def test_a_resting_mouth_sends_nothing_and_keeps_its_clock() -> None:
    ear = Ear(send_silence=False)
    waiting = asyncio.ensure_future(ear.mouth.recv())
    await asyncio.sleep(0.1)
    assert not waiting.done()
    passage = ear.mouth.begin("r", "i")
    ear.mouth.add(passage, TONE[: FRAME * 2])
    first = await asyncio.wait_for(waiting, 1)
    second = await ear.mouth.recv()
    assert first.pts is not None
    assert second.pts == first.pts + FRAME


async def test_after_a_stall_the_past_is_not_sent_in_a_burst() -> None:
    ear = Ear()
    first = await ear.mouth.recv()
    await asyncio.sleep(0.5)
    second, third = await ear.mouth.recv(), await ear.mouth.recv()
    assert first.pts is not None
    assert second.pts is not None
    assert second.pts - first.pts > FRAME * 20
    assert third.pts == second.pts + FRAME
