import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """A command that runs within a test sets up logging, onto a stream that ends with the test."""
    root, booth = logging.getLogger(), logging.getLogger("kiosk")
    before = (root.handlers[:], root.level, booth.level)
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    booth.setLevel(before[2])
    logging.captureWarnings(capture=False)
