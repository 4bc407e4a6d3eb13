import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.bundle.machine import Machine, MissingError
from kiosk.bundle.sources import itself


@pytest.mark.parametrize(
    ("source", "place"), [(itself.status, itself.STATUS), (itself.restarts, itself.RESTARTS)]
)
def test_what_the_booth_put_in_the_place_of_its_file_is_not_followed(
    source: Callable[[Machine], object], place: str, tmp_path: Path
) -> None:
    machine, path = Machine(tmp_path), tmp_path / place
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    assert source(machine) == {}
    other = path.rename(path.with_name("of-root"))
    path.symlink_to(other)
    with pytest.raises(MissingError, match="cannot be read"):
        source(machine)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(MissingError, match="is not a small file"):
        source(machine)
