"""What a booth is told by its files: configuration, interview and look, read together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk import config
from kiosk.interview.languages import ANY_LANGUAGE, own_name, primary
from kiosk.interview.script import Script, load_script
from kiosk.interview.words import LANGUAGES, facts
from kiosk.places import SCRIPTS, scripts_directory, theme_folders
from kiosk.screen.outfit import Outfit
from kiosk.screen.theme import Theme
from kiosk.screen.theme_file import ThemeError, load_theme
from kiosk.settings import Settings


@dataclass(frozen=True, slots=True)
class Reading:
    """Configuration, interview and look, as they were read together."""

    settings: Settings
    script: Script
    theme: Theme = field(default_factory=Theme)
    theme_error: ThemeError | None = None
    """Why `theme` is not the one that is asked for."""
    scripts: Path = SCRIPTS
    """The folder of interview scripts."""


def read(config_path: Path | None, environ: Mapping[str, str]) -> Reading:
    """Read all that a booth is told by files.

    Raises `ConfigError` or `ScriptError`; a theme with a mistake is told beside the booth's own.
    """
    settings = config.load(config_path, environ)
    scripts = scripts_directory(config_path)
    script = load_script(settings.interview.script, scripts)
    check_languages(settings, script)
    try:
        theme = load_theme(settings.screen.theme, theme_folders(config_path))
    except ThemeError as error:
        return Reading(settings, script, theme_error=error, scripts=scripts)
    return Reading(settings, script, theme, scripts=scripts)


def readable(config_path: Path | None, environ: Mapping[str, str]) -> Settings:
    """What of the settings can be read, and defaults for the rest."""
    try:
        return config.load(config_path, environ)
    except config.ConfigError as error:
        return error.settings


def check_languages(settings: Settings, script: Script) -> None:
    """Raise `ConfigError` for languages that nobody could speak, or tell from each other.

    A language is known when the booth's words or the script are in it, whatever the region.
    """
    offered = settings.interview.languages
    known = {ANY_LANGUAGE, *LANGUAGES, *map(primary, script.languages)}
    unknown = [tag for tag in offered if primary(tag) not in known]
    reasons = []
    if unknown:
        texts = ", ".join(sorted(LANGUAGES))
        reasons.append(
            f"interview.languages names {', '.join(unknown)}: the booth's words are in {texts}, "
            "and another language must stand in the script's list."
        )
    for first in dict.fromkeys(map(primary, offered)):
        alike = [tag for tag in offered if primary(tag) == first]
        if len(alike) > 1:
            reasons.append(
                f"interview.languages names {' and '.join(alike)}: "
                f"all are {own_name(first)} to a candidate, so keep one."
            )
    if reasons:
        raise config.ConfigError([config.ConfigFault("the settings", 0, why) for why in reasons])


def outfit(reading: Reading, *, recorded: bool, at_a_desk: bool) -> Outfit:
    """What the window shows; `at_a_desk` the button may be a key, which is named."""
    settings, button = reading.settings, reading.settings.button
    has_key = bool(set(button.sources) & {"auto", "keyboard"})
    return Outfit(
        booth_name=settings.booth.name,
        facts=facts(
            settings,
            reading.script,
            recorded=recorded,
            key=button.key if at_a_desk and has_key else "",
        ),
        theme=reading.theme,
        show_candidate_words=settings.screen.show_candidate_words,
        reduced_motion=settings.screen.reduced_motion,
    )
