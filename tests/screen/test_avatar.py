"""What the face shows at a moment: its looks, its mouth, and how little changes between."""

import itertools
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pygame
import pytest

from kiosk.screen.assets import AVATAR
from kiosk.screen.avatar import CALM_OPENINGS, Avatar
from kiosk.screen.avatar_files import open_files
from kiosk.screen.draws import Box, Look
from kiosk.screen.meters import REST, Mouth
from kiosk.screen.motion import BLEND_S, STEPS, Blend
from kiosk.screen.part import Part

LOOKS: tuple[Look, ...] = get_args(Look)
PAIRS = list(itertools.permutations(LOOKS, 2))
OPEN = Mouth(1.0, 0.5)
NOW_S = 1003.0
Pose = tuple[Part, ...]


def there(look: Look, age_s: float = 5.0, stress_s: float = 60.0) -> Blend:
    return Blend(look, look, 1.0, age_s=age_s, stress_s=stress_s)


def picture(parts: Pose) -> bytes:
    surface = pygame.Surface((200, 200), 0, 32)
    for part in parts:
        part.draw(surface)
    return pygame.image.tobytes(surface, "RGB")


def changed(old: Pose, new: Pose) -> list[Box]:
    return [part.box for part in set(old) ^ set(new)]


def test_every_look_differs(avatar: Avatar) -> None:
    assert len({picture(avatar.pose(there(look), NOW_S)) for look in LOOKS}) == len(LOOKS)


@pytest.mark.parametrize("look", LOOKS)
def test_the_mouth_opens_in_every_look_and_nothing_else_moves(avatar: Avatar, look: Look) -> None:
    mouths = []
    for step in range(7):
        pose = avatar.pose(there(look), NOW_S, Mouth(step / 6, 0.5))
        (mouth,) = set(pose) - set(avatar.pose(there(look), NOW_S, Mouth((step + 1) % 7 / 6, 0.5)))
        mouths.append(mouth.box)
    heights = [box.h for box in mouths]
    assert heights[1:] == sorted(heights[1:])
    assert heights[-1] > heights[0] + 10
    assert all(box.w * box.h < 0.05 * 200 * 200 for box in mouths)


@pytest.mark.parametrize("look", LOOKS)
def test_an_open_mouth_has_three_widths(avatar: Avatar, look: Look) -> None:
    closed = set(avatar.pose(there(look), NOW_S))
    widths = [
        next(iter(set(avatar.pose(there(look), NOW_S, Mouth(0.8, width))) - closed)).box.w
        for width in (0.0, 0.5, 1.0)
    ]
    assert widths[0] < widths[1] < widths[2]
    assert avatar.pose(there(look), NOW_S, Mouth(0.0, 1.0)) == avatar.pose(there(look), NOW_S)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_change_of_looks_moves_from_one_to_the_other(
    avatar: Avatar, old: Look, new: Look
) -> None:
    poses = [
        avatar.pose(Blend(old, new, step / STEPS, age_s=step / STEPS * BLEND_S), 0.0)
        for step in range(STEPS)
    ]
    assert poses[0] == avatar.pose(there(old, age_s=0.0), 0.0)
    assert len({picture(pose) for pose in poses}) >= 5


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_a_change_never_jumps(avatar: Avatar, old: Look, new: Look) -> None:
    shares = [step / STEPS for step in range(STEPS + 1)]
    blends = [Blend(old if share < 1 else new, new, share) for share in shares]
    middles = []
    for blend in blends:
        stone = max(avatar.pose(blend, 0.0), key=lambda part: part.box.w * part.box.h)
        middles.append((stone.box.x + stone.box.w / 2, stone.box.y + stone.box.h / 2))
    for (x, y), (next_x, next_y) in itertools.pairwise(middles):
        assert abs(next_x - x) <= 0.02 * 200
        assert abs(next_y - y) <= 0.02 * 200


@pytest.mark.parametrize("step", range(STEPS + 1))
def test_the_mouth_stays_open_while_looks_change(avatar: Avatar, step: int) -> None:
    blend = Blend("listening" if step < STEPS else "thinking", "thinking", step / STEPS)
    shut, open_ = avatar.pose(blend, NOW_S), avatar.pose(blend, NOW_S, OPEN)
    (before,) = [part.box for part in set(shut) - set(open_)]
    (mouth,) = [part.box for part in set(open_) - set(shut)]
    assert mouth.h > before.h + 8
    assert abs(mouth.x + mouth.w / 2 - before.x - before.w / 2) < 8


def test_eyes_blink_and_the_face_breathes(avatar: Avatar) -> None:
    moments = [n / 30 for n in range(30 * 20)]
    poses = [avatar.pose(there("resting"), s) for s in moments]
    heights = [pose[0].y for pose in poses]
    assert len(set(heights)) > 2
    assert max(abs(a - b) for a, b in itertools.pairwise(heights)) <= 1
    still = [{id(part.surface) for part in avatar.pose(there("speaking"), s)} for s in moments]
    blinking = [pictures for pictures in still if pictures != still[0]]
    assert 0 < len(blinking) < 0.1 * len(still)


def test_the_face_looks_about_nods_and_stresses(avatar: Avatar) -> None:
    def eyes(look: Look) -> set[tuple[int, int]]:
        return {
            (part.x, id(part.surface))
            for n in range(30 * 40)
            for part in avatar.pose(there(look), n / 30)
        }

    assert len(eyes("thinking")) > len(eyes("speaking")) + 4
    nods = [avatar.pose(there("listening"), n / 30)[-1].y for n in range(30 * 40)]
    assert max(nods) - min(nods) > 2
    calm = avatar.pose(there("speaking"), NOW_S, OPEN)
    stressed = avatar.pose(there("speaking", stress_s=0.12), NOW_S, OPEN)
    boxes = changed(calm, stressed)
    assert boxes
    assert all(box.w < 100 for box in boxes)


@pytest.mark.parametrize("look", LOOKS)
def test_a_face_that_is_not_restless_only_breathes(avatar: Avatar, look: Look) -> None:
    still = [n / 30 for n in range(30 * 30) if not avatar.restless(look, n / 30)]
    eyes = {part.surface for now_s in still for part in avatar.pose(there(look, age_s=0.0), now_s)}
    assert len(eyes) == len(avatar.pose(there(look, age_s=0.0), still[0]))
    assert len(still) > 30 * 30 / 2


def test_between_two_frames_of_speech_hardly_anything_changes(avatar: Avatar) -> None:
    poses = [
        avatar.pose(there("speaking"), 1000 + n / 30, Mouth(0.5 + 0.4 * (n % 3 - 1), 0.5))
        for n in range(300)
    ]
    pixels = sorted(
        sum(box.w * box.h for box in changed(old, new)) for old, new in itertools.pairwise(poses)
    )
    assert pixels[len(pixels) // 2] < 0.06 * 200 * 200


def test_all_that_is_drawn_lies_in_the_drawing(avatar: Avatar) -> None:
    whole = Box(0, 0, 200, 200)
    for look in LOOKS:
        for n in range(60):
            pose = avatar.pose(there(look, stress_s=n / 30), n / 3, OPEN)
            assert all(whole.holds(part.box) for part in pose)


def test_reduced_motion_moves_nothing_but_the_mouth_in_few_steps() -> None:
    avatar = Avatar(80, still=True)
    for look in LOOKS:
        poses = {avatar.pose(there(look, s / 9, s / 11), s / 7) for s in range(200)}
        assert len(poses) == 1
        assert not any(avatar.restless(look, s / 7) for s in range(200))
    mouths = {avatar.pose(there("speaking"), 0.0, Mouth(n / 50, n / 50)) for n in range(51)}
    assert len(mouths) == CALM_OPENINGS
    hardly_open = avatar.pose(there("speaking"), 0.0, Mouth(0.11, 0.5))
    assert hardly_open != avatar.pose(there("speaking"), 0.0)
    halves = {avatar.pose(Blend("idle", "sorry", n / STEPS), 0.0) for n in range(STEPS)}
    assert halves == {avatar.pose(there("idle"), 0.0), avatar.pose(there("sorry"), 0.0)}


@pytest.mark.parametrize("side_px", [780, 347])
def test_all_pictures_fit_into_memory(side_px: int) -> None:
    assert 0 < Avatar(side_px).memory_bytes <= 32 * 2**20


def test_progress_is_told_to_the_end_and_not_for_what_is_cached(tmp_path: Path) -> None:
    shares: list[float] = []
    first = Avatar(60, cache=tmp_path, progress=shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len(shares) > 20
    shares.clear()
    second = Avatar(60, cache=tmp_path, progress=shares.append)
    assert shares == []
    assert (first.cached, second.cached) == (False, True)
    assert picture(first.pose(there("happy"), 1.0)) == picture(second.pose(there("happy"), 1.0))


def test_a_second_tells_one_pose(avatar: Avatar) -> None:
    assert avatar.pose(there("idle"), 12.0, REST) == avatar.pose(there("idle"), 12.0, REST)


def test_the_committed_drawing_is_what_the_script_draws(tmp_path: Path) -> None:
    script = AVATAR.parents[1] / "scripts" / "draw-avatar"
    subprocess.run([sys.executable, script, tmp_path], check=True)
    drawn = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert drawn == {path.name: path.read_text() for path in AVATAR.glob("*.json")}


def test_our_own_face_has_all_that_a_face_can_do() -> None:
    plans = open_files(AVATAR).manifest.looks
    clips = {clip for plan in plans.values() for layer in plan.layers for clip in layer.clips}
    assert clips == {"rest", "enter", "mouth", "blink", "glance", "raise"}
