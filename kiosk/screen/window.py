"""The booth's window: on the main thread, it draws snapshots and hears the button's key."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pygame

from kiosk.core.snapshot import Phase, Snapshot
from kiosk.keys import ANY_KEY
from kiosk.screen.beat import Beat, Rate
from kiosk.screen.drivers import DRIVERS, open_display
from kiosk.screen.errors import ScreenError
from kiosk.screen.first import draw_first
from kiosk.screen.fonts import notice_fonts
from kiosk.screen.meters import Meters
from kiosk.screen.outfit import Outfit
from kiosk.screen.stats import FrameStats
from kiosk.screen.zones import text_warning
from kiosk.settings import ScreenSettings

if TYPE_CHECKING:
    from kiosk.screen.picture import Picture

CALM_FPS = 10
"""Frames per second while nobody is in the booth."""
CALM_PHASES = frozenset(
    {Phase.BOOTING, Phase.OUT_OF_SERVICE, Phase.IDLE, Phase.WIPING, Phase.MAINTENANCE}
)

CONSOLE_KEYS = range(pygame.K_F1, pygame.K_F12 + 1)


class _StoppedError(Exception):
    """The window is told to stop while a face is rendered."""


class Window:
    """One screen.  `open`, `put_on` and `run` on the main thread, until somebody calls `stop`."""

    def __init__(
        self,
        settings: ScreenSettings,
        outfit: Outfit,
        *,
        snapshot: Callable[[], Snapshot],
        meters: Meters,
        on_button: Callable[[bool], None] = lambda _: None,
        on_quit: Callable[[], None] = lambda: None,
        on_console: Callable[[], None] = lambda: None,
        on_turn: Callable[[], None] = lambda: None,
        key: str = "space",
        quit_on_escape: bool = False,
        on_frame: Callable[[pygame.Surface, float], None] | None = None,
        faces: Path | None = None,
    ) -> None:
        """Take what the window reads and whom it tells; nothing is opened.

        `snapshot` is called each frame from the main thread; `on_button` hears presses (True) and
        releases (False) of `key`, SDL's name of a key or `any`; `on_console` hears that somebody
        wants a login and can get none otherwise; `on_turn` is called in each turn of
        the loop, and with each step of a face that is rendered; `on_frame` sees every finished
        frame with its monotonic second and must not keep the surface; rendered faces are kept in
        the folder `faces`.
        """
        self._settings = settings
        self._outfit = outfit
        self._snapshot = snapshot
        self._meters = meters
        self._on_button = on_button
        self._on_quit = on_quit
        self._on_console = on_console
        self._on_turn = on_turn
        self._key = key
        self._quit_on_escape = quit_on_escape
        self._on_frame = on_frame
        self._faces = faces
        self._code: int | None = None
        self._stopped = False
        self._forgetting: deque[Future[None]] = deque()
        self._surface: pygame.Surface | None = None
        self._picture: Picture | None = None
        self._dressed: deque[Picture] = deque()
        """What is drawn instead of `_picture` as soon as nobody is in the booth; the last wins."""
        self._drawn: Snapshot | None = None
        self._drawn_s = 0.0
        self._drawing_s = 0.0
        """What a frame takes to be drawn, of late."""
        self._rate = Rate(settings.fps)
        self._down = False
        self.driver = ""
        """SDL's driver, once open."""
        self.stats = FrameStats()

    @property
    def size(self) -> tuple[int, int]:
        """Pixels of the open screen."""
        assert self._surface is not None, "open() first"
        return self._surface.get_size()

    @property
    def fps(self) -> int:
        """Frames a second in a conversation: told, or what this machine turned out to draw."""
        return self._rate.fps

    @property
    def warning(self) -> str:
        """One sentence when the words are too small to read on this screen, else empty."""
        return text_warning(self.size, self._settings.diagonal_inch, self._outfit.theme)

    def open(self) -> None:
        """Open the screen and show the words of the snapshot; the rest needs `put_on`.

        Raises `ScreenError` when no screen opens.
        """
        self._surface, self.driver = open_display(self._settings)
        if self._key != ANY_KEY:
            try:
                self._code = pygame.key.key_code(self._key)
            except ValueError as error:
                raise ScreenError(f'There is no key named "{self._key}".') from error
        draw_first(self._surface, self._snapshot(), self._outfit, self._settings.diagonal_inch)
        pygame.display.flip()

    def put_on(self, outfit: Outfit | None = None) -> None:
        """Render the outfit, or another one, and show how far that is; `run` does where nobody did.

        Raises `FaceError` when its face cannot be rendered: another outfit may still be put on.
        A window that is told to stop leaves it half done.
        """
        outfit = outfit or self._outfit
        picture = self._make_picture(outfit)
        with suppress(_StoppedError):
            picture.make_face(self._faces, lambda share: self._wait(picture, share))
        self._picture, self._outfit = picture, outfit

    def dress(self, outfit: Outfit) -> None:
        """Show another outfit from the next frame on at which nobody is in the booth; any thread.

        Everything is rendered here and now, while the window goes on with the old one.  Raises
        `ScreenError`, and keeps the old one, where that cannot be done.
        """
        picture = self._make_picture(outfit)
        picture.make_face(self._faces)
        self._dressed.append(picture)
        self._outfit = outfit

    def _make_picture(self, outfit: Outfit) -> "Picture":
        # Much is loaded here; the first words are on the screen before.
        from kiosk.screen.picture import Picture  # noqa: PLC0415

        return Picture(
            self.size,
            booth_name=outfit.booth_name,
            facts=outfit.facts,
            show_candidate_words=outfit.show_candidate_words,
            reduced_motion=outfit.reduced_motion,
            theme=outfit.theme,
            diagonal_inch=self._settings.diagonal_inch,
        )

    def _wait(self, picture: "Picture", share: float) -> None:
        """Show how much of the face is rendered, and go on listening."""
        assert self._surface is not None
        self._on_turn()
        self._forget_now(len(self._forgetting))
        if self._stopped:
            raise _StoppedError
        areas = picture.draw_progress(self._surface, self._snapshot().language, share)
        if areas:
            pygame.display.update(areas)
        self._hear()

    def run(self) -> None:
        """Draw until `stop`; then close the screen."""
        try:
            if self._picture is None:
                self.put_on()
            beat = Beat(time.monotonic())
            while not self._stopped:
                self._on_turn()
                self._hear()
                forgetting = len(self._forgetting)
                self._step(time.monotonic(), now=forgetting > 0)
                self._forget_now(forgetting)
                rest_s, missed = beat.rest(1 / self._rate.fps, time.monotonic())
                self.stats.drop(missed)
                time.sleep(rest_s)
        finally:
            self._forget_now(len(self._forgetting))
            pygame.display.quit()

    def stay(self) -> None:
        """Leave the words of `open` on the screen until `stop`, without a face; then close it."""
        try:
            while not self._stopped:
                self._on_turn()
                self._hear()
                time.sleep(1 / CALM_FPS)
        finally:
            pygame.display.quit()

    def stop(self) -> None:
        """End `run` within a frame; from any thread or signal handler."""
        self._stopped = True

    def forget(self) -> Future[None]:
        """Draw the snapshot as it is now, then drop every picture of a word; from any thread.

        The future is done when no picture of an earlier word is left.
        """
        done: Future[None] = Future()
        self._forgetting.append(done)
        return done

    def draw(self, surface: pygame.Surface, snapshot: Snapshot, now_s: float) -> list[pygame.Rect]:
        """Bring `surface` up to date with a snapshot; returns the areas that changed."""
        assert self._picture is not None, "put_on() first"
        return self._picture.draw(
            surface, snapshot, now_s, self._meters, seen_s=now_s + self._seen_after_s
        )

    @property
    def _seen_after_s(self) -> float:
        """From asking for a frame until the middle of the time that it is seen."""
        return self._drawing_s + DRIVERS[self.driver].shown_after_s + 0.5 / self._rate.fps

    def _forget_now(self, count: int) -> None:
        """Keep the oldest `count` promises of `forget`."""
        if count and self._picture is not None:
            self._picture.typesetter.forget()
        for _ in range(count):
            done = self._forgetting.popleft()
            if done.set_running_or_notify_cancel():
                done.set_result(None)

    def _step(self, now_s: float, *, now: bool = False) -> None:
        """Draw one frame; none while nobody is here and little moves, unless it must be `now`."""
        assert self._surface is not None
        assert self._picture is not None
        snapshot = self._snapshot()
        while self._dressed and snapshot.phase in CALM_PHASES:
            self._picture, now = self._dressed.popleft(), True
            notice_fonts()
        calm = snapshot.phase in CALM_PHASES and snapshot.ring is None
        fresh = now_s - self._drawn_s < 1 / CALM_FPS and snapshot == self._drawn
        if now or not (calm and fresh) or self._picture.restless(now_s):
            self._show(snapshot, now_s, calm=calm)
        if self._on_frame is not None:
            self._on_frame(self._surface, now_s)

    def _show(self, snapshot: Snapshot, now_s: float, *, calm: bool) -> None:
        assert self._surface is not None
        began_s, spent_s = time.perf_counter(), time.thread_time()
        areas = self.draw(self._surface, snapshot, now_s)
        if areas:
            pygame.display.update(areas)
        took_s = time.perf_counter() - began_s
        self.stats.add(took_s * 1000)
        if areas:
            self._drawing_s += 0.1 * (took_s - self._drawing_s)
        if areas and not calm:
            self._rate.spend((time.thread_time() - spent_s) * 1000)
        self._drawn, self._drawn_s = snapshot, now_s

    def _hear(self) -> None:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                self._quit()
            elif event.type in (pygame.KEYDOWN, pygame.KEYUP):
                self._key_moved(event)

    def _key_moved(self, event: pygame.event.Event) -> None:
        down = event.type == pygame.KEYDOWN
        if down and DRIVERS[self.driver].keeps_chords and _is_chord(event):
            self._on_console()
            return
        if event.key == pygame.K_ESCAPE and self._quit_on_escape:
            if down:
                self._quit()
            return
        if self._code in (None, event.key) and down != self._down:
            self._down = down
            self._on_button(down)

    def _quit(self) -> None:
        if self._quit_on_escape:
            self._on_quit()


def _is_chord(event: pygame.event.Event) -> bool:
    """Tell whether a key that went down is one by which Linux changes to another terminal."""
    held = event.key in CONSOLE_KEYS and event.mod
    return bool(held & pygame.KMOD_CTRL and held & pygame.KMOD_ALT)
