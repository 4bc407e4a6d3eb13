"""A drop-in face: Lottie files or folders of pictures, and what is said of a faulty one."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pygame
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.screen.assets import AVATAR
from kiosk.screen.avatar import Avatar
from kiosk.screen.avatar_files import faults, open_files
from kiosk.screen.draws import Look
from kiosk.screen.errors import ScreenError
from kiosk.screen.meters import Mouth
from kiosk.screen.motion import Blend
from kiosk.screen.theme import Theme

LOOKS: tuple[Look, ...] = get_args(Look)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(AVATAR, tmp_path / "face"))


def edit(path: Path, change: Callable[[Any], object]) -> None:
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def without(layer: str) -> Callable[[Any], None]:
    def change(animation: Any) -> None:
        animation["layers"] = [part for part in animation["layers"] if part["nm"] != layer]

    return change


def test_ours_has_no_fault() -> None:
    assert faults(AVATAR) == ()


def bleach(manifest: Any) -> None:
    for look in manifest["looks"].values():
        for layer in look["layers"]:
            layer.pop("colour", None)


def test_a_face_on_disk_is_told_apart_by_the_colours_that_it_takes(folder: Path) -> None:
    ours = open_files(folder)
    dressed = {ours.digest_in(theme) for theme in (Theme(), Theme(candidate=(0, 90, 70)))}
    assert len(dressed) == 2
    assert ours.digest_in(Theme(text=(250, 250, 250))) in dressed
    edit(folder / "manifest.json", bleach)
    plain = open_files(folder)
    assert plain.digest_in(Theme(candidate=(0, 90, 70))) == plain.digest


def test_every_fault_is_told_at_once_and_once(folder: Path) -> None:
    edit(folder / "thinking.json", without("mouth"))
    edit(folder / "idle.json", lambda lottie: lottie["markers"].pop(2))
    (folder / "sorry.json").write_text("{")
    (folder / "happy.json").unlink()
    told = faults(folder)
    assert "thinking.json has no layer named mouth." in told
    assert "idle.json has no marker named blink." in told
    assert any(each.startswith("sorry.json cannot be read: ") for each in told)
    assert any(each.startswith("happy.json cannot be read: ") for each in told)
    assert len(told) == 4


def test_a_booth_is_told_all_of_it_in_one_sentence(folder: Path) -> None:
    edit(folder / "thinking.json", without("mouth"))
    edit(folder / "happy.json", without("eyes"))
    with pytest.raises(ScreenError) as caught:
        Avatar(80, folder)
    assert caught.value.sentence.endswith(
        "cannot be used: thinking.json has no layer named mouth; "
        "happy.json has no layer named eyes."
    )


@pytest.mark.parametrize(
    ("marker", "fault"),
    [
        ({"dr": 20}, "idle.json has 20 mouth shapes, and 7 openings in 3 widths are 21."),
        ({"dr": 0}, "idle.json has a marker mouth that lasts no frame, or too many."),
        ({"dr": 1e9}, "idle.json has a marker mouth that lasts no frame, or too many."),
        ({"tm": "soon"}, "idle.json has a marker mouth that lasts no frame, or too many."),
    ],
)
def test_a_marker_must_fit(folder: Path, marker: dict[str, object], fault: str) -> None:
    def change(lottie: Any) -> None:
        next(m for m in lottie["markers"] if m["cm"] == "mouth").update(marker)

    edit(folder / "idle.json", change)
    assert faults(folder) == (fault,)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"layers": 3}', "[" * 100_000, "\ud800"])
def test_a_broken_file_is_named(folder: Path, text: str) -> None:
    (folder / "sorry.json").write_text(text, errors="surrogatepass")
    (told,) = faults(folder)
    assert told.startswith("sorry.json ")
    assert "\n" not in told


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\ud800"])
def test_a_broken_manifest_is_named(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, errors="surrogatepass")
    assert faults(folder) == ("manifest.json is no JSON file.",)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path / "none") == (
        "manifest.json cannot be read: No such file or directory.",
    )


@pytest.mark.parametrize("size", [{"w": 400}, {"w": 0, "h": 0}, {"w": "x", "h": "x"}])
def test_a_drawing_must_be_square(folder: Path, size: dict[str, object]) -> None:
    edit(folder / "idle.json", lambda lottie: lottie.update(size))
    assert faults(folder) == ("idle.json must be as wide as it is high.",)


def named(lottie: Any, layer: str) -> Any:
    return next(each for each in lottie["layers"] if each["nm"] == layer)


def without_mouth_clip(lottie: Any) -> None:
    """The mouth's shapes lie where the mouth rests."""
    times = {marker["cm"]: marker for marker in lottie["markers"]}
    times["mouth"]["tm"] = times["rest"]["tm"]


def test_what_only_the_pictures_tell_is_told_at_once(folder: Path) -> None:
    edit(folder / "idle.json", lambda lottie: named(lottie, "eyes").update(hd=True))
    edit(folder / "happy.json", lambda lottie: named(lottie, "mouth").update(shapes=[]))
    edit(folder / "sorry.json", lambda lottie: named(lottie, "mouth").update(op=140))
    edit(folder / "speaking.json", without_mouth_clip)
    assert faults(folder) == ()
    with pytest.raises(ScreenError) as caught:
        Avatar(60, folder)
    assert caught.value.sentence == (
        "The avatar cannot be used: idle.json draws nothing in the layer eyes; "
        "speaking.json has a mouth that does not open; "
        "sorry.json has a mouth shape in which nothing is drawn; "
        "happy.json draws nothing in the layer mouth."
    )


def test_a_face_that_needs_too_much_memory_is_refused(folder: Path) -> None:
    def swell(lottie: Any) -> None:
        marker = next(m for m in lottie["markers"] if m["cm"] == "rest")
        marker.update(tm=0, dr=600)
        lottie["op"] = 600
        body = named(lottie, "body")
        body["op"] = 600
        turning = [{"t": n, "s": [n * 360 / 600]} for n in (0, 600)]
        body["ks"]["r"] = {"a": 1, "k": turning}

    edit(folder / "idle.json", swell)
    edit(
        folder / "manifest.json",
        lambda manifest: manifest["looks"]["idle"]["layers"][0].pop("every"),
    )
    assert faults(folder) == ()
    with pytest.raises(ScreenError, match="MiB of pictures"):
        Avatar(60, folder)


def pictures(folder: Path, side_px: int = 40) -> None:
    """Write a plain face: a disc whose mouth is a bar, as PNG pictures."""
    layers = [{"name": "disc"}, {"name": "bar", "clips": ["mouth"]}]
    looks = {look: {"source": look, "layers": layers} for look in LOOKS}
    manifest = {
        "format": 2,
        "frames_per_s": 25,
        "mouth": {"openings": 2, "widths": 1},
        "looks": looks,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for number, look in enumerate(LOOKS):
        for layer in ("disc", "bar"):
            (folder / look / layer).mkdir(parents=True)
        drawing = pygame.Surface((side_px, side_px), pygame.SRCALPHA)
        pygame.draw.circle(drawing, (200, 20 * number, 0, 128), (20, 20), 18)
        pygame.image.save(drawing, folder / look / "disc" / "rest-00.png")
        for name, height in (("rest-00", 2), ("mouth-00", 2), ("mouth-01", 10)):
            drawing = pygame.Surface((side_px, side_px), pygame.SRCALPHA)
            drawing.fill((0, 0, 0), (10, 24, 20, height))
            pygame.image.save(drawing, folder / look / "bar" / f"{name}.png")


def test_a_folder_of_pictures_is_a_face(tmp_path: Path) -> None:
    pictures(tmp_path)
    assert faults(tmp_path) == ()
    avatar = Avatar(80, tmp_path)
    surface = pygame.Surface((80, 80), 0, 32)
    surface.fill((0, 0, 255))
    for part in avatar.pose(Blend("idle", "idle", 1.0), 0.0, Mouth(1.0, 0.5)):
        part.draw(surface)
    assert surface.get_at((40, 60))[:3] == (0, 0, 0)
    red, _, blue, _ = surface.get_at((40, 20))
    assert 90 < red < 110
    assert 120 < blue < 135


def test_pictures_that_hide_the_others_are_refused(tmp_path: Path) -> None:
    pictures(tmp_path)
    pygame.image.save(pygame.Surface((40, 40)), tmp_path / "idle" / "disc" / "rest-00.png")
    Avatar(80, tmp_path)
    pygame.image.save(pygame.Surface((40, 40)), tmp_path / "idle" / "bar" / "rest-00.png")
    with pytest.raises(ScreenError, match="idle has no transparency in the layer bar"):
        Avatar(80, tmp_path)


def test_what_is_missing_among_pictures_is_named(tmp_path: Path) -> None:
    pictures(tmp_path)
    (tmp_path / "idle" / "bar" / "mouth-00.png").unlink()
    (tmp_path / "happy" / "bar" / "mouth-01.png").unlink()
    shutil.rmtree(tmp_path / "sorry" / "disc")
    (tmp_path / "resting" / "disc" / "rest-00.png").write_bytes(b"GIF89a")
    pygame.image.save(pygame.Surface((9, 8)), tmp_path / "speaking" / "disc" / "rest-00.png")
    assert set(faults(tmp_path)) == {
        "idle has no picture bar/mouth-00.png.",
        "happy has 1 mouth shapes, and 2 openings in 1 widths are 2.",
        "sorry has no picture disc/rest-00.png.",
        "resting/disc/rest-00.png is no PNG picture.",
        "speaking/disc/rest-00.png must be square and at most 4096 pixels wide.",
    }


def test_a_picture_that_breaks_off_is_refused(tmp_path: Path) -> None:
    pictures(tmp_path)
    path = tmp_path / "idle" / "disc" / "rest-00.png"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(ScreenError, match=r"rest-00\.png cannot be read"):
        Avatar(40, tmp_path)


def test_other_files_have_another_digest(folder: Path) -> None:
    before = open_files(folder).digest
    assert open_files(folder).digest == before
    edit(folder / "idle.json", lambda lottie: lottie.update(nm="other"))
    after = open_files(folder).digest
    edit(folder / "manifest.json", lambda manifest: manifest.update(frames_per_s=24))
    assert len({before, after, open_files(folder).digest}) == 3


@given(st.integers(0, 5000), st.binary(max_size=6))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_damaged_file_is_told_or_harmless(folder: Path, at: int, junk: bytes) -> None:
    whole = (AVATAR / "idle.json").read_bytes()
    (folder / "idle.json").write_bytes(whole[:at] + junk + whole[at + len(junk) :])
    assert all(told.startswith("idle.json ") for told in faults(folder))
