import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.provision.files import MOST_FILES, Found, NotOursError, look, tidy


def put(folder: Path, files: dict[str, bytes]) -> Found:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return look(folder)


def sentences(found: Found) -> list[str]:
    return [each for told in found.wrong.values() for each in told]


def test_files_stand_in_the_folder_kiosk_or_at_the_top(tmp_path: Path) -> None:
    found = put(tmp_path, {"kiosk/kiosk.toml": b"a", "WIFI.TOML": b"b", "other.toml": b"c"})
    assert found.files == {"kiosk.toml": b"a", "wifi.toml": b"b"}
    assert found.places["wifi.toml"] == tmp_path / "WIFI.TOML"
    assert not found.wrong


def test_interviews_and_themes_come_with_their_pictures(tmp_path: Path) -> None:
    found = put(
        tmp_path,
        {
            "interviews/fair.toml": b"a\r\n",
            "interviews/read me.txt": b"b",
            "themes/fair.toml": b"c",
            "themes/fair/logo.png": b"\r\n\0",
            "themes/.DS_Store": b"d",
        },
    )
    assert found.files == {
        "interviews/fair.toml": b"a\n",
        "themes/fair.toml": b"c",
        "themes/fair/logo.png": b"\r\n\0",
    }


def test_what_windows_adds_is_taken_off() -> None:
    assert tidy("kiosk.toml", b"\xef\xbb\xbfa\r\nb") == b"a\nb"


def test_nothing_is_there(tmp_path: Path) -> None:
    found = put(tmp_path, {"kiosk-bundle-1.tar.gz": b"x"})
    assert (found.files, found.wrong) == ({}, {})


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("kiosk.toml", b"\xff\xfea\0", "kiosk.toml is not UTF-8 text: save it as UTF-8."),
        ("openai.key", b"s\0k\0", "openai.key is not UTF-8 text"),
        ("kiosk.toml", b"x" * 10_000_000, "kiosk.toml is larger than 256 KB."),
        ("openai.key", b"x" * 5000, "openai.key is larger than 4 KB."),
        ("openai.key.txt", b"x", "openai.key.txt must be called openai.key: Windows hides"),
        ("kiosk.toml/x", b"", "kiosk.toml is a folder, not a file."),
        ("interviews", b"", "interviews is not a folder."),
        ("themes/a/b/c/d/e/f", b"", "is too deep."),
    ],
)
def test_what_cannot_be_taken_is_a_sentence(
    tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    found = put(tmp_path, {name: data})
    assert found.files == {}
    (told,) = sentences(found)
    assert sentence in told


def test_what_is_there_twice_is_not_guessed_at(tmp_path: Path) -> None:
    found = put(tmp_path, {"kiosk/wifi.toml": b"a", "wifi.toml": b"b"})
    assert sentences(found) == ["wifi.toml is there twice, in the folder kiosk and beside it."]


def test_no_link_leads_out_of_the_stick(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("root's")
    stick = tmp_path / "stick"
    (stick / "themes").mkdir(parents=True)
    (stick / "kiosk.toml").symlink_to(tmp_path / "secret")
    (stick / "themes" / "x.toml").symlink_to(tmp_path / "secret")
    (stick / "interviews").symlink_to(tmp_path)
    (stick / "kiosk").symlink_to(tmp_path)
    found = look(stick)
    assert found.files == {}
    assert sentences(found) == [
        "interviews is not a folder.",
        "kiosk.toml is a link: copy the file itself.",
        "themes/x.toml is a link: copy the file itself.",
    ]


def test_a_pipe_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "openai.key")
    assert sentences(look(tmp_path)) == ["openai.key is not a file."]


def test_a_folder_without_end_is_refused(tmp_path: Path) -> None:
    found = put(tmp_path, {f"themes/{number}.toml": b"" for number in range(MOST_FILES + 1)})
    assert found.files == {}
    assert sentences(found) == ["themes holds too much: 200 files, 48 MB at most."]


@settings(max_examples=50)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused(data: bytes) -> None:
    if b"\0" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        with pytest.raises(NotOursError, match="is not UTF-8 text: save it as UTF-8"):
            tidy("kiosk.toml", data)
    else:
        assert b"\r\n" not in tidy("kiosk.toml", data.replace(b"\r\r", b""))
