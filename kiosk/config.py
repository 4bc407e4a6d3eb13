"""Reads the settings from a TOML file and the environment, and the API key from where keys live.

Every mistake is collected, so that one run of the booth names them all.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

from dotenv import dotenv_values

from kiosk.errors import CommandError, ExitStatus
from kiosk.host.systemd import under_systemd
from kiosk.limits import convert, did_you_mean
from kiosk.places import ROOT
from kiosk.secret import KEY_CREDENTIAL, KEY_VARIABLE, Secret, looks_secret, redact
from kiosk.settings import Settings

INSTALLED = Path("/etc/kiosk/kiosk.toml")
IN_SOURCE_TREE = ROOT / "config" / "kiosk.toml"
LARGEST_BYTES = 256 * 1024
WHERE_KEYS_LIVE = f"kiosk set-key takes it, and in development .env or {KEY_VARIABLE}"

GROUPS: dict[str, type] = get_type_hints(Settings)
KINDS: dict[str, dict[str, Any]] = {name: get_type_hints(kind) for name, kind in GROUPS.items()}
VARIABLES: dict[str, tuple[str, str]] = {
    f"KIOSK_{group}_{name}".upper(): (group, name)
    for group, kinds in KINDS.items()
    for name in kinds
}
"""The environment variable of each setting."""


Place = tuple[str, int]
"""The file or environment variable, and the line from 1; line 0 where none can be named."""


@dataclass(frozen=True, slots=True, order=True)
class ConfigFault:
    """One mistake, at a `Place`."""

    where: str
    line: int
    reason: str
    """One sentence; repeats no value."""

    def __str__(self) -> str:
        place = f"{self.where}, line {self.line}" if self.line else self.where
        return f"{place}: {self.reason}"


class ConfigError(CommandError):
    """The configuration cannot be used; `faults` holds every mistake in it."""

    status = ExitStatus.CONFIG

    def __init__(self, faults: list[ConfigFault], settings: Settings | None = None) -> None:
        self.faults = tuple(sorted(faults))
        self.settings = settings or Settings()
        """What could be read, and defaults for the rest: enough to show the fault on the screen."""
        super().__init__([redact(str(fault)) for fault in self.faults])


def environment(
    environ: Mapping[str, str], directory: Path, *, under_systemd: bool
) -> dict[str, str]:
    """Return `environ` over what `.env` in `directory` says; a service reads no `.env`."""
    if under_systemd:
        return dict(environ)
    path = directory / ".env"
    try:
        written = dotenv_values(path, interpolate=False) if path.is_file() else {}
    except (OSError, ValueError):
        raise ConfigError([ConfigFault(str(path), 0, "It cannot be read as text.")]) from None
    return {name: value for name, value in written.items() if value} | dict(environ)


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """Return the settings of `path`, else of the installed file, else of the source tree.

    Each may be overridden by `KIOSK_<GROUP>_<NAME>`.  Raises `ConfigError` with every mistake.
    """
    draft = _Draft()
    source = path or next((p for p in (INSTALLED, IN_SOURCE_TREE) if p.is_file()), None)
    if source is not None:
        _take_file(source, draft)
    _take_environment(environ, draft)
    settings = Settings(**{group: kind(**draft.values[group]) for group, kind in GROUPS.items()})
    _find_contradictions(settings, draft, service=under_systemd(environ))
    if draft.faults:
        raise ConfigError(draft.faults, settings)
    return settings


def api_key(environ: Mapping[str, str]) -> Secret | None:
    """Return the API key of the environment, for development; None without one.

    Raises `ConfigError` when there is one that no HTTP header can carry.
    """
    return _key_in(environ.get(KEY_VARIABLE, ""), KEY_VARIABLE)


@dataclass(frozen=True, slots=True)
class SealedKey:
    """What `kiosk set-key` sealed."""

    key: Secret
    service: str = ""
    """The `realtime.base_url` that the key may be sent to; empty for whichever is set."""


def service_of(path: Path) -> str:
    """Return the `realtime.base_url` of a configuration, whatever else is wrong with it."""
    if not path.is_file():
        return Settings().realtime.base_url
    try:
        return load(path, {}).realtime.base_url
    except ConfigError as error:
        return error.settings.realtime.base_url


def sealed_key(environ: Mapping[str, str]) -> SealedKey | None:
    """Return the API key from the credentials of this service; None without one.

    It is the first line, and the service that it is for the second, if there is one.  Raises
    `ConfigError` when it cannot be read, or no HTTP header can carry it.
    """
    directory = environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        return None
    path = Path(directory) / KEY_CREDENTIAL
    try:
        text, _, service = path.read_text("utf-8").strip().partition("\n")
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise ConfigError([ConfigFault(str(path), 0, "The API key cannot be read.")]) from None
    key = _key_in(text, str(path))
    _key_in(service, str(path))
    return SealedKey(key, service.strip()) if key else None


def _key_in(text: str, place: str) -> Secret | None:
    text = text.strip()
    if text and not re.fullmatch(r"[!-~]+", text):
        raise ConfigError([ConfigFault(place, 0, "The API key must be one word of plain letters.")])
    return Secret(text) if text else None


@dataclass(slots=True)
class _Draft:
    """What was read so far."""

    values: dict[str, dict[str, object]] = field(default_factory=lambda: {g: {} for g in GROUPS})
    places: dict[str, Place] = field(default_factory=dict)
    """Where each setting, as `group.name`, was written."""
    faults: list[ConfigFault] = field(default_factory=list)

    def take(self, group: str, name: str, raw: object, place: Place, *, from_text: bool) -> None:
        """Set one setting, or note why not."""
        full = f"{group}.{name}"
        self.places[full] = place
        try:
            kind = KINDS[group][name]
            self.values[group][name] = convert(full, kind, raw, from_text=from_text)
        except ValueError as error:
            self.refuse(place, f"{full} {error}")

    def refuse(self, place: Place, reason: str) -> None:
        """Note a mistake; `reason` gets its full stop here."""
        self.faults.append(ConfigFault(*place, reason if reason.endswith("?") else f"{reason}."))


def _take_file(path: Path, draft: _Draft) -> None:
    try:
        text = _read(path)
        tables = tomllib.loads(text)
    except OSError as error:
        draft.refuse((str(path), 0), f"It cannot be read: {error.strerror}")
    except (ValueError, RecursionError) as error:
        where = re.search(r" \(at line (\d+).*\)$", str(error))
        reason = str(error)[: where.start()] if where else "it does not end as it should"
        place = (str(path), int(where[1]) if where else 0)
        draft.refuse(place, f"This is not TOML: {reason}")
    else:
        for group, name, raw in _entries(tables):
            _take_entry(group, name, raw, (str(path), _line_of(text, group, name)), draft)


def _read(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise ValueError("it is too large (at line 1)")
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"it is not UTF-8 text (at line {line})") from None


def _entries(tables: dict[str, Any]) -> Iterator[tuple[str, str, object]]:
    """Yield group, name and value; what stands outside every group has an empty name."""
    for group, table in tables.items():
        if isinstance(table, dict) and group in GROUPS:
            for name, raw in table.items():
                yield group, name, raw
        else:
            yield group, "", table


def _take_entry(group: str, name: str, raw: object, place: Place, draft: _Draft) -> None:
    if re.search(r"api.?key", f"{group}.{name}", re.IGNORECASE) or looks_secret(_shown(raw)):
        draft.refuse(place, f"A key does not belong in this file: {WHERE_KEYS_LIVE}")
    elif not name and not isinstance(raw, dict):
        draft.refuse(place, f"{group} stands outside every group, such as [booth]")
    elif not name:
        draft.refuse(place, f"There is no group [{group}]{did_you_mean(group, GROUPS)}")
    elif name not in KINDS[group]:
        hint = did_you_mean(name, KINDS[group]) or _other_group(name)
        draft.refuse(place, f"There is no setting {group}.{name}{hint}")
    else:
        draft.take(group, name, raw, place, from_text=False)


def _shown(raw: object) -> str:
    try:
        return repr(raw)
    except RecursionError:
        return ""  # Nested more deeply than any setting: it is refused for what it is.


def _other_group(name: str) -> str:
    found = next((group for group, kinds in KINDS.items() if name in kinds), None)
    return f"; did you mean {found}.{name}?" if found else ""


def _line_of(text: str, group: str, name: str) -> int:
    """Return the line on which a setting (or, with an empty name, a group) is written, else 0.

    A scan, not a parser: it knows `[group]` with `name =` under it, `group.name =` and
    `group = {name =`, bare or quoted, which is how people write settings.
    """
    here = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if header := re.match(r"\s*\[+\s*([^\]#]+?)\s*\]", line):
            here = header[1].split(".")[0].strip("\"' ")
            found = not name and here == group
        elif here:
            found = bool(name) and here == group and bool(re.match(_key(name), line))
        else:
            found = bool(
                re.match(_key(group) + (f"(?:.*?[{{,])?{_key(name)}" if name else ""), line)
            )
        if found:
            return number
    return 0


def _key(name: str) -> str:
    return r"\s*[\"']?" + re.escape(name) + r"[\"']?\s*[.=]"


def _take_environment(environ: Mapping[str, str], draft: _Draft) -> None:
    prefixes = tuple(f"KIOSK_{group}_".upper() for group in GROUPS)
    for variable, raw in environ.items():
        if variable in VARIABLES:
            draft.take(*VARIABLES[variable], raw, (variable, 0), from_text=True)
        elif variable.startswith(prefixes):
            hint = did_you_mean(variable, VARIABLES)
            draft.refuse((variable, 0), f"There is no such setting{hint}")


def _find_contradictions(settings: Settings, draft: _Draft, *, service: bool) -> None:
    def refuse(full: str, reason: str) -> None:
        draft.refuse(draft.places.get(full, ("the defaults", 0)), f"{full} {reason}")

    token, audio = settings.token, settings.audio
    if service and token.source == "direct":
        refuse("token.source", 'is "direct", which no service may be: write "service"')
    if settings.button.lamp_pin and settings.button.lamp_pin == settings.button.gpio_pin:
        refuse("button.lamp_pin", "is the pin of the button: the lamp needs one of its own")
    if audio.backend == "file" and audio.input == Settings().audio.input:
        refuse("audio.backend", 'is "file", so audio.input must name a WAV file or a pipe')
    if audio.backend == "file" and audio.output == Settings().audio.output:
        refuse("audio.backend", 'is "file", so audio.output must name a WAV file')
    for name, wanted in (("audio.input", audio.input), ("audio.output", audio.output)):
        if audio.backend == "file" and len(wanted) > 1:
            refuse(name, 'must be one path, because audio.backend is "file"')
