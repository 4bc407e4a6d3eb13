"""The question that stands while other words are said can be read whole."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core.sentences import last_sentences
from kiosk.interview.script import load_script
from kiosk.screen.draws import Text
from kiosk.screen.gallery_choice import SIZES
from kiosk.screen.gallery_states import NOW_S, conversation
from kiosk.screen.gallery_texts import LINES
from kiosk.screen.layout import lay_out
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme
from tests.screen.laid_out import FACTS, told

INTERVIEWS = Path(__file__).parents[2] / "config/interviews"


def shipped() -> Iterator[tuple[str, str]]:
    """Every question as far as it stands, those of the gallery too, and its language."""
    for path in sorted(INTERVIEWS.glob("*.toml")):
        for question in load_script(path.stem, INTERVIEWS).questions:
            yield "en", last_sentences(question.text)
    for language, lines in LINES.items():
        yield language, last_sentences(lines.question)


@pytest.mark.parametrize("text_scale", [1.0, 1.4])
@pytest.mark.parametrize("diagonal_inch", [7.0, 24.0])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_question_that_is_shipped_stays_readable_to_its_first_word(
    size: tuple[int, int], diagonal_inch: float, text_scale: float, typesetter: Typesetter
) -> None:
    theme = Theme(text_scale=text_scale)
    shown = Stage(size, "", FACTS, typesetter.measure, theme=theme, diagonal_inch=diagonal_inch)
    for language, question in shipped():
        aside = replace(conversation(language)["speaking-aside"], language=language)
        draws = lay_out(replace(aside, question_text=question), shown, NOW_S)
        assert question.replace(" ", "") in told(draws).replace(" ", "")


def test_a_long_question_is_smaller_and_no_smaller_than_the_small_print(
    typesetter: Typesetter,
) -> None:
    shown = Stage((1280, 720), "", FACTS, typesetter.measure)
    aside = conversation("en")["speaking-aside"]
    short, long, endless = (
        {
            text.type.size_px
            for text in lay_out(replace(aside, question_text=asked), shown, NOW_S)
            if isinstance(text, Text) and "then" in text.text
        }
        for asked in ("Why then?", ("Why then? " * 12).strip(), ("Why then? " * 60).strip())
    )
    assert short == {shown.theme.answer}
    assert endless == {shown.theme.small}
    assert min(short) > min(long) == max(long) > min(endless)
