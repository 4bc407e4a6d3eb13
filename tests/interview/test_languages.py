import pytest

from kiosk.interview.languages import NAMES, english_name, own_name, primary
from kiosk.interview.words import LANGUAGES


def test_every_language_of_the_screen_has_a_name_of_its_own() -> None:
    assert NAMES.keys() >= LANGUAGES.keys()
    names = [each for name in NAMES.values() for each in (name.english, name.own)]
    assert all(name.strip() == name != "" for name in names)
    assert len(NAMES) == len({name.own for name in NAMES.values()})


@pytest.mark.parametrize(
    ("tag", "english", "own"),
    [
        ("pt-BR", "Portuguese", "Português"),
        ("DE", "German", "Deutsch"),
        ("zh-Hant-TW", "Chinese", "中文"),
        ("tlh", "the language with the tag tlh", "tlh"),
    ],
)
def test_a_language_goes_by_its_first_subtag(tag: str, english: str, own: str) -> None:
    assert (english_name(tag), own_name(tag)) == (english, own)


def test_the_first_subtag_is_told_in_small_letters() -> None:
    assert primary("EN-gb") == "en"
