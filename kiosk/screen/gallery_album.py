"""Stills of the screens, and sheets with many of them."""

from fractions import Fraction
from pathlib import Path

import av
import pygame

from kiosk.core.snapshot import Mood, Snapshot
from kiosk.interview.words import Facts
from kiosk.screen.assets import AVATAR
from kiosk.screen.avatar import Avatar
from kiosk.screen.draws import Box, Text, Type
from kiosk.screen.gallery_states import FIRST_START, LATER_S, NOW_S, states
from kiosk.screen.grid import grid
from kiosk.screen.layout import lay_out_first_start
from kiosk.screen.meters import Meters
from kiosk.screen.paint import Painter
from kiosk.screen.picture import Picture
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme

FACTS = Facts(minutes=10, questions=5)
BOOTH_NAME = "Booth 7"
FIRST_START_SHARE = 0.6
VOWEL_DBFS, VOWEL_BRIGHTS = (-20.0,) * 3, (0.4,) * 3
"""What the interviewer says in the pictures."""

SHEET_PX = 2000
"""About how wide a contact sheet is."""
SHEET_GAP_PX = 12
LABEL = Type(18)


class Album:
    """Draws stills at one size with one avatar and one typesetter."""

    def __init__(self, theme: Theme, size: tuple[int, int]) -> None:
        """Raises `ScreenError` when avatar or fonts are missing."""
        self.typesetter = Typesetter(theme.font)
        self._theme = theme
        self._avatar = Avatar(grid(size).face.w, theme.avatar or AVATAR, theme=theme)
        self._surface = pygame.Surface(size)

    def draw(self, screen: str, language: str) -> pygame.Surface:
        """One screen as it stands while somebody speaks; good until the next."""
        picture = Picture(
            self._surface.get_size(),
            booth_name=BOOTH_NAME,
            facts=FACTS,
            theme=self._theme,
            typesetter=self.typesetter,
            avatar=self._avatar,
        )
        if screen == FIRST_START:
            draws = lay_out_first_start(picture.stage, language, FIRST_START_SHARE)
            Painter(self._theme, self.typesetter).paint(self._surface, draws, NOW_S)
        else:
            self._pose(picture, states(language)[screen], NOW_S + LATER_S.get(screen, 0.0))
        return self._surface

    def _pose(self, picture: Picture, snapshot: Snapshot, at_s: float) -> None:
        silent = snapshot.mood is not Mood.LISTENING or not snapshot.candidate_speaking
        meters = Meters(heard_dbfs=-100.0 if silent else -24.0)
        if snapshot.mood is Mood.SPEAKING and snapshot.deaf is None:
            meters.speak(at_s, VOWEL_DBFS, VOWEL_BRIGHTS)
        for now_s in (at_s - 1.0, at_s):
            picture.draw(self._surface, snapshot, now_s, meters)


class Sheet:
    """A contact sheet: pictures small, each with its name."""

    def __init__(self, count: int, size: tuple[int, int]) -> None:
        """Room for `count` pictures of `size`."""
        width, height = size
        scale = min(480 / width, 400 / height)
        self._tile = round(width * scale), round(height * scale)
        self._columns = max(1, SHEET_PX // (self._tile[0] + SHEET_GAP_PX))
        rows = -(-count // self._columns)
        self._step = self._tile[0] + SHEET_GAP_PX, self._tile[1] + LABEL.line_px + SHEET_GAP_PX
        self._count = 0
        self.surface = pygame.Surface(
            (self._columns * self._step[0] + SHEET_GAP_PX, rows * self._step[1] + SHEET_GAP_PX)
        )
        self.surface.fill((52, 56, 66))

    def add(self, name: str, picture: pygame.Surface, typesetter: Typesetter) -> None:
        """Place the next picture."""
        row, column = divmod(self._count, self._columns)
        self._count += 1
        x, y = column * self._step[0] + SHEET_GAP_PX, row * self._step[1] + SHEET_GAP_PX
        self.surface.blit(pygame.transform.smoothscale(picture, self._tile), (x, y))
        box = Box(x, y + self._tile[1], self._tile[0], LABEL.line_px)
        typesetter.draw(self.surface, Text(box, name, LABEL, (255, 255, 255)))


def save(surface: pygame.Surface, path: Path) -> None:
    """Write a PNG with little compression: four times as fast as pygame's, a fifth larger."""
    pixels = pygame.surfarray.array3d(surface).swapaxes(0, 1)
    path.write_bytes(png(av.VideoFrame.from_ndarray(pixels.copy(), format="rgb24"), 1))


def png(frame: av.VideoFrame, compression_level: int) -> bytes:
    """A frame as a PNG in its own format; the level is zlib's."""
    encoder = av.CodecContext.create("png", "w")
    encoder.width, encoder.height = frame.width, frame.height
    encoder.pix_fmt, encoder.time_base = frame.format.name, Fraction(1)
    encoder.options = {"compression_level": str(compression_level), "pred": "none"}
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    return b"".join(bytes(packet) for packet in packets)
