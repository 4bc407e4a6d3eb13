import io
import tarfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.update.archive import digest, pack, peek, unpack
from kiosk.update.manifest import Manifest, UpdateError

FILES = {"source/scripts/go": b"#!/bin/sh\n", "source/a": b"a" * 3000, "wheels/b.whl": b"wheel"}


def packed(folder: Path, name: str = "new", built_at: float = 1.0) -> Path:
    """An archive of `FILES`, of which `go` may be executed."""
    files = {}
    for inside, content in FILES.items():
        files[inside] = folder / "in" / inside
        files[inside].parent.mkdir(parents=True, exist_ok=True)
        files[inside].write_bytes(content)
        files[inside].chmod(0o755 if inside.endswith("go") else 0o644)
    sums = {inside: digest(io.BytesIO(content)) for inside, content in FILES.items()}
    path = folder / f"kiosk-{name}.tar"
    pack(path, Manifest(name, built_at, "3.11", "x86_64", sums), files)
    return path


def unpacked(path: Path, folder: Path) -> dict[str, bytes]:
    unpack(path, folder / "source", folder / "wheels")
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file()
    }


def test_what_was_packed_is_unpacked(tmp_path: Path) -> None:
    path = packed(tmp_path)
    assert peek(path).id == "new"
    assert unpacked(path, tmp_path / "out") == FILES
    assert (tmp_path / "out/source/scripts/go").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "out/source/a").stat().st_mode & 0o777 == 0o644


def test_a_file_too_many_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path)
    with tarfile.open(path, "a") as tar:
        tar.addfile(tarfile.TarInfo("source/more"))
    with pytest.raises(UpdateError, match="source/more does not belong there"):
        unpacked(path, tmp_path / "out")


def test_a_link_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    path, other = packed(tmp_path), tmp_path / "other.tar"
    with tarfile.open(path) as tar, tarfile.open(other, "w") as out:
        for member in tar:
            if member.name == "source/a":
                member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0
                out.addfile(member)
            else:
                out.addfile(member, tar.extractfile(member))
    with pytest.raises(UpdateError, match="source/a does not belong there"):
        unpacked(other, tmp_path / "out")


def test_a_missing_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(UpdateError, match="cannot be used: No such file"):
        peek(tmp_path / "kiosk-x.tar")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_an_archive_that_was_damaged_anywhere_gives_what_was_packed_or_a_sentence(
    tmp_path: Path, data: st.DataObject
) -> None:
    whole = packed(tmp_path).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    bad = data.draw(st.sampled_from([whole[:at], whole[:at] + b"\xff" + whole[at + 1 :]]))
    path = tmp_path / "kiosk-bad.tar"
    path.write_bytes(bad)
    out = tmp_path / str(len(list(tmp_path.iterdir())))
    with suppress(UpdateError):
        assert unpacked(path, out) == FILES


def test_a_changed_byte_of_a_file_is_noticed(tmp_path: Path) -> None:
    path = packed(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"aaaa", b"aaba", 1))
    with pytest.raises(UpdateError, match=r"source/a is not what was packed\. Copy it again"):
        unpacked(path, tmp_path / "out")
