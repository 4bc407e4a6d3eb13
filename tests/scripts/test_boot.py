"""The words that make a Raspberry Pi's boot quiet come, and go without anybody else's."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOUD = "console=tty1 loglevel=3 rootwait"
COUNTRY = "cfg80211.ieee80211_regdom=DE"
AROUND = """
set -eu
DRY=no RECORD=$1
change() { shift; "$@"; }
source scripts/boot.sh
cmdline_file() { echo "$RECORD/cmdline.txt"; }
"""


def run(folder: Path, *steps: str) -> list[str]:
    """Take some steps of the installer; returns the words that the kernel is then given."""
    line = f"{AROUND}\n" + "\n".join(steps)
    subprocess.run(["bash", "-c", line, "bash", str(folder)], cwd=ROOT, check=True)
    return (folder / "cmdline.txt").read_text().split()


def test_the_boot_is_as_loud_as_before_once_the_booth_is_gone(tmp_path: Path) -> None:
    (tmp_path / "cmdline.txt").write_text(f"{LOUD}\n")
    quiet = run(tmp_path, "quiet_boot", "quiet_boot")
    assert "quiet" in quiet
    assert "loglevel=3" not in quiet
    assert " ".join(run(tmp_path, "loud_boot")) == LOUD


def test_what_was_added_meanwhile_stays(tmp_path: Path) -> None:
    (tmp_path / "cmdline.txt").write_text(f"{LOUD}\n")
    quiet = run(tmp_path, "quiet_boot")
    changed = " ".join(word for word in (*quiet, COUNTRY) if word != "quiet")
    (tmp_path / "cmdline.txt").write_text(f"{changed}\n")
    run(tmp_path, "quiet_boot")
    assert set(run(tmp_path, "loud_boot")) == {*LOUD.split(), COUNTRY}
