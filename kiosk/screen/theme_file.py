"""Reads an event's theme: a TOML file that states what differs from the booth's own look.

Every mistake is collected: unknown keys, colours that cannot be told apart or read, pictures and
fonts that are not there.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from kiosk.screen.errors import ScreenError
from kiosk.screen.fonts import add_fonts, has_family
from kiosk.screen.legibility import Illegible, illegible
from kiosk.screen.logo import read_logo
from kiosk.screen.theme import BUILT_IN, COLOURS, Colour, Logo, Theme
from kiosk.toml_file import TomlFileError, locate, read_table
from kiosk.toml_table import Flaw, Table

T = TypeVar("T")

TEXT_SCALES = (0.8, 1.4)


class ThemeError(TomlFileError):
    """A theme cannot be shown."""


def load_theme(name_or_path: str, folders: Sequence[Path]) -> Theme:
    """Read a theme by name from the first of `folders` that has it, or by path.

    Raises `ThemeError` with all faults at once; nothing else.
    """
    path = locate(name_or_path, folders)
    if name_or_path == BUILT_IN and not path.is_file():
        return Theme()
    flaws: list[Flaw] = []
    root = read_table(path, "theme", flaws, folders)
    theme = _theme(path, root) if root else None
    if flaws or theme is None:
        raise ThemeError(path, flaws)
    return theme


def _theme(path: Path, root: Table) -> Theme:
    own = Theme()
    colours, glows = root.table("colours"), root.table("glows")
    inks = {name: colours.read(name, None, _colour) for name in COLOURS}
    lights = {look: glows.read(look, None, _colour) for look in own.glows}

    def beside(name: str, reader: Callable[[Path], T]) -> T | None:
        return root.read(name, None, lambda value: reader(_beside(path.parent, value)))

    stated: dict[str, Any] = {name: ink for name, ink in inks.items() if ink is not None}
    theme = Theme(
        name=path.stem,
        glows=MappingProxyType({look: lights[look] or own.glows[look] for look in own.glows}),
        fonts=beside("fonts", _fonts),
        font=root.read("font", own.font, _font),
        logo=beside("logo", _logo),
        avatar=beside("avatar", _avatar),
        text_scale=root.number("text_scale", *TEXT_SCALES, own.text_scale),
        **stated,
    )
    unread = {name for name, ink in inks.items() if ink is None and colours.has(name)}
    unread |= {look for look, light in lights.items() if light is None and glows.has(look)}
    for fault in illegible(theme):
        if not unread.intersection(fault.names):
            _note(fault, colours, glows)
    for table in (colours, glows, root):
        table.finish()
    return theme


def _colour(value: object) -> Colour | None:
    if not isinstance(value, str) or not re.fullmatch("#[0-9a-fA-F]{6}", value):
        raise ValueError("must be a colour like '#1a2b3c'")
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


def _font(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[^\W_][\w .+-]{0,79}", value):
        raise ValueError("must be the name of one font family, like 'Noto Sans'")
    if not _is_family(value):
        raise ValueError("is no font family of this machine or of the theme's own 'fonts'")
    return value


def _is_family(name: str) -> bool:
    try:
        if not has_family(name):
            add_fonts()
        return has_family(name)
    except ScreenError as error:
        raise ValueError(f"cannot be looked up: {error.sentence.rstrip('.')}") from error


def _beside(folder: Path, value: object) -> Path:
    if not isinstance(value, str) or not value or not value.isprintable() or len(value) > 400:
        raise ValueError("must be a path, such as 'logo.png', beside the theme")
    return folder / value


def _logo(path: Path) -> Logo:
    return Logo(path, *read_logo(path).get_size())


def _fonts(folder: Path) -> Path:
    try:
        add_fonts(folder)
    except (ScreenError, OSError) as error:
        raise ValueError("must be a folder with fonts (.ttf or .otf)") from error
    return folder


def _avatar(folder: Path) -> Path:
    # Few themes have a face of their own; the others do without what reads it.
    from kiosk.screen.avatar_files import faults  # noqa: PLC0415

    if wrong := faults(folder):
        raise ValueError(f"cannot be drawn: {'; '.join(each.rstrip('.') for each in wrong)}")
    return folder


def _note(fault: Illegible, *tables: Table) -> None:
    """Tell a fault where the file states one of the colours."""
    for name in fault.names:
        for table in tables:
            if table.has(name):
                table.note(name, fault.reason)
                return
    tables[0].note("", fault.reason)
