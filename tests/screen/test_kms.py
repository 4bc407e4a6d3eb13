"""What keeps SDL from the screen is told apart, on made-up machines."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.screen.kms import ClosedError, KmsProblem, probe_kms, take_master

PI_5 = {"card0": (), "card1": ("HDMI-A-1", "HDMI-A-2", "Writeback-1")}
"""The first card only renders; the numbers change from boot to boot."""

OWN_PID = 900


class Machine:
    """A folder that looks like a computer with its graphics cards."""

    def __init__(self, root: Path, cards: dict[str, tuple[str, ...]]) -> None:
        self.root = root
        for card, sockets in cards.items():
            self.write(f"dev/dri/{card}", "")
            self.write(f"sys/class/drm/{card}/dev", "226:0")
            for socket in sockets:
                self.socket(card, socket, "unknown" if "Writeback" in socket else "disconnected")
        self.write("dev/dri/renderD128", "")
        self.forbidden: set[str] = set()
        self.missing: set[str] = set()
        self.taken: dict[str, int] = {}
        self.closed: set[str] = set()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def socket(self, card: str, name: str, status: str, modes: str = "") -> None:
        self.write(f"sys/class/drm/{card}-{name}/status", status + "\n")
        self.write(f"sys/class/drm/{card}-{name}/modes", modes)

    def _take(self, card: Path) -> None:
        if card.name in self.closed:
            raise ClosedError
        if card.name in self.taken:
            raise OSError(self.taken[card.name], "refused")

    def probe(self) -> KmsProblem | None:
        return probe_kms(
            self.root,
            may_use=lambda path: path.name not in self.forbidden,
            take=self._take,
            loads=lambda name: name not in self.missing,
            own_pid=OWN_PID,
        )


@pytest.fixture
def pi(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path, PI_5)
    machine.socket("card1", "HDMI-A-1", "connected", "1920x1080\n1280x720\n")
    return machine


def test_nothing_is_wrong_with_a_screen_that_is_on(pi: Machine) -> None:
    assert pi.probe() is None


def no_cards(machine: Machine) -> None:
    for card in (machine.root / "dev/dri").glob("card*"):
        card.unlink()


def no_sockets(machine: Machine) -> None:
    (machine.root / "dev/dri/card1").unlink()


def no_permission(machine: Machine) -> None:
    machine.forbidden = {"card1"}


def no_rendering(machine: Machine) -> None:
    machine.forbidden = {"renderD128"}


def off(machine: Machine) -> None:
    machine.socket("card1", "HDMI-A-1", "disconnected")


def dumb(machine: Machine) -> None:
    machine.socket("card1", "HDMI-A-1", "connected")


def held(machine: Machine) -> None:
    machine.taken = {"card1": errno.EACCES}


def held_for_root(machine: Machine) -> None:
    machine.taken = {"card1": errno.EBUSY}
    machine.write("proc/1/comm", "systemd\n")
    machine.write("proc/612/comm", "labwc\n")


def held_by_nobody_seen(machine: Machine) -> None:
    machine.taken = {"card1": errno.EACCES}
    machine.write(f"proc/{OWN_PID}/comm", "kiosk\n")


def held_by_the_boot_picture(machine: Machine) -> None:
    machine.taken = {"card1": errno.EACCES}
    machine.write("proc/301/comm", "plymouthd\n")


def closed(machine: Machine) -> None:
    machine.closed = {"card1"}


def incomplete(machine: Machine) -> None:
    machine.missing = {"libgbm.so.1"}


@pytest.mark.parametrize(
    ("breaks", "kind", "says"),
    [
        (no_cards, "no card", ("/dev/dri/card*", "vc4-kms-v3d")),
        (no_sockets, "no driver", ("socket", "vc4-kms-v3d")),
        (no_permission, "permission", ("/dev/dri/card1", "video, render and input")),
        (no_rendering, "permission", ("/dev/dri/renderD128", "video, render and input")),
        (off, "no screen", ("HDMI-A-1, HDMI-A-2", "switch it on", "sed -i '1s/$/ video=HDMI-A-1:")),
        (dumb, "no mode", ("HDMI-A-1", "cable", "/boot/firmware/cmdline.txt")),
        (held, "held", ("Somebody else", "systemctl stop display-manager", "plymouth quit")),
        (held_for_root, "held", ("(labwc is running)", "Stop it: systemctl stop display-manager.")),
        (held_by_nobody_seen, "held", ("draws on the screen. A desktop", "plymouth quit")),
        (held_by_the_boot_picture, "held", ("(plymouthd is running). Stop it: plymouth quit.",)),
        (closed, "permission", ("/dev/dri/card1", "DeviceAllow=char-drm rw")),
        (incomplete, "libraries", ("libgbm1",)),
    ],
)
def test_each_cause_has_its_own_words(
    pi: Machine, breaks: Callable[[Machine], None], kind: str, says: tuple[str, ...]
) -> None:
    breaks(pi)
    problem = pi.probe()
    assert problem is not None
    assert problem.kind == kind
    for words in says:
        assert words in problem.sentence


def test_one_card_that_is_free_will_do(pi: Machine) -> None:
    pi.write("dev/dri/card2", "")
    pi.socket("card2", "DSI-1", "connected", "800x480\n")
    pi.forbidden, pi.taken = {"card1"}, {"card1": errno.EACCES}
    assert pi.probe() is None


def test_what_cannot_be_tried_is_no_problem(pi: Machine) -> None:
    pi.taken = {"card1": errno.ENOTTY}
    assert pi.probe() is None


def test_a_machine_without_anything_is_looked_at_as_it_is(tmp_path: Path) -> None:
    problem = probe_kms(tmp_path)
    assert problem is not None
    assert problem.kind == "no card"


def test_a_file_that_is_no_card_cannot_be_taken(pi: Machine) -> None:
    assert probe_kms(pi.root, loads=lambda _: True) is None


def test_another_booth_that_holds_the_screen_is_named(pi: Machine) -> None:
    held_by_nobody_seen(pi)
    pi.write("proc/612/comm", "kiosk\n")
    problem = pi.probe()
    assert problem is not None
    assert problem.sentence == (
        "Somebody else draws on the screen (kiosk is running). Stop it: systemctl stop kiosk."
    )


def test_a_card_that_may_not_be_opened_is_told_from_one_that_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("kiosk.screen.kms.os.open", refuse)
    with pytest.raises(ClosedError):
        take_master(tmp_path / "card1")
