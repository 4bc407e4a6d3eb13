import re

import pytest

from kiosk import handbook
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase
from kiosk.core.table import TABLE
from kiosk.report.cost import PRICED


def test_every_code_has_one_row_in_order() -> None:
    rows = handbook.codes().splitlines()[2:]
    codes = [row.split(" | ")[0].removeprefix("| ") for row in rows]
    assert codes == sorted(fault.remedy.code for fault in Fault)
    assert len(set(codes)) == len(codes)


def test_every_gesture_of_the_table_has_a_meaning_and_no_other() -> None:
    listened_to = {
        (phase, next(each for each in made if each in TABLE[phase]))
        for phase in Phase
        for made in handbook.GESTURES.values()
        if set(made) & set(TABLE[phase])
    }
    assert set(handbook.MEANING) == listened_to


@pytest.mark.parametrize("phase", Phase)
def test_every_screen_has_a_row_that_says_what_the_button_does(phase: Phase) -> None:
    said, snapshot = handbook.EXAMPLES[phase]
    assert snapshot.phase is phase
    (row,) = (row for row in handbook.screens().splitlines() if row.startswith(f"| {said} |"))
    cells = row.strip("| ").split(" | ")[2:]
    for cell, made in zip(cells, handbook.GESTURES.values(), strict=True):
        target = next((TABLE[phase][each] for each in made if each in TABLE[phase]), None)
        if target is None:
            assert cell == "nothing"
        elif target is phase:
            assert "→" not in cell
        else:
            assert cell.endswith(f"→ {handbook.EXAMPLES[target][0]}")


def marked(name: str, text: str) -> str:
    return f"<!-- {name}: written by scripts/write-tables -->\n{text}\n<!-- end of {name} -->"


def test_the_parts_of_a_page_are_made_anew_and_nothing_else() -> None:
    page = f"before\n{marked('screens', 'yesterday')}\n\n{marked('lamp', 'a | b')}\nafter\n"
    made = handbook.renewed(page)
    screens, lamp = (marked(name, handbook.PARTS[name]()) for name in ("screens", "lamp"))
    assert made == f"before\n{screens}\n\n{lamp}\nafter\n"
    assert handbook.renewed(made) == made


def test_a_part_that_nobody_makes_is_refused() -> None:
    with pytest.raises(KeyError, match="weather"):
        handbook.renewed(marked("weather", "fine"))


def test_every_screen_stands_beside_one_light_of_the_lamp() -> None:
    rows = [row.strip("| ").split(" | ") for row in handbook.lamp().splitlines()[2:]]
    assert [light for light, *_ in rows] == ["breathing", "steady", "dark"]
    told = [screen for *_, screens in rows for screen in screens.split(" · ")]
    assert sorted(told) == sorted(said for said, _ in handbook.EXAMPLES.values())


def test_what_hands_can_mend_asks_for_no_command() -> None:
    for fault in handbook.BY_HAND:
        assert "kiosk" not in fault.remedy.do
        assert "journal" not in fault.remedy.do


def test_the_price_of_an_interview_is_the_sum_of_its_rows() -> None:
    rows = [row.strip("| ").split(" | ") for row in handbook.price().splitlines()[2:]]
    *kinds, whole, without = (float(re.sub(r"[^\d.]", "", row[-1])) for row in rows)
    assert len(kinds) == len(PRICED) == len(handbook.TOKENS)
    assert whole == pytest.approx(sum(kinds), abs=0.01)
    assert without > whole
