"""The settings that hold, without what an event calls itself and its files."""

from collections.abc import Iterator
from dataclasses import fields

from kiosk import config
from kiosk.bundle.machine import Machine
from kiosk.errors import CommandError
from kiosk.places import SCRIPTS, THEMES
from kiosk.settings import Settings

PATH = "etc/kiosk/kiosk.toml"
OWN = "[the event's own]"


def read(machine: Machine) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings, as far as they can be read, and every mistake in them."""
    path = machine.root / PATH
    try:
        return config.load(path if path.is_file() else None, machine.environ), ()
    except config.ConfigError as error:
        return error.settings, error.sentences
    except CommandError as error:
        return Settings(), error.sentences


def settings(machine: Machine) -> str:
    """Return a line for each setting; one that differs from the default is marked."""
    held, mistakes = read(machine)
    variables = sorted(name for name in machine.environ if name in config.VARIABLES)
    return "\n".join(
        (
            "Settings that hold (* differs from the default):",
            *_lines(held),
            "",
            f"Set by environment variables: {', '.join(variables) or 'none'}",
            f"The file is {'there' if (machine.root / PATH).is_file() else 'missing'}.",
            *mistakes,
            "",
        )
    )


def _lines(held: Settings) -> Iterator[str]:
    default = Settings()
    for group in fields(Settings):
        values, usual = getattr(held, group.name), getattr(default, group.name)
        for each in fields(values):
            value = getattr(values, each.name)
            mark = " " if value == getattr(usual, each.name) else "*"
            yield f"{mark} {group.name}.{each.name} = {_shown(f'{group.name}.{each.name}', value)}"


def _shown(name: str, value: object) -> str:
    """Return a value as it may be seen: an event's own names are nobody else's business."""
    folder = {"interview.script": SCRIPTS, "screen.theme": THEMES}.get(name)
    if name == "booth.name" and value != Settings().booth.name:
        return OWN
    if folder is not None and not (folder / f"{value}.toml").is_file():
        return OWN
    if name in {"audio.input", "audio.output"} and isinstance(value, tuple):
        return repr(tuple(map(_device, value)))
    return repr(value) if isinstance(value, str | tuple) else str(value)


def _device(candidate: str) -> str:
    """Return a sound device without the serial number that a USB device may be told by."""
    kind, *parts = candidate.split(":")
    serial = kind == "usb" and len(parts) > 2
    return ":".join((kind, *parts[:2], "[which]")) if serial else candidate
