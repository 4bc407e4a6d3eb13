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
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme
from tests.screen.laid_out import BOOTH, FACTS, stage, told

CONVERSATION = ["speaking", "listening-long", "listening-silence", "thinking", "wrapping-up"]
ENGLISH_SLOW = LANGUAGES["en"].line_slow
SIGNS = {"line": "weak", "standin": "here"}


def signed(name: str, sign: str, language: str = "en") -> tuple[Draw, ...]:
    snapshot = states(language)[name]
    if sign == "line":
        return lay_out(replace(snapshot, line="slow"), stage(), NOW_S)
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


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["slow", "standin"])
@pytest.mark.parametrize("scale", [1.0, 1.4])
def test_a_sign_is_whole_and_clear_of_the_ring_and_the_column(
    name: str, language: str, size: Size, scale: float, typesetter: Typesetter
) -> None:
    theme = Theme(text_scale=scale)
    shown = Stage(size, BOOTH, FACTS, typesetter.measure, theme=theme, reduced_motion=True)
    snapshot = replace(states(language)[name], ring=Ring("silence", NOW_S - 1, NOW_S + 1))
    draws = lay_out(snapshot, shown, NOW_S)
    icon = next(d for d in draws if isinstance(d, Icon) and d.name in SIGNS.values())
    ring = next(d for d in draws if isinstance(d, RingDraw))
    row = [d for d in draws if isinstance(d, Text) and d.box.bottom <= ring.box.y + ring.width_px]
    words = [d for d in row if grid(size).upright or d.box.right < grid(size).column.x]
    assert words
    assert icon.box.bottom <= ring.box.y
    say = LANGUAGES[language]
    parts = (say.line_slow,) if name == "slow" else (say.standin_sign, say.standin_here)
    lines = " ".join(word.text for word in words).replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    assert all(part.replace(" ", "") in lines for part in parts)
    assert all(word.box.x >= 0 and word.box.right <= size[0] for word in words)
