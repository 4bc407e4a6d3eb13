"""Fixtures for sound."""

from collections.abc import Iterator

import pytest

from tests.rigs import pulse as rig


@pytest.fixture(scope="module")
def pulse() -> Iterator[rig.Pulse]:
    """A private PulseAudio, which the processes started by the test find."""
    if rig.MISSING:
        pytest.skip(f"not installed: {', '.join(rig.MISSING)}")
    with rig.pulse() as running, pytest.MonkeyPatch.context() as patch:
        for name, value in running.environment.items():
            patch.setenv(name, value)
        yield running
