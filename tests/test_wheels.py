"""What a Pi's Python needs is there as wheels for it; needs the registry that pip is set up for."""

import io
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

import httpx
import pytest

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
BUILT: Mapping[str, list[str]] = PROJECT["tool"]["booth"]["built"]
SYSTEMS = {"3.11": 36, "3.13": 41}
"""Debian's Pythons, and the minor version of the glibc beside each."""
TAIL_BYTES = 64 * 1024
TIMEOUT_S = 60.0


def plain(requirement: str) -> str:
    """Return the name in a requirement, as registries compare it."""
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def wanted(version: str) -> list[str]:
    """Return what pip is asked for: all that a booth with stand-in has, save what is built."""
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    listed = [*project["dependencies"], *extras["hardware"], *extras["sound"], *extras["standin"]]
    built = {plain(name) for name in (*BUILT["always"], *BUILT[version])}
    return [each for each in listed if plain(each) not in built | {plain(project["name"])}]


def resolve(version: str, folder: Path) -> Mapping[str, str]:
    """Return the address of the wheel that pip takes for each package on an arm64 Debian."""
    platforms = [f"manylinux_2_{minor}_aarch64" for minor in range(17, SYSTEMS[version] + 1)]
    report = folder / "report.json"
    command = [
        *(sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"),
        *("--only-binary=:all:", f"--python-version={version}", f"--report={report}"),
        *("--retries=1", f"--target={folder / 'nowhere'}", "--platform=manylinux2014_aarch64"),
        *(f"--platform={each}" for each in platforms),
        *wanted(version),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "(from versions: none)" in done.stderr:
        pytest.skip("pip reaches no registry")
    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_text())["install"]
    return {plain(each["metadata"]["name"]): each["download_info"]["url"] for each in found}


class Remote(io.RawIOBase):
    """The end of a file on a web server, which is where a wheel's table of contents stands."""

    def __init__(self, client: httpx.Client, url: str, tail_bytes: int) -> None:
        answer = client.get(url, headers={"Range": f"bytes=-{tail_bytes}"})
        answer.raise_for_status()
        self._tail = answer.content
        whole = answer.headers.get("content-range", "").rpartition("/")[2]
        self._size = int(whole or len(self._tail))
        self._at = 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        start = self._at - (self._size - len(self._tail))
        if start < 0:
            raise EOFError("the table of contents is longer than what was fetched")
        data = self._tail[start:] if size < 0 else self._tail[start : start + size]
        self._at += len(data)
        return data


def contents(url: str, client: httpx.Client) -> Mapping[str, int]:
    """Return the files in a wheel with their sizes; most of it is not fetched."""
    if url.startswith("file://"):
        return sizes(zipfile.ZipFile(httpx.URL(url).path))
    for tail_bytes in (TAIL_BYTES, 32 * TAIL_BYTES):
        try:
            return sizes(zipfile.ZipFile(Remote(client, url, tail_bytes)))
        except EOFError:
            continue
    raise AssertionError(f"{url} has a very long table of contents")


def sizes(wheel: zipfile.ZipFile) -> Mapping[str, int]:
    return {each.filename: each.file_size for each in wheel.infolist()}


def modules(files: Mapping[str, int]) -> Iterator[str]:
    """Yield the top-level modules in a wheel that have anything in them."""
    for name, size in files.items():
        path = PurePosixPath(name)
        top = path.parts[0]
        if (
            size
            and path.suffix in {".py", ".pyi", ".so"}
            and not top.endswith((".dist-info", ".data"))
        ):
            yield top.partition(".")[0]


def expected(package: str) -> set[str]:
    """Return the modules by which the booth knows a package, as far as it is installed here."""
    here = packages_distributions()
    known = {module for module, owners in here.items() if package in map(plain, owners)}
    public = {module for module in known if not module.startswith("_")}
    return public or {package.replace("-", "_")}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("version", SYSTEMS)
def test_every_package_is_a_wheel_for_arm64_that_holds_its_module(
    version: str, tmp_path: Path
) -> None:
    wheels = resolve(version, tmp_path)
    assert {plain(each) for each in wanted(version)} <= set(wheels)
    with (
        httpx.Client(follow_redirects=True, timeout=TIMEOUT_S) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        read = partial(contents, client=client)
        found = dict(zip(wheels, pool.map(read, wheels.values()), strict=True))
    empty = [name for name, files in found.items() if not set(modules(files))]
    assert empty == []
    for package in map(plain, wanted(version)):
        assert expected(package) & set(modules(found[package])), package


def test_a_wheel_with_an_empty_module_holds_none(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "empty.whl", "w") as wheel:
        wheel.writestr("lgpio/__init__.py", "")
        wheel.writestr("lgpio-0.0.0.2.dist-info/METADATA", "Name: lgpio")
    assert not set(modules(sizes(wheel)))


def test_what_is_built_is_what_the_booth_needs() -> None:
    direct = {
        plain(each)
        for group in (
            PROJECT["project"]["dependencies"],
            *PROJECT["project"]["optional-dependencies"].values(),
        )
        for each in group
    }
    built = {plain(name) for names in BUILT.values() for name in names}
    assert built <= direct | {"pangocffi"}, "pangocairocffi brings pangocffi"
