"""Where the booth's files lie: in the checkout it runs from, or where an installer put them."""

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds the package, `assets` and `config`."""
ASSETS = ROOT / "assets"
SCRIPTS = ROOT / "config" / "interviews"
INSTALLED_SCRIPTS = Path("/etc/kiosk/interviews")
THEMES = ROOT / "config" / "themes"
NETWORKS = ROOT / "config" / "networks"
INSTALLED_THEMES = Path("/etc/kiosk/themes")


def scripts_directory(config_path: Path | None) -> Path:
    """The folder of interview scripts: beside the configuration file, as installed, or shipped."""
    beside = [config_path.parent / "interviews"] if config_path is not None else []
    return next((p for p in (*beside, INSTALLED_SCRIPTS) if p.is_dir()), SCRIPTS)


def theme_folders(config_path: Path | None) -> tuple[Path, ...]:
    """Where a theme is looked for by name, in this order: an event's own come before the shipped.

    Unlike scripts, which are an event's or ours, themes of both are used side by side.
    """
    beside = [config_path.parent / "themes"] if config_path is not None else []
    return tuple(dict.fromkeys((*beside, INSTALLED_THEMES, THEMES)))


def network_folders(config_path: Path | None) -> tuple[Path, ...]:
    """Where a network is looked for by name, in this order: beside the configuration, shipped."""
    beside = [config_path.parent / "networks"] if config_path is not None else []
    return tuple(dict.fromkeys((*beside, NETWORKS)))


def face_cache(environment: Mapping[str, str]) -> Path | None:
    """Where faces are kept: systemd's cache directory, else the user's; None when there is none."""
    if given := environment.get("CACHE_DIRECTORY"):
        return Path(given.split(":")[0]) / "faces"
    if given := environment.get("XDG_CACHE_HOME"):
        return Path(given) / "kiosk" / "faces"
    home = environment.get("HOME")
    return Path(home) / ".cache" / "kiosk" / "faces" if home else None
