"""`scripts/faults`: its list, its ears, what it takes for a sign, its page, and one fault made."""

import json
import re
import sys
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.faults import Fault as Known

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "scripts"))

from faulting import sounds  # noqa: E402 - scripts are no package
from faulting.__main__ import FAULTS, GROUPS, main, written  # noqa: E402 - scripts are no package
from faulting.entry import Fault, Row, nothing  # noqa: E402 - scripts are no package
from faulting.judging import wrong  # noqa: E402 - scripts are no package
from faulting.page import page, table  # noqa: E402 - scripts are no package
from faulting.trial import signs, tried  # noqa: E402 - scripts are no package

DOCS = ROOT / "docs" / "faults.md"
LEAST = 40
EARS_HZ = 16_000
WELL = {
    "line": "well",
    "lost": False,
    "late": False,
    "standin": False,
    "deaf": "",
    "fault": "",
    "phase": "conversing",
    "advice": [],
}


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of all tables that tell what was lost."""
    found: list[dict[str, str]] = []
    head: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            head = []
        elif not head:
            head = cells
        elif "turns lost" in head and not cells[0].startswith("---"):
            found.append(dict(zip(head, cells, strict=True)))
    return found


def test_every_fault_has_its_row_in_the_docs_and_none_lost_a_turn() -> None:
    rows = rows_of(DOCS.read_text("utf-8"))
    assert {row["fault"] for row in rows} == set(FAULTS)
    assert len(FAULTS) >= LEAST
    assert {row["turns lost"] for row in rows} == {"0"}
    assert all(len(group) for group in GROUPS.values())


def test_every_row_in_the_docs_shows_the_code_that_stands_beside_its_fault() -> None:
    for row in rows_of(DOCS.read_text("utf-8")):
        if "code" in row:
            wanted = {known.remedy.code for known in FAULTS[row["fault"]].tells}
            assert set(row["code"].replace("-", "").split()) == wanted, row["fault"]
            survives = FAULTS[row["fault"]].survives
            assert row["survived"] == ("yes" if survives else "no"), row["fault"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("NET1", 0, True), ""),
        ((None, 0, True), "it: showed no code in place of NET1"),
        (("NET3", 0, True), "it: showed NET3 in place of NET1"),
        (("NET1 NET3", 0, True), "it: showed NET1 NET3 in place of NET1"),
        (("NET1", 1, True), "it: lost 1 turn"),
        (("NET3", 2, False), "it: showed NET3 in place of NET1; lost 2 turns; the process ended"),
    ],
)
def test_a_row_is_judged_in_one_line(row: tuple[str | None, int, bool], said: str) -> None:
    code, lost, survived = row
    made = Row("it", 0, None, code, 0, lost, survived)
    assert wrong(made, Fault("press", nothing, tells=(Known.UNREACHABLE,))) == said


def test_a_process_that_has_to_end_is_missed_where_it_goes_on() -> None:
    fault = Fault("press", nothing, tells=(), survives=False)
    assert wrong(Row("it", 0, None, None, 0, 0, process_survived=False), fault) == ""
    assert wrong(Row("it", 0, None, None, 0, 0, process_survived=True), fault) == (
        "it: the process went on"
    )


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (("line dark 5 s, mid-answer", "NET5", 0, True), 0),
        (("line dark 5 s, mid-answer", "NET2", 0, True), 1),
        (("line dark 5 s, mid-answer", "NET5", 1, True), 1),
        (("line dark 5 s, mid-answer", "NET5", 0, False), 1),
        (("no such fault", "NET5", 0, True), 2),
    ],
)
def test_the_exit_status_tells_whether_all_was_well(
    row: tuple[str, str, int, bool],
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name, code, lost, survived = row
    rows = tmp_path / "rows.json"
    rows.write_text(written([Row(name, 0, None, code, 0, lost, survived)]))
    monkeypatch.setattr(sys, "argv", ["faults", "--json", "--rows", str(rows)])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr()
    assert ended.value.code == status
    assert (name in told.err) is (status != 0)
    assert status == 2 or json.loads(told.out)[0]["code"] == code


def test_the_page_has_every_row_once_and_the_dark_ones_twice() -> None:
    made = [Row(name, 1200, "Sorry.", "NET1", None, 0, process_survived=True) for name in FAULTS]
    text = page(made, {name: list(group) for name, group in GROUPS.items()})
    names = [row["fault"] for row in rows_of(text)]
    assert {name: names.count(name) for name in FAULTS} == {
        name: 2 if name.startswith("line dark") else 1 for name in FAULTS
    }
    assert "| x | 1.2 s | Sorry. | NET1 | - | 3 | no |" in table(
        [Row("x", 1200, "Sorry.", "NET1", None, 3, process_survived=False)]
    )


def test_answers_are_told_apart_however_they_follow_each_other() -> None:
    for one, other in permutations(range(len(sounds.NAMES)), 2):
        both = [*sounds.answer(one, 0.8)[::3], *sounds.answer(other, 0.8)[::3]]
        heard = sounds.heard(np.array(both, np.int16), EARS_HZ)
        assert heard == (sounds.NAMES[one], sounds.NAMES[other])


def test_silence_is_no_answer() -> None:
    assert sounds.heard(np.zeros(EARS_HZ, np.int16), EARS_HZ) == ()
    assert sounds.words(()) == ""


@pytest.mark.parametrize(
    ("shown", "sign"),
    [
        ({}, frozenset()),
        ({"line": "slow"}, {"line slow"}),
        ({"deaf": "MIC2"}, {"MIC2"}),
        ({"advice": ["TMP1", "DSK1"]}, {"TMP1", "DSK1"}),
        ({"phase": "reconnecting", "line": "lost"}, {"reconnecting", "line lost"}),
        ({"lost": True}, {"nothing arrives"}),
        ({"late": True}, {"an answer is late"}),
        ({"phase": "idle"}, frozenset()),
    ],
)
def test_a_sign_is_what_a_booth_shows_when_something_is_wrong(
    shown: dict[str, object], sign: frozenset[str]
) -> None:
    assert signs({**WELL, **shown}) == sign


@given(st.sets(st.sampled_from(sorted(FAULTS))))
def test_a_table_has_as_many_cells_in_every_row(names: set[str]) -> None:
    made = [Row(name, None, None, None, None, 0, process_survived=True) for name in names]
    lines = table(made).splitlines()
    assert len(lines) == 2 + len(names)
    assert len({len(re.findall(r"\|", line)) for line in lines}) == 1


def test_a_fault_is_made_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{ROOT / 'scripts'}:{ROOT}")
    row = tried("log-in page", FAULTS["log-in page"])
    assert row.code == "NET9"
    assert row.noticed_ms is not None
    assert row.recovered_ms is not None
    assert (row.turns_lost, row.process_survived) == (0, True)
