"""Every screen as a picture, with contact sheets: `kiosk gallery DIR`."""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pygame

from kiosk.core.snapshot import Mood, Snapshot
from kiosk.errors import ExitStatus, UsageError
from kiosk.interview.words import LANGUAGES, Facts
from kiosk.limits import did_you_mean
from kiosk.places import THEMES
from kiosk.screen.avatar import Avatar
from kiosk.screen.draws import Box, Text, Type
from kiosk.screen.errors import ScreenError
from kiosk.screen.gallery_states import LATER_S, NOW_S, states
from kiosk.screen.grid import grid
from kiosk.screen.meters import Meters
from kiosk.screen.picture import Picture
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import BUILT_IN, Theme
from kiosk.screen.theme_file import load_theme

Size = tuple[int, int]

SIZES: tuple[Size, ...] = ((1280, 720), (1920, 1080), (800, 480), (1080, 1920), (3840, 2160))
LEAST_PX, MOST_PX = 120, 7680
VOWEL_DBFS, VOWEL_BRIGHTS = (-20.0,) * 3, (0.4,) * 3
"""What the interviewer says in the pictures."""
FACTS = Facts(minutes=10, questions=5)
BOOTH_NAME = "Booth 7"

SHEET_PX = 2000
"""About how wide a contact sheet is."""
SHEET_GAP_PX = 12
LABEL = Type(18)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pictures; what is empty means all."""

    screens: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = ()
    themes: tuple[str, ...] = ()


def themes() -> Mapping[str, Theme]:
    """Every shipped theme by its name, the booth's own first."""
    others = sorted(path.stem for path in THEMES.glob("*.toml") if path.stem != BUILT_IN)
    return {name: load_theme(name, (THEMES,)) for name in (BUILT_IN, *others)}


def wanted(
    screens: Sequence[str], languages: Sequence[str], sizes: Sequence[str], names: Sequence[str]
) -> Wanted:
    """Read a command line's filters; raises `UsageError` with a sentence for each unknown name."""
    wrong = [
        f'There is no {kind} named "{name}"{did_you_mean(name, known)}.'
        for kind, given, known in (
            ("screen", screens, states()),
            ("language", languages, LANGUAGES),
            ("theme", names, themes()),
        )
        for name in given
        if name not in known
    ]
    read = []
    for text in sizes:
        try:
            read.append(read_size(text))
        except ValueError as error:
            wrong.append(f'"{text}" is no size: {error}.')
    if wrong:
        raise UsageError([sentence.replace("?.", "?") for sentence in wrong])
    return Wanted(tuple(screens), tuple(languages), tuple(read), tuple(names))


def read_size(text: str) -> Size:
    """Pixels from `1280x720`; raises `ValueError` with a clause that says what is wrong."""
    match = re.fullmatch(r"(\d{1,5})[xX](\d{1,5})", text.strip())
    if match is None:
        raise ValueError("write it like 1280x720")
    size = int(match[1]), int(match[2])
    if not all(LEAST_PX <= side <= MOST_PX for side in size):
        raise ValueError(f"each side must be between {LEAST_PX} and {MOST_PX}")
    return size


def untold(done: int, count: int) -> None:
    """Where nobody watches."""


def render(
    directory: Path,
    which: Wanted | None = None,
    progress: Callable[[int, int], None] = untold,
) -> list[Path]:
    """Write `THEME/SIZE/LANGUAGE/SCREEN.png`, and contact sheets `THEME-SIZE-LANGUAGE.png`.

    Needs no display; `progress` hears how many pictures of how many are done.  Returns the paths
    written; raises `ScreenError` or `OSError`.
    """
    which = which or Wanted()
    screens = which.screens or tuple(states())
    languages = which.languages or tuple(LANGUAGES)
    sizes = which.sizes or SIZES
    names = which.themes or tuple(themes())
    count = len(screens) * len(languages) * len(sizes) * len(names)
    written: list[Path] = []
    for name, size in product(names, sizes):
        album = Album(themes()[name], size)
        label = f"{size[0]}x{size[1]}"
        for language in languages:
            folder = directory / name / label / language
            folder.mkdir(parents=True, exist_ok=True)
            sheet = Sheet(len(screens), size)
            for screen in screens:
                surface = album.draw(states(language)[screen], NOW_S + LATER_S.get(screen, 0.0))
                written.append(folder / f"{screen}.png")
                pygame.image.save(surface, str(written[-1]))
                sheet.add(screen, surface, album.typesetter)
                progress(len(written) - len(written) // (len(screens) + 1), count)
            written.append(directory / f"{name}-{label}-{language}.png")
            pygame.image.save(sheet.surface, str(written[-1]))
    return written


class Album:
    """Draws stills at one size with one avatar and one typesetter."""

    def __init__(self, theme: Theme, size: Size) -> None:
        """Raises `ScreenError` when avatar or fonts are missing."""
        self.typesetter = Typesetter(theme.font)
        self._theme = theme
        self._avatar = Avatar(grid(size).face.w)
        self._surface = pygame.Surface(size)

    def draw(self, snapshot: Snapshot, at_s: float) -> pygame.Surface:
        """One screen, as it stands at a second while somebody speaks; good until the next."""
        silent = snapshot.mood is not Mood.LISTENING or not snapshot.candidate_speaking
        meters = Meters(heard_dbfs=-100.0 if silent else -24.0)
        if snapshot.mood is Mood.SPEAKING:
            meters.speak(at_s, VOWEL_DBFS, VOWEL_BRIGHTS)
        picture = Picture(
            self._surface.get_size(),
            booth_name=BOOTH_NAME,
            facts=FACTS,
            theme=self._theme,
            typesetter=self.typesetter,
            avatar=self._avatar,
        )
        for now_s in (at_s - 1.0, at_s):
            picture.draw(self._surface, snapshot, now_s, meters)
        return self._surface


class Sheet:
    """A contact sheet: pictures small, each with its name."""

    def __init__(self, count: int, size: Size) -> None:
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


def main(directory: Path, which: Wanted) -> int:
    """Write the gallery and say where it is; 0, or 69 with one sentence when it cannot be done."""
    try:
        written = render(
            directory, which, tell if sys.stderr.isatty() else lambda _done, _all: None
        )
    except (ScreenError, OSError) as error:
        sys.stderr.write(f"No gallery: {error}\n")
        return ExitStatus.NOTHING_TO_BE_DONE
    sys.stdout.write(f"{len(written)} pictures in {directory}\n")
    return ExitStatus.DONE


def tell(done: int, count: int) -> None:
    """Keep one line on the terminal up to date."""
    sys.stderr.write(f"\r{done} of {count} screens{chr(10) if done == count else ''}")
    sys.stderr.flush()
