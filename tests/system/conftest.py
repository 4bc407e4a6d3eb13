import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.booth import Booth, install
from tests.system.machine import booted

VARIABLE = "BOOTH_MACHINE"
"""Names the folder of the Debian to boot, which `scripts/test --system` makes."""

collect_ignore_glob = [] if VARIABLE in os.environ else ["test_*.py"]

_FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def booth(tmp_path: Path) -> Iterator[Booth]:
    """A machine of its own for each test, with the booth installed and not yet started."""
    with booted(Path(os.environ[VARIABLE]), tmp_path) as machine:
        install(machine)
        yield Booth(machine)


@pytest.fixture
def figure(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Take a line for the end of the run."""
    return pytestconfig.stash.setdefault(_FIGURES, []).append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(_FIGURES, []):
        terminalreporter.write_line(line)
