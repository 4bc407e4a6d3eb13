"""A real window of SDL's offscreen driver, and one on an X server where there is one."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pygame
import pytest

from kiosk.core.snapshot import Phase, Snapshot
from kiosk.interview.words import Facts
from kiosk.screen import drivers
from kiosk.screen.errors import ScreenError
from kiosk.screen.gallery_states import states
from kiosk.screen.kms import KmsProblem
from kiosk.screen.meters import Meters, Mouth
from kiosk.screen.outfit import Outfit
from kiosk.screen.window import Window
from kiosk.settings import ScreenSettings
from tests.rigs import display as screen

SMALL = ScreenSettings(driver="offscreen", width=640, height=360, fps=60)
STATES = states()


class Booth:
    """Hears what the window tells, and ends it after so many frames."""

    faces: Path
    """Rendered once for all tests."""

    def __init__(
        self,
        settings: ScreenSettings = SMALL,
        *,
        frames: int = 3,
        key: str = "space",
        demo: bool = True,
        snapshot: Callable[[], Snapshot] = lambda: STATES["listening"],
        meters: Meters | None = None,
        faces: Path | None = None,
    ) -> None:
        self.heard: list[bool | str] = []
        self.seen: list[float] = []
        self.picture = b""
        self.turns = 0
        self._frames = frames
        self.window = Window(
            settings,
            Outfit("Booth 7", Facts(10, 5), reduced_motion=settings.reduced_motion),
            snapshot=snapshot,
            meters=meters or Meters(),
            on_button=self.heard.append,
            on_quit=lambda: self.heard.append("quit"),
            on_console=lambda: self.heard.append("login"),
            on_turn=self._on_turn,
            key=key,
            quit_on_escape=demo,
            faces=faces or self.faces,
            on_frame=self._on_frame,
        )

    def _on_turn(self) -> None:
        self.turns += 1

    def _on_frame(self, surface: pygame.Surface, now_s: float) -> None:
        self.seen.append(now_s)
        if len(self.seen) >= self._frames:
            self.picture = pygame.image.tobytes(surface, "RGB")
            self.window.stop()


@pytest.fixture(autouse=True, scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> None:
    Booth.faces = tmp_path_factory.mktemp("faces")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in (*drivers.ENVIRONMENT, *drivers.TEXTURED):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    yield
    pygame.display.quit()


def press(*events: tuple[int, int]) -> None:
    for kind, key in events:
        pygame.event.post(pygame.event.Event(kind, key=key))


def test_draws_every_state_and_stops() -> None:
    wanted = list(STATES.values())
    booth = Booth(frames=len(wanted), snapshot=lambda: wanted[len(booth.seen)])
    booth.window.open()
    booth.window.run()
    assert (booth.window.driver, len(booth.seen)) == ("offscreen", len(STATES))
    assert len(set(booth.picture)) > 50
    assert not pygame.display.get_init()


def test_key_edges_become_the_button() -> None:
    booth = Booth()
    booth.window.open()
    press(
        (pygame.KEYDOWN, pygame.K_a),
        (pygame.KEYDOWN, pygame.K_SPACE),
        (pygame.KEYDOWN, pygame.K_SPACE),
        (pygame.KEYUP, pygame.K_SPACE),
        (pygame.KEYUP, pygame.K_a),
    )
    booth.window.run()
    assert booth.heard == [True, False]


def test_any_key_may_be_the_button() -> None:
    booth = Booth(key="any", demo=False)
    booth.window.open()
    press((pygame.KEYDOWN, pygame.K_F5), (pygame.KEYUP, pygame.K_F5))
    booth.window.run()
    assert booth.heard == [True, False]


@pytest.mark.parametrize("keeps", [True, False])
def test_the_keys_for_another_terminal_ask_for_a_login_where_they_do_nothing_else(
    monkeypatch: pytest.MonkeyPatch, keeps: bool
) -> None:
    own = replace(drivers.DRIVERS["offscreen"], keeps_chords=keeps)
    monkeypatch.setitem(cast("dict[str, drivers.Driver]", drivers.DRIVERS), "offscreen", own)
    booth = Booth(key="f2", demo=False)
    booth.window.open()
    both = pygame.KMOD_LCTRL | pygame.KMOD_LALT
    for kind, key, mod in (
        (pygame.KEYDOWN, pygame.K_F2, both),
        (pygame.KEYUP, pygame.K_F2, both),
        (pygame.KEYDOWN, pygame.K_F2, pygame.KMOD_LALT),
        (pygame.KEYUP, pygame.K_F2, 0),
        (pygame.KEYDOWN, pygame.K_F12, pygame.KMOD_RCTRL | pygame.KMOD_RALT),
        (pygame.KEYDOWN, pygame.K_F1, pygame.KMOD_RCTRL),
        (pygame.KEYDOWN, pygame.K_DELETE, both),
        (pygame.KEYDOWN, pygame.K_F13, both),
    ):
        pygame.event.post(pygame.event.Event(kind, key=key, mod=mod))
    booth.window.run()
    as_button: list[bool | str] = [True, False]
    assert booth.heard == (["login", *as_button, "login"] if keeps else as_button * 2)


def test_only_without_a_desktop_the_keys_for_another_terminal_do_nothing_else() -> None:
    kept = [name for name, driver in drivers.DRIVERS.items() if driver.keeps_chords]
    assert kept == ["kmsdrm"]


@pytest.mark.parametrize("demo", [True, False])
def test_only_a_demo_is_left_by_escape_or_closing(demo: bool) -> None:
    booth = Booth(demo=demo)
    booth.window.open()
    press((pygame.KEYDOWN, pygame.K_ESCAPE), (pygame.KEYUP, pygame.K_ESCAPE))
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    booth.window.run()
    assert booth.heard == (["quit", "quit"] if demo else [])


def test_a_promise_to_forget_that_nobody_waits_for_any_more_harms_nothing() -> None:
    booth = Booth()
    booth.window.open()
    given_up, kept = booth.window.forget(), booth.window.forget()
    assert given_up.cancel()
    booth.window.run()
    assert kept.done()
    assert kept.result() is None


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(ScreenError, match='no key named "spacebar"'):
        Booth(key="spacebar").window.open()


def test_stops_from_another_thread() -> None:
    booth = Booth(frames=10**6)
    booth.window.open()
    threading.Timer(0.1, booth.window.stop).start()
    booth.window.run()
    assert len(booth.seen) < 10**6


def test_draws_seldom_while_nobody_is_there_but_hears_and_shows_each_frame() -> None:
    calm = replace(SMALL, reduced_motion=True)
    booth = Booth(calm, frames=60, snapshot=lambda: Snapshot(Phase.IDLE))
    booth.window.open()
    booth.window.run()
    seconds = booth.seen[-1] - booth.seen[0]
    assert booth.window.stats.figures().frames <= 10 * seconds + 2


def test_forgets_every_word_when_told() -> None:
    told: list[bool] = []

    def snapshot() -> Snapshot:
        if len(booth.seen) == 3:
            booth.window.forget().add_done_callback(lambda _: told.append(remembers(booth)))
        return STATES["listening" if len(booth.seen) < 3 else "wiping"]

    booth = Booth(frames=4, snapshot=snapshot)
    booth.window.open()
    booth.window.run()
    assert told == [False]


def remembers(booth: Booth) -> bool:
    assert booth.window._picture is not None
    typesetter = booth.window._picture.typesetter
    return typesetter.remembered > 0


def test_a_new_snapshot_is_drawn_at_once() -> None:
    booth = Booth(
        replace(SMALL, reduced_motion=True),
        frames=4,
        snapshot=lambda: STATES["idle" if len(booth.seen) < 3 else "out-of-order"],
    )
    booth.window.open()
    booth.window.run()
    assert booth.window.stats.figures().frames == 2


def test_keeps_figures_of_its_frames() -> None:
    booth = Booth(frames=30)
    booth.window.open()
    booth.window.run()
    figures = booth.window.stats.figures()
    assert figures.frames == 30
    assert 0 < figures.p50_ms <= figures.p95_ms <= figures.p99_ms < 500


def test_counts_frames_it_was_too_late_for() -> None:
    def slow() -> Snapshot:
        if len(booth.seen) == 2:
            threading.Event().wait(0.2)
        return STATES["idle"]

    booth = Booth(frames=5, snapshot=slow)
    booth.window.open()
    booth.window.run()
    assert booth.window.stats.figures().dropped >= 8


def test_a_drawing_is_the_same_for_the_same_second() -> None:
    booth = Booth()
    booth.window.open()
    booth.window.put_on()
    pictures = []
    for _ in range(2):
        surface = pygame.Surface(booth.window.size)
        booth.window.draw(surface, STATES["thinking"], 9.0)
        booth.window.draw(surface, STATES["thinking"], 10.0)
        pictures.append(pygame.image.tobytes(surface, "RGB"))
        booth.window.draw(surface, STATES["booting"], 12.0)
    assert pictures[0] == pictures[1]


def test_small_words_are_warned_about() -> None:
    booth = Booth(replace(SMALL, width=800, height=480, diagonal_inch=7.0))
    booth.window.open()
    assert "less than 10 mm" in booth.window.warning


@pytest.mark.parametrize(
    ("environment_", "cards", "expected"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, ("card0",), ("wayland", "x11")),
        ({"DISPLAY": ":0"}, ("card1",), ("x11",)),
        ({}, ("card1",), ("kmsdrm",)),
        ({}, ("renderD128",), ()),
        ({}, (), ()),
    ],
)
def test_auto_takes_what_the_machine_has(
    tmp_path: Path, environment_: dict[str, str], cards: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    for card in cards:
        (tmp_path / card).touch()
    assert drivers.candidates("auto", environment_, tmp_path) == expected
    assert drivers.candidates("x11", environment_, tmp_path) == ("x11",)


def test_no_screen_is_one_sentence_for_staff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(drivers, "candidates", lambda *_: ())
    with pytest.raises(ScreenError, match="There is no screen"):
        Booth(replace(SMALL, driver="auto")).window.open()


@pytest.mark.parametrize(("driver", "advice"), [("x11", "DISPLAY"), ("wayland", "XDG_RUNTIME_DIR")])
def test_a_driver_that_fails_says_what_to_check(
    monkeypatch: pytest.MonkeyPatch, driver: str, advice: str
) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.setenv("WAYLAND_DISPLAY", "nowhere")
    with pytest.raises(ScreenError, match=advice) as caught:
        Booth(replace(SMALL, driver=driver)).window.open()  # type: ignore[arg-type]
    assert caught.value.tried[0].startswith(f"{driver}: ")


def test_the_first_start_shows_how_far_the_face_is_and_listens(tmp_path: Path) -> None:
    def snapshot() -> Snapshot:
        asked.append(len(asked))
        if len(asked) == 2:
            press((pygame.KEYDOWN, pygame.K_SPACE), (pygame.KEYUP, pygame.K_SPACE))
        return Snapshot(Phase.BOOTING, language="de")

    asked: list[int] = []
    first = Booth(faces=tmp_path, snapshot=snapshot)
    first.window.open()
    first.window.put_on()
    assert len(asked) > 10
    assert first.heard == [True, False]
    again = Booth(faces=tmp_path, snapshot=snapshot)
    again.window.open()
    asked = []
    again.window.put_on()
    assert asked == []


def test_the_first_words_are_there_before_the_face() -> None:
    booth = Booth(snapshot=lambda: Snapshot(Phase.BOOTING))
    booth.window.open()
    surface = pygame.display.get_surface()
    assert surface is not None
    words = pygame.image.tobytes(surface, "RGB")
    assert len(set(words)) > 50, "letters with soft edges on a plain field"
    booth.window.run()
    assert booth.picture != words


def test_a_window_that_is_told_to_stop_waits_for_no_face(tmp_path: Path) -> None:
    def snapshot() -> Snapshot:
        asked.append(len(asked))
        if len(asked) == 3:
            booth.window.stop()
        return Snapshot(Phase.BOOTING)

    asked: list[int] = []
    booth = Booth(faces=tmp_path, snapshot=snapshot)
    booth.window.open()
    kept = booth.window.forget()
    booth.window.put_on()
    assert kept.done(), "nobody waits for the face to forget"
    booth.window.run()
    assert (len(asked), booth.seen) == (3, [])
    assert not list(tmp_path.glob("*.face"))


def test_kmsdrm_says_what_is_wrong_with_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = KmsProblem("no screen", "No screen is attached (HDMI-A-1).", "Plug it in.")
    monkeypatch.setattr(drivers, "probe_kms", lambda: nothing)
    assert drivers.advice("kmsdrm") == "No screen is attached (HDMI-A-1). Plug it in."
    monkeypatch.setattr(drivers, "probe_kms", lambda: None)
    assert "no desktop holds the display" in drivers.advice("kmsdrm")


@pytest.mark.parametrize(("sets_the_mode", "size"), [(True, (640, 360)), (False, (3840, 2160))])
def test_a_large_screen_is_asked_for_fewer_pixels_where_no_desktop_chooses(
    monkeypatch: pytest.MonkeyPatch, sets_the_mode: bool, size: tuple[int, int]
) -> None:
    def set_mode(size: tuple[int, int], _: int) -> pygame.Surface:
        opened.append(size)
        return pygame.Surface(size)

    opened: list[tuple[int, int]] = []
    own = replace(drivers.DRIVERS["offscreen"], sets_the_mode=sets_the_mode)
    monkeypatch.setattr(drivers, "DRIVERS", {"dummy": own})
    monkeypatch.setattr(pygame.display, "get_desktop_sizes", lambda: [(3840, 2160)])
    monkeypatch.setattr(pygame.display, "list_modes", lambda: [(3840, 2160), (640, 360)])
    monkeypatch.setattr(pygame.display, "set_mode", set_mode)
    drivers.open_display(replace(SMALL, driver="dummy", width=0, height=0, fullscreen=True))  # type: ignore[arg-type]
    assert opened == [size]


def test_opengl_is_used_where_it_must_be_and_waits_where_frames_would_tear() -> None:
    told = {name: driver.environment for name, driver in drivers.DRIVERS.items()}
    textured = {name for name in told if told[name]["SDL_FRAMEBUFFER_ACCELERATION"] == "1"}
    assert textured == {"kmsdrm", "wayland"}
    assert {name for name in told if told[name]["SDL_RENDER_VSYNC"] == "1"} == {"kmsdrm"}


def test_the_mouth_stands_as_when_the_frame_is_seen() -> None:
    asked: list[float] = []

    class Listener(Meters):
        def mouth(self, seen_s: float) -> Mouth:
            asked.append(seen_s)
            return super().mouth(seen_s)

    booth = Booth(frames=8, meters=Listener())
    booth.window.open()
    booth.window.run()
    ahead = [seen_s - now_s for seen_s, now_s in zip(asked, booth.seen, strict=True)]
    assert ahead[0] == pytest.approx(0.5 / SMALL.fps, abs=1e-6)
    assert all(later_s > ahead[0] for later_s in ahead[1:])


PROGRAM = """
import sys
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.interview.words import Facts
from kiosk.screen.meters import Meters
from kiosk.screen.outfit import Outfit
from kiosk.screen.window import Window
from kiosk.settings import ScreenSettings

window = Window(
    ScreenSettings(driver="auto", width=640, height=360, fullscreen=False),
    Outfit("", Facts(1, 1)), snapshot=lambda: Snapshot(Phase.IDLE), meters=Meters(),
    on_button=lambda down: print("button", down, flush=True),
    on_quit=lambda: (print("quit", flush=True), window.stop()),
    key="space", quit_on_escape=True,
)
window.open()
print("open", window.driver, flush=True)
window.run()
"""


@pytest.mark.skipif(bool(screen.MISSING), reason=f"needs {', '.join(screen.MISSING)}")
def test_a_window_on_an_x_server() -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("SDL_")}
    clean.pop("WAYLAND_DISPLAY", None)
    with (
        screen.display(800, 600) as desktop,
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env={**clean, "DISPLAY": desktop.name},
            stdout=subprocess.PIPE,
            text=True,
        ) as booth,
    ):
        try:
            assert booth.stdout is not None
            lines = (line.strip() for line in booth.stdout)
            assert next(lines) == "open x11"
            desktop.do("mousemove", "100", "100")
            for key, expected in (("keydown", "button True"), ("keyup", "button False")):
                desktop.do(key, "space")
                assert next(lines) == expected
            desktop.do("key", "Escape")
            assert next(lines) == "quit"
            assert booth.wait(10) == 0
        finally:
            booth.kill()


def test_each_turn_is_told_though_nothing_is_drawn_in_it() -> None:
    booth = Booth(frames=30, snapshot=lambda: STATES["idle"])
    booth.window.open()
    booth.window.run()
    assert booth.turns >= 30
    assert booth.window.stats.figures().frames < 30


def test_the_steps_of_a_face_that_is_rendered_are_turns_too(tmp_path: Path) -> None:
    booth = Booth(faces=tmp_path / "none")
    booth.window.open()
    booth.window.put_on()
    assert booth.turns > 10
    booth.window.run()
