"""Where the pictures and fonts lie."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "assets"
"""The repository's `assets`, beside the package."""
AVATAR = FOLDER / "avatar"
FONTS = FOLDER / "fonts"
