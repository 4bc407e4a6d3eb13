from dataclasses import replace

import pytest

from kiosk.core.faults import Fault
from kiosk.core.notices import Notice
from kiosk.core.snapshot import Caption, Phase, Snapshot
from kiosk.report.status import status_line, told


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.OUT_OF_SERVICE])
def test_every_phase_has_a_line_of_its_own(phase: Phase) -> None:
    line = status_line(Snapshot(phase))
    others = {status_line(Snapshot(other)) for other in Phase if other is not phase}
    assert line
    assert line not in others


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_is_told_with_its_code_and_what_to_do(fault: Fault) -> None:
    line = status_line(Snapshot(Phase.OUT_OF_SERVICE, fault=fault))
    remedy = fault.remedy
    assert line == f"Out of service [{remedy.code}] {remedy.what} {remedy.do}"
    assert "\n" not in line


def test_an_interview_that_failed_says_why() -> None:
    line = status_line(Snapshot(Phase.FAREWELL, fault=Fault.LINE_LOST))
    assert line.startswith("The interview is over [NET5]")


def test_advice_is_told_in_every_phase() -> None:
    for phase in (Phase.IDLE, Phase.CONVERSING):
        plain = status_line(Snapshot(phase))
        line = status_line(Snapshot(phase, advice=(Fault.MIC_QUIET, Fault.ECHO)))
        assert line == f"{plain}; {told(Fault.MIC_QUIET)}; {told(Fault.ECHO)}"


def test_staff_read_what_is_in_the_way_of_an_interview() -> None:
    talk = Snapshot(Phase.CONVERSING, question=2, questions=5)
    assert status_line(replace(talk, line="slow")) == f"{status_line(talk)}, over a slow line"
    assert "with the stand-in, question 2" in status_line(replace(talk, standin=True))
    assert status_line(replace(talk, deaf=Fault.MIC_MISSING)).endswith(told(Fault.MIC_MISSING))
    lost = Snapshot(Phase.RECONNECTING, line="lost")
    assert status_line(replace(lost, standin=True)).endswith("calling the stand-in")
    assert status_line(replace(lost, standin=True)) != status_line(lost)


def test_notices_are_told_where_staff_look_for_them() -> None:
    notices = (
        Notice("doctor", "fail", "To mend: 1.", 10.0),
        Notice("bundle", "pass", "The bundle is on the stick.", 9.0),
    )
    for phase in (Phase.IDLE, Phase.MAINTENANCE):
        line = status_line(Snapshot(phase, notices=notices))
        said = "doctor failed: To mend: 1.; bundle: The bundle is on the stick."
        assert line == f"{status_line(Snapshot(phase))}; {said}"
    interview = Snapshot(Phase.CONVERSING, notices=notices)
    assert status_line(interview) == status_line(Snapshot(Phase.CONVERSING))


def test_no_word_that_was_said_is_told() -> None:
    said = Snapshot(
        Phase.CONVERSING,
        caption=Caption("i", "Tell me about marmalade", shown=23),
        candidate_text="I love marmalade",
        question=2,
        questions=5,
    )
    assert status_line(said) == "In an interview, question 2 of 5"
