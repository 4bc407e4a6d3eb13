"""The sealed API key: only systemd can open it, and gives it to the token service alone."""

import os
import re
import subprocess
from contextlib import suppress
from pathlib import Path

from kiosk.errors import CommandError
from kiosk.host.files import settle
from kiosk.secret import KEY_CREDENTIAL, Secret

SEALED = Path("etc/credstore.encrypted") / KEY_CREDENTIAL
"""Where systemd looks for it, below the root of the machine."""
PLAIN = Path("etc/credstore") / KEY_CREDENTIAL
"""Where older instructions put it, for everybody to read who holds the SD card.

A file there keeps the token service from starting: systemd takes it for a sealed one.
"""
LONGEST = 512
"""No key has more letters."""
SEAL_S = 20.0
"""Longest that sealing may take: the machine makes its own key the first time."""


def read_key(text: str) -> Secret:
    """Return the key in what a person pasted or a file holds; raises `CommandError`."""
    key = text.removeprefix("\ufeff").strip()
    if not key:
        raise CommandError(["There is no key in what was given."])
    if len(key) > LONGEST or not re.fullmatch(r"[!-~]+", key):
        raise CommandError(["That is not a key: it must be one word of plain letters."])
    return Secret(key)


def seal(key: Secret, service: str, root: Path = Path("/")) -> Path:
    """Put the key, encrypted, where only `kiosk-token.service` is given it; returns that place.

    With it goes `service`, the only `realtime.base_url` that the key is sent to.

    Raises `CommandError`.  With the machine's own key and never a TPM's: an update of the firmware
    must not lock a booth out.  An earlier key is replaced at once or not at all, and what lies
    about unencrypted is deleted.
    """
    path = root / SEALED
    draft = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _encrypt(f"{key.reveal()}\n{service}\n", draft)
        draft.chmod(0o600)
        settle(draft, path)
        (root / PLAIN).unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise CommandError([f"The key cannot be sealed in {path}: {reason}."]) from None
    finally:
        with suppress(OSError):
            draft.unlink()
    return path


def _encrypt(text: str, path: Path) -> None:
    # Through a pipe: every user may read the words of a command, and its environment is inherited.
    command = ["systemd-creds", "encrypt", "--with-key=host", f"--name={KEY_CREDENTIAL}"]
    try:
        done = subprocess.run(
            [*command, "-", str(path)],
            input=text.encode("utf-8"),
            capture_output=True,
            check=False,
            timeout=SEAL_S,
            env={"PATH": os.environ.get("PATH", os.defpath)},
        )
    except FileNotFoundError:
        raise CommandError(["systemd-creds is missing: this takes systemd 250 or later."]) from None
    except subprocess.TimeoutExpired:
        raise CommandError(["systemd-creds does not come to an end; try again."]) from None
    if done.returncode != 0 or not path.is_file():
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CommandError([f"systemd-creds failed: {said[-1] if said else 'it says nothing'}"])


def renew() -> bool:
    """Have the token service take up a new key, from the next request on; False without systemd.

    It may have given up over a key that could not be opened, so that is forgiven first.
    """
    service, socket = "kiosk-token.service", "kiosk-token.socket"
    orders = (["reset-failed", service, socket], ["stop", service], ["start", socket])
    try:
        done = [
            subprocess.run(
                ["systemctl", *order], capture_output=True, check=False, timeout=SEAL_S
            ).returncode
            for order in orders
        ]
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done[-1] == 0
