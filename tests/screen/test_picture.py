"""A screen and what it remembers from one start to the next."""

from pathlib import Path

from kiosk.interview.words import Facts
from kiosk.screen.picture import Picture

SIZE = (320, 180)


def test_a_face_is_rendered_once_for_all_starts(tmp_path: Path) -> None:
    shares: list[float] = []
    for _ in range(2):
        picture = Picture(SIZE, booth_name="", facts=Facts(10, 5))
        picture.make_face(tmp_path, shares.append)
    assert shares.count(1.0) == 1
