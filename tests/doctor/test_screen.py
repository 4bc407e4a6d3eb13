"""The screen and its letters, on machines made of files."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.doctor import screen
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.screen.kms import KmsProblem
from kiosk.settings import InterviewSettings, ScreenSettings, Settings
from tests.doctor.machine import told


def patient(root: Path, *, languages: tuple[str, ...] = ("en",), **asked: Any) -> Patient:
    settings = replace(ScreenSettings(), **asked)
    interview = InterviewSettings(languages=languages)
    return Patient(Settings(screen=settings, interview=interview), root=root)


def socket(root: Path, name: str, status: str, modes: str) -> None:
    folder = root / "sys/class/drm" / name
    folder.mkdir(parents=True)
    (folder / "status").write_text(f"{status}\n")
    (folder / "modes").write_text(modes)


def card(root: Path) -> None:
    (root / "dev/dri").mkdir(parents=True)
    (root / "dev/dri/card1").touch()


def driver(of: Patient, problem: KmsProblem | None = None) -> Finding:
    (finding,) = screen.driver(of, lambda _: problem)
    return finding


def test_a_machine_without_a_screen_fails(tmp_path: Path) -> None:
    nothing = driver(patient(tmp_path))
    assert nothing.level == "fail"
    assert "vc4-kms-v3d" in nothing.do
    assert "driver" not in nothing.do, "another would draw where nobody sees it"
    card(tmp_path)
    assert driver(patient(tmp_path)).level == "pass"


def test_what_keeps_sdl_from_drawing_is_handed_on_with_its_remedy(tmp_path: Path) -> None:
    card(tmp_path)
    problem = KmsProblem("permission", "It may not.", "Let it.")
    assert driver(patient(tmp_path), problem) == Finding("fail", "It may not.", "Let it.")
    held = driver(patient(tmp_path), KmsProblem("held", "Somebody draws.", "Stop it."))
    assert held.level == "warn"
    assert "while the booth itself is running" in held.what


def test_a_machine_s_own_cards_are_looked_at(tmp_path: Path) -> None:
    card(tmp_path)
    (finding,) = screen.driver(patient(tmp_path))
    assert (finding.level, bool(finding.do)) == ("fail", True)


def test_a_desktop_is_used_where_there_is_one(tmp_path: Path) -> None:
    desk = replace(patient(tmp_path), environ={"DISPLAY": ":0"})
    assert driver(desk) == Finding("pass", "The desktop's x11 is used.")
    assert driver(patient(tmp_path, driver="offscreen")).level == "warn"


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({}, (1920, 1080)),
        ({"width": 800, "height": 480}, (800, 480)),
        ({"driver": "offscreen"}, (1280, 720)),
    ],
)
def test_the_size_is_the_configured_one_or_the_attached_screen_s(
    tmp_path: Path, asked: dict[str, Any], size: tuple[int, int]
) -> None:
    socket(tmp_path, "card1-HDMI-A-1", "disconnected", "")
    socket(tmp_path, "card1-HDMI-A-2", "connected", "1920x1080\n1280x720\n")
    assert screen.screen_size(patient(tmp_path, **asked)) == size


def test_a_mode_with_half_pictures_is_understood(tmp_path: Path) -> None:
    socket(tmp_path, "card0-HDMI-A-1", "connected", "1920x1080i\n")
    assert screen.screen_size(patient(tmp_path)) == (1920, 1080)


@pytest.mark.parametrize("modes", ["", "preferred\n", None])
def test_a_screen_that_does_not_say_what_it_can_show_has_no_size(
    modes: str | None, tmp_path: Path
) -> None:
    socket(tmp_path, "card0-HDMI-A-1", "connected", modes or "")
    if modes is None:
        (tmp_path / "sys/class/drm/card0-HDMI-A-1/modes").unlink()
    assert screen.screen_size(patient(tmp_path)) is None


def television(root: Path) -> None:
    socket(root, "card1-HDMI-A-1", "connected", "3840x2160\n2560x1440\n1920x1080i\n1280x720\n")
    card(root)


def test_a_television_is_asked_for_fewer_pixels_where_nobody_else_chooses(tmp_path: Path) -> None:
    television(tmp_path)
    alone = patient(tmp_path)
    assert screen.screen_size(alone) == (1920, 1080)
    assert driver(alone).level == "pass"


@pytest.mark.parametrize("asked", [{"width": 3840, "height": 2160}, {"driver": "x11"}])
def test_pixels_that_nobody_needs_are_warned_of(tmp_path: Path, asked: dict[str, Any]) -> None:
    television(tmp_path)
    first, second = screen.driver(patient(tmp_path, **asked), lambda _: None)
    assert (first.level, second.level) == ("pass", "warn")
    assert "3840x2160" in second.what


@pytest.mark.parametrize(
    ("sockets", "found"),
    [
        ({}, ("skip", "")),
        ({"card1-HDMI-A-1": "connected", "card1-HDMI-A-2": "disconnected"}, ("pass", "")),
        ({"card0-DSI-1": "connected", "card1-HDMI-A-1": "disconnected"}, ("pass", "")),
        ({"card1-HDMI-A-1": "disconnected", "card1-HDMI-A-2": "disconnected"}, ("warn", "SCR1")),
        ({"card1-HDMI-A-1": "disconnected", "card1-VGA-1": "unknown"}, ("skip", "")),
        ({"card1-Writeback-1": "unknown"}, ("skip", "")),
    ],
)
def test_a_screen_that_is_gone_is_told_by_its_sockets(
    tmp_path: Path, sockets: dict[str, str], found: tuple[str, str]
) -> None:
    for name, status in sockets.items():
        socket(tmp_path, name, status, "")
    assert told(screen.attached(patient(tmp_path))) == [found]
    unseen = told(screen.attached(patient(tmp_path, driver="offscreen")))
    assert ("warn", "SCR1") not in unseen


def size_of_text(of: Patient) -> Finding:
    (finding,) = screen.text_size(of)
    return finding


def test_letters_are_measured_at_the_diagonal(tmp_path: Path) -> None:
    assert size_of_text(patient(tmp_path)).level == "warn", "no screen, no size"
    large = patient(tmp_path, width=1920, height=1080, diagonal_inch=24.0)
    assert size_of_text(large).level == "pass"
    small = size_of_text(patient(tmp_path, width=800, height=480, diagonal_inch=5.0))
    assert small.level == "warn"
    assert "5 inch with 800x480 pixels, less than 10 mm" in small.what


def test_languages_that_nothing_can_write_are_named_with_their_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = patient(tmp_path, languages=("en", "de"))
    assert list(screen.fonts(offered)) == [Finding("pass", "There are letters for en, de.")]
    monkeypatch.setattr(screen, "missing_fonts", lambda languages, _: languages[1:])
    lacking = list(screen.fonts(patient(tmp_path, languages=("en", "ja", "hi"))))
    assert [each.what for each in lacking] == [
        "No font here can write the language ja.",
        "No font here can write the language hi.",
    ]
    assert [each.do for each in lacking] == [
        "apt-get install fonts-noto-cjk",
        "apt-get install fonts-noto-core",
    ]
