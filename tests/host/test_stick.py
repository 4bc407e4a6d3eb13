import os
from pathlib import Path

import pytest

from kiosk.host.stick import DEVICE, StickError, UsbStick

PROGRAM = """#!/bin/sh
echo "$(basename "$0") $*" >>"$LOG"
case "$(basename "$0")" in $FAILS) echo "wrong fs type" >&2; exit 32;; esac
"""


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UsbStick:
    """A stick whose programs only write down what they are asked."""
    for name in ("mount", "umount"):
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(PROGRAM)
        path.chmod(0o755)
    runtime = tmp_path / "run"
    runtime.mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("FAILS", "nothing")
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(runtime))
    device = tmp_path / DEVICE
    device.parent.mkdir(parents=True)
    device.touch()
    monkeypatch.setattr(os.path, "ismount", lambda _: os.environ["FAILS"] != "mount")
    return UsbStick(tmp_path)


def asked(stick: UsbStick) -> list[str]:
    return (stick.root / "log").read_text().splitlines()


def test_it_is_there_when_it_is_plugged_in(stick: UsbStick, tmp_path: Path) -> None:
    assert stick.is_there()
    assert not UsbStick(tmp_path / "elsewhere").is_there()


def test_it_is_mounted_as_long_as_it_is_used(stick: UsbStick) -> None:
    with stick.mounted() as folder:
        assert folder.parent == stick.root / "run"
        assert [line.split()[0] for line in asked(stick)] == ["mount"]
    mount, umount = asked(stick)
    assert "nosuid,nodev,noexec" in mount
    assert mount.endswith(f"{stick.root / DEVICE} {folder}")
    assert umount == f"umount {folder}"
    assert list((stick.root / "run").iterdir()) == []


def test_it_is_let_go_of_when_its_user_fails(stick: UsbStick) -> None:
    with pytest.raises(ZeroDivisionError), stick.mounted():
        raise ZeroDivisionError
    assert asked(stick)[-1].startswith("umount")


def test_one_that_cannot_be_read_is_a_sentence(
    stick: UsbStick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAILS", "mount")
    with pytest.raises(StickError, match="cannot be read: format it as FAT32"), stick.mounted():
        pytest.fail("it was never mounted")
    assert list((stick.root / "run").iterdir()) == []


def test_one_that_is_still_written_to_is_a_sentence(
    stick: UsbStick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAILS", "umount")
    with (
        pytest.raises(StickError, match="switch the booth off to pull it"),
        stick.mounted() as folder,
    ):
        (folder / "holiday.jpg").touch()
    assert (folder / "holiday.jpg").exists()
    assert asked(stick)[-2:] == [f"umount {folder}", f"umount --lazy {folder}"]


def test_one_that_was_mounted_too_late_is_let_go_of(
    stick: UsbStick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAILS", "mount")
    monkeypatch.setattr(os.path, "ismount", lambda _: True)
    with pytest.raises(StickError, match="cannot be read"), stick.mounted():
        pytest.fail("nobody was told")
    assert asked(stick)[-1].startswith("umount")
    assert list((stick.root / "run").iterdir()) == []


def test_without_the_programs_it_is_a_sentence(
    stick: UsbStick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(os.path, "ismount", lambda _: False)
    with pytest.raises(StickError, match="cannot be read"), stick.mounted():
        pytest.fail("it was never mounted")
