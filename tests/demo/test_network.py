from pathlib import Path

import pytest

from kiosk import cli
from kiosk.demo.network import done, listed, network_of
from kiosk.demo.options import DemoOptions
from kiosk.errors import ExitStatus
from kiosk.places import NETWORKS
from kiosk.standin.venue.scenario_file import ScenarioError


def test_without_a_wish_there_is_no_network() -> None:
    assert network_of(DemoOptions()) is None


def test_a_network_is_found_by_name_and_by_path(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('about = "Ours."\nsource = "Measured."')
    by_name = network_of(DemoOptions(network="train"))
    assert by_name is not None
    assert (by_name.path, by_name.scenario.name) == (NETWORKS / "train.toml", "train")
    by_path = network_of(DemoOptions(network=str(own)))
    assert by_path is not None
    assert (by_path.path, by_path.scenario.about) == (own, "Ours.")


def test_a_network_that_is_not_there_is_refused() -> None:
    with pytest.raises(ScenarioError, match="there is no such network"):
        network_of(DemoOptions(network="moon"))


def test_the_networks_are_listed_with_the_events_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "networks"
    folder.mkdir()
    (folder / "our-hall.toml").write_text('about = "Ours."\nsource = "Measured."')
    status = cli.main(["demo", "--network", "list", "--config", str(tmp_path / "kiosk.toml")])
    assert status == ExitStatus.DONE
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(list(NETWORKS.glob("*.toml")))
    assert "our-hall        Ours." in lines
    assert lines == sorted(lines)
    assert listed(None) == "\n".join(line for line in lines if "Ours." not in line)


def test_the_hosted_service_has_a_network_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "--cloud", "--network", "train"]) == ExitStatus.USAGE
    assert "--network is for the stand-in" in capsys.readouterr().err


def test_what_a_network_did_is_told_for_each_direction() -> None:
    up = {"sent": 1000, "arrived": 902, "lost": 70, "outage": 20, "overflowed": 10, "late": 5}
    assert done({"up": up | {"duplicated": 2}, "down": {}}) == [
        "  to the service: 1000 sent, 100 lost (10.0 %), 5 late, 2 duplicated",
        "  to the booth: 0 sent, 0 lost (0.0 %), 0 late, 0 duplicated",
    ]


def test_a_report_names_the_network() -> None:
    network = network_of(DemoOptions(network="train"))
    assert network is not None
    told = network.figures({"up": {"sent": 2}, "down": {"sent": 3}})
    assert told == {"name": "train", "up": {"sent": 2}, "down": {"sent": 3}}
