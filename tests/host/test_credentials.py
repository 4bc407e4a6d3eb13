import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import CommandError
from kiosk.host import credentials
from kiosk.host.credentials import PLAIN, SEALED, read_key, renew, seal
from kiosk.secret import Secret

KEY = "sk-right-0123456789abcdef"
SERVICE = "https://service.example"
SEALER = """#!/bin/sh
echo "$@" >>"{log}"
env >>"{log}"
for last; do :; done
{{ echo sealed; cat; }} >"$last"
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that are found before the machine's own."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    return folder


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def told(programs: Path, tmp_path: Path) -> Path:
    """What a `systemd-creds` that works was told."""
    log = tmp_path / "told"
    program(programs, "systemd-creds", SEALER.format(log=log))
    return log


def test_a_key_is_sealed_and_no_other_user_can_read_it(tmp_path: Path, told: Path) -> None:
    path = seal(Secret(KEY), SERVICE, tmp_path)
    assert path == tmp_path / "etc/credstore.encrypted/openai-api-key"
    assert path.read_text() == f"sealed\n{KEY}\n{SERVICE}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["openai-api-key"]
    assert "encrypt --with-key=host --name=openai-api-key - " in told.read_text()
    assert KEY not in told.read_text()
    assert "somebody-else" not in told.read_text()


def test_a_sealed_key_outlasts_a_pulled_plug(
    tmp_path: Path, told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync = os.fsync

    def note(opened: int) -> None:
        synced.append(Path(f"/proc/self/fd/{opened}").readlink().name)
        sync(opened)

    monkeypatch.setattr(os, "fsync", note)
    path = seal(Secret(KEY), SERVICE, tmp_path)
    assert synced == [f".{path.name}.new", path.parent.name]


def test_sealing_replaces_the_last_key_and_the_plain_one(tmp_path: Path, told: Path) -> None:
    plain = tmp_path / PLAIN
    plain.parent.mkdir(parents=True)
    plain.write_text(KEY)
    seal(Secret("sk-first-0123456789"), SERVICE, tmp_path)
    assert not plain.exists()
    assert seal(Secret(KEY), SERVICE, tmp_path).read_text() == f"sealed\n{KEY}\n{SERVICE}\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("#!/bin/sh\necho No secret >&2; exit 1\n", "systemd-creds failed: No secret"),
        ("#!/bin/sh\nexit 1\n", "systemd-creds failed: it says nothing"),
        ("#!/bin/sh\nexit 0\n", "systemd-creds failed: it says nothing"),
    ],
)
def test_what_cannot_be_sealed_leaves_the_last_key(
    tmp_path: Path, programs: Path, text: str, sentence: str
) -> None:
    path = tmp_path / SEALED
    path.parent.mkdir(parents=True)
    path.write_text("the last one")
    program(programs, "systemd-creds", text)
    with pytest.raises(CommandError) as refused:
        seal(Secret(KEY), SERVICE, tmp_path)
    assert str(refused.value) == sentence
    assert path.read_text() == "the last one"
    assert [each.name for each in path.parent.iterdir()] == ["openai-api-key"]


def test_a_machine_without_the_sealer_says_what_it_takes(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(programs))
    with pytest.raises(CommandError, match=r"systemd-creds is missing: this takes systemd 250"):
        seal(Secret(KEY), SERVICE, tmp_path)


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path, told: Path) -> None:
    (tmp_path / "etc").write_text("a file")
    with pytest.raises(CommandError, match=r"The key cannot be sealed in .*: Not a directory"):
        seal(Secret(KEY), SERVICE, tmp_path)


def test_a_sealer_that_hangs_is_given_up(
    tmp_path: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(credentials, "SEAL_S", 0.1)
    program(programs, "systemd-creds", "#!/bin/sh\nexec sleep 60\n")
    with pytest.raises(CommandError, match="does not come to an end"):
        seal(Secret(KEY), SERVICE, tmp_path)


@pytest.mark.parametrize("text", [KEY, f"{KEY}\n", f"\ufeff{KEY}\r\n", f"  {KEY}\t\n\n"])
def test_a_key_may_come_from_any_editor(text: str) -> None:
    assert read_key(text) == Secret(KEY)


@given(st.text())
def test_whatever_is_no_key_is_one_sentence_that_does_not_repeat_it(text: str) -> None:
    wanted = text.removeprefix("\ufeff").strip()
    if wanted and wanted.isascii() and wanted.isprintable() and " " not in wanted:
        assert read_key(text) == Secret(wanted)
        return
    with pytest.raises(CommandError) as refused:
        read_key(text)
    assert str(refused.value) in (
        "There is no key in what was given.",
        "That is not a key: it must be one word of plain letters.",
    )


@pytest.mark.parametrize("text", ["", " \n", "two words", "sk-Nevér", "sk-1\nsk-2", "x" * 513])
def test_what_no_header_can_carry_is_no_key(text: str) -> None:
    with pytest.raises(CommandError, match="key"):
        read_key(text)


def test_a_service_that_gave_up_is_forgiven_and_takes_the_new_key(
    tmp_path: Path, programs: Path
) -> None:
    program(programs, "systemctl", f'#!/bin/sh\necho "$@" >>"{tmp_path}/orders"\n')
    assert renew()
    assert (tmp_path / "orders").read_text().splitlines() == [
        "reset-failed kiosk-token.service kiosk-token.socket",
        "stop kiosk-token.service",
        "start kiosk-token.socket",
    ]


@pytest.mark.parametrize("text", ["#!/bin/sh\nexit 1\n", None])
def test_without_a_service_manager_there_is_nobody_to_tell(
    programs: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    if text is not None:
        program(programs, "systemctl", text)
    else:
        monkeypatch.setenv("PATH", str(programs))
    assert not renew()
