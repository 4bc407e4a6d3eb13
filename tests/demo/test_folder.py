import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.demo.folder import own_folder
from tests.rigs.booth_process import ROOT, until

HOLD = (
    "import sys; from kiosk.demo.folder import own_folder\n"
    "with own_folder() as folder:\n"
    "    (folder / 'voice.wav').write_text('said')\n"
    "    print(folder, flush=True); sys.stdin.read()\n"
)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_it_is_private_and_gone_with_the_demo(temporary: Path) -> None:
    with own_folder() as folder:
        assert folder.parent == temporary
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "voice.wav").write_text("said")
    assert list(temporary.iterdir()) == []


def test_what_a_killed_demo_has_left_goes_with_the_next_one(temporary: Path) -> None:
    environ = {**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None
        folder = Path(demo.stdout.readline().strip())
        with own_folder():
            assert (folder / "voice.wav").exists()
        demo.kill()
        demo.wait()
        assert folder.exists()
        with own_folder():
            until(lambda: not folder.exists())
    assert list(temporary.iterdir()) == []


def test_nothing_else_is_taken_away(temporary: Path) -> None:
    mine, other = temporary / "mine", temporary / "kiosk-other"
    for each in (mine, other):
        each.mkdir()
        (each / "kept").touch()
    (temporary / "kiosk-demo-link").symlink_to(mine)
    (temporary / "kiosk-demo-file").touch()
    before = set(temporary.rglob("*"))
    with own_folder():
        pass
    assert set(temporary.rglob("*")) == before
