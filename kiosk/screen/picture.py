"""A whole screen that can be drawn onto any surface: what window, gallery and tests share."""

from collections.abc import Callable
from pathlib import Path

import pygame

from kiosk.core.snapshot import Snapshot
from kiosk.interview.words import Facts
from kiosk.screen.assets import AVATAR
from kiosk.screen.avatar import Avatar
from kiosk.screen.errors import FaceError, ScreenError
from kiosk.screen.fonts import add_fonts
from kiosk.screen.grid import grid
from kiosk.screen.layout import lay_out, lay_out_first_start
from kiosk.screen.meters import Meters, candidate_follower
from kiosk.screen.paint import Painter
from kiosk.screen.stage import DIAGONAL_INCH, Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme

SEEN_S = 0.02
"""From asking for a picture until it is seen, where nobody knows better."""


class Picture:
    """Draws snapshots at one size and remembers what it drew last."""

    def __init__(
        self,
        size: tuple[int, int],
        *,
        booth_name: str,
        facts: Facts,
        show_candidate_words: bool = True,
        reduced_motion: bool = False,
        diagonal_inch: float = DIAGONAL_INCH,
        theme: Theme | None = None,
        typesetter: Typesetter | None = None,
        avatar: Avatar | None = None,
    ) -> None:
        """Take what every screen needs; without an `avatar` there is no face until `make_face`."""
        theme = theme or Theme()
        if theme.fonts is not None:
            add_fonts(theme.fonts)
        self.typesetter = typesetter or Typesetter(theme.font)
        self.stage = Stage(
            size,
            booth_name,
            facts,
            self.typesetter.measure,
            show_candidate_words,
            theme,
            diagonal_inch,
            reduced_motion,
        )
        self._painter = Painter(theme, self.typesetter, avatar)
        self._heard = candidate_follower()

    def make_face(
        self, cache: Path | None = None, progress: Callable[[float], None] | None = None
    ) -> None:
        """Render the avatar, or take it from the folder `cache`; raises `FaceError`.

        `progress` is told shares from 0 to 1 while it is rendered.
        """
        stage = self.stage
        try:
            self._painter.avatar = Avatar(
                grid(stage.size).face.w,
                stage.theme.avatar or AVATAR,
                still=stage.reduced_motion,
                theme=stage.theme,
                cache=cache,
                progress=progress,
            )
        except ScreenError as error:
            raise FaceError(error.sentence) from error

    def draw_progress(
        self, surface: pygame.Surface, language: str, share: float
    ) -> list[pygame.Rect]:
        """Bring `surface` up to date while the face is rendered; returns the areas that changed."""
        return self._painter.paint(surface, lay_out_first_start(self.stage, language, share), 0.0)

    def draw(
        self,
        surface: pygame.Surface,
        snapshot: Snapshot,
        now_s: float,
        meters: Meters,
        *,
        seen_s: float | None = None,
    ) -> list[pygame.Rect]:
        """Bring `surface` up to date; returns the areas that changed.

        `seen_s` is the monotonic second at which this will be seen: the mouth stands as then.
        """
        mouth = meters.mouth(now_s + SEEN_S if seen_s is None else seen_s)
        heard = self._heard.follow(meters.heard_dbfs, now_s)
        draws = lay_out(snapshot, self.stage, now_s, round(heard, 2))
        return self._painter.paint(surface, draws, now_s, mouth)

    def restless(self, now_s: float) -> bool:
        """True while the face becomes another one, blinks or looks about."""
        return self._painter.restless(now_s)
