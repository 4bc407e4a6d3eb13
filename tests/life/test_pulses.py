import asyncio
from functools import partial

from kiosk.life.heart import Heart, Part
from kiosk.life.pulses import TURN_S, Pulses


class Seen(Heart):
    """Remembers who began and who took a turn."""

    def __init__(self) -> None:
        super().__init__(20.0, 0.0)
        self.begun: list[Part] = []
        self.beats: list[Part] = []

    def begin(self, part: Part) -> None:
        self.begun.append(part)

    def beat(self, part: Part) -> None:
        self.beats.append(part)


def test_the_loop_tells_its_own_turns_and_those_of_all_who_moved() -> None:
    heart = Seen()
    moves = {Part.ENGINE: True, Part.MICROPHONE: False}

    async def live() -> None:
        pulses = Pulses(heart, {part: partial(moves.__getitem__, part) for part in moves})
        pulses.start()
        assert heart.beats == [Part.LOOP, Part.ENGINE]
        moves[Part.MICROPHONE] = True
        await asyncio.sleep(1.5 * TURN_S)
        assert heart.beats[2:] == [Part.LOOP, Part.ENGINE, Part.MICROPHONE]
        pulses.stop()
        told = len(heart.beats)
        await asyncio.sleep(1.5 * TURN_S)
        assert len(heart.beats) == told

    asyncio.run(live())
    assert heart.begun == list(moves)
