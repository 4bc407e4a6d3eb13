import pytest

from kiosk.core.sentences import MOST_CHARACTERS, joined, last_sentences

QUESTION = "Tell me about a time when a plan fell apart. What did you do first?"


def test_a_short_text_is_kept_whole() -> None:
    assert last_sentences(QUESTION) == QUESTION
    assert last_sentences("") == ""


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"Thank you. {'You said a lot about it, ' * 6}and I see. {QUESTION}", QUESTION),
        (f"{'言葉' * 60}。最初に何をしましたか？どうぞ。", "最初に何をしましたか？どうぞ。"),
        (f"{'كلمة ' * 40}. ماذا فعلت أولاً؟", "ماذا فعلت أولاً؟"),
        (f"{'शब्द ' * 40}। आपने क्या किया?", "आपने क्या किया?"),
        (f'{"word " * 40}end. "Why?" he said. So?', '"Why?" he said. So?'),
    ],
    ids=["en", "ja", "ar", "hi", "quotes"],
)
def test_of_a_long_text_the_last_sentences_are_kept(text: str, kept: str) -> None:
    assert last_sentences(text) == kept


def test_one_endless_sentence_is_kept_whole() -> None:
    endless = "and then " * MOST_CHARACTERS
    assert last_sentences(endless) == endless.strip()


def test_a_number_does_not_end_a_sentence() -> None:
    text = f"{'word ' * 40}end. It took 3.5 days."
    assert last_sentences(text) == "It took 3.5 days."


def test_joins_as_the_script_does() -> None:
    assert joined("Thank you. ", "And then?") == "Thank you. And then?"
    assert joined("ありがとう。", "次は？") == "ありがとう。次は？"
