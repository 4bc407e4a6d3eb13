"""Themes from files: the shipped ones, an event's own, and every mistake in one."""

import json
import shutil
from pathlib import Path

import pygame
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import ExitStatus
from kiosk.places import THEMES
from kiosk.screen.assets import AVATAR, FONTS
from kiosk.screen.legibility import illegible
from kiosk.screen.theme import COLOURS, Logo, Theme
from kiosk.screen.theme_file import ThemeError, load_theme


def write(folder: Path, text: str) -> Path:
    path = folder / "fair.toml"
    path.write_text(text)
    return path


def flaws(folder: Path, text: str) -> list[str]:
    path = write(folder, text)
    with pytest.raises(ThemeError) as caught:
        load_theme("fair", (folder,))
    assert caught.value.status is ExitStatus.CONFIG
    return [sentence.replace(f"{path}", "fair") for sentence in caught.value.sentences]


@pytest.mark.parametrize("name", sorted(path.stem for path in THEMES.glob("*.toml")))
def test_the_shipped_themes_can_be_shown(name: str) -> None:
    theme = load_theme(name, (THEMES,))
    assert theme.name == name
    assert list(illegible(theme)) == []


def test_the_booth_s_own_file_states_everything_that_holds_without_it() -> None:
    assert load_theme("booth", (THEMES,)) == Theme()
    assert load_theme("booth", (THEMES,)).glows == Theme().glows
    text = (THEMES / "booth.toml").read_text()
    words = {line.lstrip("# ").partition(" = ")[0] for line in text.splitlines() if " = " in line}
    other = {"font", "fonts", "logo", "avatar", "text_scale"}
    assert words >= {*COLOURS, *Theme().glows, *other}


def test_the_booth_s_own_look_needs_no_file(tmp_path: Path) -> None:
    assert load_theme("booth", (tmp_path,)) == Theme()


def test_a_theme_states_only_what_differs(tmp_path: Path) -> None:
    path = write(tmp_path, 'text_scale = 1.2\n[colours]\nbutton = "#FFD000"\n')
    theme = load_theme(str(path), ())
    assert (theme.name, theme.text_scale, theme.button) == ("fair", 1.2, (255, 208, 0))
    assert theme.text == Theme().text
    assert theme.glows == Theme().glows


def test_pictures_fonts_and_face_lie_beside_the_theme(tmp_path: Path) -> None:
    pygame.image.save(pygame.Surface((64, 32)), str(tmp_path / "logo.png"))
    shutil.copytree(AVATAR, tmp_path / "face")
    (tmp_path / "fonts").mkdir()
    shutil.copy(FONTS / "NotoSans-Regular.ttf", tmp_path / "fonts")
    write(tmp_path, 'logo = "logo.png"\navatar = "face"\nfonts = "fonts"\nfont = "noto sans"\n')
    theme = load_theme("fair", (tmp_path,))
    assert theme.logo == Logo(tmp_path / "logo.png", 64, 32)
    assert theme.avatar == tmp_path / "face"
    assert theme.fonts == tmp_path / "fonts"
    assert theme.font == "noto sans"


def test_all_mistakes_are_named_at_once_with_line_and_suggestion(tmp_path: Path) -> None:
    text = """
text_scale = 3
logo = "none.png"
fonts = "none"
font = "Comic, Sans"
avatar = 7
motto = "hello"
[colours]
text = "white"
text_dim = "#555555"
texxt_soft = "#ffffff"
[glows]
idle = [1, 2, 3]
sleepy = "#000000"
[glow]
"""
    assert flaws(tmp_path, text) == [
        "fair, line 2: 'text_scale' must be from 0.8 to 1.4.",
        "fair, line 3: 'logo' cannot be read: No such file or directory.",
        "fair, line 4: 'fonts' must be a folder with fonts (.ttf or .otf).",
        "fair, line 5: 'font' must be the name of one font family, like 'Noto Sans'.",
        "fair, line 6: 'avatar' must be a path, such as 'logo.png', beside the theme.",
        "fair, line 7: 'motto' is not a known key.",
        "fair, line 9: 'text' must be a colour like '#1a2b3c'.",
        "fair, line 10: 'text_dim' on 'field_top' has a contrast of 2.3:1, less than 7:1.",
        "fair, line 10: 'text_dim' on 'field_bottom' has a contrast of 2.5:1, less than 7:1.",
        "fair, line 10: 'text_dim' on 'panel' has a contrast of 1.9:1, less than 7:1.",
        "fair, line 11: 'texxt_soft' is not a known key; did you mean text_soft?",
        "fair, line 13: 'idle' must be a colour like '#1a2b3c'.",
        "fair, line 14: 'sleepy' is not a known key.",
        "fair, line 15: 'glow' is not a known key; did you mean glows?",
    ]


def test_a_fault_of_two_colours_is_told_where_one_of_them_stands(tmp_path: Path) -> None:
    told = flaws(tmp_path, '[glows]\nhappy = "#ffffff"\n[colours]\npanel = "#404858"\n')
    assert {sentence.partition(":")[0] for sentence in told} == {"fair, line 2", "fair, line 4"}


def test_a_font_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    assert flaws(tmp_path, 'font = "Nobody Ever Drew This"') == [
        "fair, line 1: 'font' is no font family of this machine or of the theme's own 'fonts'."
    ]


def test_a_face_without_a_look_is_refused(tmp_path: Path) -> None:
    (tmp_path / "face").mkdir()
    (tmp_path / "face" / "manifest.json").write_text(json.dumps({"looks": {}}))
    told = flaws(tmp_path, 'avatar = "face"')
    assert len(told) == 1
    assert told[0].startswith("fair, line 1: 'avatar' cannot be drawn:")


def test_a_missing_theme_is_told_with_the_ones_there_are(tmp_path: Path) -> None:
    write(tmp_path, "")
    with pytest.raises(ThemeError, match="there is no such theme; did you mean booth"):
        load_theme("boooth", (tmp_path, THEMES))


VALUES = st.one_of(
    st.integers(),
    st.booleans(),
    st.floats(),
    st.text(max_size=12),
    st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True),
)
KEYS = st.sampled_from(["font", "fonts", "logo", "avatar", "text_scale", *COLOURS, *Theme().glows])


def toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, str) else repr(value)


@given(
    st.dictionaries(
        st.sampled_from(["", "colours", "glows"]), st.dictionaries(KEYS, VALUES, max_size=6)
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_values_give_a_theme_that_is_legible_or_sentences(
    tmp_path: Path, tables: dict[str, dict[str, object]]
) -> None:
    lines = []
    for table, entries in sorted(tables.items()):
        lines += [f"[{table}]"] if table else []
        lines += [f"{key} = {toml(value)}" for key, value in entries.items()]
    check(tmp_path, "\n".join(lines).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_give_a_theme_or_sentences(tmp_path: Path, content: bytes) -> None:
    check(tmp_path, content)


def check(folder: Path, content: bytes) -> None:
    (folder / "fair.toml").write_bytes(content)
    try:
        faults = list(illegible(load_theme("fair", (folder,))))
        sentences = ["it is fine"]
    except ThemeError as error:
        faults, sentences = [], list(error.sentences)
    assert not faults
    assert sentences
    assert all(len(sentence) < 400 for sentence in sentences)
