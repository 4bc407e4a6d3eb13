"""The gallery: every screen as a file, without a display."""

from pathlib import Path

import pygame
import pytest

from kiosk.core.snapshot import Connection, Mood
from kiosk.screen import gallery
from tests.core.world import in_phase


def test_writes_every_screen_and_a_sheet(tmp_path: Path) -> None:
    written = gallery.render(tmp_path / "out", sizes=((320, 180), (180, 320)))
    assert len(written) == 2 * (len(gallery.states()) + 1)
    pictures = {path.name: pygame.image.load(str(path)) for path in written}
    assert pictures["idle-320x180.png"].get_size() == (320, 180)
    assert pictures["sheet-180x320.png"].get_width() > 1000
    raw = {pygame.image.tobytes(p, "RGB") for n, p in pictures.items() if "320x180" in n}
    assert len(raw) == len(gallery.states()) + 1


@pytest.mark.parametrize("name", gallery.states())
def test_shows_only_what_the_core_can_produce(name: str) -> None:
    drawn = gallery.states()[name]
    real = in_phase(drawn.phase).shown
    assert drawn.connection is real.connection
    assert drawn.microphone_open is real.microphone_open
    assert (drawn.ends_s is None) == (real.ends_s is None)
    if drawn.connection is Connection.CONNECTED:
        assert drawn.mood is not Mood.IDLE
        assert drawn.mood is Mood.LISTENING or not drawn.candidate_speaking
    else:
        assert drawn.mood is real.mood


def test_main_says_where_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "render", lambda directory: [directory / "idle.png"])
    assert gallery.main(tmp_path) == 0
    assert f"1 pictures in {tmp_path}" in capsys.readouterr().out


def test_main_says_why_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert gallery.main(tmp_path / "file") == 69
    assert capsys.readouterr().err.startswith("No gallery: ")
