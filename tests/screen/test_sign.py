"""The sign in the corner: words beside a drawing, where nothing else stands or moves."""

from dataclasses import replace

import pytest

from kiosk.core.snapshot import Phase, Ring
from kiosk.interview.words import LANGUAGES
from kiosk.screen.draws import Draw, Icon, Text
from kiosk.screen.draws import Ring as RingDraw
from kiosk.screen.gallery_choice import SIZES, Size
from kiosk.screen.gallery_states import NOW_S, states
from kiosk.screen.grid import grid
from kiosk.screen.layout import lay_out
from kiosk.screen.sign import told as sign_told
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme
from tests.screen.laid_out import BOOTH, FACTS, stage, told

CONVERSATION = ["speaking", "listening-long", "listening-silence", "thinking", "wrapping-up"]
ENGLISH_SLOW = LANGUAGES["en"].line_slow
SIGNS = {"line": "weak", "standin": "here", "late": "clock"}


def signed(name: str, sign: str, language: str = "en") -> tuple[Draw, ...]:
    snapshot = states(language)[name]
    if sign == "line":
        return lay_out(replace(snapshot, line="slow"), stage(), NOW_S)
    if sign == "late":
        return lay_out(replace(snapshot, late_s=NOW_S), stage(), NOW_S)
    return lay_out(replace(snapshot, standin=True), stage(), NOW_S)


@pytest.mark.parametrize("name", CONVERSATION)
@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_comes_and_goes_and_nothing_else_moves(sign: str, name: str) -> None:
    plain = lay_out(states()[name], stage(), NOW_S)
    added = [draw for draw in signed(name, sign) if draw not in plain]
    assert [draw for draw in plain if draw not in signed(name, sign)] == []
    assert [draw.name for draw in added if isinstance(draw, Icon)] == [SIGNS[sign]]
    assert any(isinstance(draw, Text) for draw in added)


def test_a_slow_line_is_told_only_while_somebody_talks_over_it() -> None:
    slow = replace(states()["listening"], line="slow")
    for phase in Phase:
        said = ENGLISH_SLOW in told(lay_out(replace(slow, phase=phase), stage(), NOW_S))
        assert said is (phase in (Phase.CONVERSING, Phase.WRAPPING_UP)), phase


def test_an_answer_is_late_from_its_second_on_and_only_while_somebody_talks() -> None:
    late = replace(states()["thinking"], late_s=NOW_S)
    for phase in Phase:
        signs = list(sign_told(replace(late, phase=phase), LANGUAGES["en"], NOW_S))
        assert bool(signs) is (phase in (Phase.CONVERSING, Phase.WRAPPING_UP)), phase
    assert list(sign_told(late, LANGUAGES["en"], NOW_S - 0.1)) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["slow", "standin", "late"])
@pytest.mark.parametrize("scale", [1.0, 1.4])
def test_a_sign_is_whole_and_clear_of_the_ring_and_the_column(
    name: str, language: str, size: Size, scale: float, typesetter: Typesetter
) -> None:
    theme = Theme(text_scale=scale)
    shown = Stage(size, BOOTH, FACTS, typesetter.measure, theme=theme, reduced_motion=True)
    talking = states(language)
    late = replace(talking["listening"], late_s=NOW_S)
    snapshot = replace({**talking, "late": late}[name], ring=Ring("silence", NOW_S - 1, NOW_S + 1))
    draws = lay_out(snapshot, shown, NOW_S)
    icon = next(d for d in draws if isinstance(d, Icon) and d.name in SIGNS.values())
    ring = next(d for d in draws if isinstance(d, RingDraw))
    row = [d for d in draws if isinstance(d, Text) and d.box.bottom <= ring.box.y + ring.width_px]
    words = [d for d in row if grid(size).upright or d.box.right < grid(size).column.x]
    assert words
    assert icon.box.bottom <= ring.box.y
    say = LANGUAGES[language]
    parts = {
        "slow": (say.line_slow,),
        "standin": (say.standin_sign, say.standin_here),
        "late": (say.hitches["away"],),
    }[name]
    lines = "".join("".join(word.text for word in words).split())
    assert all("".join(part.split()) in lines for part in parts)
    assert all(word.box.x >= 0 and word.box.right <= size[0] for word in words)
