"""Rendered faces are kept on disk, and a damaged file is as good as none."""

import os
from pathlib import Path

import pygame
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.screen import atlas_cache
from kiosk.screen.assets import AVATAR
from kiosk.screen.atlas import Atlas, render
from kiosk.screen.atlas_cache import KEPT, decode, encode, load, path_of, store
from kiosk.screen.avatar_files import open_files
from kiosk.screen.theme import Theme


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    shares: list[float] = []
    return render(open_files(AVATAR), 50, shares.append, Theme())


def look_of(atlas: Atlas) -> dict[object, object]:
    return {
        key: [
            [(p.x, p.y, p.surface.get_size(), pygame.image.tobytes(p.surface, "BGRA")) for p in f]
            for f in frames
        ]
        for key, frames in atlas.clips.items()
    }


def test_what_was_stored_is_loaded(atlas: Atlas, tmp_path: Path) -> None:
    path = path_of(tmp_path / "new" / "faces", "abc", 50)
    assert load(path) is None
    assert store(path, atlas)
    loaded = load(path)
    assert loaded is not None
    assert look_of(loaded) == look_of(atlas)
    assert loaded.memory_bytes == atlas.memory_bytes
    assert [each.name for each in path.parent.iterdir()] == ["abc-50.face"]


@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_damaged_file_is_noticed(atlas: Atlas, tmp_path: Path, data: st.DataObject) -> None:
    whole = encode(atlas)
    at = data.draw(st.integers(0, len(whole) - 1))
    change = data.draw(st.sampled_from(["cut", "flip", "zeros"]))
    damaged = {
        "cut": whole[:at],
        "flip": whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :],
        "zeros": whole[:at] + bytes(len(whole) - at),
    }[change]
    path = tmp_path / "x.face"
    path.write_bytes(damaged)
    assert damaged == whole or load(path) is None


def test_a_file_of_another_version_is_not_read(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encode(atlas)
    monkeypatch.setattr(atlas_cache, "MAGIC", b"booth face 0\n")
    with pytest.raises(ValueError, match="version"):
        decode(data)


def test_a_folder_that_cannot_be_written_is_no_fault(atlas: Atlas, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert not store(path_of(tmp_path / "file" / "faces", "abc", 50), atlas)
    assert not store(path_of(Path("/proc/none"), "abc", 50), atlas)


def test_only_the_last_used_faces_stay_and_no_half_written_ones(
    atlas: Atlas, tmp_path: Path
) -> None:
    (tmp_path / "tmp1.new").write_bytes(b"half")
    for number in range(KEPT + 2):
        path = path_of(tmp_path, f"face{number}", 50)
        store(path, atlas)
        os.utime(path, (number, number))
    load(path_of(tmp_path, f"face{2}", 50))
    store(path_of(tmp_path, "last", 50), atlas)
    kept = {each.name for each in tmp_path.iterdir()}
    assert len(kept) == KEPT
    assert {"last-50.face", "face2-50.face", "face5-50.face"} < kept
