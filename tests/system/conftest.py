import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.booth import CHECKOUT, WHEELS, Booth, install
from tests.system.machine import Disk, booted

VARIABLE = "BOOTH_MACHINE"
"""Names the folder with the Debian to boot and the wheels, which `scripts/test --system` makes."""
LAYER = "BOOTH_LAYER"
"""Names the folder with what one run installs over that Debian, for all processes of the run."""

collect_ignore_glob = [] if VARIABLE in os.environ else ["test_*.py"]

_FIGURE = "figure"


def pytest_configure(config: pytest.Config) -> None:
    """Make a folder for what this run installs."""
    if VARIABLE in os.environ and LAYER not in os.environ:
        folder = tempfile.mkdtemp(prefix="layer-", dir=Path(os.environ[VARIABLE]).parent)
        os.environ[LAYER] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder))


@pytest.fixture(scope="session")
def shown() -> dict[str, Path]:
    """What every machine sees of the one outside."""
    return {
        CHECKOUT: Path(__file__).parents[2],
        WHEELS: Path(os.environ[VARIABLE]) / "wheels",
    }


@pytest.fixture(scope="session")
def debian() -> Disk:
    """A Debian with what a booth needs of it, and nothing of the booth."""
    return Disk((Path(os.environ[VARIABLE]) / "debian",))


@pytest.fixture(scope="session")
def installed(
    debian: Disk, shown: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Disk:
    """The same with the booth installed, once in a run."""
    layer = Path(os.environ[LAYER])
    above = layer / "above"
    with (layer / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (layer / "done").exists():
            disk = Disk(debian.below, above)
            with booted(disk, tmp_path_factory.mktemp("install"), shown=shown) as machine:
                install(machine)
            (layer / "done").touch()
    return Disk((above, *debian.below))


@pytest.fixture
def booth(installed: Disk, shown: dict[str, Path], tmp_path: Path) -> Iterator[Booth]:
    """A machine of its own for each test, with the booth installed and not yet started."""
    with booted(installed, tmp_path, shown=shown) as machine:
        yield Booth(machine)


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Take a line for the end of the run."""
    return lambda line: request.node.user_properties.append((_FIGURE, line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, line in report.user_properties if report.when == "call" else ():
            if name == _FIGURE:
                terminalreporter.write_line(line)
