"""The messages survive the socket, and nothing else is taken for one."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.audio import wire
from kiosk.audio.port import Clock, Lips, SoundAdvised, SoundFailed, SoundReady, VoicePacket
from kiosk.core.faults import Fault
from kiosk.core.rhythm import Rhythm
from kiosk.settings import AudioSettings

generations = st.integers(0, 2**32 - 1)
times_s = st.floats(0, 1e6)
levels = st.floats(-100, 0)
counters = st.integers(0, 2**40)
paths = st.one_of(st.none(), st.just(Path("/tmp/a b/ü")))
clocks = st.builds(
    Clock,
    times_s,
    counters,
    counters,
    st.booleans(),
    levels,
    st.booleans(),
    counters,
    counters,
    st.builds(Rhythm, counters, counters, st.booleans()),
)
lips = st.builds(
    lambda began_s, blocks: Lips(began_s, *map(tuple, zip(*blocks, strict=True))),
    times_s,
    st.lists(st.tuples(st.floats(-100, 0, width=32), st.floats(0, 1, width=32)), min_size=1),
)
failures = st.builds(SoundFailed, st.sampled_from(Fault), st.text(max_size=200))
advice = st.builds(SoundAdvised, st.frozensets(st.sampled_from(Fault)))
packets = st.builds(
    VoicePacket,
    st.integers(0, 2**16 - 1),
    generations,
    generations,
    times_s,
    st.binary(max_size=1500),
)
SETTINGS = AudioSettings(input=("ü", "card:x"))
messages = st.one_of(
    st.builds(wire.Setup, st.just(SETTINGS), paths, times_s, paths),
    st.builds(wire.Serve, generations, st.frozensets(st.sampled_from(Fault)), levels),
    st.builds(wire.Learned, levels),
    st.builds(wire.Open, generations),
    st.builds(wire.Close, generations),
    st.builds(wire.Flush, generations),
    st.builds(wire.Attend, st.booleans()),
    st.just(wire.HoldBack()),
    st.just(wire.Quit()),
    st.builds(wire.Beat, times_s),
    st.builds(wire.Voice, generations, packets),
    st.builds(wire.Frame, generations, times_s, st.binary(max_size=960)),
    st.builds(wire.Report, generations, clocks | lips | failures | advice | st.just(SoundReady())),
)


@given(messages)
def test_every_message_comes_out_as_it_went_in(message: wire.Message) -> None:
    data = wire.pack(message)
    assert 0 < len(data) <= wire.LONGEST
    assert wire.unpack(data) == message


@given(st.binary(max_size=100))
@example(b"")
@example(b"\x04{}")
@example(b"\x04[1]")
def test_nothing_else_is_taken_for_a_message(data: bytes) -> None:
    try:
        message = wire.unpack(data)
    except wire.WireError:
        return
    assert wire.pack(message)


def test_a_report_of_an_unknown_fault_is_refused() -> None:
    data = wire.pack(wire.Report(1, SoundFailed(Fault.MIC_MISSING, "why")))
    with pytest.raises(wire.WireError):
        wire.unpack(data.replace(b"MIC_MISSING", b"MIC_MELTED!"))
