"""A window takes up another look between two frames, while nobody is in the booth."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from kiosk.core.snapshot import Phase, Snapshot
from kiosk.interview.words import Facts
from kiosk.screen import drivers
from kiosk.screen.assets import FONTS
from kiosk.screen.draws import Type
from kiosk.screen.errors import ScreenError
from kiosk.screen.fonts import add_fonts, has_family, notice_fonts
from kiosk.screen.gallery_states import states
from kiosk.screen.meters import Meters
from kiosk.screen.outfit import Outfit
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Colour, Theme
from kiosk.screen.window import Window
from kiosk.settings import ScreenSettings

SETTINGS = ScreenSettings(driver="offscreen", width=320, height=180, fps=60)
OUTFIT = Outfit("Booth 7", Facts(10, 5))
IDLE, TALK = Snapshot(Phase.IDLE), states()["listening"]
RED, GREEN = (90, 0, 0), (0, 90, 0)
FRAMES = 600
"""More than any of these tests needs."""


def painted(colour: Colour) -> Outfit:
    return replace(OUTFIT, theme=Theme(field_top=colour, field_bottom=colour))


class Booth:
    """A window that shows what it is told, and what stands in its corner."""

    def __init__(self, act: Callable[["Booth"], None]) -> None:
        self.snapshot = IDLE
        self.corners: list[Colour] = []
        self._act = act
        self.window = Window(
            SETTINGS,
            OUTFIT,
            snapshot=lambda: self.snapshot,
            meters=Meters(),
            on_frame=self._on_frame,
        )

    def _on_frame(self, surface: pygame.Surface, _: float) -> None:
        red, green, blue, _alpha = surface.get_at((0, 0))
        self.corners.append((red, green, blue))
        self._act(self)
        if len(self.corners) == FRAMES:
            self.window.stop()

    def run(self) -> None:
        self.window.open()
        self.window.run()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in drivers.ENVIRONMENT:
        monkeypatch.setenv(name, os.environ.get(name, ""))
    yield
    pygame.display.quit()


def test_another_thread_dresses_a_window_that_runs() -> None:
    dressing: list[threading.Thread] = []

    def act(booth: Booth) -> None:
        if not dressing:
            dressing.append(threading.Thread(target=booth.window.dress, args=(painted(RED),)))
            dressing[0].start()
        if booth.corners[-1] == RED:
            booth.window.stop()

    booth = Booth(act)
    booth.run()
    dressing[0].join()
    assert booth.corners[-1] == RED
    assert len(booth.corners) > 1
    assert len(set(booth.corners)) == 2, "there is nothing between the old look and the new one"


def test_a_candidate_sees_one_look_from_beginning_to_end() -> None:
    def act(booth: Booth) -> None:
        frame = len(booth.corners)
        if frame == 2:
            booth.snapshot = TALK
        if frame == 4:
            booth.window.dress(painted(RED))
        if frame == 20:
            assert RED not in booth.corners
            booth.snapshot = IDLE
        if frame == 24:
            booth.window.stop()

    booth = Booth(act)
    booth.run()
    assert booth.corners[19] == booth.corners[2]
    assert booth.corners[20] == RED


def test_the_last_of_several_looks_wins() -> None:
    def act(booth: Booth) -> None:
        if len(booth.corners) == 2:
            booth.window.dress(painted(RED))
            booth.window.dress(painted(GREEN))
        if len(booth.corners) == 4:
            booth.window.stop()

    booth = Booth(act)
    booth.run()
    assert booth.corners[-1] == GREEN
    assert RED not in booth.corners


def test_a_look_that_cannot_be_drawn_leaves_the_old_one(tmp_path: Path) -> None:
    broken = replace(OUTFIT, theme=Theme(field_top=RED, avatar=tmp_path))

    def act(booth: Booth) -> None:
        if len(booth.corners) == 2:
            with pytest.raises(ScreenError):
                booth.window.dress(broken)
        if len(booth.corners) == 20:
            booth.window.stop()

    booth = Booth(act)
    booth.run()
    assert len(set(booth.corners)) == 1


def test_fonts_that_come_with_a_look_are_seen(tmp_path: Path) -> None:
    """The bold letters under another name: who finds them finds wider ones."""
    family = "Moto Sans"
    raw = (FONTS / "NotoSans-Bold.ttf").read_bytes()
    raw = raw.replace("Noto Sans".encode("utf-16-be"), family.encode("utf-16-be"))
    (tmp_path / "moto.ttf").write_bytes(raw)

    def width_px(font: str, *, bold: bool = False) -> int:
        return Typesetter(font).measure("Interview", Type(40, bold), 4000)[0].width_px

    plain, wide = width_px("Noto Sans"), width_px("Noto Sans", bold=True)
    assert width_px(family) < wide
    add_fonts(tmp_path)
    assert has_family(family)
    notice_fonts()
    assert plain < width_px(family) == wide
