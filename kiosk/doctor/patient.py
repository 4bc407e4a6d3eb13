"""The booth that is looked at: its files, and the machine they lie on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kiosk import config
from kiosk.errors import CommandError
from kiosk.interview.script import Script, load_script
from kiosk.places import scripts_directory, theme_folders
from kiosk.reading import check_languages
from kiosk.screen.theme import Theme
from kiosk.screen.theme_file import ThemeError, load_theme
from kiosk.settings import Settings


@dataclass(frozen=True)
class Patient:
    """A booth as its files describe it; each part is read when it is first asked for."""

    settings: Settings = field(default_factory=Settings)
    """What could be read of them, and defaults for the rest."""
    mistakes: tuple[str, ...] = ()
    """Every sentence about the configuration."""
    config_path: Path | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    root: Path = Path("/")
    """Where the machine's `dev`, `sys` and `proc` are."""

    @cached_property
    def script(self) -> Script:
        """The interview; raises `ScriptError`, or `ConfigError` where the languages do not fit."""
        name = self.settings.interview.script
        script = load_script(name, scripts_directory(self.config_path))
        check_languages(self.settings, script)
        return script

    @cached_property
    def theme_folders(self) -> tuple[Path, ...]:
        """Where themes are looked for."""
        return theme_folders(self.config_path)

    @cached_property
    def theme(self) -> Theme:
        """The look; the booth's own where the one that is asked for cannot be shown."""
        try:
            return load_theme(self.settings.screen.theme, self.theme_folders)
        except ThemeError:
            return Theme()


def admit(config_path: Path | None, environ: Mapping[str, str]) -> Patient:
    """The booth of these files, however broken they are."""
    try:
        return Patient(config.load(config_path, environ), (), config_path, environ)
    except config.ConfigError as error:
        return Patient(error.settings, error.sentences, config_path, environ)
    except CommandError as error:
        return Patient(Settings(), error.sentences, config_path, environ)
