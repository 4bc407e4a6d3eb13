"""What was imported before.

A file that stays on the boot partition is not imported at each start, so that what staff change in
/etc/kiosk stays.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from kiosk.provision.writing import write_all

FOLDER = Path("var/lib/kiosk-provision")
FILE = "imported.json"


def digest(files: Mapping[str, bytes]) -> str:
    """Return what tells these files from others."""
    whole = hashlib.sha256()
    for name, data in sorted(files.items()):
        whole.update(f"{name}\0{len(data)}\0".encode())
        whole.update(data)
    return whole.hexdigest()


class Memory:
    """Digests by the place that files came from and what they are."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        try:
            read = json.loads((self._folder / FILE).read_bytes())
        except (OSError, ValueError, RecursionError):
            read = {}
        self._digests: dict[str, object] = read if isinstance(read, dict) else {}

    def holds(self, place: str, parcel: str, digest: str) -> bool:
        """Tell whether this was the last thing imported from there."""
        return self._digests.get(f"{place}: {parcel}") == digest

    def keep(self, place: str, parcel: str, digest: str) -> None:
        """Remember it; raises `CommandError`."""
        self._digests[f"{place}: {parcel}"] = digest
        data = json.dumps(self._digests, indent=2).encode()
        # The digest of wifi.toml would let a password be tried out.
        write_all(self._folder, {FILE: data}, mode=0o600, keep_old=False)
