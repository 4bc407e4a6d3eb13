"""What tests of the layout share: a stage, a font without surprises, and what must always hold."""

from itertools import combinations

from kiosk.interview.words import Facts
from kiosk.screen.draws import Bars, Box, Button, Draw, Icon, Line, Panel, QrCode, Text, Type
from kiosk.screen.stage import Stage

FACTS = Facts(minutes=10, questions=5)
LONG_FACTS = Facts(minutes=12, questions=10, service="Microsoft Azure", recorded=True, key="space")
"""What leads to the longest sentences."""
BOOTH = "Booth 7"


def even(
    text: str, type_: Type, width_px: int, *, phrases: bool = False, growing: bool = False
) -> tuple[Line, ...]:
    """A font whose letters are all half as wide as high; breaks between words."""
    letter = max(1, type_.size_px // 2)
    lines: list[Line] = []
    start = end = 0
    for word in text.split(" "):
        stop = (end + 1 if end > start else end) + len(word)
        if end > start and (stop - start) * letter > width_px:
            lines.append(Line(start, end, (end - start) * letter))
            start = end + 1
            stop = start + len(word)
        end = stop
    return (*lines, Line(start, end, (end - start) * letter))


def stage(
    size: tuple[int, int] = (1280, 720), facts: Facts = FACTS, *, show_candidate_words: bool = True
) -> Stage:
    return Stage(size, BOOTH, facts, even, show_candidate_words)


def texts(draws: tuple[Draw, ...]) -> list[str]:
    return [seen(draw) for draw in draws if isinstance(draw, Text)]


def seen(line: Text) -> str:
    """What of a line is on the screen."""
    return line.text[: line.shown] + line.mark


def told(draws: tuple[Draw, ...]) -> str:
    return " ".join(texts(draws))


def assert_fits(draws: tuple[Draw, ...], size: tuple[int, int]) -> None:
    """Everything is on the screen, nothing over anything else, and panels hold what is on them."""
    screen = Box(0, 0, *size)
    for draw in draws[2:]:
        assert screen.holds(draw.box), draw
    solid = [d for d in draws if isinstance(d, Text | Icon | Button | Bars | QrCode)]
    for one, other in combinations(solid, 2):
        assert not one.box.overlaps(other.box), (one, other)
    for panel in (d for d in draws if isinstance(d, Panel)):
        for draw in solid:
            if draw.box.overlaps(panel.box):
                assert panel.box.holds(draw.box), (panel, draw)
