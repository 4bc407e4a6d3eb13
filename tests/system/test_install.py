"""A machine that becomes a booth, whose staff may do a few things, and that is none again."""

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zxingcpp

from kiosk.core.faults import Fault
from kiosk.update.machine import WATCH_S
from tests.rigs.display import display
from tests.system.booth import (
    CHECKOUT,
    COMMAND,
    ENVIRONMENT,
    INSTALL,
    INSTALL_LIMIT_S,
    WHEELS,
    Booth,
)
from tests.system.machine import Disk, Machine, booted, until

pytestmark = pytest.mark.timeout(300)

LOUD = "console=tty1 root=/dev/mmcblk0p2 loglevel=3 rootwait"
QUIET = "quiet loglevel=0 vt.global_cursor_default=0 logo.nologo consoleblank=0"
CMDLINE = "/boot/firmware/cmdline.txt"
SETTINGS = "/etc/kiosk/kiosk.toml"
DUE = "/var/lib/kiosk-install/due"
KEY = "ssh-ed25519 AAAA staff@fair\n"
TREE = r"""
find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /mnt \
    -o -path /srv -o -path /var/log -o -path /var/tmp -o -path /var/cache/fontconfig \
    -o -path /etc/passwd- -o -path /etc/group- -o -path /etc/shadow- -o -path /etc/gshadow- \
    -o -path /etc/subuid- -o -path /etc/subgid- -o -path /var/lib/systemd \) -prune \
    -o -printf '%p %y %#m %u:%g %l\n' | sort
find /etc /boot /usr/local -type f ! -name '*-' -exec sha256sum {} + | sort
systemctl list-unit-files --no-legend | sort
"""
"""All that an installation might change, but what any boot does."""
COPY = 'mkdir -p "$1"; pack_source | tar --extract --directory="$1"'
TIMER = "[Timer]\nOnCalendar=yearly\nUnit=kiosk.service\n[Install]\nWantedBy=timers.target\n"
LAST = ("--output=cat", "--lines=1", "--no-pager")
UPDATE_LIMIT_S = 120.0
PYTHON = "/usr/bin/python3"
"""The one that the machine has too."""
SOCKETS = Path("/tmp/.X11-unix")
DROP_IN = "/etc/systemd/system/kiosk.service.d/screen.conf"
STAFF = ("setpriv", "--reuid=kiosk-staff", "--regid=kiosk-staff", "--init-groups")
MANAGER = ("org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager")


@pytest.fixture
def bare(debian: Disk, shown: dict[str, Path], tmp_path: Path) -> Iterator[Machine]:
    """A machine without a booth, with the boot partition of a Raspberry Pi."""
    with booted(debian, tmp_path, shown=shown) as machine:
        machine.path(CMDLINE).parent.mkdir(parents=True)
        machine.path(CMDLINE).write_text(f"{LOUD}\n")
        yield machine


def tree(machine: Machine) -> set[str]:
    return set(machine.shell(TREE).splitlines())


def install(machine: Machine, *words: str) -> str:
    return machine.run(*INSTALL, *words, limit_s=INSTALL_LIMIT_S)


def refused(machine: Machine, status: int, *words: str) -> str:
    """Return what the installer says that ends with this status."""
    line = f"{INSTALL[0]} {' '.join(words)} 2>&1 || echo ended with $?"
    said = machine.shell(line)
    assert said.endswith(f"ended with {status}\n"), said
    return said


def property_of(machine: Machine, unit: str, name: str) -> str:
    """Return what systemd knows of a unit, or of itself."""
    words = [unit] if unit else []
    return machine.run("systemctl", "show", f"--property={name}", "--value", *words).strip()


def test_a_machine_becomes_a_booth_and_is_none_again(bare: Machine) -> None:
    before = tree(bare)
    bare.path(SETTINGS).parent.mkdir()
    bare.path("/etc/kiosk/environment").write_text(ENVIRONMENT)
    told = install(bare, "--dry-run")
    assert "put /etc/systemd/system/kiosk.service" in told
    assert "Nothing was changed" in told
    bare.path("/root/staff.pub").write_text(KEY)
    dry = tree(bare)
    install(bare, "--dry-run")
    assert tree(bare) == dry

    words = ("--hostname", "hall3", "--staff-key", "/root/staff.pub")
    told = install(bare, *words)
    assert "systemctl status kiosk" in told
    assert property_of(bare, "kiosk", "ActiveState") == "active"
    assert property_of(bare, "kiosk", "UnitFileState") == "enabled"
    assert property_of(bare, "kiosk-token.socket", "ActiveState") == "active"
    assert bare.path(CMDLINE).read_text() == f"console=tty1 root=/dev/mmcblk0p2 rootwait {QUIET}\n"
    assert "disabled" in bare.shell("systemctl is-enabled getty@tty1 || true")
    assert bare.run("hostname") == "hall3\n"
    assert bare.path("/var/lib/kiosk-staff/.ssh/authorized_keys").read_text() == KEY
    assert property_of(bare, "", "RuntimeWatchdogUSec") == "15s"

    standing = tree(bare)
    assert "nothing was changed" in install(bare, *words)
    assert tree(bare) == standing

    told = bare.run(*INSTALL[:1], "--uninstall")
    assert "remove user kiosk-staff" in told
    bare.path("/root/staff.pub").unlink()
    after = tree(bare)
    assert (after - before, before - after) == (set(), set())
    assert bare.run("hostname") != "hall3\n"
    assert "kiosk" not in bare.run("getent", "passwd") + bare.run("getent", "group")
    assert "There was no booth here" in bare.run(*INSTALL[:1], "--uninstall")

    assert "What is --nonsense?" in refused(bare, 64, "--nonsense")
    assert "There are no wheels in /opt" in refused(bare, 69, "--offline", "/opt")
    bare.run("dpkg", "--purge", "--force-depends", "kbd")
    said = "apt-get install --yes --no-install-recommends kbd"
    assert said in refused(bare, 69, "--offline", WHEELS)
    assert "install Debian packages: kbd" in bare.run(INSTALL[0], "--dry-run")


def test_a_release_puts_what_it_has_and_takes_what_it_has_not(booth: Booth) -> None:
    machine = booth.machine
    machine.shell(
        "mkdir /root/next; cd /opt/kiosk/current; cp -r scripts systemd config /root/next"
    )
    shipped = machine.path("/root/next/config/kiosk.toml")

    def settle(comment: str) -> str:
        shipped.write_text(f"{shipped.read_text()}# {comment}\n")
        return machine.run("/root/next/scripts/settle")

    machine.run("rm", "/root/next/systemd/kiosk-bundle.service")
    machine.path("/root/next/systemd/kiosk-next.timer").write_text(TIMER)
    told = settle("the first")
    assert "take away /etc/systemd/system/kiosk-bundle.service" in told
    assert property_of(machine, "kiosk-bundle", "LoadState") == "not-found"
    assert property_of(machine, "kiosk-next.timer", "UnitFileState") == "enabled"
    assert "# the first" in machine.path(SETTINGS).read_text()

    with machine.path(SETTINGS).open("a") as file:
        file.write("# ours\n")
    ours = machine.path(SETTINGS).read_text()
    assert f"keep your {SETTINGS}" in settle("the second")
    assert machine.path(SETTINGS).read_text() == ours
    assert machine.path(f"{SETTINGS}.new").read_text() == shipped.read_text()

    machine.run("systemctl", "disable", "kiosk-next.timer")
    machine.run("/opt/kiosk/current/scripts/settle")
    assert property_of(machine, "kiosk-bundle", "LoadState") == "loaded"
    assert property_of(machine, "kiosk-next.timer", "LoadState") == "not-found"
    assert machine.path(SETTINGS).read_text() == ours

    machine.path(DUE).write_text("/etc/sysusers.d/kiosk.conf\n")
    assert "make users and groups" in machine.run("/root/next/scripts/settle")
    assert property_of(machine, "kiosk-next.timer", "UnitFileState") == "enabled"
    assert not machine.path(DUE).exists()
    assert "make users and groups" not in machine.run("/root/next/scripts/settle")


@pytest.fixture
def archives(shown: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    """Two releases as files: one that works, and one that ends when it is to be a booth."""
    made = {}
    for name, version, line in (("good", "0.8", ""), ("broken", "0.9", "raise SystemExit(1)\n")):
        source, out = tmp_path / name, tmp_path / f"{name}-out"
        out.mkdir()
        words = ["bash", "-euc", f"source scripts/lib.sh; source scripts/release.sh; {COPY}"]
        subprocess.run([*words, "sh", str(source)], cwd=shown[CHECKOUT], check=True)
        project = source / "pyproject.toml"
        project.write_text(
            re.sub('(?m)^version = ".*"$', f'version = "{version}"', project.read_text())
        )
        with (source / "kiosk" / "start.py").open("a") as file:
            file.write(line)
        with (source / "config" / "kiosk.toml").open("a") as file:
            file.write("# A comment that is new.\n")
        packer = source / "scripts" / "make-release"
        subprocess.run([PYTHON, packer, out, "--wheels", shown[WHEELS]], check=True)
        (made[name],) = out.iterdir()
    return made


def updated(booth: Booth, unit: str = "kiosk-update") -> str:
    """Run such a unit to its end; return its result and what staff read of it."""
    booth.machine.run("systemctl", "--no-block", "start", unit)
    until(
        lambda: property_of(booth.machine, unit, "ActiveState") in ("inactive", "failed"),
        booth.situation,
        UPDATE_LIMIT_S,
    )
    told = booth.machine.run("journalctl", "--unit", unit, "--boot", "--identifier=" + unit, *LAST)
    assert told.strip() in booth.machine.shell(f"systemctl status --no-pager {unit} || true")
    return f"{property_of(booth.machine, unit, 'Result')} {told}"


def current(booth: Booth) -> str:
    return booth.machine.run("readlink", "/opt/kiosk/current").strip().removeprefix("releases/")


def test_an_update_is_refused_comes_and_goes(
    booth: Booth, archives: dict[str, Path], figure: Callable[[str], None]
) -> None:
    machine = booth.machine
    assert "exit-code There is no update" in updated(booth)
    shutil.copy(archives["good"], machine.path("/var/lib/kiosk-update"))
    with machine.path(SETTINGS).open("a") as file:
        file.write("# A comment of ours.\n")
    settings = machine.path(SETTINGS).read_text()
    first = current(booth)
    booth.start_interviewer()
    booth.start()
    booth.until_status("Ready")
    booth.press()
    booth.until_status("In an interview")
    assert "exit-code An interview is running" in updated(booth)
    machine.run("systemctl", "restart", "kiosk")

    began_s = time.monotonic()
    assert "success Release 0.8-" in updated(booth)
    figure(
        f"an update, of which it is watched for {WATCH_S:.0f} s: {time.monotonic() - began_s:.0f} s"
    )
    good = current(booth)
    assert good.startswith("0.8-")
    pid = booth.shown()["MainPID"]
    assert f"/opt/kiosk/releases/{good}/" in machine.path(f"/proc/{pid}/cmdline").read_text()
    assert machine.path(SETTINGS).read_text() == settings
    assert "# A comment that is new." in machine.path(f"{SETTINGS}.new").read_text()

    shutil.copy(archives["broken"], machine.path("/var/lib/kiosk-update"))
    told = updated(booth)
    assert "exit-code Release 0.9-" in told
    assert "did not get ready" in told
    assert current(booth) == good
    assert booth.shown()["ActiveState"] == "active"

    assert "success Release" in updated(booth, "kiosk-rollback")
    assert current(booth) == first
    assert booth.shown()["ActiveState"] == "active"
    assert set(machine.run("ls", "/opt/kiosk/releases").split()) == {first, good}


def test_staff_manage_the_booth_and_nothing_else(booth: Booth) -> None:
    booth.start()
    machine = booth.machine
    first = booth.shown()["MainPID"]
    machine.run(*STAFF, "systemctl", "restart", "kiosk")
    assert booth.shown()["MainPID"] != first
    machine.run(*STAFF, "systemctl", "stop", "kiosk")
    machine.run(*STAFF, "systemctl", "start", "kiosk")
    assert "Starting kiosk.service" in machine.run(*STAFF, "journalctl", "--unit=kiosk")
    for question, answer in {"CanReboot": "yes", "CanPowerOff": "yes", "CanHalt": "no"}.items():
        said = machine.run(*STAFF, "busctl", "call", *MANAGER, question)
        assert said == f's "{answer}"\n', question
    for refused in (
        "systemctl stop avahi-daemon",
        "systemctl restart kiosk-token.socket",
        "systemctl disable kiosk",
        "systemctl kill kiosk",
        "systemctl set-property --runtime kiosk CPUQuota=1%",
        "systemctl set-environment A=B",
        "hostnamectl hostname mine",
        "touch /etc/systemd/system/kiosk.service",
        f"touch {SETTINGS}",
        f"touch {COMMAND}",
        "cat /etc/credstore.encrypted/openai-api-key",
        "cat /etc/shadow",
    ):
        line = f"{' '.join(STAFF)} {refused} </dev/null 2>&1 || echo refused"
        assert machine.shell(line).endswith("refused\n"), refused
    assert booth.shown()["UnitFileState"] == "enabled"


def test_the_screen_shows_the_code_of_a_broken_configuration(
    installed: Disk, shown: dict[str, Path], tmp_path: Path
) -> None:
    remedy = Fault.CONFIG.remedy

    def codes() -> list[str]:
        return [found.text for found in zxingcpp.read_barcodes(screen.pixels().copy())]

    with (
        display(1280, 720) as screen,
        booted(installed, tmp_path, shown=shown | {"/opt/x11": SOCKETS}) as machine,
    ):
        booth = Booth(machine)
        environment = ENVIRONMENT.replace("offscreen", "x11")
        machine.path("/etc/kiosk/environment").write_text(f"{environment}DISPLAY={screen.name}\n")
        # The booth sees no /tmp but its own.
        machine.path(DROP_IN).parent.mkdir()
        machine.path(DROP_IN).write_text("[Service]\nBindReadOnlyPaths=/opt/x11:/tmp/.X11-unix\n")
        machine.run("systemctl", "daemon-reload")
        with machine.path(SETTINGS).open("a") as file:
            file.write("this is no setting\n")
        machine.run("systemctl", "--no-block", "start", "kiosk")
        until(codes, booth.situation)
        assert any(text.startswith(remedy.code) for text in codes())
        assert booth.shown()["ActiveState"] == "active"
