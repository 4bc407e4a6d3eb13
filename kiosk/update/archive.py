"""A release archive: an uncompressed tar file of a manifest, the source, and wheels for it."""

import hashlib
import io
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kiosk.update.manifest import (
    LARGEST_BYTES,
    NAME,
    SOURCE,
    WHEELS,
    Manifest,
    UpdateError,
    as_json,
    read_manifest,
)

PATTERN = "kiosk-*.tar"
"""What such archives are called on a stick."""
_CHUNK_BYTES = 1 << 20


def digest(file: IO[bytes]) -> str:
    """Return the SHA-256 of what is left of a file."""
    found = hashlib.sha256()
    while chunk := file.read(_CHUNK_BYTES):
        found.update(chunk)
    return found.hexdigest()


def pack(path: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write an archive of the files, by their path in it; replaces an earlier one whole."""
    draft = path.with_name(f".{path.name}.new")
    with tarfile.open(draft, "w") as tar:
        told = as_json(manifest).encode()
        head = tarfile.TarInfo(NAME)
        head.size = len(told)
        tar.addfile(head, io.BytesIO(told))
        for name in sorted(files):
            tar.add(files[name], arcname=name, recursive=False)
    draft.replace(path)


def peek(path: Path) -> Manifest:
    """Return what an archive says of itself, without reading the rest; raises `UpdateError`."""
    with _opened(path) as tar:
        return _manifest_of(tar)


def unpack(path: Path, source: Path, wheels: Path) -> None:
    """Put the source and the wheels of an archive in two folders, which must not be there.

    Raises `UpdateError` where a file is missing, too many, or not as the manifest says, and where
    the disk has no room.  Only plain files are taken, and only where the manifest lists them.
    """
    with _opened(path) as tar:
        missing = dict(_manifest_of(tar).files)
        while (member := tar.next()) is not None:
            expected = missing.pop(member.name, None)
            if expected is None or not member.isreg():
                raise _damaged(path, f"{member.name} does not belong there")
            above, inside = (source, SOURCE) if member.name.startswith(SOURCE) else (wheels, WHEELS)
            target = above / member.name.removeprefix(inside)
            target.parent.mkdir(parents=True, exist_ok=True)
            content = tar.extractfile(member)
            assert content is not None, "a plain file has a content"
            with target.open("xb") as file:
                shutil.copyfileobj(content, file, _CHUNK_BYTES)
            target.chmod(0o755 if member.mode & 0o100 else 0o644)
            with target.open("rb") as file:
                if digest(file) != expected:
                    raise _damaged(path, f"{member.name} is not what was packed")
    if missing:
        raise _damaged(path, f"{min(missing)} is missing")


def _manifest_of(tar: tarfile.TarFile) -> Manifest:
    member = tar.next()
    if member is None or member.name != NAME or not member.isreg() or member.size > LARGEST_BYTES:
        raise UpdateError(["This is no release of the booth: it has no manifest."])
    content = tar.extractfile(member)
    assert content is not None, "a plain file has a content"
    return read_manifest(content.read())


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as tar:
            yield tar
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise _damaged(path, "it is cut off, or no tar file") from error
    except OSError as error:
        raise UpdateError([f"{path.name} cannot be used: {error.strerror}."]) from error


def _damaged(path: Path, why: str) -> UpdateError:
    return UpdateError([f"{path.name} is damaged: {why}. Copy it again."])
