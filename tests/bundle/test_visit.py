import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.bundle import visit
from kiosk.bundle.contents import Contents
from kiosk.bundle.machine import Machine
from kiosk.bundle.redaction import Redaction
from kiosk.bundle.visit import BundleOptions
from kiosk.errors import ExitStatus
from kiosk.host.stick import StickError


class FolderStick:
    """A stick that is a folder, or none."""

    def __init__(self, folder: Path | None, wrong: str = "") -> None:
        self.folder, self.wrong, self.released = folder, wrong, False

    def is_there(self) -> bool:
        return self.folder is not None

    @contextmanager
    def mounted(self) -> Iterator[Path]:
        assert self.folder is not None
        if self.wrong:
            raise StickError([self.wrong])
        yield self.folder
        self.released = True


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    lines: list[tuple[str, str, str]] = []
    monkeypatch.setattr(visit, "tell", lambda *words: lines.append(words))
    return lines


def collector(_: Machine, __: Redaction) -> Contents:
    return Contents({"status.json": "{}\n"}, {"journal.txt": "Only root may."})


def make(root: Path, options: BundleOptions, stick: FolderStick | None = None) -> int:
    return visit.main(options, Machine(root), stick, collector)


def bundles(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_by_hand_it_says_where_it_is_and_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(tmp_path, BundleOptions(tmp_path / "out" / "it.tar.gz")) == ExitStatus.DONE
    assert capsys.readouterr().out.splitlines() == [
        str(tmp_path / "out" / "it.tar.gz"),
        "missing: journal.txt: Only root may.",
    ]
    with tarfile.open(tmp_path / "out" / "it.tar.gz") as archive:
        assert len(archive.getnames()) == 3


def test_a_folder_gets_a_file_that_tells_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    make(tmp_path, BundleOptions())
    make(tmp_path, BundleOptions(tmp_path / "new"))
    for folder in (here, tmp_path / "new"):
        assert [path.name[:15] for path in bundles(folder)] == ["kiosk-bundle-20"]


def test_the_last_three_stay(tmp_path: Path, told: list[tuple[str, str, str]]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for day in range(1, 6):
        (out / f"kiosk-bundle-2020010{day}T000000Z.tar.gz").touch()
    (out / "other").touch()
    make(tmp_path, BundleOptions(out, keep=3, stick=True), FolderStick(None))
    names = [path.name for path in bundles(out)]
    assert names[:2] == [f"kiosk-bundle-2020010{day}T000000Z.tar.gz" for day in (4, 5)]
    assert names[3:] == ["other"]
    assert told == [
        ("bundle", "pass", f"The bundle is {out / names[2]}. No stick KIOSK is plugged in.")
    ]


def test_onto_a_stick_it_goes_too(tmp_path: Path, told: list[tuple[str, str, str]]) -> None:
    (tmp_path / "stick").mkdir()
    stick = FolderStick(tmp_path / "stick")
    status = make(tmp_path, BundleOptions(tmp_path / "out", stick=True), stick)
    assert status == ExitStatus.DONE
    assert stick.released
    assert bundles(tmp_path / "stick")[0].read_bytes() == bundles(tmp_path / "out")[0].read_bytes()
    assert told[0][1] == "pass"
    assert told[0][2].endswith("It is on the stick KIOSK too, which may be pulled.")


def test_a_full_or_locked_stick_is_one_sentence(
    tmp_path: Path, told: list[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stick").mkdir()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    status = make(
        tmp_path, BundleOptions(stick=True, out=tmp_path), FolderStick(tmp_path / "stick")
    )
    assert status == ExitStatus.NOTHING_TO_BE_DONE
    assert told[0][1] == "fail"
    assert "to the stick KIOSK: No space left on device." in told[0][2]
    assert bundles(tmp_path / "stick") == []


def test_a_stick_that_cannot_be_read_leaves_the_bundle_here(
    tmp_path: Path, told: list[tuple[str, str, str]]
) -> None:
    out = tmp_path / "out"
    stick = FolderStick(tmp_path, "The stick cannot be read.")
    assert make(tmp_path, BundleOptions(out, stick=True), stick) == ExitStatus.NOTHING_TO_BE_DONE
    assert told == [
        ("bundle", "fail", f"The bundle is {bundles(out)[0]}. The stick cannot be read.")
    ]
