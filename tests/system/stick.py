"""USB sticks for a machine that has no USB: images behind a loop device, made and read outside.

ext4, because the kernel of a test machine may have no FAT.
"""

import os
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.system.machine import Machine

LINK = "/dev/disk/by-label/KIOSK"
"""As udev links a stick with this label."""
_DEVICE = "/dev/kiosk-stick"
_MIB = 1 << 20


class Stick:
    """One stick."""

    def __init__(self, device: Path) -> None:
        self._device = device

    @contextmanager
    def opened(self) -> Iterator[Path]:
        """Give its folder, on another computer."""
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["mount", self._device, folder], check=True)
            try:
                yield Path(folder)
            finally:
                subprocess.run(["umount", folder], check=True)

    def holds(self, text: str) -> bool:
        """Tell whether `text` is anywhere on it, in no file too."""
        return text.encode() in self._device.read_bytes()

    @contextmanager
    def plugged(self, machine: Machine, *, locked: bool = False) -> Iterator[None]:
        """Plug it into a machine; `locked` it cannot be written to."""
        number = self._device.stat().st_rdev
        inside = machine.path(_DEVICE)
        os.mknod(inside, stat.S_IFBLK | 0o660, number)
        machine.shell(f"mkdir -p {Path(LINK).parent}; ln -s {_DEVICE} {LINK}")
        if locked:
            subprocess.run(["blockdev", "--setro", self._device], check=True)
        try:
            yield
        finally:
            machine.shell(f"rm {LINK} {_DEVICE}")
            subprocess.run(["blockdev", "--setrw", self._device], check=True)


@contextmanager
def made(folder: Path, files: Mapping[str, str], *, formatted: bool = True) -> Iterator[Stick]:
    """Give a stick with these files; it is gone afterwards."""
    image = folder / "stick"
    with image.open("wb") as file:
        file.truncate(8 * _MIB)
    if formatted:
        subprocess.run(["mkfs.ext4", "-q", "-L", "KIOSK", image], check=True)
    told = subprocess.run(
        ["losetup", "--find", "--show", image], check=True, stdout=subprocess.PIPE, text=True
    )
    stick = Stick(Path(told.stdout.strip()))
    try:
        if formatted:
            with stick.opened() as top:
                for name, text in files.items():
                    (top / name).parent.mkdir(exist_ok=True)
                    (top / name).write_text(text)
        yield stick
    finally:
        subprocess.run(["losetup", "--detach", told.stdout.strip()], check=True)
