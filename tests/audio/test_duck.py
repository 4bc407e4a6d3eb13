"""The voice steps back for whoever is heard, and always comes back, without a click."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.duck import ATTACK_S, DEPTH_DB, GAP_S, PATIENCE_S, RELEASE_S, REST_S, Duck
from kiosk.audio.pcm import Pcm, dbfs, silence
from tests.audio.voice import tone

BLOCK_S = 0.01
LEVEL = 10_000


def voice() -> Pcm:
    return np.full(480, LEVEL, np.int16)


class Booth:
    """A duck that lives block by block; a device plays what it is handed 50 ms later."""

    def __init__(self) -> None:
        self.duck = Duck()
        self.duck.enabled = True
        self.blocks = 0
        self.out: list[Pcm] = []
        self.ducked_at_s: list[float] = []

    def run(self, seconds: float, *, speaking: bool, block: Pcm | None = None) -> None:
        for _ in range(round(seconds / BLOCK_S)):
            now_s = self.blocks * BLOCK_S
            given_block = voice() if block is None else block
            self.out.append(self.duck.shape(given_block, now_s + 0.05))
            if self.duck.heard(now_s, speaking=speaking):
                self.ducked_at_s.append(now_s)
            self.blocks += 1

    def gains(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.concatenate(self.out) / LEVEL


def test_nothing_is_changed_while_nobody_is_heard() -> None:
    duck = Duck()
    duck.enabled = True
    block = tone(200, BLOCK_S)
    assert duck.shape(block, 0.0) is block


def test_the_voice_is_6_db_down_in_the_block_after_the_candidate_is_heard() -> None:
    booth = Booth()
    booth.run(1.0, speaking=False)
    booth.run(0.02, speaking=True)
    assert booth.gains()[-1] < 10 ** (-6 / 20)
    booth.run(ATTACK_S, speaking=True)
    assert abs(dbfs(booth.out[-1]) - dbfs(voice()) - DEPTH_DB) < 0.1


def test_a_cough_is_forgiven_and_does_not_duck_again_at_once() -> None:
    booth = Booth()
    booth.run(1.0, speaking=False)
    booth.run(0.2, speaking=True)
    booth.run(PATIENCE_S, speaking=False)
    booth.run(RELEASE_S + BLOCK_S, speaking=False)
    assert booth.gains()[-1] == 1.0
    booth.run(0.2, speaking=True)
    assert booth.gains()[-1] == 1.0
    booth.run(REST_S, speaking=False)
    booth.run(0.2, speaking=True)
    assert booth.gains()[-1] < 0.2


def test_who_goes_on_unconfirmed_does_not_make_the_voice_pump() -> None:
    booth = Booth()
    booth.run(1.0, speaking=False)
    booth.run(10.0, speaking=True)
    assert len(booth.ducked_at_s) == 1
    assert booth.gains()[-1] == 1.0


def test_after_a_confirmation_the_next_interruption_ducks_again() -> None:
    booth = Booth()
    booth.run(1.0, speaking=False)
    booth.run(0.3, speaking=True)
    booth.duck.confirmed()
    booth.run(RELEASE_S + BLOCK_S, speaking=False)
    assert booth.gains()[-1] == 1.0
    booth.run(0.05, speaking=True)
    assert booth.gains()[-1] < 0.5


def test_a_candidate_who_speaks_in_a_pause_of_the_voice_finds_it_ducked_when_it_goes_on() -> None:
    booth = Booth()
    booth.run(1.0, speaking=False)
    booth.run(GAP_S / 2, speaking=False, block=silence())
    booth.run(0.1, speaking=True, block=silence())
    booth.run(BLOCK_S, speaking=True)
    assert booth.gains()[-1] < 0.2


def test_a_candidate_who_answers_ducks_nothing() -> None:
    booth = Booth()
    booth.run(1.0, speaking=False)
    booth.run(GAP_S + 0.1, speaking=False, block=silence())
    booth.run(1.0, speaking=True, block=silence())
    assert booth.ducked_at_s == []


def test_disabling_brings_the_voice_back_at_once() -> None:
    booth = Booth()
    booth.run(1.0, speaking=False)
    booth.run(0.1, speaking=True)
    booth.duck.enabled = False
    booth.run(RELEASE_S + BLOCK_S, speaking=True)
    assert booth.gains()[-1] == 1.0


steps = st.lists(
    st.tuples(
        st.sampled_from(["speaking", "quiet", "confirmed", "on", "off", "pause"]),
        st.integers(1, 120),
    ),
    max_size=25,
)


@given(steps)
def test_the_gain_is_bounded_smooth_and_never_falls_while_disabled(
    orders: list[tuple[str, int]],
) -> None:
    booth = Booth()
    steepest = 10 ** (-DEPTH_DB / ATTACK_S / 48_000 / 20) - 1
    for order, blocks in orders:
        if order == "confirmed":
            booth.duck.confirmed()
        if order in ("on", "off"):
            booth.duck.enabled = order == "on"
        before = len(booth.out)
        booth.run(blocks * BLOCK_S, speaking=order in ("speaking", "off"))
        if order == "off":
            gains = np.concatenate(booth.out[before:]) / LEVEL
            assert np.all(np.diff(gains) >= 0)
    if not booth.out:
        return
    gains = booth.gains()
    assert gains.max() <= 1.0
    assert gains.min() >= 10 ** (DEPTH_DB / 20) - 1e-3
    assert np.abs(np.diff(gains)).max(initial=0.0) <= steepest + 2e-4


@given(st.lists(st.booleans(), min_size=1, max_size=400))
def test_the_voice_is_never_held_down_for_longer_than_the_service_may_take(
    heard: list[bool],
) -> None:
    booth = Booth()
    for speaking in heard:
        booth.run(BLOCK_S, speaking=speaking)
    booth.run(PATIENCE_S + RELEASE_S + 0.02, speaking=False)
    assert booth.gains()[-1] == 1.0
    down = np.concatenate([[0], (booth.gains() < 1.0).astype(int), [0]])
    edges = np.flatnonzero(np.diff(down))
    longest_s = (edges[1::2] - edges[::2]).max(initial=0) / 48_000
    assert longest_s <= PATIENCE_S + RELEASE_S + BLOCK_S


def test_a_deaf_microphone_does_not_keep_the_voice_down() -> None:
    duck = Duck()
    duck.enabled = True
    duck.shape(voice(), 0.05)
    assert duck.heard(0.05, speaking=True)
    out = [duck.shape(voice(), 0.06 + i * BLOCK_S) for i in range(100)]
    assert dbfs(out[20]) < dbfs(out[-1]) - 17
    assert out[-1][-1] == LEVEL
