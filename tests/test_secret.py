import copy
import json
import pickle

import pytest

from kiosk.secret import Secret, without_secrets

TEXT = "sk-proj-0123456789"


def test_shows_itself_only_when_asked() -> None:
    secret = Secret(TEXT)
    shown = (
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>40}",
        repr([secret]),
        str((secret,)),
    )
    assert not [text for text in shown if TEXT in text]
    assert secret.reveal() == TEXT


def test_cannot_be_written_down() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(TEXT))
    with pytest.raises(TypeError):
        json.dumps(Secret(TEXT))
    with pytest.raises(TypeError):
        copy.copy(Secret(TEXT))


def test_is_empty_or_equal_by_its_text() -> None:
    assert not Secret("")
    assert Secret(TEXT) == Secret(TEXT)
    assert len({Secret(TEXT), Secret(TEXT), Secret("other")}) == 2
    assert Secret(TEXT) != TEXT


def test_a_child_s_environment_has_everything_but_the_key() -> None:
    assert without_secrets({"OPENAI_API_KEY": TEXT, "PATH": "/bin"}) == {"PATH": "/bin"}
