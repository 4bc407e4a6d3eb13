"""The face's files, its sprites, and what a drop-in with a mistake is told."""

import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pygame
import pytest

from kiosk.screen.assets import AVATAR
from kiosk.screen.avatar import Avatar, since_blink_s
from kiosk.screen.draws import Look
from kiosk.screen.errors import ScreenError
from kiosk.screen.meters import Mouth
from kiosk.screen.motion import Blend

IDLE = Blend("idle", "idle", 1.0)
LOOKS: tuple[Look, ...] = get_args(Look)


def picture(avatar: Avatar, look: Look, now_s: float, mouth: float = 0.0) -> bytes:
    surface = pygame.Surface((200, 200), 0, 32)
    for part in avatar.pose(Blend(look, look, 1.0), now_s, Mouth(mouth, 0.5)):
        part.draw(surface)
    return pygame.image.tobytes(surface, "RGB")


def test_every_look_differs(avatar: Avatar) -> None:
    assert len({picture(avatar, look, 1003.0) for look in LOOKS}) == len(LOOKS)


def test_the_mouth_opens_with_the_level(avatar: Avatar) -> None:
    def dark_pixels(mouth: float) -> int:
        data = picture(avatar, "speaking", 1003.0, mouth)
        return sum(data[i] < 60 and data[i + 1] < 60 for i in range(3 * 200 * 110, len(data), 3))

    dark = [dark_pixels(mouth / 4) for mouth in range(5)]
    assert dark == sorted(dark)
    assert dark[-1] - dark[0] > 150


def test_eyes_blink_and_the_face_breathes(avatar: Avatar) -> None:
    moments = [n / 25 for n in range(25 * 20)]
    poses = [avatar.pose(IDLE, s) for s in moments]
    eyes = [id(pose[1].surface) for pose in poses]
    assert len(set(eyes)) > 3
    assert eyes.count(eyes[0]) > 0.9 * len(eyes)
    heights = [pose[0].y for pose in poses]
    assert len(set(heights)) > 2
    assert max(abs(a - b) for a, b in itertools.pairwise(heights)) <= 1


def test_reduced_motion_keeps_still() -> None:
    avatar = Avatar(80, still=True)
    blend = Blend("listening", "listening", 1.0)
    assert len({avatar.pose(blend, s / 7) for s in range(100)}) == 1


def test_memory_at_1080p_is_bounded() -> None:
    assert 0 < Avatar(780).memory_bytes < 32 * 2**20


def test_progress_is_told_to_the_end() -> None:
    shares: list[float] = []
    Avatar(80, progress=shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_the_committed_drawing_is_what_the_script_draws(tmp_path: Path) -> None:
    script = AVATAR.parents[1] / "scripts" / "draw-avatar"
    subprocess.run([sys.executable, script, tmp_path], check=True)
    drawn = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert drawn == {path.name: path.read_text() for path in AVATAR.iterdir()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(AVATAR, tmp_path / "avatar"))


def test_a_missing_look_is_named(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["looks"]["thinking"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ScreenError, match="no look named thinking"):
        Avatar(80, folder)


def test_a_missing_layer_is_named(folder: Path) -> None:
    animation = json.loads((folder / "idle.json").read_text())
    animation["layers"] = [part for part in animation["layers"] if part["nm"] != "mouth"]
    (folder / "idle.json").write_text(json.dumps(animation))
    with pytest.raises(ScreenError, match="no layer named mouth"):
        Avatar(80, folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"layers": 3}'])
def test_a_broken_file_is_named(folder: Path, text: str) -> None:
    (folder / "sorry.json").write_text(text)
    with pytest.raises(ScreenError, match=r"sorry\.json"):
        Avatar(80, folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScreenError, match=r"manifest\.json cannot be read"):
        Avatar(80, tmp_path)


def test_a_second_tells_one_pose(avatar: Avatar) -> None:
    assert since_blink_s(12.0) == since_blink_s(12.0) >= 0
    assert avatar.pose(IDLE, 12.0) == avatar.pose(IDLE, 12.0)
