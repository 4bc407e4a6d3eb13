"""The booth that is looked at: its files, and the machine they lie on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kiosk import config
from kiosk.errors import CommandError
from kiosk.host.running import read_status
from kiosk.interview.script import Script, load_script
from kiosk.places import scripts_directory, theme_folders
from kiosk.reading import check_languages
from kiosk.screen.theme import Theme
from kiosk.screen.theme_file import ThemeError, load_theme
from kiosk.settings import Settings

LARGEST_BYTES = 1 << 18
"""More of a file of the machine is not read."""


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
    """Where the machine's `dev`, `etc`, `proc`, `run`, `sys` and `var` are."""

    def text(self, path: str) -> str:
        """What a file of the machine says, without white space around; empty where it does not."""
        try:
            with (self.root / path).open("rb") as file:
                return file.read(LARGEST_BYTES).decode("utf-8", "replace").strip(" \t\r\n\0")
        except (OSError, ValueError):
            return ""

    def find(self, pattern: str) -> list[Path]:
        """The machine's files of this pattern, in order."""
        return sorted(self.root.glob(pattern))

    @cached_property
    def boot(self) -> str:
        """The name of this boot of the machine; empty where it has none."""
        return self.text("proc/sys/kernel/random/boot_id")

    @property
    def booth(self) -> Mapping[str, object]:
        """What the running booth says of itself now; empty where none runs."""
        return read_status(self.root) or {}

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
