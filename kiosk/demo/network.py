"""The network that a demo plays between booth and stand-in, and what it says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.demo.options import DemoOptions
from kiosk.places import network_folders
from kiosk.standin.venue.process import Tally
from kiosk.standin.venue.scenario import DIRECTIONS, Scenario
from kiosk.standin.venue.scenario_file import load_scenario
from kiosk.toml_file import locate

LIST = "list"
"""What is asked for by `--network` instead of a network."""
_DIRECTIONS_TOLD = {"up": "to the service", "down": "to the booth"}
_LOSSES = ("lost", "outage", "overflowed")


@dataclass(frozen=True, slots=True)
class Network:
    """One that was asked for."""

    path: Path
    scenario: Scenario

    def figures(self, tally: Tally) -> dict[str, object]:
        """What `report.json` says of it."""
        return {"name": self.scenario.name, "up": tally["up"], "down": tally["down"]}


def network_of(options: DemoOptions) -> Network | None:
    """The network that was asked for; raises `ScenarioError`."""
    if options.network is None:
        return None
    folders = network_folders(options.config)
    scenario = load_scenario(options.network, folders)
    return Network(locate(options.network, folders), scenario)


def listed(config: Path | None) -> str:
    """Every network by name, one a line; raises `ScenarioError`."""
    folders = network_folders(config)
    names = sorted({path.stem for folder in folders for path in folder.glob("*.toml")})
    width = max(map(len, names), default=0)
    return "\n".join(f"{name:{width}}  {load_scenario(name, folders).about}" for name in names)


def done(tally: Tally) -> list[str]:
    """What a network did, in one line for each direction."""
    return [_done(tally[direction], _DIRECTIONS_TOLD[direction]) for direction in DIRECTIONS]


def _done(counts: Mapping[str, int], where: str) -> str:
    sent, lost = counts.get("sent", 0), sum(counts.get(name, 0) for name in _LOSSES)
    share = 100 * lost / max(sent, 1)
    late, duplicated = counts.get("late", 0), counts.get("duplicated", 0)
    outcome = f"{lost} lost ({share:.1f} %), {late} late, {duplicated} duplicated"
    return f"  {where}: {sent} sent, {outcome}"
