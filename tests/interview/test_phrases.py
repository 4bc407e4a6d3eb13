from kiosk.interview.phrases import JOINER, bind


def test_a_text_may_break_at_its_marks_and_nowhere_else() -> None:
    assert bind("次の|言語へ").replace(JOINER, "·") == "次·の言·語·へ"


def test_fields_and_latin_words_stay_whole_and_are_held_to_their_neighbours() -> None:
    assert bind("{button}を|AIと").replace(JOINER, "·") == "{button}·をAI·と"


def test_a_space_is_held_too() -> None:
    assert bind("约 {n} 分钟").replace(JOINER, "·") == "约· ·{n}· ·分·钟"
