"""One typesetter and one avatar serve all tests of the screen."""

import os

import pytest

os.environ["SDL_VIDEODRIVER"] = "dummy"
os.environ["SDL_AUDIODRIVER"] = "dummy"

from kiosk.screen.avatar import Avatar
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme


@pytest.fixture(scope="session")
def typesetter() -> Typesetter:
    return Typesetter(Theme().font)


@pytest.fixture(scope="session")
def avatar() -> Avatar:
    return Avatar(200)
