"""Painting only what changed gives the same picture as painting everything."""

from collections.abc import Sequence
from dataclasses import replace

import pygame
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.core.snapshot import Snapshot
from kiosk.interview.words import Facts
from kiosk.screen.avatar import Avatar
from kiosk.screen.draws import Backdrop, Box, Text, Type
from kiosk.screen.gallery_states import states
from kiosk.screen.grid import grid
from kiosk.screen.meters import Meters
from kiosk.screen.paint import Painter, merged, toggled
from kiosk.screen.picture import Picture
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme

SIZE = (492, 277)
STATES = states()


def fresh(typesetter: Typesetter, avatar: Avatar) -> Picture:
    return Picture(
        SIZE, booth_name="Booth 7", facts=Facts(10, 5), typesetter=typesetter, avatar=avatar
    )


def settled(picture: Picture, surface: pygame.Surface, snapshot: Snapshot, now_s: float) -> bytes:
    for at_s in (now_s, now_s + 0.35, now_s + 0.7):
        picture.draw(surface, snapshot, at_s, Meters())
    return pygame.image.tobytes(surface, "RGB")


@given(st.lists(st.sampled_from(list(STATES)), min_size=1, max_size=4))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_past_leaves_no_trace(
    typesetter: Typesetter, avatar: Avatar, names: Sequence[str]
) -> None:
    worn, surface = fresh(typesetter, avatar), pygame.Surface(SIZE, 0, 32)
    for number, name in enumerate(names):
        last = settled(worn, surface, STATES[name], 1000.0 + number)
    clean = pygame.Surface(SIZE, 0, 32)
    worn.draw(clean, STATES[names[-1]], 1000.7 + len(names) - 1, Meters())
    assert pygame.image.tobytes(clean, "RGB") == last


def test_nothing_is_painted_twice(typesetter: Typesetter, avatar: Avatar) -> None:
    picture, surface = fresh(typesetter, avatar), pygame.Surface(SIZE, 0, 32)
    settled(picture, surface, STATES["farewell"], 1000.0)
    assert picture.draw(surface, STATES["farewell"], 1000.7, Meters()) == []


def test_a_new_word_repaints_little(typesetter: Typesetter, avatar: Avatar) -> None:
    picture, surface = fresh(typesetter, avatar), pygame.Surface(SIZE, 0, 32)
    snapshot = STATES["speaking"]
    settled(picture, surface, snapshot, 1000.0)
    caption = replace(snapshot.caption, shown=len(snapshot.caption.text))
    areas = picture.draw(surface, replace(snapshot, caption=caption), 1000.7, Meters())
    assert 0 < sum(area.w * area.h for area in areas) < 0.1 * SIZE[0] * SIZE[1]


def test_a_still_mouth_in_a_call_redraws_nothing(typesetter: Typesetter, avatar: Avatar) -> None:
    picture, surface = fresh(typesetter, avatar), pygame.Surface(SIZE, 0, 32)
    for snapshot in (STATES["speaking"], STATES["listening-wait"], STATES["speaking-answered"]):
        settled(picture, surface, snapshot, 1000.0)
        assert picture.draw(surface, snapshot, 1000.7, Meters()) == []


def test_a_mouth_that_moves_repaints_a_mouth(typesetter: Typesetter, avatar: Avatar) -> None:
    picture, surface = fresh(typesetter, avatar), pygame.Surface(SIZE, 0, 32)
    settled(picture, surface, STATES["speaking"], 1000.0)
    meters = Meters()
    meters.speak(1000.7, (-18.0,) * 10, (0.4,) * 10)
    areas = picture.draw(surface, STATES["speaking"], 1000.7, meters)
    assert 0 < sum(area.w * area.h for area in areas) < 0.25 * avatar_side(picture) ** 2


def avatar_side(picture: Picture) -> int:
    return grid(picture.stage.size).face.w


def test_only_what_comes_of_a_line_is_painted(typesetter: Typesetter, avatar: Avatar) -> None:
    painter, surface = Painter(Theme(), typesetter, avatar), pygame.Surface(SIZE, 0, 32)
    screen = Backdrop(Box(0, 0, *SIZE), Box(0, 0, 100, 100), (0, 0, 0))
    line = Text(Box(20, 40, 300, 40), "one two three", Type(30), (255, 255, 255), shown=7)
    painter.paint(surface, (screen, line), 0.0)
    (area,) = painter.paint(surface, (screen, replace(line, shown=13)), 0.1)
    one_two = typesetter.measure("one two", Type(30), 400)[0].width_px
    assert area.left >= line.box.x + one_two
    assert painter.paint(surface, (screen, replace(line, shown=7)), 0.2) == [area]


def test_progress_is_painted_before_there_is_a_face(typesetter: Typesetter) -> None:
    picture = Picture(SIZE, booth_name="Booth 7", facts=Facts(10, 5), typesetter=typesetter)
    surface = pygame.Surface(SIZE, 0, 32)
    assert picture.draw_progress(surface, "en", 0.0) == [surface.get_rect()]
    areas = picture.draw_progress(surface, "en", 0.4)
    assert 0 < sum(area.w * area.h for area in areas) < 0.2 * SIZE[0] * SIZE[1]
    assert picture.draw_progress(surface, "en", 0.4) == []


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted), max_size=6))
def test_what_an_odd_number_of_spans_cover_has_changed(spans: list[list[int]]) -> None:
    found: set[int] = set()
    for begin, end in toggled([edge for span in spans for edge in span]):
        assert found.isdisjoint(range(begin, end))
        found |= set(range(begin, end))
    covered = [sum(begin <= x < end for begin, end in spans) for x in range(31)]
    assert found == {x for x, times in enumerate(covered) if times % 2}


def test_areas_are_merged_until_none_touch() -> None:
    areas = [pygame.Rect(0, 0, 10, 10), pygame.Rect(20, 0, 10, 10), pygame.Rect(5, 5, 20, 2)]
    assert merged(areas) == [pygame.Rect(0, 0, 30, 10)]
    apart = [pygame.Rect(0, 0, 5, 5), pygame.Rect(9, 9, 5, 5), pygame.Rect(3, 3, 0, 0)]
    assert merged(apart) == apart[:2]
