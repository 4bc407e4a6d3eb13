import pytest

from kiosk import handbook
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase
from kiosk.core.table import TABLE


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


def test_the_table_of_a_page_is_made_anew_and_nothing_else() -> None:
    page = f"before\n{handbook.BEGIN}\nyesterday\n{handbook.END}\nafter\n"
    made = handbook.staff_page(page)
    assert made.startswith(f"before\n{handbook.BEGIN}\n| the screen says |")
    assert made.endswith(f"|\n{handbook.END}\nafter\n")
    assert "yesterday" not in made
    assert handbook.staff_page(made) == made
