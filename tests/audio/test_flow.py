"""Mouth and ear together, in simulated time: what leaves the loudspeaker comes back late."""

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.audio.echo import EchoCanceller
from kiosk.audio.flow import Flow
from kiosk.audio.level import InputMeter
from kiosk.audio.pcm import SILENT_DBFS, Pcm, dbfs, silence
from kiosk.audio.port import FRAME_SAMPLES, Lips, VoicePacket
from kiosk.audio.profiles import PROFILES
from kiosk.audio.selftest import Findings
from kiosk.places import ASSETS
from kiosk.settings import AudioSettings
from tests.audio.voice import packets
from tests.rigs.voices import talk

DELAY_BLOCKS = 5
HEARD_DBFS = -40.0
"""Louder is taken for speech by a service."""


class Room:
    """A booth whose microphone hears its loudspeaker, and whoever talks."""

    def __init__(self) -> None:
        self.sent: list[tuple[Pcm, float]] = []
        self.told: list[Lips] = []
        self.played: list[Pcm] = []
        self.findings = Findings()
        self.flow = Flow(
            AudioSettings(),
            lambda block, at_s: self.sent.append((block, at_s)),
            self.told.append,
            one_room=True,
            meter=InputMeter(),
            near_dbfs=SILENT_DBFS,
        )
        self._air = deque([silence()] * DELAY_BLOCKS)
        self._noise = np.random.default_rng(1)
        self._now_s = 100.0

    def live(self, voice: Iterator[VoicePacket], seconds: float, talker: Pcm | None = None) -> None:
        """Let a voice play for a while, and somebody talk."""
        for block in range(round(seconds * 100)):
            if block % 2 == 0 and (packet := next(voice, None)) is not None:
                self.flow.mouth.push(packet)
            out = self.flow.pull(self._now_s + 0.02)
            self.played.append(out)
            self._air.append(out)
            heard = self._air.popleft().astype(np.float64)
            heard += self._noise.standard_normal(FRAME_SAMPLES) * 10
            if talker is not None:
                said = talker[FRAME_SAMPLES * block : FRAME_SAMPLES * (block + 1)]
                heard[: len(said)] += said
            captured = np.asarray(np.clip(heard, -32768, 32767), np.int16)
            self.flow.hear(captured, self._now_s - 0.01)
            self.flow.test_canceller(self.findings)
            self.flow.ear.held_back = self.findings.leaks
            self._now_s += 0.01

    def sent_dbfs(self, from_s: float = 0.0) -> list[float]:
        return [dbfs(block) for block, _ in self.sent[round(from_s * 100) :]]


@pytest.fixture(scope="module")
def voice() -> Pcm:
    return talk(ASSETS / "voice" / "en", 14.0)


def test_the_voice_is_never_sent_back(voice: Pcm) -> None:
    room = Room()
    room.live(packets(voice), 12.0)
    assert np.quantile([dbfs(block) for block in room.played], 0.75) > -30
    assert max(room.sent_dbfs()) < HEARD_DBFS
    assert not room.findings.leaks
    assert not room.flow.ear.gated, "in the end it is heard"


def test_a_canceller_that_does_nothing_never_lets_the_voice_out(
    voice: Pcm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(_: EchoCanceller, __: object, ___: list[Pcm], block: Pcm) -> Pcm:
        return block

    monkeypatch.setattr(EchoCanceller, "_cancel", nothing)
    room = Room()
    room.flow.attend(on=True)
    room.live(packets(voice), 12.0)
    assert room.findings.leaks
    assert max(room.sent_dbfs()) < HEARD_DBFS


def test_who_talks_over_the_voice_is_heard_and_turns_it_down(voice: Pcm) -> None:
    room = Room()
    source = packets(voice)
    room.live(source, 7.0)
    room.flow.attend(on=True)
    before = float(np.quantile([dbfs(block) for block in room.played[-200:]], 0.75))
    room.live(source, 2.0, talk(ASSETS / "candidate", 3.0))
    during = float(np.quantile([dbfs(block) for block in room.played[-120:-60]], 0.75))
    assert during < before - 6
    assert np.quantile(room.sent_dbfs(7.2), 0.9) > -35
    room.flow.flush()
    room.live(iter(()), 0.1)
    assert max(dbfs(block) for block in room.played[-5:]) < -60


def test_nobody_turns_the_voice_down_before_the_candidate_is_heard(voice: Pcm) -> None:
    quiet, loud = Room(), Room()
    quiet.live(packets(voice), 7.0)
    loud.live(packets(voice), 7.0, talk(ASSETS / "candidate", 7.0))
    assert all(
        np.array_equal(one, other) for one, other in zip(quiet.played, loud.played, strict=True)
    )


@pytest.mark.parametrize("what", ["device", "leak"])
def test_a_disturbed_canceller_holds_the_microphone_back_until_it_has_learned_again(
    voice: Pcm, what: str
) -> None:
    room = Room()
    source = packets(voice)
    room.live(source, 8.0)
    assert room.flow.canceller.settled
    if what == "device":
        room.flow.canceller.disturbed()
        room._air.extend([silence()] * 5)
    else:
        room.flow.canceller.start_over()
    room.live(source, 5.0)
    assert max(room.sent_dbfs(8.0)) < HEARD_DBFS


def test_times_of_what_is_sent_are_those_of_its_capture(voice: Pcm) -> None:
    room = Room()
    room.live(packets(voice), 1.0)
    times = np.array([at_s for _, at_s in room.sent])
    assert np.allclose(np.diff(times), 0.01)
    assert times[0] == pytest.approx(99.99 - room.flow.canceller.delay_s)


def test_where_no_room_is_between_them_nothing_is_held_back(voice: Pcm) -> None:
    sent: list[Pcm] = []
    flow = Flow(
        AudioSettings(),
        lambda block, _: sent.append(block),
        lambda _: None,
        one_room=False,
        meter=InputMeter(),
        near_dbfs=SILENT_DBFS,
    )
    talker = talk(ASSETS / "candidate", 3.0)
    for i, packet in enumerate(packets(voice[: 3 * 48_000])):
        flow.mouth.push(packet)
        for block in (2 * i, 2 * i + 1):
            flow.pull(block / 100)
            flow.hear(talker[480 * block : 480 * (block + 1)], block / 100)
    assert np.array_equal(np.concatenate(sent), talker[: 480 * len(sent)])


PAYLOADS = [packet.payload for packet in packets(talk(ASSETS / "candidate", 0.2))]
acts = st.one_of(
    st.builds(
        VoicePacket,
        st.integers(0, 40),
        st.integers(0, 40).map(lambda n: 960 * n),
        st.integers(0, 1),
        st.floats(0, 5),
        st.sampled_from([*PAYLOADS, b"", b"x"]),
    ),
    st.sampled_from(["flush", "attend", "ignore", "disturb", "over", "held", "free"]),
    st.integers(-32768, 32767),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(acts, max_size=150))
def test_whatever_happens_ten_milliseconds_go_out_and_come_in(
    happening: list[VoicePacket | str | int],
) -> None:
    sent: list[Pcm] = []
    flow = Flow(
        AudioSettings(),
        lambda block, _: sent.append(block),
        lambda _: None,
        one_room=True,
        meter=InputMeter(),
        near_dbfs=SILENT_DBFS,
    )
    told: dict[str, Callable[[], object]] = {
        "flush": flow.flush,
        "attend": lambda: flow.attend(on=True),
        "ignore": lambda: flow.attend(on=False),
        "disturb": flow.canceller.disturbed,
        "over": flow.canceller.start_over,
        "held": lambda: setattr(flow.ear, "held_back", True),
        "free": lambda: setattr(flow.ear, "held_back", False),
    }
    played_ms = 0
    ceiling = 32768 * 10 ** (PROFILES["open"].ceiling_dbfs / 20)
    for step, what in enumerate(happening):
        if isinstance(what, VoicePacket):
            flow.mouth.push(what)
        elif isinstance(what, str):
            told[what]()
        out = flow.pull(step / 100)
        assert out.shape == (FRAME_SAMPLES,)
        assert np.abs(out.astype(int)).max() <= ceiling
        level = what if isinstance(what, int) else 0
        flow.hear(np.full(FRAME_SAMPLES, level, np.int16), step / 100)
        assert sent[-1].shape == (FRAME_SAMPLES,)
        assert sent[-1].dtype == np.int16
        state = flow.mouth.state(step / 100)
        assert state.played.voice_ms >= played_ms
        played_ms = state.played.voice_ms
    assert len(sent) == len(happening)


def test_lips_are_told_of_what_is_handed_over_before_it_leaves(voice: Pcm) -> None:
    room = Room()
    source = packets(voice)
    room.live(source, 7.0)
    room.flow.attend(on=True)
    room.live(source, 2.0, talk(ASSETS / "candidate", 3.0))
    room.flow.flush()
    room.live(iter(()), 0.5)
    told = {
        round(100 * (lips.began_s + number / 100)): level_dbfs
        for lips in room.told
        for number, level_dbfs in enumerate(lips.levels_dbfs)
    }
    for number, block in enumerate(room.played):
        level_dbfs = told.get(round(100 * 100.02) + number, SILENT_DBFS)
        assert level_dbfs == pytest.approx(dbfs(block), abs=1e-6) or dbfs(block) < -60
    assert min(told.values()) == SILENT_DBFS, "ducked and flushed, it ends"
