"""What a booth is told by its files, and what of it a running booth can take up."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

from kiosk.interview.script import Script
from kiosk.screen.theme import Theme
from kiosk.screen.theme_file import ThemeError
from kiosk.settings import Settings


@dataclass(frozen=True, slots=True)
class Reading:
    """Configuration, interview and look, as they were read together."""

    settings: Settings
    script: Script
    theme: Theme = field(default_factory=Theme)
    theme_error: ThemeError | None = None
    """Why `theme` is not the one that is asked for."""


TAKEN_UP = (
    "booth.name",
    "button.hold_s",
    "interview.",
    "screen.reduced_motion",
    "screen.show_candidate_words",
    "screen.theme",
)
"""Settings, or the beginning of their names, that a running booth goes by once nobody is in it."""


def combine(held: Reading, read: Reading) -> tuple[Reading, tuple[str, ...]]:
    """What a booth that goes by `held` can take up of `read`, and the settings that it cannot.

    Those keep their values until a restart.  A theme that cannot be shown leaves the one that is.
    """
    settings, waiting = held.settings, []
    for group, name in _changed(held.settings, read.settings):
        if f"{group}.{name}".startswith(TAKEN_UP):
            settings = _with(settings, group, name, getattr(getattr(read.settings, group), name))
        else:
            waiting.append(f"{group}.{name}")
    theme = held.theme if read.theme_error else read.theme
    return replace(read, settings=settings, theme=theme), tuple(waiting)


def _changed(old: Settings, new: Settings) -> Iterator[tuple[str, str]]:
    for group in fields(Settings):
        before, after = getattr(old, group.name), getattr(new, group.name)
        for each in fields(before):
            if getattr(before, each.name) != getattr(after, each.name):
                yield group.name, each.name


def _with(settings: Settings, group: str, name: str, value: object) -> Settings:
    changes: dict[str, Any] = {group: replace(getattr(settings, group), **{name: value})}
    return replace(settings, **changes)
