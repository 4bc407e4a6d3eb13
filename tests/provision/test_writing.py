from pathlib import Path

import pytest

from kiosk.errors import CommandError
from kiosk.provision.writing import write_all


def test_what_changed_is_written_with_its_mode_and_what_was_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "same").write_bytes(b"1")
    (tmp_path / "other").write_bytes(b"old")
    files = {"same": b"1", "other": b"new", "below/it": b"x"}
    assert write_all(tmp_path, files, mode=0o600, keep_old=True) == ["below/it", "other"]
    assert (tmp_path / "other").read_bytes() == b"new"
    assert (tmp_path / "other.old").read_bytes() == b"old"
    assert (tmp_path / "below/it").stat().st_mode & 0o777 == 0o600
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["below", "other", "other.old", "same"]


def test_nothing_is_put_in_place_where_one_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "first").write_bytes(b"old")
    (tmp_path / "below").write_bytes(b"in the way")
    files = {"first": b"new", "below/it": b"x"}
    with pytest.raises(CommandError, match="Nothing can be written"):
        write_all(tmp_path, files, mode=0o644, keep_old=True)
    assert (tmp_path / "first").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["below", "first"]
