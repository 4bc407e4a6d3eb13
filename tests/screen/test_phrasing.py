"""No line cuts a word of a language that is written without spaces."""

from dataclasses import fields

import budoux
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.interview.words import LANGUAGES
from kiosk.screen.draws import Type
from kiosk.screen.gallery_texts import LINES
from kiosk.screen.phrasing import phrased
from kiosk.screen.text import Typesetter

MODELS = {
    "ja": budoux.load_default_japanese_parser(),
    "zh": budoux.load_default_simplified_chinese_parser(),
}
SAID = {
    language: [getattr(LINES[language], field.name) for field in fields(LINES[language])]
    for language in MODELS
}


def pieces(text: str, language: str) -> str:
    """The text with a bar wherever a line may break, if it may before all but a space."""
    places = [at for at in range(1, len(text) + 1) if text[at : at + 1] != " "]
    breaks = phrased(text, places, language).breaks
    return "|".join(text[a:b] for a, b in zip((0, *breaks), breaks, strict=False))


@pytest.mark.parametrize("phrases", [False, True])
@pytest.mark.parametrize("width_px", [230, 400, 650, 900])
@pytest.mark.parametrize("language", MODELS)
def test_lines_end_with_a_phrase_that_has_room_in_a_line(
    language: str, width_px: int, typesetter: Typesetter, *, phrases: bool
) -> None:
    type_ = Type(40, language=language)
    for text in SAID[language]:
        end, ends, wide = 0, set(), []
        for phrase in MODELS[language].parse(text):
            if typesetter.measure(phrase, type_, 9999)[0].width_px > width_px:
                wide.append((end, end + len(phrase)))
            end += len(phrase)
            ends.add(end)
        for line in typesetter.measure(text, type_, width_px, phrases=phrases):
            torn = any(a < line.end < b for a, b in wide)
            assert line.end in ends or torn, text[line.start : line.end]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", "うまく|いかなかった|ときの|ことを|教えてください。"),
        ("ja-JP", "ありがとう|ございます。|それでは"),
        ("en", "それでは|お話しください。"),
        ("zh", "我们|真正|能|守住|的|承诺"),
        ("any", "我们|真正|能|守住|的|承诺"),
        ("zh-TW", "我們|決定|的|時候"),
        ("ko", "계획이 |틀어졌던 |때를 |말씀해 |주세요."),
        ("any", "계획이 |틀어졌던 |때"),
    ],
)
def test_a_line_breaks_between_phrases(language: str, said: str) -> None:
    assert pieces(said.replace("|", ""), language) == said


def test_latin_words_keep_their_own_breaks() -> None:
    assert pieces("私は AI で", "ja") == "私は |A|I |で"
    assert pieces("AI", "de") == "A|I"


def test_phrases_that_are_marked_by_hand_are_kept() -> None:
    text = LANGUAGES["ja"].heard_out
    assert pieces(text, "ja") == "|".join(text)


@given(st.data(), st.sampled_from(["ja", "zh", "zh-TW", "ko"]))
def test_what_is_settled_stays_whatever_is_added(data: st.DataObject, language: str) -> None:
    signs = st.sampled_from("、。」「AI 年春発売直前にいかなかった请您说ー계획")
    text = data.draw(st.text(signs, max_size=30) | st.sampled_from(SAID["ja"] + SAID["zh"]))
    more = data.draw(st.text(signs, max_size=6))
    known = phrased(text, range(1, len(text) + 1), language)
    grown = phrased(text + more, range(1, len(text + more) + 1), language)
    assert [b for b in known.breaks if b <= known.settled] == [
        b for b in grown.breaks if b <= known.settled
    ]


def test_a_phrase_waits_for_its_end(typesetter: Typesetter) -> None:
    type_ = Type(40, language="ja")

    def seen(text: str, *, growing: bool = True) -> str:
        lines = typesetter.measure(text, type_, 9999, growing=growing)
        return text[lines[0].start : lines[0].end]

    assert seen("教えてく") == ""
    assert seen("教えてください。最") == ""
    assert seen("教えてください。最初に") == "教えてください。"
    assert seen("教えてください。", growing=False) == "教えてください。"


def test_a_phrase_longer_than_a_line_keeps_the_rules_for_signs(typesetter: Typesetter) -> None:
    """No line begins with a long mark, a small sign or what ends a sentence."""
    text = "スーパーカリフラジリスティックエクスピアリドーシャス。"
    for width_px in range(170, 700, 30):
        for line in typesetter.measure(text, Type(40, language="ja"), width_px)[1:]:
            assert text[line.start] not in "ーィッャ。", width_px
