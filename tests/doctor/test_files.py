"""What people write is looked at whole, and every mistake is a line for staff."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk import places
from kiosk.doctor import files
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import admit
from kiosk.places import SCRIPTS
from kiosk.screen.assets import AVATAR


@pytest.fixture(autouse=True)
def _nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "INSTALLED_THEMES", tmp_path / "etc")


def configured(folder: Path, text: str) -> Path:
    path = folder / "kiosk.toml"
    path.write_text(text)
    (folder / "themes").mkdir(exist_ok=True)
    return path


def levels(findings: list[Finding]) -> list[str]:
    return [finding.level for finding in findings]


def test_a_booth_as_shipped_passes(tmp_path: Path) -> None:
    patient = admit(configured(tmp_path, ""), {})
    for check in (files.configuration, files.interview, files.theme, files.avatar):
        assert levels(list(check(patient))) == ["pass"], check.__name__


def test_every_mistake_of_the_configuration_is_a_finding_and_nothing_hides_the_rest(
    tmp_path: Path,
) -> None:
    path = configured(tmp_path, '[screen]\nfsp = 1\ntheme = "nowhere"\n[boot]\n')
    patient = admit(path, {})
    found = list(files.configuration(patient))
    assert [(each.level, each.code) for each in found] == [("fail", "CFG1")] * 2
    assert "line 2" in found[0].what
    theme = list(files.theme(patient))
    assert [(each.level, each.code) for each in theme] == [("fail", "THM1")]
    assert "there is no such theme" in theme[0].what


def test_mistakes_of_the_interview_are_told_apart_from_those_of_its_languages(
    tmp_path: Path,
) -> None:
    (tmp_path / "bad.toml").write_text("title = 1")
    broken = admit(configured(tmp_path, f'[interview]\nscript = "{tmp_path}/bad.toml"'), {})
    found = list(files.interview(broken))
    assert {each.code for each in found} == {"CFG2"}
    assert len(found) > 5
    foreign = f'[interview]\nscript = "{SCRIPTS}/demo.toml"\nlanguages = ["tlh"]'
    (finding,) = files.interview(admit(configured(tmp_path, foreign), {}))
    assert (finding.level, finding.code) == ("fail", "CFG1")


def test_a_theme_that_is_not_shown_now_only_warns(tmp_path: Path) -> None:
    path = configured(tmp_path, "")
    (tmp_path / "themes" / "fair.toml").write_text('[colours]\ntext_dim = "#333333"')
    found = list(files.theme(admit(path, {})))
    assert found[0].level == "pass"
    assert set(levels(found[1:])) == {"warn"}
    assert all("fair.toml" in finding.what for finding in found[1:])


def test_everything_that_a_face_lacks_is_told(tmp_path: Path) -> None:
    path = configured(tmp_path, '[screen]\ntheme = "fair"')
    face = tmp_path / "face"
    face.mkdir()
    (face / "manifest.json").write_text(json.dumps({"looks": {}}))
    patient = admit(path, {})
    (tmp_path / "themes" / "fair.toml").write_text('avatar = "../face"')
    assert levels(list(files.avatar(patient))) == ["pass"], "the booth's own is shown instead"
    found = list(files.theme(admit(path, {})))
    assert "cannot be drawn" in found[0].what


def faced(folder: Path) -> tuple[Path, Path]:
    """A booth's configuration with a theme, and that theme's own face: a copy of ours."""
    path = configured(folder, '[screen]\ntheme = "fair"\nwidth = 320\nheight = 180')
    (folder / "themes" / "fair.toml").write_text('avatar = "../face"')
    return path, Path(shutil.copytree(AVATAR, folder / "face"))


def redraw(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    drawing = json.loads(path.read_text())
    change(drawing)
    path.write_text(json.dumps(drawing))


def test_a_face_that_fails_only_when_it_is_drawn_is_told(tmp_path: Path) -> None:
    path, face = faced(tmp_path)
    redraw(
        face / "idle.json", lambda drawing: [each.update(shapes=[]) for each in drawing["layers"]]
    )
    (finding,) = files.avatar(admit(path, {}))
    assert (finding.level, finding.code) == ("fail", "THM1")
    assert "idle.json" in finding.what


def test_a_face_that_takes_much_memory_is_told_at_the_size_that_limits_are_for(
    tmp_path: Path,
) -> None:
    path, face = faced(tmp_path)

    def swell(drawing: dict[str, Any]) -> None:
        body = next(layer for layer in drawing["layers"] if layer["nm"] == "body")
        turning = [{"t": n, "s": [n * 360 / 60]} for n in (0, 60)]
        body["ks"]["r"] = {"a": 1, "k": turning}

    def every_frame(manifest: dict[str, Any]) -> None:
        manifest["looks"]["idle"]["layers"][0]["every"] = 2

    redraw(face / "idle.json", swell)
    redraw(face / "manifest.json", every_frame)
    (finding,) = files.avatar(admit(path, {}))
    assert finding.level == "warn"
    assert "MiB at 1080 lines, more than 32" in finding.what


def test_a_configuration_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = list(files.configuration(admit(tmp_path / "none.toml", {})))
    assert levels(found) == ["fail"]
