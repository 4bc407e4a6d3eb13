"""What units of staff's said: read where nobody is in the booth, and in nothing's way."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.faults import Fault
from kiosk.core.notices import Notice
from kiosk.core.snapshot import STAFF_PHASES, Phase, Snapshot
from kiosk.host.notices import LONGEST
from kiosk.screen.draws import Draw, Face, Text
from kiosk.screen.gallery_choice import SIZES
from kiosk.screen.gallery_states import NOW_S
from kiosk.screen.grid import grid
from kiosk.screen.layout import lay_out
from kiosk.screen.scenes.staff import LEAVE
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Logo, Theme
from tests.screen.laid_out import BOOTH, LONG_FACTS, assert_fits, stage, texts, told

PHASES = sorted(STAFF_PHASES, key=list(Phase).index)
GOOD = Notice("bundle", "pass", "The bundle is on the stick.", NOW_S)
BAD = Notice("doctor", "fail", "The microphone is not there.", NOW_S)
LONG = Notice("rollback", "warn", ("Something is as it should not be. " * 9)[:LONGEST], NOW_S)
FACE_FREE = 0.21
"""The share of a face's drawing, from its top, in which no face is drawn."""


def snapshot(phase: Phase, *notices: Notice) -> Snapshot:
    fault = Fault.ECHO if phase is Phase.OUT_OF_SERVICE else None
    return Snapshot(phase, fault=fault, notices=notices)


def added(snapshot: Snapshot, shown: Stage) -> list[Text]:
    """The lines that are there because of the notices."""
    plain = texts(lay_out(replace(snapshot, notices=()), shown, NOW_S))
    draws = lay_out(snapshot, shown, NOW_S)
    return [draw for draw in draws if isinstance(draw, Text) and draw.text not in plain]


def face(draws: tuple[Draw, ...]) -> Face:
    return next(draw for draw in draws if isinstance(draw, Face))


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.value)
def test_staff_read_them_on_every_screen_without_a_candidate(phase: Phase) -> None:
    shown = told(lay_out(snapshot(phase, GOOD, BAD), stage(), NOW_S))
    assert f"{GOOD.told} {BAD.told}" in shown


@pytest.mark.parametrize(
    "phase", [each for each in Phase if each not in STAFF_PHASES], ids=lambda phase: phase.value
)
def test_a_candidate_reads_none(phase: Phase) -> None:
    assert not added(snapshot(phase, GOOD, BAD), stage())


@pytest.mark.parametrize("logo", [None, Logo(Path("logo.png"), 400, 100)], ids=["", "logo"])
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.value)
def test_many_long_ones_cover_neither_the_face_nor_anything_else(
    phase: Phase, size: tuple[int, int], logo: Logo | None, typesetter: Typesetter
) -> None:
    for theme in (Theme(logo=logo), Theme(text_scale=1.4, logo=logo)):
        shown = Stage(size, BOOTH, LONG_FACTS, typesetter.measure, theme=theme, reduced_motion=True)
        seen = replace(snapshot(phase, LONG, BAD, LONG), language="ar")
        draws = lay_out(seen, shown, NOW_S)
        assert_fits(draws, size)
        assert LONG.text[:60] in told(draws)
        place = face(draws).box
        free = place.y + FACE_FREE * place.h if grid(size).upright else place.y + place.h // 4
        assert all(line.box.bottom <= free for line in added(seen, shown))


@given(st.lists(st.builds(Notice, st.just("a"), st.just("fail"), st.text(), st.just(0.0))))
def test_whatever_they_say_the_face_stays_free(notices: list[Notice]) -> None:
    draws = lay_out(snapshot(Phase.BOOTING, *notices), stage(), NOW_S)
    heads = [d for d in draws if isinstance(d, Text) and d.box.right < stage().size[0] * 0.46]
    assert all(line.box.bottom < 150 for line in heads if line.text != BOOTH)


def test_how_it_went_is_told_in_words_and_in_colour() -> None:
    theme = Theme()
    good, bad = (added(snapshot(Phase.IDLE, each), stage())[0] for each in (GOOD, BAD))
    assert (good.colour, bad.colour) == (theme.text_dim, theme.notice)
    assert "failed" in bad.text
    assert "failed" not in good.text


def test_maintenance_names_a_unit_that_is_there() -> None:
    assert LEAVE in told(lay_out(snapshot(Phase.MAINTENANCE), stage(), NOW_S))
    assert (Path(__file__).parents[2] / "systemd" / f"{LEAVE.split()[-1]}.service").is_file()
