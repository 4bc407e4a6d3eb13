"""A television with more pixels than are worth drawing is asked for fewer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screen.modes import Size, is_large, sensible

UHD = (3840, 2160)
TELEVISION = (
    UHD,
    (4096, 2160),
    (2560, 1440),
    (1920, 1200),
    (1920, 1080),
    (1680, 1050),
    (1280, 720),
)


@pytest.mark.parametrize(
    ("own", "offered", "drawn"),
    [
        (UHD, TELEVISION, (1920, 1080)),
        ((2560, 1440), TELEVISION, (1920, 1080)),
        ((1920, 1200), ((1920, 1200), (1920, 1080), (1680, 1050), (1280, 800)), (1680, 1050)),
        ((1920, 1200), ((1920, 1200), (1280, 720), (1024, 768)), (1280, 720)),
        ((2160, 3840), ((2160, 3840), (1080, 1920), (720, 1280)), (1080, 1920)),
        ((1920, 1080), TELEVISION, (1920, 1080)),
        ((800, 480), ((800, 480), (640, 480)), (800, 480)),
        (UHD, (UHD, (2560, 1440)), UHD),
        (UHD, (), UHD),
    ],
)
def test_the_size_that_is_drawn(own: Size, offered: tuple[Size, ...], drawn: Size) -> None:
    assert sensible(own, offered) == drawn


sizes = st.tuples(st.integers(1, 8000), st.integers(1, 8000))


@given(sizes, st.lists(sizes, max_size=12))
def test_it_is_one_of_the_screen_s_and_large_only_where_all_are(
    own: Size, offered: list[Size]
) -> None:
    drawn = sensible(own, offered)
    assert drawn in (own, *offered)
    assert is_large(drawn) == all(is_large(size) for size in (own, *offered))
