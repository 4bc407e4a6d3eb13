"""The gallery: every screen as a file, without a display."""

from pathlib import Path

import pygame
import pytest

from kiosk.core.snapshot import Connection, Mood
from kiosk.errors import UsageError
from kiosk.interview.words import LANGUAGES
from kiosk.places import THEMES
from kiosk.screen import gallery
from kiosk.screen.gallery_choice import Wanted, wanted
from kiosk.screen.gallery_states import SCREENS, states
from kiosk.screen.gallery_texts import LINES, spoken
from kiosk.screen.theme_file import ThemeError
from tests.core.world import in_phase

SMALL = ((320, 180), (180, 320))


def test_writes_every_screen_and_a_sheet(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    written = gallery.render(
        tmp_path / "out",
        Wanted(languages=("en", "de"), sizes=SMALL),
        lambda done, count: told.append((done, count)),
    )
    screens = 4 * len(SCREENS)
    assert len(written) == screens + 4
    assert told == [(done, screens) for done in range(1, screens + 1)]
    assert all(path.is_file() for path in written)
    english = [path for path in written if path.parts[-3:-1] == ("320x180", "en")]
    pictures = {path.name: pygame.image.load(str(path)) for path in english}
    assert pictures["idle.png"].get_size() == (320, 180)
    raw = {pygame.image.tobytes(picture, "RGB") for picture in pictures.values()}
    assert len(raw) == len(SCREENS)
    sheet = pygame.image.load(str(tmp_path / "out" / "booth-180x320-de.png"))
    assert 1000 < sheet.get_width() <= 2100


def test_a_screen_looks_the_same_whatever_was_drawn_before(tmp_path: Path) -> None:
    several = Wanted(("listening", "thinking", "speaking"), ("en",), SMALL[:1])
    alone = Wanted(("speaking",), ("en",), SMALL[:1])
    one, other = (
        next(p for p in gallery.render(tmp_path / name, which) if p.name == "speaking.png")
        for name, which in (("several", several), ("alone", alone))
    )
    assert one.read_bytes() == other.read_bytes()


def test_every_language_has_a_conversation() -> None:
    assert set(LINES) >= set(LANGUAGES)


@pytest.mark.parametrize("language", LINES)
def test_a_conversation_stops_at_whole_words(language: str) -> None:
    question = LINES[language].question
    end = spoken(language, question, 0.5)
    assert 0.2 < end / len(question) < 0.6
    assert " " not in question or question[end] == " "


@pytest.mark.parametrize(("language", "word"), [("ja", "さようなら"), ("zh", "再见")])
def test_a_word_without_spaces_around_it_is_spoken_whole_or_not_at_all(
    language: str, word: str
) -> None:
    goodbye = LINES[language].goodbye
    first = goodbye.index(word)
    for share in range(5, 20):
        end = spoken(language, goodbye, share / 20)
        assert end not in range(first + 1, first + len(word))
        assert end <= len(goodbye) * share / 20 + 1


@pytest.mark.parametrize("name", states())
def test_shows_only_what_the_core_can_produce(name: str) -> None:
    drawn = states()[name]
    real = in_phase(drawn.phase).shown
    assert drawn.connection is real.connection
    assert drawn.microphone_open is real.microphone_open
    assert (drawn.ends_s is None) == (real.ends_s is None)
    if drawn.connection is Connection.CONNECTED:
        assert drawn.mood is not Mood.IDLE
        assert drawn.mood is Mood.LISTENING or not drawn.candidate_speaking
    else:
        assert drawn.mood is real.mood


def test_filters_are_read(tmp_path: Path) -> None:
    (tmp_path / "fair.toml").write_text("text_scale = 1.2")
    which = wanted(["idle"], ["de", "fr"], ["1280x720", "800X480"], ["fair"], [tmp_path])
    assert which.screens == ("idle",)
    assert which.languages == ("de", "fr")
    assert which.sizes == ((1280, 720), (800, 480))
    assert [(theme.name, theme.text_scale) for theme in which.themes] == [("fair", 1.2)]


def test_without_filters_everything_is_wanted_with_every_theme_there_is(tmp_path: Path) -> None:
    (tmp_path / "fair.toml").write_text("text_scale = 1.2")
    which = wanted([], [], [], [], [tmp_path])
    assert which.screens == SCREENS
    assert which.languages == tuple(LANGUAGES)
    assert (3840, 2160) in which.sizes
    assert [theme.name for theme in which.themes] == ["booth", "fair"]


def test_a_broken_theme_is_left_out_and_told_unless_it_was_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "fair.toml").write_text("text_scale = 1.2")
    (tmp_path / "torn.toml").write_text("text_scale = 9\nfnt = 1")
    which = wanted(["idle"], ["en"], ["320x180"], [], [tmp_path])
    assert [theme.name for theme in which.themes] == ["booth", "fair"]
    assert gallery.main(tmp_path / "out", which) == 0
    told = capsys.readouterr()
    assert told.out.startswith("4 pictures in ")
    lines = told.err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"Left out: {tmp_path}/torn.toml, line ") for line in lines)
    with pytest.raises(ThemeError, match=r"torn\.toml"):
        wanted([], [], [], ["fair", "torn"], [tmp_path])


def test_where_no_theme_can_be_shown_the_mistake_is_told(tmp_path: Path) -> None:
    (tmp_path / "booth.toml").write_text("text_scale = 9")
    with pytest.raises(ThemeError, match=r"booth\.toml"):
        wanted([], [], [], [], [tmp_path])


def test_every_unknown_name_is_told_at_once_with_the_nearest_known() -> None:
    with pytest.raises(UsageError) as caught:
        wanted(["idel"], ["xx"], ["1280", "99999x9", "50x50"], ["boot"], [])
    assert caught.value.sentences == (
        'There is no screen named "idel"; did you mean idle?',
        'There is no language named "xx".',
        'There is no theme named "boot"; did you mean booth?',
        '"1280" is no size: write it like 1280x720.',
        '"99999x9" is no size: each side must be between 120 and 7680.',
        '"50x50" is no size: each side must be between 120 and 7680.',
    )


def test_main_says_where_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gallery.main(tmp_path, Wanted(("idle",), ("en",), SMALL[:1])) == 0
    told = capsys.readouterr()
    assert told.out == f"2 pictures in {tmp_path}\n"
    assert told.err == ""


def test_main_says_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert gallery.main(tmp_path / "file", Wanted(("idle",), ("en",), SMALL[:1])) == 69
    assert capsys.readouterr().err.startswith("No gallery: ")


def test_every_shipped_theme_has_its_pictures(tmp_path: Path) -> None:
    which = wanted(["idle"], ["en"], ["320x180"], [], [THEMES])
    written = gallery.render(tmp_path, which)
    pictures = [path for path in written if path.name == "idle.png"]
    assert {path.parts[-4] for path in pictures} == {path.stem for path in THEMES.glob("*.toml")}
    assert len({path.read_bytes() for path in pictures}) == len(pictures) > 1
