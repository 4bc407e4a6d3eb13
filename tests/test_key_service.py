"""`kiosk token-service` as a process: with what systemd hands over, and without."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from kiosk.core.faults import Fault
from kiosk.errors import ExitStatus
from kiosk.realtime.errors import LineError
from kiosk.realtime.token import Token
from kiosk.realtime.token_client import ServiceMinter, read_state
from kiosk.realtime.token_memory import FILE
from tests.rigs.booth_process import ROOT, until
from tests.rigs.standin import KEY, Service, service
from tests.rigs.token_service import listening

pytest.importorskip("systemd.daemon")

COMMAND = (sys.executable, "-m", "kiosk", "token-service")
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""
"""What systemd does for a service that has a socket."""
SESSION: dict[str, object] = {"type": "realtime", "instructions": "Ask."}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("service")) as running:
        yield running


class Process:
    """The service while it runs."""

    def __init__(self, process: subprocess.Popen[str], path: Path) -> None:
        self.process = process
        self.path = path

    def mint(self) -> Token | LineError:
        """Ask for a token as a booth does."""

        async def ask() -> Token | LineError:
            booth = ServiceMinter(self.path)
            try:
                return await booth.mint(SESSION)
            except LineError as problem:
                return problem
            finally:
                await booth.close()

        return asyncio.run(ask())

    def end(self) -> tuple[int, str]:
        """Stop it; return its exit status and all that it said."""
        self.process.send_signal(signal.SIGTERM)
        said, _ = self.process.communicate(timeout=30)
        return self.process.returncode, said


class Place:
    """What the service finds on its machine."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self.credentials = folder / "credentials"
        self.memory = folder / "memory"
        self.config = folder / "kiosk.toml"
        self.credentials.mkdir()
        self.memory.mkdir()
        self.key(KEY)
        self.config.write_text(f'[realtime]\nbase_url = "{base_url}"\n')

    def key(self, text: str) -> None:
        (self.credentials / "openai-api-key").write_text(text)

    def environ(self, **more: str) -> dict[str, str]:
        return {
            **{name: text for name, text in os.environ.items() if not name.startswith("KIOSK_")},
            "PYTHONPATH": str(ROOT),
            "CREDENTIALS_DIRECTORY": str(self.credentials),
            "RUNTIME_DIRECTORY": str(self.memory),
            "OPENAI_API_KEY": "sk-of-somebody-else",
            **more,
        }

    @contextmanager
    def started(self, **more: str) -> Iterator[Process]:
        with listening() as (listener, path):
            process = subprocess.Popen(
                [
                    *(sys.executable, "-c", HAND_OVER, str(listener.fileno()), *COMMAND),
                    *("--config", str(self.config)),
                ],
                cwd=self.memory,
                env=self.environ(LISTEN_FDS="1", **more),
                pass_fds=(listener.fileno(),),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            try:
                yield Process(process, path)
            finally:
                process.kill()
                process.wait()
                assert process.stdout is not None
                process.stdout.close()


@pytest.fixture
def place(tmp_path: Path, running: Service) -> Place:
    return Place(tmp_path, running.base_url)


def test_mints_with_the_sealed_key_on_the_socket_that_it_was_given(place: Place) -> None:
    with place.started() as started:
        token = started.mint()
        assert isinstance(token, Token)
        state = read_state(started.path)
        status, said = started.end()
        assert started.path.is_socket()
    assert status == ExitStatus.DONE
    assert state["credential"] is True
    for secret in (KEY, token.value.reveal(), "sk-of-somebody-else", "Traceback"):
        assert secret not in said
    kept = (place.memory / FILE).read_text()
    assert json.loads(kept)["minted"]["code"] == ""
    assert not {KEY, token.value.reveal()} & set(kept.split('"'))


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        (None, Fault.KEY_MISSING),
        ("\n", Fault.KEY_MISSING),
        ("two words", Fault.KEY_REFUSED),
        ("sk-wrong-0123456789abcdef", Fault.KEY_REFUSED),
    ],
)
def test_a_key_that_is_missing_or_wrong_has_its_code(
    place: Place, key: str | None, fault: Fault
) -> None:
    if key is None:
        (place.credentials / "openai-api-key").unlink()
    else:
        place.key(key)
    with place.started() as started:
        problem = started.mint()
        assert isinstance(problem, LineError)
        assert problem.fault is fault
        status, said = started.end()
    assert status == ExitStatus.DONE
    assert "Traceback" not in said
    assert not key or not key.strip() or key not in said
    assert json.loads((place.memory / FILE).read_text())["minted"]["code"] == fault.remedy.code


def test_a_key_goes_to_the_service_alone_that_it_was_sealed_for(
    place: Place, running: Service
) -> None:
    place.key(f"{KEY}\n{running.base_url}\n")
    with place.started() as started:
        assert isinstance(started.mint(), Token)
    place.key(f"{KEY}\nhttps://right.example\n")
    with place.started() as started:
        problem = started.mint()
        assert isinstance(problem, LineError)
        assert KEY not in started.end()[1]
    assert problem.fault is Fault.KEY_REFUSED
    assert problem.why == (
        f"The key is for https://right.example, not for {running.base_url}: sudo kiosk set-key."
    )


def test_root_may_name_another_service_in_the_environment(place: Place, running: Service) -> None:
    place.key(f"{KEY}\nhttps://right.example\n")
    with place.started(KIOSK_REALTIME_BASE_URL=running.base_url) as started:
        assert isinstance(started.mint(), Token)


def test_a_broken_configuration_has_its_code_and_a_mended_one_holds(place: Place) -> None:
    good = place.config.read_text()
    place.config.write_text("[realtime")
    with place.started() as started:
        problem = started.mint()
        status, said = started.end()
    assert isinstance(problem, LineError)
    assert problem.fault is Fault.CONFIG
    assert "kiosk.toml: This is not TOML" in problem.why
    assert status == ExitStatus.DONE
    assert "Traceback" not in said

    place.config.write_text(good)
    with place.started() as started:
        assert isinstance(started.mint(), Token)
    place.config.write_text("[realtime")
    with place.started() as started:
        assert isinstance(started.mint(), Token), "the booth goes on by the last one, too"
        assert "The last configuration without a mistake holds." in started.end()[1]


def test_it_is_small() -> None:
    code = "import sys, kiosk.key_service; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "kiosk.realtime.token_service" in loaded
    assert not {"aioice", "aiortc", "av", "numpy", "pygame", "OpenSSL"} & set(loaded)


def test_in_development_it_makes_a_socket_and_takes_it_away(place: Place) -> None:
    with listening() as (_, other):
        path = other.with_name("own")
        process = subprocess.Popen(
            [*COMMAND, "--config", str(place.config), "--socket", str(path)],
            cwd=place.memory,
            env=place.environ(),
        )
        try:
            until(lambda: path.exists() and read_somehow(path))
            assert path.stat().st_mode & 0o777 == 0o600
            assert isinstance(Process(process, path).mint(), Token)  # type: ignore[arg-type]
        finally:
            process.terminate()
            assert process.wait(30) == ExitStatus.DONE
        assert not path.exists()


def read_somehow(path: Path) -> bool:
    with suppress(LineError):
        return bool(read_state(path))
    return False


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ((), ExitStatus.USAGE, "systemd gave no socket: name one with --socket PATH."),
        (("--user", "no-such"), ExitStatus.NOTHING_TO_BE_DONE, "There is no user 'no-such' on"),
        (("--socket", "/no/such"), ExitStatus.NOTHING_TO_BE_DONE, "The socket /no/such cannot be"),
        (("--socket", "/" + "x" * 200), ExitStatus.NOTHING_TO_BE_DONE, "path too long"),
    ],
)
def test_without_what_it_needs_it_says_so(
    place: Place, words: tuple[str, ...], status: ExitStatus, sentence: str
) -> None:
    ended = subprocess.run(
        [*COMMAND, *words], env=place.environ(), capture_output=True, text=True, check=False
    )
    assert (ended.returncode, len(ended.stderr.splitlines())) == (status, 1)
    assert sentence in ended.stderr


def test_a_socket_of_another_kind_is_refused(place: Place) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as other:
        other.listen()
        ended = subprocess.run(
            [sys.executable, "-c", HAND_OVER, str(other.fileno()), *COMMAND],
            env=place.environ(LISTEN_FDS="1"),
            pass_fds=(other.fileno(),),
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == ExitStatus.NOTHING_TO_BE_DONE
    assert "one listening Unix socket" in ended.stderr
