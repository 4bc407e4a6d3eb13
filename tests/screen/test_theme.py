"""Everything that is read stands out from what is behind it."""

import pytest

from kiosk.screen.paint import mix
from kiosk.screen.theme import Theme, contrast

THEME = Theme()


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((255, 255, 255), (0, 0, 0)) == pytest.approx(21.0)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    "colour", ["text", "text_soft", "text_dim", "amber", "mint_text", "mint_dim"]
)
def test_text_is_readable_on_the_field(colour: str) -> None:
    worst = min(
        contrast(getattr(THEME, colour), field) for field in (THEME.field_top, THEME.field_bottom)
    )
    assert worst >= 7.0


@pytest.mark.parametrize("text", ["mint_text", "text"])
def test_text_is_readable_on_the_candidates_panel(text: str) -> None:
    assert contrast(getattr(THEME, text), THEME.mint_panel) >= 7.0


def test_the_code_is_readable_on_its_panel() -> None:
    assert contrast(THEME.amber, THEME.panel) >= 6.0


def test_colours_mix() -> None:
    assert mix((0, 0, 0), (100, 200, 50), 0.5) == (50, 100, 25)
