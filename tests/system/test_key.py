"""The API key in a real machine: who has it, and who never can."""

import re
import shlex
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.core.faults import Fault
from kiosk.realtime.token_client import read_state
from kiosk.realtime.token_service import IDLE_S
from kiosk.settings import RealtimeSettings
from tests.system.booth import COMMAND, KEY, Booth
from tests.system.machine import Machine, until

pytestmark = pytest.mark.timeout(180)

Figure = Callable[[str], None]
READY = "Ready for a candidate"
SOCKET = "/run/kiosk-token/socket"
SEALED = "/etc/credstore.encrypted/openai-api-key"
OPENED = "/run/credentials/kiosk-token.service/openai-api-key"
PYTHON = "/opt/kiosk/current/venv/bin/python"
BOOTH_USER = ("setpriv", "--reuid=kiosk", "--regid=kiosk", "--init-groups")
STRANGER = ("setpriv", "--reuid=65534", "--regid=kiosk", "--clear-groups")
"""Somebody whom the socket's mode alone would let in."""
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
ASK = f"""
import socket
try:
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect({SOCKET!r})
        asking.sendall(b"GET /state HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
        print(asking.recv(12).decode())
except OSError as error:
    print(type(error).__name__)
"""
CUT_OFF = {"", "BrokenPipeError", "ConnectionResetError"}
TRACE = (
    "import ctypes, sys; c = ctypes.CDLL(None); "
    "print(c.ptrace(16, int(sys.argv[1]), None, None)); c.ptrace(17, int(sys.argv[1]), None, None)"
)
"""Attaches to a process and lets it go again: prints 0 where that is allowed, else -1."""
EXPOSURE = {"kiosk.service": 2.0, "kiosk-token.service": 1.5, "kiosk-standin.service": 1.5}
HOLDS = 64 << 20
"""More of one mapping is not looked at at once."""


def main_pid(machine: Machine, unit: str) -> int:
    return int(machine.run("systemctl", "show", "--property=MainPID", "--value", unit))


def how_it_is(machine: Machine, unit: str) -> list[str]:
    """Return its result and both its states."""
    asked = ("--property=Result", "--property=ActiveState", "--property=SubState")
    shown = machine.run("systemctl", "show", *asked, unit).split()
    return [each.partition("=")[2] for each in shown]


def succeeds(machine: Machine, *words: str) -> bool:
    """Tell whether a command ends well, whatever it says."""
    return machine.shell(f"{shlex.join(words)} >/dev/null 2>&1 && echo yes || echo no") == "yes\n"


def memory(machine: Machine, pid: int) -> Iterator[bytes]:
    """Give all that a process can read of its own memory."""
    folder = machine.path(f"/proc/{pid}")
    with (folder / "mem").open("rb", buffering=0) as mem:
        for line in (folder / "maps").read_text().splitlines():
            span, mode, *_ = line.split()
            begin, end = (int(each, 16) for each in span.split("-"))
            if not mode.startswith("r") or line.endswith(("[vvar]", "[vsyscall]")):
                continue
            for at in range(begin, end, HOLDS):
                try:
                    mem.seek(at)
                    yield mem.read(min(HOLDS, end - at))
                except (OSError, OverflowError):
                    continue


def in_memory(machine: Machine, pid: int, wanted: bytes) -> bool:
    return any(re.search(wanted, held) for held in memory(machine, pid))


@pytest.fixture
def ready(booth: Booth) -> Booth:
    """A booth that has a token, beside the stand-in of the booth's own units."""
    booth.machine.run("systemctl", "start", "kiosk-standin")
    said = ("journalctl", "--unit=kiosk-standin", "--output=cat", "--no-pager")
    until(lambda: "stand-in ready" in booth.machine.run(*said), booth.situation)
    booth.start()
    booth.until_status(READY)
    return booth


def test_the_booth_works_with_a_key_that_it_can_never_read(ready: Booth, figure: Figure) -> None:
    """Each search is shown to find what is there, by the token service or by a control."""
    machine = ready.machine
    keeper = main_pid(machine, "kiosk-token")
    booth = [int(Path(each).name) for each in ready.processes()]
    assert main_pid(machine, "kiosk") in booth
    assert keeper
    assert keeper not in booth

    # Memory, environment and descriptors of the booth's processes.
    key = KEY.encode()
    assert in_memory(machine, keeper, key)
    assert in_memory(machine, main_pid(machine, "kiosk"), rb"ek_[0-9a-f]{32}")
    for pid in booth:
        assert not in_memory(machine, pid, key)
        environ = machine.path(f"/proc/{pid}/environ").read_bytes()
        assert key not in environ
        assert b"OPENAI_API_KEY" not in environ
        assert b"CREDENTIALS_DIRECTORY" not in environ
        opened = machine.shell(f"readlink /proc/{pid}/fd/* || true").splitlines()
        assert opened
        assert not [each for each in opened if "credential" in each or "credstore" in each]
    assert b"KIOSK_REALTIME_BASE_URL" in machine.path(f"/proc/{booth[0]}/environ").read_bytes()

    # Every file that the booth's user can read, outside the booth's sandbox even.
    control = "/var/tmp/control"
    machine.path(control).write_text(f"a key: {KEY}\n")
    places = "/etc /run /var /tmp /home /root /opt/kiosk /dev/shm /srv /boot"
    line = f"grep --recursive --files-with-matches --devices=skip --no-messages -F {KEY} {places}"
    assert machine.shell(f"{' '.join(BOOTH_USER)} {line} || true").split() == [control]
    assert succeeds(machine, *BOOTH_USER, "cat", "/etc/kiosk/kiosk.toml")
    assert not succeeds(machine, *BOOTH_USER, "touch", "/etc/kiosk/kiosk.toml")
    assert machine.run("cat", OPENED).splitlines() == [KEY, RealtimeSettings().base_url]
    for path in (OPENED, SEALED, "/var/lib/systemd/credential.secret"):
        assert succeeds(machine, "cat", path)
        assert not succeeds(machine, *BOOTH_USER, "cat", path)
    assert KEY not in machine.run("cat", SEALED)

    # The token service, for the booth's user.
    for name in ("environ", "maps", "mem", "fd"):
        look = ("ls",) if name == "fd" else ("head", "--bytes=0")
        assert succeeds(machine, *BOOTH_USER, *look, f"/proc/{booth[0]}/{name}")
        assert not succeeds(machine, *BOOTH_USER, *look, f"/proc/{keeper}/{name}")
    other = machine.shell(f"{' '.join(BOOTH_USER)} sleep 60 >/dev/null 2>&1 & echo $!")
    trace = (*BOOTH_USER, PYTHON, "-c", TRACE)
    assert machine.run(*trace, other.strip()) == "0\n"
    assert machine.run(*trace, str(keeper)) == "-1\n"
    assert not succeeds(machine, *BOOTH_USER, "kill", "-0", str(keeper))

    # Who may ask.
    asks = (PYTHON, "-c", ASK)
    assert machine.run(*BOOTH_USER, *asks) == "HTTP/1.1 200\n"
    assert machine.run(*STRANGER, *asks).strip() in CUT_OFF
    assert machine.run(*NOBODY, *asks) == "PermissionError\n"
    journal = ("journalctl", "--unit=kiosk-token", "--output=export", "--no-pager")
    refused = "A process of user 65534 asked for a token and was refused."
    until(lambda: refused in machine.run(*journal), ready.situation)
    said = machine.run(*journal)
    assert said.count(refused) == 1
    assert "A token was minted" in said
    for secret in (KEY, KEY[:12], "ek_"):
        assert secret not in said + ready.journal()

    # How it is, from outside.
    state = read_state(machine.path(SOCKET))
    assert state["credential"] is True
    assert isinstance(state["minted"], dict)
    assert state["minted"]["code"] == ""
    rollup = machine.path(f"/proc/{keeper}/smaps_rollup").read_text()
    pss = re.search(r"^Pss: +(\d+)", rollup, re.MULTILINE)
    assert pss
    figure(f"token service: {int(pss[1]) / 1024:.0f} MiB (PSS)")
    for unit, most in EXPOSURE.items():
        table = machine.run("systemd-analyze", "--no-pager", "security", unit)
        level = re.search(r"Overall exposure level for \S+: ([0-9.]+)", table)
        assert level, table
        assert float(level[1]) <= most
        figure(f"`systemd-analyze security {unit}`: {level[1]}")

    # An interview by the stand-in's own unit.
    ready.press()
    ready.until_status("In an interview")
    until(ready.listens, ready.situation)


def test_the_token_service_ends_when_nobody_asks_and_comes_back(
    ready: Booth, figure: Figure
) -> None:
    machine = ready.machine
    machine.path("/etc/systemd/system/kiosk-token.service.d").mkdir()
    machine.path("/etc/systemd/system/kiosk-token.service.d/idle.conf").write_text(
        f"[Service]\nExecStart=\nExecStart={COMMAND} token-service --user kiosk --idle 1\n"
    )
    machine.shell("systemctl daemon-reload; systemctl stop kiosk-token.service")
    for _ in range(2):
        began_s = time.monotonic()
        state = read_state(machine.path(SOCKET))
        answer_s = time.monotonic() - began_s
        assert isinstance(state["minted"], dict), "it remembers what was before it"
        until(lambda: not main_pid(machine, "kiosk-token"), ready.situation)
        assert how_it_is(machine, "kiosk-token.service") == ["success", "inactive", "dead"]
        assert how_it_is(machine, "kiosk-token.socket") == ["success", "active", "listening"]
    figure(f"token service: answers {answer_s:.2f} s after its socket was touched")
    assert IDLE_S == 60.0
    assert machine.shell("ls /run/kiosk-token/state") == "memory.json\n"


def test_a_booth_without_a_key_that_can_be_opened_says_so_and_takes_the_next(
    booth: Booth, figure: Figure
) -> None:
    machine = booth.machine
    booth.start_interviewer()
    machine.path(SEALED).unlink()
    booth.start()
    shown = booth.shown()
    assert shown["ActiveState"] == "active"
    assert f"[{Fault.KEY_MISSING.remedy.code}]" in shown["StatusText"]
    assert Fault.KEY_MISSING.remedy.code == "KEY1"

    machine.path(SEALED).write_text("sealed on another machine\n")
    machine.run("systemctl", "stop", "kiosk-token.service")
    booth.until_status(f"[{Fault.KEY_SERVICE.remedy.code}]")
    assert "243/CREDENTIALS" in machine.run("journalctl", "--unit=kiosk-token", "--no-pager")

    began_s = time.monotonic()
    machine.run(COMMAND, "set-key", text=f"{KEY}\n")
    booth.until_status(READY)
    figure(f"from `kiosk set-key` to ready: {time.monotonic() - began_s:.1f} s")
    assert booth.shown()["MainPID"] == shown["MainPID"]
