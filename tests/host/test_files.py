import os
from pathlib import Path

import pytest

from kiosk.host.files import replace_file


@pytest.mark.parametrize("lasting", [False, True])
def test_a_file_is_replaced_whole_with_its_mode_whatever_the_umask(
    tmp_path: Path, *, lasting: bool
) -> None:
    path = tmp_path / "report"
    path.write_text("old")
    before = os.umask(0o077)
    try:
        replace_file(path, b"new", mode=0o644, lasting=lasting)
    finally:
        os.umask(before)
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_the_old_one_and_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_file(path, b"new", mode=0o644)
    assert list(tmp_path.iterdir()) == [path]
