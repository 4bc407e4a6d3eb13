import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.realtime.token_memory import FILE, Memory, Minted, Terms, keep, remember
from kiosk.settings import RealtimeSettings, Settings, TokenSettings

TERMS = Terms("https://x.openai.azure.com/openai", "api-key", "my-model", 300)
MEMORY = Memory(TERMS, Minted(1_795_428_060.0, "NET1", "The service cannot be reached."))


def test_terms_are_those_of_the_settings() -> None:
    realtime = RealtimeSettings(TERMS.base_url, TERMS.auth, TERMS.model)
    assert Terms.of(Settings(realtime=realtime, token=TokenSettings(lifetime_s=300))) == TERMS
    assert TERMS.realtime() == realtime


@pytest.mark.parametrize("memory", [MEMORY, Memory(), Memory(TERMS), Memory(minted=Minted(5.0))])
def test_what_was_kept_is_remembered(tmp_path: Path, memory: Memory) -> None:
    keep(tmp_path, memory)
    assert remember(tmp_path) == memory
    assert [each.name for each in tmp_path.iterdir()] == [FILE]


def test_without_a_folder_nothing_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    keep(None, MEMORY)
    assert remember(None) == Memory()
    assert not caplog.records


def test_a_folder_that_was_never_used_is_nothing_to_talk_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert remember(tmp_path) == Memory()
    assert not caplog.records


def test_what_cannot_be_kept_is_told_to_the_journal(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep(tmp_path / "none", MEMORY)
    assert "No such file or directory" in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        {"terms": {}},
        {"terms": {"base_url": "http://elsewhere.example", "auth": "bearer", "model": "m",
                   "lifetime_s": 600}},
        {"terms": {"base_url": "https://x", "auth": "basic", "model": "m", "lifetime_s": 600}},
        {"terms": {"base_url": "https://x", "auth": "bearer", "model": "", "lifetime_s": 600}},
        {"terms": {"base_url": "https://x", "auth": "bearer", "model": "m", "lifetime_s": 1}},
        {"terms": 5},
        {"minted": {"at": "now", "code": "", "why": ""}},
        {"minted": {"at": 10**400, "code": "", "why": ""}},
        {"minted": []},
        {"minted": {"at": 5.0, "code": None, "why": ""}},
    ],
    ids=range(10),
)  # fmt: skip
def test_the_key_goes_nowhere_that_no_configuration_could_say(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, change: dict[str, object]
) -> None:
    (tmp_path / FILE).write_text(json.dumps({"terms": None, "minted": None} | change))
    assert remember(tmp_path) == Memory()
    assert "What was kept cannot be read" in caplog.text


@given(st.binary(max_size=100) | st.just(b"[" * 100_000))
def test_any_file_is_read_or_forgotten(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("memory")
    (folder / FILE).write_bytes(data)
    assert remember(folder) == Memory()
