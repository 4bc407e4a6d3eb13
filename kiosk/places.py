"""Where the booth's files lie: in the checkout it runs from, or where an installer put them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds the package, `assets` and `config`."""
ASSETS = ROOT / "assets"
SCRIPTS = ROOT / "config" / "interviews"
INSTALLED_SCRIPTS = Path("/etc/kiosk/interviews")


def scripts_directory(config_path: Path | None) -> Path:
    """The folder of interview scripts: beside the configuration file, as installed, or shipped."""
    beside = [config_path.parent / "interviews"] if config_path is not None else []
    return next((p for p in (*beside, INSTALLED_SCRIPTS) if p.is_dir()), SCRIPTS)
