from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kiosk.bundle.known import find_known
from kiosk.bundle.machine import Machine
from tests.bundle.fake_machine import (
    BOOTH,
    DOMAIN,
    FULL_NAME,
    HOST,
    MAC,
    MACHINE_ID,
    NETWORK,
    OTHER_NETWORK,
    SERIAL,
    SERVICE_HOST,
    USER,
    fake_machine,
)


def test_everything_that_the_machine_is_called_is_found(tmp_path: Path) -> None:
    known = find_known(fake_machine(tmp_path))
    assert {HOST, f"{HOST}.{DOMAIN}", DOMAIN, SERVICE_HOST} <= known.hosts
    assert {USER, FULL_NAME} <= known.users
    assert "root" not in known.users
    assert {NETWORK, OTHER_NETWORK} <= known.networks
    assert known.booths == {BOOTH}
    assert {SERIAL, MACHINE_ID, MAC, MAC.replace(":", "")} <= known.serials


def test_networks_that_networkmanager_alone_knows_are_asked_for(tmp_path: Path) -> None:
    def programs(words: Sequence[str], *, any_status: bool = False) -> str:
        assert words[0] == "nmcli"
        return "Guest: 2\nlo\n"

    machine = replace(fake_machine(tmp_path), run=programs)
    assert "Guest: 2" in find_known(machine).networks
    assert "lo" not in find_known(machine).networks


def test_an_event_s_own_interview_and_look_are_names_too(tmp_path: Path) -> None:
    machine = fake_machine(tmp_path)
    (tmp_path / "etc/kiosk/kiosk.toml").write_text(
        '[interview]\nscript = "acme-2026"\n[screen]\ntheme = "acme"\n'
    )
    assert find_known(machine).booths == {"acme-2026", "acme"}


def test_a_machine_that_tells_nothing_has_no_names(tmp_path: Path) -> None:
    known = find_known(Machine(tmp_path, fake_machine(tmp_path / "other").run, {}))
    assert not known.users | known.networks | known.serials
