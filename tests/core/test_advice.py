"""What staff should mend while interviews go on."""

import pytest

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase
from kiosk.core.state import Deadline
from tests.core.world import World, in_phase

ADVICE = [fault for fault in Fault if fault.remedy.advice]


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("fault", ADVICE)
def test_advice_changes_nothing_but_what_staff_read(phase: Phase, fault: Fault) -> None:
    world = in_phase(phase)
    before = world.state
    raised = world.tell(on.FaultRaised(fault))
    assert raised == (do.Note(f"{fault.remedy.what} {fault.remedy.do}", fault.remedy.code),)
    assert world.shown.advice == (fault,)
    assert world.tell(on.FaultRaised(fault)) == ()
    assert world.phase() is phase
    assert world.state.faults == before.faults
    assert Deadline.SOUND not in world.state.deadlines
    cleared = world.tell(on.FaultCleared(fault))
    assert cleared == (do.Note(f"over: {fault.remedy.what}", fault.remedy.code, over=True),)
    assert world.state == before
    assert world.tell(on.FaultCleared(fault)) == ()


def test_advice_outlasts_the_candidate() -> None:
    world = World().converse()
    world.tell(on.FaultRaised(Fault.MIC_QUIET))
    world.hold()
    world.wait_for(Phase.IDLE)
    assert world.shown.advice == (Fault.MIC_QUIET,)
    world.press()
    assert world.phase() is Phase.CONVERSING


def test_advice_is_shown_in_one_order_and_never_as_the_fault() -> None:
    world = World().boot()
    world.tell(on.FaultRaised(Fault.ECHO), on.FaultRaised(Fault.MIC_QUIET))
    world.tell(on.FaultRaised(Fault.UNREACHABLE))
    assert world.shown.fault is Fault.UNREACHABLE
    assert world.shown.advice == (Fault.MIC_QUIET, Fault.ECHO)
