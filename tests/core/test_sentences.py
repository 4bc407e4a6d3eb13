import pytest

from kiosk.core.sentences import MOST_CHARACTERS, joined, last_sentences, sentences

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


@pytest.mark.parametrize(
    "asked",
    [
        "What did you do with Dr. Miller and Mrs. Jones at St. Mary?",
        "What was hard when you began on 3. Mai, z. B. im Lager?",
        "How was it in the U.S. with a Ph.D. from 9 a.m. on?",
    ],
)
def test_a_word_that_is_cut_short_does_not_end_a_sentence(asked: str) -> None:
    assert last_sentences(f"{'word ' * 25}end. {asked}") == asked


def test_a_year_or_a_short_word_may_end_a_sentence() -> None:
    for end in ("It was in 2024.", "Yes and no.", "그렇습니까 네.", "Well..."):
        assert next(sentences(f"{end} {QUESTION}")).strip() == end


def test_joins_as_the_script_does() -> None:
    assert joined("Thank you. ", "And then?") == "Thank you. And then?"
    assert joined("ありがとう。", "次は？") == "ありがとう。次は？"
    assert joined("안녕하세요", "다음") == "안녕하세요 다음"
