"""Cards and disks, full and dying."""

from pathlib import Path

import pytest

from kiosk.doctor import storage
from tests.doctor.machine import patient, told

CARD = "sys/block/mmcblk0/device"
MOUNTS = "proc/self/mountinfo"
ROOT_ONLY = "21 1 179:2 / / {mount} - ext4 /dev/root {options}\n"


@pytest.mark.parametrize(("mib", "found"), [(5000, ("pass", "")), (199, ("warn", "DSK1"))])
def test_the_place_with_the_least_room_counts(
    tmp_path: Path, mib: float, found: tuple[str, str]
) -> None:
    (tmp_path / storage.HOME).mkdir(parents=True)
    room = {tmp_path: 90_000.0, tmp_path / storage.HOME: mib}
    assert told(storage.space(patient(tmp_path), room.__getitem__)) == [found]


def test_this_machine_s_room_is_measured(tmp_path: Path) -> None:
    assert storage.free_mib(tmp_path) > 0
    assert [level for level, _ in told(storage.space(patient(tmp_path)))] in (["pass"], ["warn"])


@pytest.mark.parametrize(
    ("path", "text", "warned"),
    [
        ("sys/fs/ext4/mmcblk0p2/errors_count", "0\n", False),
        ("sys/fs/ext4/mmcblk0p2/errors_count", "3\n", True),
        (f"{CARD}/life_time", "0x01 0x02\n", False),
        (f"{CARD}/life_time", "0x01 0x0b\n", True),
        (f"{CARD}/pre_eol_info", "0x01\n", False),
        (f"{CARD}/pre_eol_info", "0x02\n", True),
        (f"{CARD}/pre_eol_info", "\x00gone", False),
        (MOUNTS, ROOT_ONLY.format(mount="rw", options="rw"), False),
        (MOUNTS, ROOT_ONLY.format(mount="ro", options="rw"), False),
        (MOUNTS, ROOT_ONLY.format(mount="ro", options="ro,errors=remount-ro"), True),
        (
            MOUNTS,
            ROOT_ONLY.format(mount="ro", options="ro") + "40 21 0:9 / /var rw - tmpfs t rw",
            False,
        ),
        (MOUNTS, "40 21 0:9 / /varnish ro - ext4 t ro\n", False),
        (MOUNTS, "torn - \n\n - -", False),
    ],
)
def test_what_kernel_and_card_tell_is_understood(
    tmp_path: Path, path: str, text: str, *, warned: bool
) -> None:
    found = told(storage.health(patient(tmp_path, {path: text})))
    assert found == [("warn", "DSK2") if warned else ("pass", "")]
