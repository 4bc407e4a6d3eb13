from pathlib import Path

import pytest

from kiosk import places
from kiosk.places import scripts_directory


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
