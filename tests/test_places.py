from pathlib import Path

import pytest

from kiosk import places
from kiosk.places import face_cache, network_folders, scripts_directory, theme_folders


@pytest.fixture(autouse=True)
def _nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "INSTALLED_SCRIPTS", tmp_path / "etc")


def test_scripts_beside_the_configuration_come_first(tmp_path: Path) -> None:
    (tmp_path / "interviews").mkdir()
    (tmp_path / "etc").mkdir()
    assert scripts_directory(tmp_path / "kiosk.toml") == tmp_path / "interviews"


def test_then_the_installed_ones(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    assert scripts_directory(tmp_path / "kiosk.toml") == tmp_path / "etc"
    assert scripts_directory(None) == tmp_path / "etc"


def test_then_the_shipped_ones(tmp_path: Path) -> None:
    assert scripts_directory(None) == places.SCRIPTS
    assert scripts_directory(tmp_path / "kiosk.toml") == places.SCRIPTS
    assert list(places.SCRIPTS.glob("*.toml"))
    assert places.ASSETS.is_dir()


def test_themes_of_the_event_come_before_the_shipped_ones(tmp_path: Path) -> None:
    installed = places.INSTALLED_THEMES
    assert theme_folders(None) == (installed, places.THEMES)
    assert theme_folders(tmp_path / "kiosk.toml") == (
        tmp_path / "themes",
        installed,
        places.THEMES,
    )
    assert theme_folders(installed.parent / "kiosk.toml") == (installed, places.THEMES)
    assert list(places.THEMES.glob("*.toml"))


@pytest.mark.parametrize(
    ("environment", "where"),
    [
        ({"CACHE_DIRECTORY": "/var/cache/kiosk:/x", "HOME": "/root"}, "/var/cache/kiosk/faces"),
        ({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "/c/kiosk/faces"),
        ({"HOME": "/h"}, "/h/.cache/kiosk/faces"),
        ({}, None),
    ],
)
def test_faces_are_kept_where_the_machine_wants_them(
    environment: dict[str, str], where: str | None
) -> None:
    assert face_cache(environment) == (None if where is None else Path(where))


def test_a_network_beside_the_configuration_comes_before_the_shipped(tmp_path: Path) -> None:
    assert network_folders(None) == (places.NETWORKS,)
    assert network_folders(tmp_path / "kiosk.toml") == (tmp_path / "networks", places.NETWORKS)
