"""Near and far, told by level."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.near import KNOWN_S, OPEN_S, VOICE_HOLD_S, NearGate
from kiosk.audio.pcm import Pcm
from tests.audio.voice import tone

NEAR, NEIGHBOUR = tone(300, 0.01, level=0.1), tone(300, 0.01, level=0.1 / 5.6)


def taught() -> NearGate:
    """A gate that has heard a candidate, half of the time."""
    gate = NearGate()
    for i in range(round(2 * KNOWN_S * 100)):
        gate.hear(NEAR if i // 100 % 2 else NEIGHBOUR, voice=False)
    return gate


def passed(gate: NearGate, block: Pcm, blocks_: int, *, voice: bool) -> list[bool]:
    return [bool(gate.hear(block, voice=voice).any()) for _ in range(blocks_)]


def test_while_the_voice_plays_only_a_near_sound_passes() -> None:
    gate = taught()
    heard = passed(gate, NEIGHBOUR, 200, voice=True)
    assert not any(heard[round(OPEN_S * 100) + 5 :])
    assert any(passed(gate, NEAR, 5, voice=True))
    heard = passed(gate, NEIGHBOUR, 200, voice=True)
    assert all(heard[: round(OPEN_S * 100) - 5])
    assert not any(heard[round(OPEN_S * 100) + 5 :])


def test_a_click_of_a_few_milliseconds_is_not_near() -> None:
    gate = taught()
    passed(gate, NEIGHBOUR, 200, voice=True)
    click = NEIGHBOUR.copy()
    click[100:150] = 4000
    assert not gate.hear(click, voice=True).any()


def test_without_the_voice_everything_passes_untouched() -> None:
    gate = taught()
    passed(gate, NEIGHBOUR, 200, voice=True)
    passed(gate, NEIGHBOUR, round(VOICE_HOLD_S * 100) + 1, voice=False)
    assert gate.hear(NEIGHBOUR, voice=False) is NEIGHBOUR


def test_before_anybody_was_heard_nothing_is_held_back() -> None:
    assert all(passed(NearGate(), NEIGHBOUR, 500, voice=True))


def test_opening_and_closing_are_without_a_step() -> None:
    gate = taught()
    steady = np.full(480, 3000, np.int16)
    loud = np.full(480, 9000, np.int16)
    for block in [NEIGHBOUR] * 100 + [loud] * 10 + [steady] * 20:
        out = gate.hear(block, voice=True)
        if block is loud:
            assert np.abs(np.diff(out.astype(int))).max() < 100


@given(st.lists(st.tuples(st.integers(0, 20_000), st.booleans()), max_size=60))
def test_whatever_comes_blocks_stay_whole_and_never_grow(
    levels: list[tuple[int, bool]],
) -> None:
    gate = taught()
    for level, voice in levels:
        block = np.full(480, level, np.int16)
        out = gate.hear(block, voice=voice)
        assert len(out) == 480
        assert out.dtype == np.int16
        assert (np.abs(out) <= level).all()
        assert -100 <= gate.threshold_dbfs <= 0
