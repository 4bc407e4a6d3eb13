"""The pace of the subtitles: a pure function of text, and of what was heard of the voice."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.captions import (
    FEWEST_LETTERS,
    LONGEST_MS,
    MOST_LETTERS,
    NOTICE_S,
    READ_MOST_S,
    SHORTEST_MS,
    SYLLABLE_LETTERS,
    SYLLABLE_MS,
    Pace,
    reading_s,
)
from kiosk.core.rhythm import Rhythm
from kiosk.core.words import ends_at, words

QUESTION = "Tell me about a time when a plan fell apart. What did you do?"
FIRST = len("Tell me about a time when a plan fell apart.")
TEXTS = st.text(st.sampled_from("abc äß,.\n你好ですか。 👍🏽é\u0301"), max_size=80)
STEPS = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(0, 8), st.booleans()), min_size=1, max_size=30
)
"""What each report adds: voice in ms, syllables, and whether the voice pauses."""


def reports(steps: list[tuple[int, int, bool]], since: Rhythm | None = None) -> list[Rhythm]:
    now, told = since or Rhythm(), []
    for spoken_ms, syllables, pausing in steps:
        now = Rhythm(now.spoken_ms + spoken_ms, now.syllables + syllables, pausing)
        told.append(now)
    return told


class Speaker:
    """Speaks a text at some pace, and asks what is shown."""

    def __init__(self, text: str, pace: Pace | None = None, *, syllable_ms: int = 250) -> None:
        self.text = text
        self.rhythm = Rhythm(pausing=False)
        self.pace = (pace or Pace()).begin(self.rhythm)
        self.syllable_ms = syllable_ms
        self.shown = 0

    def speak(self, ms: int) -> str:
        """Speak for so long in reports of 50 ms; returns the words shown then."""
        for _ in range(ms // 50):
            spoken_ms = self.rhythm.spoken_ms + 50
            self._report(Rhythm(spoken_ms, spoken_ms // self.syllable_ms, pausing=False))
        return self.words

    def pause(self) -> str:
        self._report(replace(self.rhythm, pausing=True))
        return self.words

    def _report(self, rhythm: Rhythm) -> None:
        self.rhythm = rhythm
        self.pace = self.pace.follow(self.text, rhythm)
        self.shown = max(self.shown, self.pace.heard(self.text, rhythm))

    @property
    def words(self) -> str:
        return self.text[: self.shown]


def takes_ms(text: str, syllable_ms: int = 250) -> int:
    """How long the last word's end is from the beginning, at the usual letters to a syllable."""
    *_, last = words(text)
    return round(last.ends / SYLLABLE_LETTERS * syllable_ms)


# --- in any order --------------------------------------------------------------------------------


@given(TEXTS, STEPS)
def test_what_is_shown_exists_and_ends_with_a_word(
    text: str, steps: list[tuple[int, int, bool]]
) -> None:
    pace = Pace().begin(Rhythm())
    for rhythm in reports(steps):
        pace = pace.follow(text, rhythm)
        shown = pace.heard(text, rhythm)
        assert 0 <= shown <= len(text)
        assert shown in (0, len(text)) or ends_at(text, shown)


@given(TEXTS, STEPS, st.integers(0, 80))
def test_a_text_that_comes_late_or_is_corrected_is_followed_all_the_same(
    text: str, steps: list[tuple[int, int, bool]], known: int
) -> None:
    pace = Pace().begin(Rhythm())
    for number, rhythm in enumerate(reports(steps)):
        now = text if number > len(steps) // 2 else text[:known]
        pace = pace.follow(now, rhythm)
        assert 0 <= pace.heard(now, rhythm) <= len(now)


@given(TEXTS, st.integers(1, 20))
def test_while_the_voice_goes_on_no_word_is_taken_back(text: str, syllables: int) -> None:
    speaker = Speaker(text, syllable_ms=50 * syllables)
    shown = []
    for _ in range(100):
        speaker.speak(50)
        shown.append(speaker.pace.heard(text, speaker.rhythm))
    assert shown == sorted(shown)


@given(TEXTS)
def test_a_voice_that_goes_on_has_shown_everything_in_the_end(text: str) -> None:
    speaker = Speaker(text)
    speaker.speak(60_000)
    assert speaker.words == text
    assert speaker.pace.is_through(text, speaker.rhythm)


@given(STEPS)
def test_what_is_learned_stays_that_of_a_human_voice(steps: list[tuple[int, int, bool]]) -> None:
    pace = Pace().begin(Rhythm())
    for rhythm in reports(steps):
        pace = pace.follow(QUESTION, rhythm)
        assert FEWEST_LETTERS <= pace.syllable_letters <= MOST_LETTERS
        assert SHORTEST_MS <= pace.syllable_ms <= LONGEST_MS


@given(STEPS, STEPS, st.integers(0, 10**6))
def test_counts_that_start_anew_change_nothing(
    before: list[tuple[int, int, bool]], after: list[tuple[int, int, bool]], spoken_ms: int
) -> None:
    pace = Pace().begin(Rhythm(0, 0))
    for rhythm in reports(before):
        pace = pace.follow(QUESTION, rhythm)
    last = reports(before)[-1]
    anew = Rhythm(spoken_ms, spoken_ms // 250, last.pausing)
    moved = pace.moved(last, anew)
    for one, other in zip(reports(after, last), reports(after, anew), strict=True):
        pace, moved = pace.follow(QUESTION, one), moved.follow(QUESTION, other)
        assert pace.heard(QUESTION, one) == moved.heard(QUESTION, other)


# --- words ---------------------------------------------------------------------------------------


def test_nothing_is_shown_before_the_voice_begins() -> None:
    pace = Pace().begin(Rhythm(pausing=True))
    assert pace.heard(QUESTION, Rhythm(pausing=True)) == 0


def test_a_word_appears_whole_when_it_begins_to_be_spoken() -> None:
    speaker = Speaker(QUESTION)
    assert speaker.speak(50) == "Tell"
    assert speaker.speak(150) == "Tell"
    assert speaker.speak(100) == "Tell me"


def test_scripts_without_spaces_appear_character_by_character() -> None:
    speaker = Speaker("请介绍一下你自己。")
    assert [speaker.speak(200) for _ in range(3)] == ["请", "请介", "请介绍"]


def test_text_that_comes_late_is_caught_up_at_once() -> None:
    late, known = Speaker(""), Speaker(QUESTION)
    late.speak(1000)
    late.text = QUESTION
    assert late.speak(50) == known.speak(1050) != ""


# --- pauses --------------------------------------------------------------------------------------


def test_at_a_pause_the_text_catches_up_to_the_full_stop() -> None:
    speaker = Speaker(QUESTION)
    assert len(speaker.speak(takes_ms(QUESTION[:FIRST]) * 77 // 100)) < FIRST
    assert speaker.pause() == QUESTION[:FIRST]


def test_the_text_does_not_run_past_a_full_stop_before_the_voice_has_paused() -> None:
    speaker = Speaker(QUESTION)
    assert speaker.speak(takes_ms(QUESTION[:FIRST]) * 115 // 100) == QUESTION[:FIRST]
    assert speaker.pause() == QUESTION[:FIRST]


def test_after_a_pause_the_next_word_appears_with_the_voice() -> None:
    speaker = Speaker(QUESTION)
    speaker.speak(takes_ms(QUESTION[:FIRST]))
    speaker.pause()
    assert speaker.pause() == QUESTION[:FIRST]
    assert speaker.speak(50) == f"{QUESTION[:FIRST]} What"


def test_a_pause_in_mid_clause_holds_the_text_where_it_is() -> None:
    speaker = Speaker(QUESTION)
    shown = speaker.speak(1000)
    assert speaker.pause() == shown
    assert shown.split()[-1] in {"a", "time"}
    speaker.speak(takes_ms(QUESTION[:FIRST]) - 1000)
    assert speaker.pause() == QUESTION[:FIRST]


def test_a_comma_that_is_not_heard_does_not_stop_the_text() -> None:
    speaker = Speaker("Thank you, and now the next question.")
    assert speaker.speak(1500).startswith("Thank you, and now")


# --- the voice's own rate ------------------------------------------------------------------------


def test_the_syllables_of_a_faster_voice_are_followed_within_the_sentence() -> None:
    slow, fast = Speaker(QUESTION), Speaker(QUESTION, syllable_ms=170)
    assert len(fast.speak(1700)) > len(slow.speak(1700))


def test_the_usual_rate_comes_nearer_to_the_voice_with_each_pause() -> None:
    speaker = Speaker("", syllable_ms=180)
    gaps = [abs(SYLLABLE_MS - 180)]
    for _ in range(6):
        speaker.speak(3000)
        speaker.pause()
        gaps.append(abs(speaker.pace.syllable_ms - 180))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < gaps[0] / 3


def test_a_voice_whose_syllables_are_not_heard_does_not_spoil_the_next_one() -> None:
    speaker = Speaker("", syllable_ms=2000)
    for _ in range(8):
        speaker.speak(3000)
        speaker.pause()
    usual = Speaker(QUESTION, speaker.pace)
    assert usual.speak(1000).startswith("Tell me about")


def test_the_next_item_is_said_at_the_rate_that_was_learned() -> None:
    first = Speaker(QUESTION, syllable_ms=150)
    first.speak(takes_ms(QUESTION[:FIRST], 150))
    first.pause()
    new, known = Speaker(QUESTION, syllable_ms=150), Speaker(QUESTION, first.pace, syllable_ms=150)
    assert len(known.speak(700)) > len(new.speak(700))


def test_a_longer_text_is_given_longer_to_read_up_to_a_full_screen() -> None:
    assert NOTICE_S < reading_s("Yes.") < reading_s(QUESTION) <= READ_MOST_S
    assert reading_s(100 * QUESTION) == READ_MOST_S
