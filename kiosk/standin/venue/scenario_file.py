"""Networks as files: a scenario is read from TOML, and everything wrong with it told at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path as FilePath
from typing import Any, get_args

from kiosk.limits import choice
from kiosk.standin.venue.scenario import WAYS, Path, Reach, Scenario, Sort, Spell, Way
from kiosk.toml_file import TomlFileError, locate, read_table
from kiosk.toml_table import Flaw, Table

LIMITS: Mapping[str, tuple[float, float]] = {
    "loss": (0, 1),
    "burst_loss": (0, 0.9),
    "burst_ms": (1, 60_000),
    "loss_in_burst": (0.01, 1),
    "delay_ms": (0, 10_000),
    "jitter_ms": (0, 10_000),
    "reordered": (0, 1),
    "detour_ms": (0, 10_000),
    "doubled": (0, 1),
    "rate_kbps": (0, 1_000_000),
    "bucket_ms": (0, 10_000),
    "queue_ms": (0, 10_000),
}
"""Lowest and highest value of every number of a `Path`."""
MOST_SPELLS = 20
_LONGEST_S = 86_400.0
_WAYS: Mapping[str, tuple[Way, ...]] = {"both": WAYS, "up": ("up",), "down": ("down",)}


class ScenarioError(TomlFileError):
    """A network cannot be played."""


def load_scenario(name_or_path: str, folders: Sequence[FilePath]) -> Scenario:
    """Read a network by name from the first folder that has it, or by path.

    Raises `ScenarioError` with all faults at once; nothing else.
    """
    path = locate(name_or_path, folders)
    flaws: list[Flaw] = []
    root = read_table(path, "network", flaws, folders)
    scenario = _scenario(path.stem, root) if root else None
    if flaws or scenario is None:
        raise ScenarioError(path, flaws)
    return scenario


def _scenario(name: str, root: Table) -> Scenario:
    both = _path(root.table("both"), Path())
    scenario = Scenario(
        name=name,
        about=root.text("about", 400),
        source=root.text("source", 1200),
        seed=root.whole("seed", 0, 2**31, 1),
        up=_path(root.table("up"), both),
        down=_path(root.table("down"), both),
    )
    tables = root.tables("spell", 0, MOST_SPELLS)
    spells = tuple(_spell(table, scenario) for table in tables)
    root.finish()
    return replace(scenario, spells=spells)


def _path(table: Table, base: Path) -> Path:
    path = replace(base, **_changes(table))
    table.finish()
    _check_bursts(table, path)
    return path


def _check_bursts(table: Table, *paths: Path) -> None:
    if any(path.burst_loss >= path.loss_in_burst for path in paths):
        table.note("burst_loss", "'burst_loss' must be less than 'loss_in_burst'")


def _changes(table: Table) -> dict[str, Any]:
    """The fields of a `Path` that a table names."""
    found: dict[str, Any] = {}
    for field in fields(Path):
        default = getattr(Path(), field.name)
        if field.name in LIMITS:
            value = table.number(field.name, *LIMITS[field.name], default)
        else:
            value = table.read(field.name, default, _switch)
        if table.has(field.name):
            found[field.name] = value
    return found


def _spell(table: Table, scenario: Scenario) -> Spell:
    spell = Spell(
        from_s=table.number("from_s", 0, _LONGEST_S, 0.0),
        for_s=table.number("for_s", 0, _LONGEST_S, 0.0),
        every_s=table.number("every_s", 0, _LONGEST_S, 0.0),
        spread_s=table.number("spread_s", 0, _LONGEST_S, 0.0),
        ways=_WAYS[table.read("way", "both", _one_of(tuple(_WAYS)))],
        reach=table.read("reach", "all", _one_of(get_args(Reach))),
        what=table.read("what", "dark", _one_of(get_args(Sort))),
        changes=_changes(table),
    )
    table.finish()
    if spell.what == "change" and not spell.changes:
        table.note("what", "a change must say what is changed, such as 'loss = 0.1'")
    if spell.what != "change" and spell.changes:
        name = next(iter(spell.changes))
        table.note(name, f"'{name}' is for what = \"change\" only")
    if spell.what == "stall" and not spell.for_s:
        table.note("what", "a stall must end: 'for_s' is missing")
    if spell.every_s and not 0 < spell.for_s + spell.spread_s < spell.every_s:
        table.note("every_s", "'every_s' must be longer than 'for_s' and 'spread_s' together")
    if {"burst_loss", "loss_in_burst"} & spell.changes.keys():
        meanwhile = (replace(scenario.path_of(way), **spell.changes) for way in spell.ways)
        _check_bursts(table, *meanwhile)
    return spell


def _one_of(choices: tuple[Any, ...]) -> Callable[[object], Any]:
    return lambda value: choice(value, choices)


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")
