from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from kiosk.core import events as on
from kiosk.core import machine, raw
from kiosk.core.diagram import document
from kiosk.core.faults import Fault
from kiosk.core.happenings import (
    Agreed,
    Chosen,
    DeadlineReached,
    Ended,
    Fit,
    GaveUp,
    GoodbyeRead,
    Happening,
    Held,
    LineBack,
    LineDark,
    LineLost,
    Pressed,
    Reserved,
    Tapped,
    Unfit,
)
from kiosk.core.machine import IllegalEventError, step
from kiosk.core.snapshot import Phase
from kiosk.core.state import Deadline
from kiosk.core.table import FROM_THE_WORLD, IGNORED, TABLE, Kind, name
from tests.core.world import in_phase

DOCUMENT = Path(__file__).parents[2] / "docs" / "phases.md"
EVERY_KIND: frozenset[Kind] = frozenset({*get_args(on.Event), *get_args(Happening), *Deadline}) - {
    DeadlineReached
}

_NO_USAGE = on.Usage()
EXAMPLES: dict[Kind, on.Event | Happening] = {
    **{
        type(event): event
        for event in (
            on.Booted(),
            on.StopAsked(),
            on.Wiped(),
            on.LineOpened(1),
            on.SpeechPutBack(1, "sound"),
            on.SessionCreated("sess_1"),
            on.SpeechStarted("item_7"),
            on.SpeechStopped("item_7"),
            on.TurnCommitted("item_7"),
            on.SilenceNoticed("item_7"),
            on.CandidateTextAdded("item_7", "Well"),
            on.CandidateTextFinished("item_7", "Well, yes."),
            on.CandidateTextFailed("item_7"),
            on.ItemAdded("item_7", "user", ""),
            on.ResponseCreated("r7"),
            on.VoiceTextAdded("r7", "item_8", "Thank"),
            on.VoiceTextFinished("r7", "item_8", "Thank you."),
            on.VoiceSent("r7"),
            on.VoiceBufferStarted("r7"),
            on.VoiceBufferStopped("r7"),
            on.VoiceBufferCleared("r7"),
            on.ResponseDone("r7", "completed", "", None, ("item_8",), (), _NO_USAGE),
            on.ServiceErred("some_code", None),
            on.PlayoutReported(10, 0, audible=True),
            Pressed(),
            Tapped(),
            Held(),
            Chosen(),
            Agreed(),
            Fit(),
            Unfit(),
            Reserved(),
            LineDark(1000.0),
            LineBack(),
            LineLost(Fault.LINE_LOST),
            GaveUp(Fault.KEY_REFUSED),
            Ended("finished", spoken=False),
            GoodbyeRead(),
        )
    },
    **{deadline: DeadlineReached(deadline) for deadline in Deadline},
}
"""One of each kind whose meaning hangs on the phase."""


def test_every_phase_can_be_reached_from_booting() -> None:
    reached = {Phase.BOOTING}
    while more := {target for phase in reached for target in TABLE[phase].values()} - reached:
        reached |= more
    assert reached == set(Phase)


def test_the_booth_can_come_back_to_idle_from_every_phase() -> None:
    back = {Phase.IDLE}
    while more := {p for p in Phase if p not in back and back & set(TABLE[p].values())}:
        back |= more
    assert back == set(Phase) - {Phase.STOPPING}


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_can_be_lived_through(phase: Phase) -> None:
    assert in_phase(phase).phase() is phase


@pytest.mark.parametrize("phase", Phase)
def test_what_may_come_at_any_moment_is_handled_or_ignored_never_both(phase: Phase) -> None:
    handled, ignored = set(TABLE[phase]), IGNORED[phase]
    assert not handled & ignored
    assert handled | ignored >= FROM_THE_WORLD
    assert ignored <= FROM_THE_WORLD


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("kind", [*EXAMPLES], ids=name)
def test_every_pair_does_what_the_table_says(phase: Phase, kind: Kind) -> None:
    world = in_phase(phase)
    before = (
        replace(world.state, faults={Fault.MIC_MISSING: None}) if kind is Unfit else world.state
    )
    example = EXAMPLES[kind]
    if kind in TABLE[phase]:
        after, _ = machine._apply(before, example, world.now)
        assert after.phase is TABLE[phase][kind]
    elif kind in IGNORED[phase]:
        assert machine._apply(before, example, world.now) == (before, ())
    else:
        kept = repr(before)
        with pytest.raises(IllegalEventError, match=f"'{name(kind)}' .* {phase.value}"):
            machine._apply(before, example, world.now)
        assert repr(before) == kept


def test_the_examples_are_every_kind_there_is() -> None:
    read_first = set(raw.RAW)
    assert set(EXAMPLES) == EVERY_KIND - read_first


@pytest.mark.parametrize("phase", Phase)
def test_an_event_that_cannot_be_leaves_the_booth_as_it_was(phase: Phase) -> None:
    world = in_phase(phase)
    event = on.Booted() if phase is not Phase.BOOTING else on.Wiped()
    before, kept = world.state, repr(world.state)
    with pytest.raises(IllegalEventError):
        step(before, event, world.now)
    assert repr(world.state) == kept
    assert step(before, on.TimePassed(), world.now)[0].phase is phase


@pytest.mark.parametrize("phase", Phase)
def test_a_deadline_is_kept_only_where_the_table_knows_it(phase: Phase) -> None:
    assert set(in_phase(phase).state.deadlines) <= set(TABLE[phase])


def test_the_diagram_in_the_documents_is_the_table() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run scripts/draw-phases"


def test_the_diagram_names_every_change_of_phase() -> None:
    text = document()
    for phase in Phase:
        for kind, target in TABLE[phase].items():
            if target is not phase:
                arrow = f"    {phase.name} --> {target.name}:"
                (line,) = (line for line in text.splitlines() if line.startswith(arrow))
                assert name(kind) in line
