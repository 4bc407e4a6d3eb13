"""Every screen as a picture, with contact sheets: `kiosk gallery DIR`."""

import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

from kiosk.errors import ExitStatus
from kiosk.screen.errors import ScreenError
from kiosk.screen.gallery_album import Album, Sheet, save
from kiosk.screen.gallery_choice import Wanted


def untold(done: int, count: int) -> None:
    """Where nobody watches."""


def render(
    directory: Path, which: Wanted, progress: Callable[[int, int], None] = untold
) -> list[Path]:
    """Write `THEME/SIZE/LANGUAGE/SCREEN.png`, and contact sheets `THEME-SIZE-LANGUAGE.png`.

    Needs no display; `progress` hears how many pictures of how many are done.  Returns the paths
    written; raises `ScreenError` or `OSError`.
    """
    screens, languages = which.screens, which.languages
    count = len(screens) * len(languages) * len(which.sizes) * len(which.themes)
    written: list[Path] = []
    done = 0
    for theme, size in product(which.themes, which.sizes):
        album = Album(theme, size)
        label = f"{size[0]}x{size[1]}"
        for language in languages:
            folder = directory / theme.name / label / language
            folder.mkdir(parents=True, exist_ok=True)
            sheet = Sheet(len(screens), size)
            for screen in screens:
                surface = album.draw(screen, language)
                written.append(folder / f"{screen}.png")
                save(surface, written[-1])
                sheet.add(screen, surface, album.typesetter)
                done += 1
                progress(done, count)
            written.append(directory / f"{theme.name}-{label}-{language}.png")
            save(sheet.surface, written[-1])
    return written


def main(directory: Path, which: Wanted) -> int:
    """Write the gallery and say where it is; 0, or 69 with one sentence when it cannot be done.

    Themes that are left out are no failure, as `kiosk doctor` only warns of them: nobody asked for
    them by name.
    """
    for sentence in which.left_out:
        sys.stderr.write(f"Left out: {sentence}\n")
    try:
        written = render(directory, which, tell if sys.stderr.isatty() else untold)
    except (ScreenError, OSError) as error:
        sys.stderr.write(f"No gallery: {error}\n")
        return ExitStatus.NOTHING_TO_BE_DONE
    sys.stdout.write(f"{len(written)} pictures in {directory}\n")
    return ExitStatus.DONE


def tell(done: int, count: int) -> None:
    """Keep one line on the terminal up to date."""
    sys.stderr.write(f"\r{done} of {count} screens" + ("\n" if done == count else ""))
    sys.stderr.flush()
