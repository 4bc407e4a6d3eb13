"""Moves the API key from a file into the sealed credential, and off the medium it came on."""

import os
import re
from pathlib import Path

from kiosk.errors import CommandError
from kiosk.host.credentials import read_key
from kiosk.provision.files import KEY, opened
from kiosk.secret import Secret

_ONE_KEY = re.compile(r"[A-Za-z0-9._~+/-]{8,}=*")
"""What an authorization header takes (RFC 6750)."""


def read(content: bytes) -> Secret:
    """Return the key in a file; raises `CommandError` with a sentence that repeats nothing."""
    try:
        key = read_key(content.decode("utf-8"))
    except (UnicodeDecodeError, CommandError):
        key = Secret("")
    if not _ONE_KEY.fullmatch(key.reveal()):
        why = f"{KEY} must hold the key alone: no quotation marks, no name, no other text."
        raise CommandError([why])
    return key


def erase(path: Path) -> None:
    """Overwrite a file, and delete it; raises `OSError`.

    Flash memory may keep what was overwritten: a stick that is lost is a reason for a new key.
    """
    with opened(path, os.O_WRONLY) as (descriptor, _):
        os.write(descriptor, bytes(os.fstat(descriptor).st_size))
        os.fsync(descriptor)
    path.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
