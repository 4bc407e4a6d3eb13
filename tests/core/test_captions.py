from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.captions import (
    FASTEST_CPS,
    NOTICE_S,
    READ_MOST_S,
    SLOWEST_CPS,
    START_RATE_CPS,
    Pace,
    reading_s,
    word_end,
)

QUESTION = "Tell me about a time when a plan fell apart. What did you do?"
MS = st.integers(0, 600_000)
RATES = st.floats(SLOWEST_CPS, FASTEST_CPS)
WORDS = st.text(st.sampled_from("abc äß,.\n你好ですか 👍🏽é"), max_size=80)


def at_a_words_end(text: str, shown: int) -> bool:
    rest = text[shown:]
    return not rest or rest[0].isspace() or ord(rest[0]) >= 0x2E80


@given(text=WORDS, rate=RATES, times=st.lists(MS, max_size=20), began=MS)
def test_words_appear_whole_in_order_and_are_never_taken_back(
    text: str, rate: float, times: list[int], began: int
) -> None:
    pace = Pace(rate, began)
    shown = [pace.heard(text, played_ms) for played_ms in sorted(times)]
    assert shown == sorted(shown)
    assert all(0 <= count <= len(text) for count in shown)
    assert all(count == 0 or at_a_words_end(text, count) for count in shown)


@given(text=WORDS, rate=RATES, played=MS, began=MS)
def test_nothing_is_shown_before_its_first_sound(
    text: str, rate: float, played: int, began: int
) -> None:
    assert played > began or Pace(rate, began).heard(text, played) == 0


@given(text=WORDS, rate=RATES)
def test_everything_is_shown_in_the_end(text: str, rate: float) -> None:
    assert Pace(rate).heard(text, 1 + int(len(text) / rate * 1000)) == len(text)


def test_a_word_appears_when_it_begins_to_be_spoken() -> None:
    pace = Pace(rate_cps=10.0)
    assert QUESTION[: pace.heard(QUESTION, 100)] == "Tell"
    assert QUESTION[: pace.heard(QUESTION, 390)] == "Tell"
    assert QUESTION[: pace.heard(QUESTION, 500)] == "Tell me"


def test_scripts_without_spaces_appear_character_by_character() -> None:
    pace = Pace(rate_cps=10.0)
    text = "请介绍一下你自己。"
    assert [pace.heard(text, ms) for ms in (1, 150, 250, 5000)] == [1, 2, 3, len(text)]


def test_a_word_between_ideographs_stays_whole() -> None:
    text = "我用Python写"
    assert word_end(text, 3) == 8


@given(pace=st.builds(Pace, RATES, MS), characters=st.integers(0, 5000), played=MS)
def test_a_learned_rate_stays_that_of_a_human_voice(
    pace: Pace, characters: int, played: int
) -> None:
    assert SLOWEST_CPS <= pace.learn(characters, played).rate_cps <= FASTEST_CPS


def test_the_pace_comes_nearer_to_the_voice_with_each_item() -> None:
    pace, gaps = Pace(), []
    for _ in range(5):
        pace = pace.begin(10_000).learn(len(QUESTION), 10_000 + 1000 * len(QUESTION) // 20)
        gaps.append(abs(pace.rate_cps - 20))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 0.5


def test_a_short_piece_teaches_nothing() -> None:
    assert Pace().learn(3, 1000).rate_cps == START_RATE_CPS


def test_a_played_clock_that_starts_anew_moves_the_beginning_with_it() -> None:
    pace = Pace(rate_cps=10.0, began_ms=50_000)
    assert pace.moved(-51_000).heard(QUESTION, 0) == pace.heard(QUESTION, 51_000)


def test_a_longer_text_is_given_longer_to_read_up_to_a_full_screen() -> None:
    assert NOTICE_S < reading_s("Yes.") < reading_s(QUESTION) <= READ_MOST_S
    assert reading_s(100 * QUESTION) == READ_MOST_S
