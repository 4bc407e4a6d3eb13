"""What a release archive says of itself (pure)."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import NoReturn

from kiosk.errors import CommandError

NAME = "manifest.json"
"""The archive's first file."""
SOURCE, WHEELS = "source/", "wheels/"
"""Below these stand the source, and the wheels that it needs."""
LARGEST_BYTES = 4 << 20
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,80}")
_SUM = re.compile(r"[0-9a-f]{64}")
_PART = re.compile(r"[^/\\\x00-\x1f\x7f]+")


class UpdateError(CommandError):
    """An update, or taking one back, that did not come to pass; the booth is as it was."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A release for one kind of machine."""

    id: str
    """What its folder is called: version and a part of the source's sum."""
    built_at: float
    """When it was packed, Unix seconds; of several archives the newest is taken."""
    python: str
    """The Python whose wheels it brings, as in 3.11."""
    machine: str
    """The processor whose wheels it brings, as the kernel calls it."""
    files: Mapping[str, str]
    """The SHA-256 of each file, by its path in the archive."""


def as_json(manifest: Manifest) -> str:
    """Return the manifest's file."""
    return json.dumps(asdict(manifest), indent=1, sort_keys=True) + "\n"


def read_manifest(data: bytes) -> Manifest:
    """Return what such a file says; raises `UpdateError` with one sentence."""
    try:
        told = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        _refuse("is not JSON")
    if not isinstance(told, dict):
        _refuse("is not a table")
    built_at, files = told.get("built_at"), told.get("files")
    if not isinstance(built_at, int | float) or isinstance(built_at, bool):
        _refuse("does not say when it was built")
    if not isinstance(files, dict) or not files:
        _refuse("lists no files")
    for path, digest in files.items():
        if not _is_inside(path):
            _refuse("lists a file outside the release")
        if not isinstance(digest, str) or not _SUM.fullmatch(digest):
            _refuse("lists a file without its sum")
    release, python, machine = (_word(told, key) for key in ("id", "python", "machine"))
    return Manifest(release, float(built_at), python, machine, files)


def _word(told: Mapping[str, object], key: str) -> str:
    word = told.get(key)
    if not isinstance(word, str) or not _ID.fullmatch(word):
        _refuse(f"has no {key}")
    return word


def _is_inside(path: str) -> bool:
    """Tell whether a path stays in the source or in the wheels."""
    parts = path.split("/")
    return (
        path.startswith((SOURCE, WHEELS))
        and len(parts) > 1
        and all(_PART.fullmatch(part) and part not in (".", "..") for part in parts)
    )


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _refuse(what: str) -> NoReturn:
    raise UpdateError([f"This is no release of the booth: its manifest {what}."])
