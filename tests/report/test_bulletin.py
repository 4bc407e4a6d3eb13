"""The report for monitoring agents: as its document says, and without a word that was said."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core.faults import Fault
from kiosk.core.snapshot import Caption, Phase, Snapshot
from kiosk.host.running import read_status
from kiosk.report.bulletin import COUNTED, FIELDS, NETWORK, SOUND, Facts, Moment, bulletin
from kiosk.report.tally import Tally
from kiosk.settings import PriceSettings

DOCUMENT = Path(__file__).parents[2] / "docs" / "appliance.md"
DAY = "2026-11-25"
COUNTS = {"interviews": 2, "interview_s": 301.2345, "text_input": 1000, "fault_NET5": 1}
TALLY = Tally(
    start=COUNTS,
    days={DAY: {**COUNTS, "interviews": 9}},
    interview={"interviews": 1},
    phase=Phase.IDLE,
    phase_s=90.0,
    code="NET5",
    code_s=80.0,
)
MOMENT = Moment(
    Snapshot(Phase.IDLE, questions=5),
    now=100.0,
    unix_s=1_800_000_000.0,
    day=DAY,
    sound=dict.fromkeys(SOUND, 0),
    network=dict.fromkeys(NETWORK, 0),
)
FACTS = Facts("0.1.0", "b007", 40.0)


def told(tally: Tally = TALLY, at: Moment = MOMENT) -> dict[str, object]:
    return dict(bulletin(FACTS, "Hall 4", PriceSettings(), "USD", tally, at))


def rows(begin: str) -> dict[str, str]:
    """The rows of the first table of the document after a sentence."""
    text = DOCUMENT.read_text("utf-8").partition(begin)[2]
    assert text, begin
    table = re.split(r"\n\n", text.strip())[1 if not text.strip().startswith("|") else 0]
    found = (re.fullmatch(r"\| `(\w+)` \| (.+) \|", line) for line in table.splitlines())
    return {row[1]: row[2] for row in found if row}


@pytest.mark.parametrize(
    ("begin", "fields"),
    [
        ("`/run/kiosk/status.json` holds", FIELDS),
        ("`today`, `since_start` and `interview` hold", COUNTED),
        ("`sound` holds", SOUND),
        ("`network` holds", NETWORK),
    ],
)
def test_the_document_explains_every_field(begin: str, fields: dict[str, str]) -> None:
    assert rows(begin) == fields


def test_a_report_has_every_field_and_no_other() -> None:
    report = told()
    assert set(report) == set(FIELDS)
    assert set(report["since_start"]) == set(COUNTED)  # type: ignore[call-overload]
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_times_are_those_of_the_clock_on_the_wall() -> None:
    report = told()
    assert report["written_at"] == 1_800_000_000.0
    assert report["phase_since"] == 1_799_999_990.0
    assert report["started_at"] == 1_799_999_940.0
    assert report["last_code"] == {"code": "NET5", "at": 1_799_999_980.0}


def test_today_and_the_process_are_counted_apart() -> None:
    report = json.loads(json.dumps(told()))
    assert (report["today"]["date"], report["today"]["interviews"]) == (DAY, 9)
    assert report["since_start"]["interviews"] == 2
    assert report["since_start"]["interview_s"] == 301.2
    assert report["since_start"]["faults"] == {"NET5": 1}
    assert report["since_start"]["cost"] == 0.004
    assert report["interview"]["interviews"] == 1


def test_a_booth_that_has_held_no_interview_has_none() -> None:
    report = told(Tally())
    assert (report["interview"], report["last_code"], report["code"]) == (None, None, None)


@pytest.mark.parametrize("phase", Phase)
def test_somebody_is_interviewed_in_a_call_and_never_else(phase: Phase) -> None:
    at = replace(MOMENT, snapshot=Snapshot(phase, fault=Fault.LINE_LOST, advice=(Fault.ECHO,)))
    report = told(at=at)
    talking = {"connecting", "conversing", "reconnecting", "wrapping up"}
    assert report["in_interview"] is (phase.value in talking)
    assert (report["phase"], report["code"]) == (phase.value, "NET5")
    assert report["advice"] == ["SND2"]


def test_other_programs_read_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "run/kiosk/status.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(told()))
    assert read_status(tmp_path, MOMENT.unix_s + 9) == told()


def test_no_word_that_was_said_is_in_it() -> None:
    said = Snapshot(
        Phase.CONVERSING,
        caption=Caption("item_1", "Tell me about marmalade", shown=23),
        question_text="marmalade?",
        candidate_text="I love marmalade",
    )
    text = json.dumps(told(at=replace(MOMENT, snapshot=said)))
    assert "marmalade" not in text
    assert "item_1" not in text


def test_a_report_tells_what_an_interview_waits_for() -> None:
    plain = told()
    assert (plain["line"], plain["standin"], plain["waits_for"]) == ("well", False, None)
    assert plain["tries_at"] is None
    lost = Snapshot(Phase.RECONNECTING, line="lost", standin=True, deaf=Fault.SPEAKER_MISSING)
    report = told(replace(TALLY, line="lost", line_s=95.0), replace(MOMENT, snapshot=lost))
    assert (report["line"], report["line_since"]) == ("lost", 1_799_999_995.0)
    assert (report["standin"], report["waits_for"]) == (True, "SPK2")
    again = Snapshot(Phase.OUT_OF_SERVICE, fault=Fault.VOICE_BLOCKED, again_s=130.0)
    assert told(at=replace(MOMENT, snapshot=again))["tries_at"] == 1_800_000_030.0
