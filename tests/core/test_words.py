"""Words of any script: where they end, and how long they take to say."""

from itertools import pairwise
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core import words as module
from kiosk.core.words import word_end, words

TEXT = st.one_of(
    st.text(max_size=60),
    st.text(
        st.sampled_from("abc äß,.?\n你好ですか。、 👍🏽\u200d\u0301e\u3099नमस्ते،؟\ud83d"),
        max_size=60,
    ),
)


@given(TEXT, st.integers(0, 60))
def test_words_follow_one_another_to_the_end_of_the_text(text: str, place: int) -> None:
    place = word_end(text, min(place, len(text)))
    found = list(words(text, place))
    ends = [place, *(word.end for word in found)]
    assert all(before < after for before, after in pairwise(ends))
    assert ends[-1] == len(text)
    assert all(end == word_end(text, end) for end in ends)


@given(TEXT)
def test_a_word_takes_its_time_and_the_next_begins_after_it(text: str) -> None:
    found = list(words(text))
    assert all(0 <= word.begins <= word.ends for word in found)
    assert all(before.ends == after.begins for before, after in pairwise(found))


@given(TEXT)
def test_no_mark_is_parted_from_its_character(text: str) -> None:
    for word in words(text):
        rest = text[word.end : word.end + 1]
        assert not rest or category(rest) not in {"Mn", "Mc", "Me", "Cf"} or rest.isspace()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Tell me, please.", ["Tell", " me,", " please."]),
        ("请介绍一下。", ["请", "介", "绍", "一", "下。"]),
        ("我用Python写", ["我", "用", "Python", "写"]),
        ("「はい」と", ["「は", "い」", "と"]),
        ("か\u3099き", ["か\u3099", "き"]),
        ("नमस्ते दुनिया", ["नमस्ते", " दुनिया"]),
        ("مرحبا بك", ["مرحبا", " بك"]),
        ("저는 학생입니다.", ["저는", " 학생입니다."]),
        ("ไปไหนมา นะ", ["ไป", "ไห", "น", "มา", " นะ"]),
        ("ខ្ញុំទៅ", ["ខ្ញុំ", "ទៅ"]),
        ("👍🏽 👩\u200d🔬!", ["👍🏽", " 👩\u200d🔬!"]),
        ("", []),
    ],
)
def test_where_words_end(text: str, pieces: list[str]) -> None:
    ends = [0, *(word.end for word in words(text))]
    assert [text[a:b] for a, b in pairwise(ends)] == pieces


@pytest.mark.parametrize("text", ["Yes, I", 'He said "yes." I', "はい。私", "نعم، أنا", "हाँ। मैं"])
def test_the_word_before_a_comma_or_full_stop_rests(text: str) -> None:
    found = list(words(text))
    assert [bool(word.rest) for word in found].count(True) == 1
    assert not found[-1].rest


@pytest.mark.parametrize(
    "text",
    [
        "with Dr. Miller",
        "am 3. Mai",
        "und z. B. im",
        "the U.S. Army",
        "at 9 a.m. every",
        "con la Sra. Paz",
    ],
)
def test_the_voice_does_not_rest_at_a_word_that_is_cut_short(text: str) -> None:
    assert not any(word.rest for word in words(text))


def test_a_word_that_is_cut_short_is_said_in_full() -> None:
    short, full = (list(words(text))[-1].begins for text in ("Dr. Miller", "Doctor Miller"))
    assert short == full


def test_a_sentence_rests_more_surely_than_a_clause() -> None:
    clause, sentence = (next(words(text)) for text in ("so,", "so."))
    assert sentence.rest > clause.rest > 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Please tell me about a project you are proud of.", 2.6),
        ("请介绍一个让你感到自豪的项目。", 2.9),
        ("誇りに思っているプロジェクトについて教えてください。", 3.6),
        ("कृपया मुझे उस परियोजना के बारे में बताइए जिस पर आपको गर्व है।", 4.2),
        ("คุณช่วยเล่าให้ฟังหน่อยได้ไหมว่าคุณทำอะไรเมื่อปีที่แล้ว", 2.9),
        ("من فضلك حدثني عن مشروع تفتخر به.", 2.8),
    ],
)
def test_a_sentence_takes_about_as_long_in_each_script(text: str, seconds: float) -> None:
    *_, last = words(text)
    assert last.ends / 16 == pytest.approx(seconds, rel=0.3)


def test_what_is_remembered_does_not_tell_what_was_said() -> None:
    said = "Ihr Lager in Ulm, also auch im Mai. 我们在仓库里一起找到了它。"
    caches = [value for value in vars(module).values() if hasattr(value, "cache_info")]
    for cache in caches:
        cache.cache_clear()
    assert list(words(said))
    assert caches
    assert all(cache.cache_info().currsize <= len(set(said)) for cache in caches)
