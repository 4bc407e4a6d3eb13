"""The account of every sample."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.stretch import PAST
from kiosk.audio.tape import Counts, Kind, Tape

KINDS: list[Kind] = [
    "spoken", "repaired", "concealed", "repeated", "idle", "filler", "silence"
]  # fmt: skip


def test_a_shortened_packet_counts_whole_as_it_leaves() -> None:
    counts = Counts()
    tape = Tape(counts)
    tape.add(np.ones(480, np.int16), "spoken", 960)
    tape.take(240)
    assert (counts.spoken, counts.voice, tape.voice) == (240, 480, 480)
    tape.take(240)
    assert (counts.spoken, counts.voice, tape.voice) == (480, 960, 0)


def test_a_fade_keeps_the_beginning_and_its_share() -> None:
    counts = Counts()
    tape = Tape(counts)
    tape.add(np.full(960, 10_000, np.int16), "spoken", 960)
    tape.add(np.full(960, 10_000, np.int16), "spoken", 960)
    tape.fade_out(576)
    assert len(tape) == tape.voice == 576
    sound = tape.take(576)
    assert sound[0] == 10_000
    assert sound[-1] == 0
    assert np.all(np.diff(sound) <= 0)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(KINDS), st.integers(0, 2000), st.integers(0, 3000)),
            st.integers(0, 1000),
        ),
        max_size=40,
    )
)
def test_every_sample_comes_out_once_in_order_and_is_counted_once(
    doings: list[tuple[Kind, int, int] | int],
) -> None:
    counts = Counts()
    tape = Tape(counts)
    added: list[np.ndarray] = [np.zeros(0, np.int16)]
    taken: list[np.ndarray] = [np.zeros(0, np.int16)]
    voice = 0
    for doing in doings:
        if isinstance(doing, int):
            taken.append(tape.take(min(doing, len(tape))))
        else:
            kind, length, worth = doing
            begin = sum(map(len, added)) % 30_000
            added.append(np.arange(begin, begin + length).astype(np.int16))
            tape.add(added[-1], kind, worth)
            voice += worth
    line = np.concatenate(added)
    assert np.array_equal(tape.past, np.concatenate([np.zeros(PAST, np.int16), line])[-PAST:])
    out = np.concatenate(taken)
    assert np.array_equal(out, line[: len(out)])
    assert counts.pulled == len(out)
    assert counts.voice + tape.voice == voice
