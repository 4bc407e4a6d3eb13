import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import ExitStatus

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNIT = SYSTEMD / "kiosk.service"

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed"
)


def words(option: str) -> list[str]:
    """All words given to an option of the unit, over all its lines."""
    lines = UNIT.read_text().splitlines()
    return [
        word
        for line in lines
        if line.startswith(f"{option}=")
        for word in line[len(option) + 1 :].split()
    ]


@pytest.fixture
def runnable(tmp_path: Path) -> Path:
    """The unit, starting a program that is there on any machine."""
    path = tmp_path / "kiosk.service"
    text = UNIT.read_text()
    assert "/opt/kiosk/current/venv/bin/kiosk run" in text
    path.write_text(text.replace("/opt/kiosk/current/venv/bin/kiosk", sys.executable))
    return path


@needs_systemd
def test_systemd_finds_nothing_to_complain_about(runnable: Path) -> None:
    ended = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", runnable],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in ended.stderr.splitlines() if "kiosk" in line]
    assert (ended.returncode, complaints) == (0, [])


@needs_systemd
def test_the_unit_is_locked_down(runnable: Path) -> None:
    ended = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", runnable],
        capture_output=True,
        text=True,
        check=False,
    )
    level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", ended.stdout)
    assert level, ended.stderr
    assert float(level[1]) <= 2.0


def test_only_statuses_that_a_restart_cannot_help_end_the_booth() -> None:
    assert words("Restart") == ["always"]
    final = {int(each) for each in words("RestartPreventExitStatus")}
    assert final == {ExitStatus.USAGE, ExitStatus.NOTHING_TO_BE_DONE}


def test_a_reload_tells_the_booth_itself() -> None:
    assert words("ExecReload") == ["/bin/sh", "-c", "'kill", "-HUP", "$MAINPID'"]


@pytest.mark.parametrize(
    "option", ["MemoryDenyWriteExecute", "ProcSubset", "PrivateDevices", "PrivateUsers"]
)
def test_no_option_is_given_that_breaks_calls_or_the_screen(option: str) -> None:
    assert not words(option)


def test_the_machine_s_own_addresses_can_be_found() -> None:
    assert "AF_NETLINK" in words("RestrictAddressFamilies")


def test_every_group_and_user_of_the_unit_is_made() -> None:
    lines = (SYSTEMD / "sysusers.d" / "kiosk.conf").read_text().splitlines()
    made = {line.split()[1] for line in lines if line.startswith(("g ", "u "))}
    assert made == {*words("User"), *words("SupplementaryGroups"), "kiosk-token", "kiosk-staff"}


@needs_systemd
def test_the_user_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    for name in ("passwd", "group"):
        (tmp_path / "etc" / name).touch()
    subprocess.run(
        ["systemd-sysusers", f"--root={tmp_path}", SYSTEMD / "sysusers.d" / "kiosk.conf"],
        check=True,
    )
    users = (tmp_path / "etc" / "passwd").read_text()
    assert re.search(r"^kiosk:.*:/var/lib/kiosk:/usr/sbin/nologin$", users, re.MULTILINE)
