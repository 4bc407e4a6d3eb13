"""Networks as files: a scenario is read from TOML, and everything wrong with it told at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

from kiosk.limits import choice
from kiosk.standin.venue.scenario import (
    DIRECTIONS,
    Direction,
    Episode,
    EpisodeKind,
    Impairments,
    Scenario,
    Scope,
)
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
    "reorder_ms": (0, 10_000),
    "duplicated": (0, 1),
    "rate_kbps": (0, 1_000_000),
    "bucket_ms": (0, 10_000),
    "queue_ms": (0, 10_000),
}
"""Lowest and highest value of every number of `Impairments`."""
MOST_EPISODES = 20
_LONGEST_S = 86_400.0
_DIRECTIONS: Mapping[str, tuple[Direction, ...]] = {
    "both": DIRECTIONS,
    "up": ("up",),
    "down": ("down",),
}


class ScenarioError(TomlFileError):
    """A network cannot be played."""


def load_scenario(name_or_path: str, folders: Sequence[Path]) -> Scenario:
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
    both = _impairments(root.table("both"), Impairments())
    scenario = Scenario(
        name=name,
        about=root.text("about", 400),
        source=root.text("source", 1200),
        seed=root.whole("seed", 0, 2**31, 1),
        up=_impairments(root.table("up"), both),
        down=_impairments(root.table("down"), both),
    )
    tables = root.tables("episode", 0, MOST_EPISODES)
    episodes = tuple(_episode(table, scenario) for table in tables)
    root.finish()
    return replace(scenario, episodes=episodes)


def _impairments(table: Table, base: Impairments) -> Impairments:
    impairments = replace(base, **_changes(table))
    table.finish()
    _check_bursts(table, impairments)
    return impairments


def _check_bursts(table: Table, *possible: Impairments) -> None:
    if any(each.burst_loss >= each.loss_in_burst for each in possible):
        table.note("burst_loss", "'burst_loss' must be less than 'loss_in_burst'")


def _changes(table: Table) -> dict[str, Any]:
    """The fields of `Impairments` that a table names."""
    found: dict[str, Any] = {}
    for field in fields(Impairments):
        default = getattr(Impairments(), field.name)
        if field.name in LIMITS:
            value = table.number(field.name, *LIMITS[field.name], default)
        else:
            value = table.read(field.name, default, _switch)
        if table.has(field.name):
            found[field.name] = value
    return found


def _episode(table: Table, scenario: Scenario) -> Episode:
    episode = Episode(
        from_s=table.number("from_s", 0, _LONGEST_S, 0.0),
        for_s=table.number("for_s", 0, _LONGEST_S, 0.0),
        every_s=table.number("every_s", 0, _LONGEST_S, 0.0),
        spread_s=table.number("spread_s", 0, _LONGEST_S, 0.0),
        directions=_DIRECTIONS[table.read("direction", "both", _one_of(tuple(_DIRECTIONS)))],
        traffic=table.read("traffic", "all", _one_of(get_args(Scope))),
        kind=table.read("kind", "outage", _one_of(get_args(EpisodeKind))),
        changes=_changes(table),
    )
    table.finish()
    if episode.kind == "change" and not episode.changes:
        table.note("kind", "a change must say what is changed, such as 'loss = 0.1'")
    if episode.kind != "change" and episode.changes:
        name = next(iter(episode.changes))
        table.note(name, f"'{name}' is for kind = \"change\" only")
    if episode.kind == "stall" and not episode.for_s:
        table.note("kind", "a stall must end: 'for_s' is missing")
    if episode.every_s and not 0 < episode.for_s + episode.spread_s < episode.every_s:
        table.note("every_s", "'every_s' must be longer than 'for_s' and 'spread_s' together")
    if {"burst_loss", "loss_in_burst"} & episode.changes.keys():
        meanwhile = (
            replace(scenario.usual(each), **episode.changes) for each in episode.directions
        )
        _check_bursts(table, *meanwhile)
    return episode


def _one_of(choices: tuple[Any, ...]) -> Callable[[object], Any]:
    return lambda value: choice(value, choices)


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")
