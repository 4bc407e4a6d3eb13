"""The HTTP side: secrets, offers, hang-ups, and every refusal as the service words it."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai.types.realtime import ClientSecretCreateResponse

from kiosk.errors import CommandError
from kiosk.standin.ears import DeafEars
from kiosk.standin.faults import HTTP_FAULTS, Faults
from kiosk.standin.server import Standin, StandinOptions, main
from tests.standin.caller import Caller
from tests.standin.conftest import Murmur, Open

KEY = {"Authorization": "Bearer sk-anything"}
SECRETS = "/v1/realtime/client_secrets"
CALLS = "/v1/realtime/calls"


@asynccontextmanager
async def client(standin: Standin) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=standin.base_url, trust_env=False) as http:
        yield http


def error_of(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "type", "param", "code"}
    error: dict[str, Any] = body["error"]
    return error


async def test_a_secret_is_minted_as_the_service_does(open_standin: Open) -> None:
    async with client(await open_standin()) as http:
        before = int(time.time())
        response = await http.post(
            SECRETS,
            headers={**KEY, "OpenAI-Safety-Identifier": "abc"},
            json={
                "expires_after": {"anchor": "created_at", "seconds": 60},
                "session": {"type": "realtime", "instructions": "Be kind."},
            },
        )
        assert response.status_code == 200
        secret = ClientSecretCreateResponse.model_validate(response.json())
        assert secret.value.startswith("ek_")
        assert before + 60 <= secret.expires_at <= time.time() + 60
        assert secret.session.type == "realtime"
        assert response.json()["session"]["instructions"] == "Be kind."
        usual = (await http.post(SECRETS, headers=KEY)).json()
        assert before + 600 <= usual["expires_at"] <= time.time() + 600


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({}, b"{}", 401, "invalid_api_key"),
        ({"Authorization": "Bearer sk-wrong"}, b"{}", 401, "invalid_api_key"),
        ({"Authorization": "Basic sk-right"}, b"{}", 401, "invalid_api_key"),
        ({"Authorization": "Bearer sk-right"}, b"{", 400, "invalid_value"),
        ({"Authorization": "Bearer sk-right"}, b"[]", 400, "invalid_value"),
        (
            {"Authorization": "Bearer sk-right"},
            b'{"session": {"type": "realtime", "temperature": 1}}',
            400,
            "unknown_parameter",
        ),
        (
            {"Authorization": "Bearer sk-right"},
            b'{"expires_after": {"anchor": "created_at", "seconds": 5}}',
            400,
            "invalid_value",
        ),
    ],
)
async def test_refused_secrets(
    open_standin: Open, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    async with client(await open_standin(key="sk-right")) as http:
        response = await http.post(SECRETS, headers=headers, content=body)
        assert response.status_code == status
        error = error_of(response)
        assert error["code"] == code
        assert "sk-right" not in response.text


async def test_azures_paths_and_header_work_too(open_standin: Open) -> None:
    async with client(await open_standin(key="sk-right")) as http:
        minted = await http.post(f"/openai{SECRETS}", headers={"api-key": "sk-right"})
        assert minted.status_code == 200
        refused = await http.post(f"/openai{CALLS}", headers=KEY, content="v=0")
        assert refused.status_code == 401


OFFER_WITHOUT_CHANNEL = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
"""


@pytest.mark.parametrize(
    ("offer", "content_type", "status", "code"),
    [
        ("", "application/sdp", 400, "invalid_offer"),
        ("not an offer", "application/sdp", 400, "invalid_offer"),
        ('{"sdp": 1}', "application/sdp", 400, "invalid_offer"),
        (OFFER_WITHOUT_CHANNEL, "application/sdp", 400, "invalid_offer"),
        ("v=0", "application/json", 400, "unsupported_content_type"),
    ],
)
async def test_offers_that_cannot_be_answered(
    open_standin: Open, offer: str, content_type: str, status: int, code: str
) -> None:
    standin = await open_standin()
    async with client(standin) as http:
        token = (await http.post(SECRETS, headers=KEY)).json()["value"]
        response = await http.post(
            CALLS,
            content=offer,
            headers={"Authorization": f"Bearer {token}", "Content-Type": content_type},
        )
        assert response.status_code == status
        assert error_of(response)["code"] == code
        assert standin.calls == {}


async def test_foreign_and_expired_tokens_are_refused(
    script_directory: Path, tmp_path: Path
) -> None:
    now = 1000.0
    options = StandinOptions(port=0, script="short", script_directory=script_directory)
    async with (
        Standin(options, voice=Murmur(), hearing=DeafEars(), clock=lambda: now) as standin,
        client(standin) as http,
    ):
        token = (await http.post(SECRETS, headers=KEY)).json()["value"]
        now += 600
        for value in (token, "ek_foreign", "sk-anything"):
            response = await http.post(
                CALLS,
                content="v=0",
                headers={"Authorization": f"Bearer {value}", "Content-Type": "application/sdp"},
            )
            assert response.status_code == 401
            assert error_of(response)["code"] == "invalid_api_key"


async def test_unknown_places_answer_in_json(open_standin: Open) -> None:
    async with client(await open_standin()) as http:
        for method, path, status in (
            ("POST", "/v1/realtime/sessions", 404),
            ("GET", CALLS, 405),
            ("POST", f"{CALLS}/rtc_none/hangup", 404),
        ):
            response = await http.request(method, path, headers=KEY)
            assert response.status_code == status
            assert error_of(response)["type"] == "invalid_request_error"


@pytest.mark.parametrize("name", HTTP_FAULTS)
@pytest.mark.parametrize("where", ["mint", "calls"])
async def test_http_faults_on_request(open_standin: Open, name: str, where: str) -> None:
    standin = await open_standin()
    async with client(standin) as http:
        token = (await http.post(SECRETS, headers=KEY)).json()["value"]
        standin.faults = Faults(mint=name) if where == "mint" else Faults(calls=name)
        response = await http.post(
            SECRETS if where == "mint" else CALLS,
            headers={"Authorization": f"Bearer {token}"},
        )
        fault = HTTP_FAULTS[name]
        assert response.status_code == fault.status
        assert error_of(response)["code"] == fault.code
        assert ("Retry-After" in response.headers) is (name == "429-rate")


async def test_late_and_missing_answers(open_standin: Open) -> None:
    standin = await open_standin(faults=Faults(delay=0.2))
    async with client(standin) as http:
        start = time.monotonic()
        token = (await http.post(SECRETS, headers=KEY)).json()["value"]
        assert time.monotonic() - start >= 0.2
        standin.faults = Faults(no_answer=True)
        with pytest.raises(httpx.ReadTimeout):
            await http.post(
                CALLS,
                content="v=0",
                timeout=0.3,
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"},
            )


# --- the command --------------------------------------------------------------------------------

RUN = (
    "import sys, pathlib;"
    "from kiosk.standin.server import StandinOptions, main;"
    "sys.exit(main(StandinOptions(port=0, script='demo')))"
)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_command_says_where_it_is_and_ends_cleanly_in_a_call(
    number: signal.Signals,
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", RUN, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        line = (await process.stdout.readline()).decode()
    assert line.startswith("stand-in ready at http://127.0.0.1:")
    async with Caller(line.split()[-1]) as caller:
        await caller.opened()
        await caller.until("session.created")
        process.send_signal(number)
        async with asyncio.timeout(10):
            out, problems = await process.communicate()
            await caller.channel_closed.wait()
    assert (process.returncode, out, problems.decode()) == (0, b"", "")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"script": "none-such"}, "there is no such script"),
        ({"voice_path": Path("/none.onnx")}, r"Piper|none\.onnx"),
    ],
)
def test_what_cannot_work_is_said_in_a_sentence(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        main(StandinOptions(port=0, **changes))


def test_lines_that_nobody_can_say_are_named_at_the_start(
    script_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    options = StandinOptions(
        port=0, script="short", script_directory=script_directory, assets=tmp_path
    )
    with pytest.raises(CommandError, match="Hi, I am an AI"):
        main(options)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"cannot listen on 127.0.0.1:{port}"):
            main(StandinOptions(port=port, script="demo"))


def test_the_key_is_not_in_the_options_repr() -> None:
    assert "sk-secret" not in repr(StandinOptions(key="sk-secret"))
