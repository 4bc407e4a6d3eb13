"""Every screen in every language, at every size, with every theme: all of it can be read."""

from dataclasses import replace
from itertools import combinations

import pytest

from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.interview.languages import NAMES, own_name
from kiosk.interview.phrases import JOINER
from kiosk.interview.words import LANGUAGES
from kiosk.limits import MOST_LANGUAGES
from kiosk.screen.draws import Box, Face, QrCode, Text
from kiosk.screen.gallery_choice import SIZES
from kiosk.screen.gallery_states import NOW_S, states
from kiosk.screen.grid import grid
from kiosk.screen.layout import lay_out
from kiosk.screen.scenes.offered import languages
from kiosk.screen.scenes.parts import LEAST, SMALLER
from kiosk.screen.stage import Scene, Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme
from tests.screen.laid_out import BOOTH, LONG_FACTS, assert_fits, texts, told

THEMES = (Theme(), Theme(text_scale=1.4))
"""The booth's own, and the largest text that a theme may ask for."""


@pytest.mark.parametrize("theme", THEMES, ids=["plain", "large"])
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", states())
def test_nothing_is_cut_and_nothing_overlaps(
    name: str, language: str, size: tuple[int, int], theme: Theme, typesetter: Typesetter
) -> None:
    shown = Stage(size, BOOTH, LONG_FACTS, typesetter.measure, theme=theme, reduced_motion=True)
    draws = lay_out(states(language)[name], shown, NOW_S, 0.7)
    assert_fits(draws, size)
    place = grid(size)
    least = place.px(theme.small * SMALLER * LEAST)
    for text in (draw for draw in draws if isinstance(draw, Text)):
        assert text.type.size_px >= least, text
        below = text.box.y >= place.column.bottom
        assert below or text.box.bottom <= place.column.bottom, text


@pytest.mark.parametrize("theme", THEMES, ids=["plain", "large"])
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_hints_that_stand_on_one_line_are_whole(
    language: str, size: tuple[int, int], theme: Theme, typesetter: Typesetter
) -> None:
    say = LANGUAGES[language]
    shown = Stage(size, BOOTH, LONG_FACTS, typesetter.measure, theme=theme)
    for name, hint in (
        ("connecting", say.hold_to_stop),
        ("consenting", say.hold_to_go_back),
        ("connecting-hold", say.keep_holding),
        ("choosing-many", say.any_language),
    ):
        assert hint in texts(lay_out(states(language)[name], shown, NOW_S))


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_fits_with_sorry_first_and_the_code(
    fault: Fault, language: str, typesetter: Typesetter
) -> None:
    shown = Stage((800, 480), BOOTH, LONG_FACTS, typesetter.measure)
    snapshot = Snapshot(Phase.OUT_OF_SERVICE, fault=fault, language=language)
    # That it tries again in a minute is the longest of what may stand there besides.
    assert_fits(lay_out(replace(snapshot, again_s=NOW_S + 60), shown, NOW_S), (800, 480))
    draws = lay_out(snapshot, shown, NOW_S)
    assert_fits(draws, (800, 480))
    lines = told(draws).replace(" ", "")
    assert lines.startswith(LANGUAGES[language].apologies[fault.remedy.apology].replace(" ", ""))
    assert fault.remedy.code in told(draws).split()
    assert fault.remedy.do in told(draws).replace(JOINER, "")
    assert isinstance(draws[1], Face)
    assert draws[1].look == "sorry"


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_staff_find_the_code_of_an_interview_that_ended_early(
    fault: Fault, size: tuple[int, int], typesetter: Typesetter
) -> None:
    shown = Stage(size, BOOTH, LONG_FACTS, typesetter.measure)
    draws = lay_out(Snapshot(Phase.FAREWELL, fault=fault, language="de"), shown, NOW_S)
    assert {fault.remedy.code, BOOTH} <= {d.text for d in draws if isinstance(d, Text)}
    assert_fits(draws, size)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["idle-advice", "farewell-early", "out-of-order"])
def test_a_long_name_of_a_booth_stays_in_its_corner(
    name: str, size: tuple[int, int], typesetter: Typesetter
) -> None:
    shown = Stage(size, "Stand der Hochschule für Technik " * 3, LONG_FACTS, typesetter.measure)
    assert_fits(lay_out(states("ar")[name], shown, NOW_S), size)


@pytest.mark.parametrize("booth", [BOOTH, "Stand der Hochschule für Technik " * 3])
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_find_every_code_of_advice_however_many_there_are(
    language: str, size: tuple[int, int], booth: str, typesetter: Typesetter
) -> None:
    shown = Stage(size, booth, LONG_FACTS, typesetter.measure)
    notes = lay_out(states(language)["idle-advice"], shown, NOW_S)
    codes = {fault.remedy.code for fault in Fault if fault.remedy.advice}
    assert codes <= set(told(notes).split())
    assert booth.split(maxsplit=1)[0] in told(notes)


@pytest.mark.parametrize("count", [2, 3, 5, 9, MOST_LANGUAGES])
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["choosing", "idle"])
@pytest.mark.parametrize("longest", [True, False])
def test_any_number_of_languages_fits(
    name: str, size: tuple[int, int], count: int, typesetter: Typesetter, *, longest: bool
) -> None:
    some = ("en", "id", "vi", "ar", "sl", "ja", "el", "th", "hi", "pt-BR", "zh", "any")
    tags = sorted(NAMES, key=lambda tag: -len(own_name(tag))) if longest else some
    snapshot = replace(states()[name], choices=tuple(tags[:count]), choice=tags[1])
    shown = Stage(size, BOOTH, LONG_FACTS, typesetter.measure)
    draws = lay_out(snapshot, shown, NOW_S)
    assert_fits(draws, size)
    assert {own_name(tag) for tag in snapshot.choices if tag != "any"} <= {
        d.text for d in draws if isinstance(d, Text)
    }


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize(
    ("choices", "share"),
    [(("en", "de", "ja"), 0.0), (("ar", "he", "fa"), 1.0), (tuple(LANGUAGES), 0.5)],
)
def test_names_of_languages_stand_at_the_side_from_which_all_are_read_or_in_the_middle(
    choices: tuple[str, ...], share: float, size: tuple[int, int], typesetter: Typesetter
) -> None:
    shown, place = Stage(size, BOOTH, LONG_FACTS, typesetter.measure), grid(size).foot
    rows: dict[int, list[Box]] = {}
    for name in languages(Scene(replace(states()["idle"], choices=choices), shown, 0, 0), place):
        assert isinstance(name, Text)
        rows.setdefault(name.box.y + name.type.baseline_px, []).append(name.box)
    for row in rows.values():
        before, after = row[0].x - place.x, place.right - row[-1].right
        assert before == pytest.approx(share * (before + after), abs=1)
    assert sum(map(len, rows.values())) == len(choices)


@pytest.mark.parametrize("size", [*SIZES, (1024, 600), (640, 480), (480, 800)], ids=str)
@pytest.mark.parametrize("inch", [5.0, 7.0, 24.0, 55.0])
def test_the_code_for_phones_has_its_size_where_there_is_room(
    size: tuple[int, int], inch: float, typesetter: Typesetter
) -> None:
    shown = Stage(size, BOOTH, LONG_FACTS, typesetter.measure, diagonal_inch=inch)
    draws = lay_out(Snapshot(Phase.OUT_OF_SERVICE, fault=Fault.ECHO), shown, NOW_S)
    code = next(draw for draw in draws if isinstance(draw, QrCode))
    mm = code.box.w * inch * 25.4 / (size[0] ** 2 + size[1] ** 2) ** 0.5
    room = grid(size).column.w * 2 // 5
    assert mm >= 25 or code.box.w == room
    assert_fits(draws, size)


def test_right_to_left_changes_sides(typesetter: Typesetter) -> None:
    """What is read first stands right, and the hint at the button where reading ends: left."""
    size = (1280, 720)
    shown = Stage(size, BOOTH, LONG_FACTS, typesetter.measure)
    column = grid(size).column

    def boxes(language: str, name: str) -> list[Box]:
        draws = lay_out(states(language)[name], shown, NOW_S)
        return [d.box for d in draws[2:] if grid(size).foot.overlaps(d.box) or d.box.y < 600]

    for name in ("idle", "choosing", "connecting"):
        left, right = boxes("en", name), boxes("ar", name)
        first_en, first_ar = left[0], right[0]
        assert first_en.x == column.x
        assert first_ar.right == column.right
    hint_en, hint_ar = boxes("en", "connecting")[-1], boxes("ar", "connecting")[-1]
    assert hint_en.right == column.right
    assert hint_ar.x == column.x


def test_texts_stand_apart_in_every_pair(typesetter: Typesetter) -> None:
    """The test of overlaps can fail: two texts in one place are found."""
    shown = Stage((1280, 720), BOOTH, LONG_FACTS, typesetter.measure)
    draws = lay_out(states()["idle"], shown, NOW_S)
    text = next(draw for draw in draws if isinstance(draw, Text))
    with pytest.raises(AssertionError):
        assert_fits((*draws, replace(text, text="over it")), (1280, 720))
    assert all(not a.box.overlaps(b.box) for a, b in combinations(draws[2:], 2))
