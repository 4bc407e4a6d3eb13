from collections.abc import Iterator

import pygame
import pytest

from kiosk.keys import KEY_NAMES, is_key


@pytest.fixture(autouse=True)
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
    pygame.display.init()
    yield
    pygame.display.quit()


def names() -> set[str]:
    """What SDL and pygame call the keys that pygame knows."""
    codes = [getattr(pygame, name) for name in dir(pygame) if name.startswith("K_")]
    both = {pygame.key.name(code, use_compat=compat) for code in codes for compat in (True, False)}
    return both - {""}


def test_every_key_is_known_by_each_of_its_names() -> None:
    assert {name for name in names() if not is_key(name)} == set()


@pytest.mark.parametrize("name", sorted(KEY_NAMES) + list("aZ1. €"))
def test_every_name_that_is_taken_opens_a_window(name: str) -> None:
    for written in (name, name.upper(), name.title()):
        assert pygame.key.key_code(written) == pygame.key.key_code(name)


@pytest.mark.parametrize("name", ["spacebar", "nokey", "", "ctrl"])
def test_other_words_are_no_keys(name: str) -> None:
    assert not is_key(name)
    with pytest.raises(ValueError, match="unknown key name"):
        pygame.key.key_code(name)
