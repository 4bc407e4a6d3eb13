"""Which pictures a gallery shows, read from the command line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import UsageError
from kiosk.interview.words import LANGUAGES
from kiosk.limits import did_you_mean
from kiosk.screen.gallery_states import SCREENS
from kiosk.screen.theme import BUILT_IN, Theme
from kiosk.screen.theme_file import ThemeError, load_theme

Size = tuple[int, int]

SIZES: tuple[Size, ...] = ((1280, 720), (1920, 1080), (800, 480), (1080, 1920), (3840, 2160))
LEAST_PX, MOST_PX = 120, 7680


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pictures: each screen in each language at each size with each theme."""

    screens: tuple[str, ...] = SCREENS
    languages: tuple[str, ...] = tuple(LANGUAGES)
    sizes: tuple[Size, ...] = SIZES
    themes: tuple[Theme, ...] = (Theme(),)
    left_out: tuple[str, ...] = ()
    """A sentence for every mistake in a theme that was not asked for by name."""


def wanted(
    screens: Sequence[str],
    languages: Sequence[str],
    sizes: Sequence[str],
    themes: Sequence[str],
    folders: Sequence[Path],
) -> Wanted:
    """Read a command line's filters, of which an empty one lets all through.

    Themes are those in `folders`; one that is wrong is left out.  Raises `UsageError` with a
    sentence for each unknown name, and `ThemeError` when a theme that was named is wrong, or all.
    """
    there = sorted({BUILT_IN, *(path.stem for folder in folders for path in folder.glob("*.toml"))})
    wrong = [
        f'There is no {kind} named "{name}"{did_you_mean(name, known) or "."}'
        for kind, given, known in (
            ("screen", screens, SCREENS),
            ("language", languages, LANGUAGES),
            ("theme", themes, there),
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
        raise UsageError(wrong)
    shown, left_out = _dressed(themes, there, folders)
    return Wanted(
        tuple(screens) or SCREENS,
        tuple(languages) or tuple(LANGUAGES),
        tuple(read) or SIZES,
        shown,
        left_out,
    )


def _dressed(
    named: Sequence[str], there: Sequence[str], folders: Sequence[Path]
) -> tuple[tuple[Theme, ...], tuple[str, ...]]:
    """The themes to draw, and what is wrong with those that are there and cannot be."""
    if named:
        return tuple(load_theme(name, folders) for name in named), ()
    good: list[Theme] = []
    errors: list[ThemeError] = []
    for name in there:
        try:
            good.append(load_theme(name, folders))
        except ThemeError as error:
            errors.append(error)
    if not good:
        raise errors[0]
    return tuple(good), tuple(sentence for error in errors for sentence in error.sentences)


def read_size(text: str) -> Size:
    """Pixels from `1280x720`; raises `ValueError` with a clause that says what is wrong."""
    match = re.fullmatch(r"(\d{1,5})[xX](\d{1,5})", text.strip())
    if match is None:
        raise ValueError("write it like 1280x720")
    size = int(match[1]), int(match[2])
    if not all(LEAST_PX <= side <= MOST_PX for side in size):
        raise ValueError(f"each side must be between {LEAST_PX} and {MOST_PX}")
    return size
