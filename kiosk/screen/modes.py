"""How many pixels are drawn on a screen that offers several sizes: pure."""

from collections.abc import Iterable

Size = tuple[int, int]
"""Width and height in pixels."""

FULL_HD: Size = (1920, 1080)
"""More is not worth its price: four times the memory and time on a television of 3840x2160, for
letters that nobody tells apart from two metres."""
_SAME_SHAPE = 0.02
"""Two sizes whose shapes differ by no more are of one shape."""


def is_large(size: Size) -> bool:
    """True for more pixels than are worth drawing, lying or upright."""
    return max(size) > max(FULL_HD) or min(size) > min(FULL_HD)


def sensible(own: Size, offered: Iterable[Size]) -> Size:
    """The screen's own size, or of those offered the largest that is not too large.

    One of the screen's own shape goes before the others.
    """
    shape = own[0] / own[1]
    fit = [size for size in offered if not is_large(size) and min(size) > 0]
    if not is_large(own) or not fit:
        return own
    return max(
        fit, key=lambda size: (abs(size[0] / size[1] / shape - 1) < _SAME_SHAPE, _area(size))
    )


def _area(size: Size) -> int:
    return size[0] * size[1]
