"""Everything that is read stands out from what is behind it, for every eye."""

from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

import pytest

from kiosk.screen.draws import Box, Panel, Text
from kiosk.screen.gallery_states import NOW_S, states
from kiosk.screen.layout import lay_out
from kiosk.screen.legibility import FIELD, ON, READABLE, distance, illegible
from kiosk.screen.stage import Stage
from kiosk.screen.theme import COLOURS, Colour, Theme
from tests.screen.laid_out import BOOTH, FACTS, even

SHADES: dict[str, Any] = {field: (9 * i, 255 - i, i) for i, field in enumerate(COLOURS, start=1)}
VIVID = Theme(**SHADES)
HELD = {
    (ink, ground)
    for least, inks, grounds in ON
    if least == READABLE
    for ink in inks
    for ground in grounds
}
BLACK, WHITE, RED, GREEN = (0, 0, 0), (255, 255, 255), (226, 84, 66), (124, 142, 52)


def reasons(theme: Theme) -> list[str]:
    return [fault.reason for fault in illegible(theme)]


def test_the_booth_s_own_look_is_legible() -> None:
    assert reasons(Theme()) == []


def test_every_colour_of_a_theme_has_a_name_in_its_file() -> None:
    assert {each.name for each in fields(Theme) if each.type == Colour} == set(COLOURS)


@pytest.mark.parametrize(
    ("theme", "told"),
    [
        (
            Theme(text_dim=(120, 126, 140)),
            ["'text_dim' on 'field_top' has a contrast of 4.2:1, less than 7:1"],
        ),
        (
            Theme(panel=(60, 70, 90)),
            [
                "'text_soft' on 'panel' has a contrast of 6.9:1, less than 7:1",
                "'text_dim' on 'panel' has a contrast of 4.6:1, less than 7:1",
                "'notice' on 'panel' has a contrast of 5.9:1, less than 7:1",
            ],
        ),
        (
            Theme(candidate_panel=(30, 80, 90)),
            [
                "'text_soft' on 'candidate_panel' has a contrast of 6.5:1, less than 7:1",
            ],
        ),
    ],
)
def test_a_pair_that_nobody_can_read_is_named_with_its_ratio(theme: Theme, told: list[str]) -> None:
    assert reasons(theme)[: len(told)] == told


def test_a_light_that_blinds_the_words_beside_it_is_named() -> None:
    glows = MappingProxyType({**Theme().glows, "happy": (255, 255, 255)})
    told = reasons(replace(Theme(), glows=glows))
    assert told
    assert all("in the light of 'happy'" in reason for reason in told)


@pytest.mark.parametrize(
    ("theme", "told"),
    [
        (
            Theme(
                candidate=(80, 150, 135),
                glows=MappingProxyType({**Theme().glows, "listening": (140, 200, 230)}),
            ),
            "'candidate' on 'field_top' in the light of 'listening' has a contrast of",
        ),
        (Theme(button=(150, 80, 0), panel=(50, 60, 75)), "'button' on 'panel' has a contrast of"),
    ],
)
def test_a_shape_that_hardly_shows_is_named(theme: Theme, told: str) -> None:
    assert any(reason.startswith(told) for reason in reasons(theme))


def test_the_speakers_are_told_apart_without_seeing_red_from_green() -> None:
    told = reasons(Theme(candidate=(255, 200, 230)))
    assert any("look alike to people with deuteranopia" in reason for reason in told)
    told = reasons(Theme(candidate=(255, 255, 250)))
    assert any("look alike to everybody" in reason for reason in told)


def test_distance_is_as_large_as_the_difference_that_is_seen() -> None:
    assert distance(BLACK, WHITE) == pytest.approx(100.0, abs=0.1)
    assert distance(RED, GREEN) > 70
    assert distance(RED, GREEN, "deuteranopia") < distance(RED, GREEN) / 3
    assert distance(RED, RED, "protanopia") == 0


NAMED = {getattr(VIVID, name): name for name in COLOURS}


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1920)], ids=str)
@pytest.mark.parametrize("name", states())
def test_every_text_stands_where_its_contrast_is_held(name: str, size: tuple[int, int]) -> None:
    """The theme here has fourteen different colours, so each of a screen tells what it is."""
    stage = Stage(size, BOOTH, FACTS, even, theme=VIVID, reduced_motion=True)
    grounds: list[tuple[Box, str]] = []
    for draw in lay_out(states()[name], stage, NOW_S):
        if isinstance(draw, Panel):
            grounds.append((draw.box, NAMED[draw.colour]))
        if isinstance(draw, Text):
            under = [ground for box, ground in grounds if box.overlaps(draw.box)] or [*FIELD]
            pairs = {(NAMED[draw.colour], ground) for ground in under[-1:]}
            assert pairs <= HELD, draw.text
