"""How the booth's unit has memory given out and taken back."""

from pathlib import Path

UNIT = Path(__file__).parents[2] / "systemd" / "kiosk.service"
_VARIABLES = ("PYTHONMALLOC", "GLIBC_TUNABLES")


def allocator() -> dict[str, str]:
    """Return the variables that `systemd/kiosk.service` sets for it."""
    lines = UNIT.read_text().splitlines()
    told = [line.removeprefix("Environment=") for line in lines if line.startswith("Environment=")]
    pairs = (each.split("=", 1) for each in told)
    return {name: value for name, value in pairs if name in _VARIABLES}
