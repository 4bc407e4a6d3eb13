import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.errors import ExitStatus
from kiosk.host.console import REQUEST
from kiosk.settings import TokenSettings

SYSTEMD = Path(__file__).parents[2] / "systemd"

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed"
)


UNITS = sorted(path.name for path in SYSTEMD.glob("*.*") if path.is_file())
EXPOSURE = {"kiosk.service": 2.0, "kiosk-token.service": 1.5, "kiosk-standin.service": 1.5}
"""How open to attack each service that stays may be, by systemd's own measure."""


def words(option: str, unit: str = "kiosk.service") -> list[str]:
    """All words given to an option of a unit, over all its lines."""
    lines = (SYSTEMD / unit).read_text().splitlines()
    return [
        word
        for line in lines
        if line.startswith(f"{option}=")
        for word in line[len(option) + 1 :].split()
    ]


@pytest.fixture
def runnable(tmp_path: Path) -> Path:
    """A folder with all units, starting a program that is there on any machine."""
    for name in UNITS:
        text = (SYSTEMD / name).read_text()
        (tmp_path / name).write_text(
            text.replace("/opt/kiosk/current/venv/bin/kiosk", sys.executable)
        )
    return tmp_path


@needs_systemd
def test_systemd_finds_nothing_to_complain_about(runnable: Path) -> None:
    ended = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(runnable / name for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    complaints = [line for line in ended.stderr.splitlines() if "kiosk" in line]
    assert (ended.returncode, complaints) == (0, [])


@needs_systemd
@pytest.mark.parametrize("unit", EXPOSURE)
def test_the_units_are_locked_down(runnable: Path, unit: str) -> None:
    ended = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", runnable / unit],
        capture_output=True,
        text=True,
        check=False,
    )
    level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", ended.stdout)
    assert level, ended.stderr
    assert float(level[1]) <= EXPOSURE[unit]


def test_one_service_alone_is_given_the_key() -> None:
    holders = [name for name in UNITS if "LoadCredential" in (SYSTEMD / name).read_text()]
    assert holders == ["kiosk-token.service"]
    assert words("LoadCredentialEncrypted", "kiosk-token.service") == ["openai-api-key"]
    for unit in (each for each in UNITS if words("EnvironmentFile", each)):
        assert words("UnsetEnvironment", unit) == ["OPENAI_API_KEY"]


def test_the_booth_is_told_where_the_key_service_listens() -> None:
    assert words("ListenStream", "kiosk-token.socket") == [str(TokenSettings().socket)]
    assert words("SocketGroup", "kiosk-token.socket") == words("Group")
    command = words("ExecStart", "kiosk-token.service")
    assert command[command.index("--user") + 1 :] == words("User")
    assert "kiosk-token.socket" in words("Upholds")


def test_the_key_service_can_tell_users_apart() -> None:
    assert not words("PrivateUsers", "kiosk-token.service")
    assert words("User", "kiosk-token.service") != words("User")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a unit is expected to be."""

    kind: str
    """Its type; how systemd knows that it is up, or done."""
    user: str
    """Who runs it; root where this is empty."""
    enabled: bool = False
    """Can be enabled, to start with the machine or a stick."""


EXPECTED = {
    "kiosk.service": Facts("notify", "kiosk", enabled=True),
    "kiosk-bundle.service": Facts("oneshot", ""),
    "kiosk-console.service": Facts("exec", ""),
    "kiosk-doctor.service": Facts("oneshot", "kiosk"),
    "kiosk-maintenance.service": Facts("oneshot", ""),
    "kiosk-provision.service": Facts("oneshot", "", enabled=True),
    "kiosk-resume.service": Facts("oneshot", "", enabled=True),
    "kiosk-rollback.service": Facts("oneshot", ""),
    "kiosk-standin.service": Facts("exec", "", enabled=True),
    "kiosk-token.service": Facts("exec", "kiosk-token"),
    "kiosk-update.service": Facts("oneshot", ""),
}
EVERYWHERE = {
    "NoNewPrivileges": "yes",
    "PrivateTmp": "yes",
    "ProtectHome": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectControlGroups": "yes",
    "LockPersonality": "yes",
    "RestrictRealtime": "yes",
    "SystemCallArchitectures": "native",
}
"""No service does without these."""
SERVICES = [name for name in UNITS if name.endswith(".service")]
HARDENED = [name for name in SERVICES if name != "kiosk-console.service"]
"""All but the login: what that may do is for an account to say."""


@pytest.mark.parametrize("unit", SERVICES)
def test_each_service_is_what_it_is_expected_to_be(unit: str) -> None:
    text = (SYSTEMD / unit).read_text()
    facts = EXPECTED[unit]
    assert words("Type", unit) == [facts.kind]
    assert words("User", unit) == ([facts.user] if facts.user else [])
    assert bool(words("WantedBy", unit)) == facts.enabled
    assert "# Left out on purpose:" in text
    assert words("Documentation", unit)[0].startswith("file:///opt/kiosk/current/")
    if facts.kind == "oneshot" and "/bin/kiosk" in words("ExecStart", unit)[0]:
        assert words("NotifyAccess", unit) == ["main"]


@pytest.mark.parametrize("unit", HARDENED)
@pytest.mark.parametrize("option", EVERYWHERE)
def test_no_service_does_without_what_costs_nothing(unit: str, option: str) -> None:
    assert words(option, unit) == [EVERYWHERE[option]]


@pytest.mark.parametrize("unit", HARDENED)
def test_no_service_has_every_capability(unit: str) -> None:
    text = (SYSTEMD / unit).read_text()
    assert words("CapabilityBoundingSet", unit) or "CapabilityBoundingSet=\n" in text


def test_the_booth_and_a_login_take_turns_on_the_screen() -> None:
    booth = f"{words('RuntimeDirectory')[0]}/{REQUEST}"
    assert words("PathExists", "kiosk-console.path") == [f"/run/{booth}"]
    assert "kiosk-console.path" in words("Wants")
    assert words("Conflicts", "kiosk-console.service") == ["kiosk.service"]
    assert "kiosk.service" in words("After", "kiosk-console.service")
    assert words("ExecStopPost", "kiosk-console.service")[-2:] == ["start", "kiosk.service"]
    assert "--timeout" in words("ExecStart", "kiosk-console.service")


def test_staff_may_manage_what_the_documents_tell_them_to() -> None:
    rule = (SYSTEMD / "polkit-1" / "rules.d" / "50-kiosk.rules").read_text()
    managed = set(re.findall(r'"(kiosk[a-z-]*\.service)"', rule))
    names = ("doctor", "bundle", "maintenance", "update", "rollback", "provision")
    assert managed == {"kiosk.service", *(f"kiosk-{name}.service" for name in names)}


def test_only_statuses_that_a_restart_cannot_help_end_the_booth() -> None:
    assert words("Restart") == ["always"]
    final = {int(each) for each in words("RestartPreventExitStatus")}
    assert final == {ExitStatus.USAGE, ExitStatus.NOTHING_TO_BE_DONE}


def test_a_booth_that_does_not_live_is_ended_and_leaves_nothing_of_what_was_said() -> None:
    assert words("WatchdogSec") == ["20"]
    assert words("WatchdogSignal") == ["SIGABRT"]
    assert words("KillMode") == [], "all its processes"
    assert words("LimitCORE") == words("CoredumpFilter") == ["0"]
    assert words("TimeoutStartFailureMode") == ["kill"], "SIGTERM is a person's word"
    assert words("StartLimitIntervalSec") == ["0"], "the booth counts by itself"
    assert words("StateDirectory") == ["kiosk"]


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
