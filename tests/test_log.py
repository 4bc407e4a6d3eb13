import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import log
from kiosk.secret import REDACTED, Secret, redact

KEY = "sk-proj-abcdefgh12345678"
TOKEN = "ek_68af296e8e408191a1120ab6383263c2"
AZURE = "0123456789abcdef0123456789abcdef"
SERVICE = {"NOTIFY_SOCKET": "/nowhere"}


@pytest.fixture
def journal(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    module = pytest.importorskip("systemd.journal")
    sent: list[dict[str, str]] = []
    monkeypatch.setattr(
        module, "send", lambda message, **fields: sent.append({"MESSAGE": message} | fields)
    )
    return sent


def fail(text: str) -> None:
    raise ValueError(text)


def log_everywhere(text: str) -> None:
    """Log `text` as message, argument, and in the texts of chained exceptions."""
    logger = logging.getLogger("kiosk.realtime")
    logger.info("message " + text)  # noqa: G003
    logger.info("argument %s and %r", text, {"Authorization": f"Bearer {text}"})
    logger.info("wrong %d", text)
    try:
        try:
            fail(f"inner {text}")
        except ValueError as error:
            raise RuntimeError(f"outer {text}") from error
    except RuntimeError:
        logger.exception("failed with %s", text, stack_info=True)


@pytest.mark.parametrize("secret", [KEY, TOKEN, AZURE])
@pytest.mark.parametrize("debug", [False, True])
def test_no_secret_reaches_stderr(
    secret: str, debug: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    log.set_up({}, debug=debug)
    log.hide(Secret(AZURE))
    log_everywhere(secret)
    shown = capsys.readouterr().err
    assert secret not in shown
    assert shown.count(REDACTED) >= 4


@pytest.mark.parametrize("secret", [KEY, TOKEN, AZURE])
def test_no_secret_reaches_the_journal(secret: str, journal: list[dict[str, str]]) -> None:
    log.set_up(SERVICE)
    log.hide(Secret(AZURE))
    log_everywhere(secret)
    assert len(journal) == 4
    assert secret not in json.dumps(journal)
    assert "Traceback" in journal[-1]["MESSAGE"]


def test_records_carry_where_the_booth_is(journal: list[dict[str, str]]) -> None:
    log.set_up(SERVICE)
    log.set_context(phase="conversing", session="7f3a")
    logging.getLogger("kiosk.runtime").warning("one")
    log.set_context(phase="out of service", code="NET1")
    logging.getLogger("aiortc").error("two")
    log.set_context()
    logging.getLogger("kiosk.runtime").info("three")
    keys = ("MESSAGE", "PRIORITY", "KIOSK_PHASE", "KIOSK_SESSION", "KIOSK_CODE")
    assert [[each.get(key) for key in keys] for each in journal] == [
        ["one", "4", "conversing", "7f3a", None],
        ["two", "3", "out of service", None, "NET1"],
        ["three", "6", None, None, None],
    ]


def test_a_record_about_a_code_carries_that_one(journal: list[dict[str, str]]) -> None:
    log.set_up(SERVICE)
    log.set_context(phase="out of service", code="NET1")
    for code in ("MIC4", ""):
        logging.getLogger("kiosk.booth").info("noted", extra={log.CODE_FIELD: code})
    assert [each["KIOSK_CODE"] for each in journal] == ["MIC4", "NET1"]
    assert {each["KIOSK_PHASE"] for each in journal} == {"out of service"}


@pytest.mark.parametrize("debug", [False, True])
def test_libraries_may_not_write_what_was_said(
    debug: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    log.set_up({}, debug=debug)
    logging.getLogger("aiortc.rtcsctptransport").debug("the candidate's words")
    logging.getLogger("httpx").info("POST /v1/realtime/calls")
    logging.getLogger("kiosk.x").debug("detail")
    shown = capsys.readouterr().err
    assert "words" not in shown
    assert "POST" not in shown
    assert ("detail" in shown) is debug


@pytest.mark.parametrize("debug", [False, True])
def test_a_person_sees_tracebacks_only_on_request(
    debug: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    log.set_up({}, debug=debug)
    try:
        fail("inside")
    except ValueError:
        logging.getLogger("kiosk").exception("It failed.")
    shown = capsys.readouterr().err
    assert "It failed." in shown
    assert ("Traceback" in shown) is debug


def test_a_service_without_the_journal_s_library_writes_to_stderr(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "systemd.journal", None)
    log.set_up(SERVICE)
    logging.getLogger("kiosk").info("hello")
    shown = capsys.readouterr().err
    assert "hello" in shown


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: {KEY}.",
        f'{{"value":"{TOKEN}"}}',
        "Authorization: Bearer abc.def-123",
        f"'api-key': '{KEY}'",
        "sk-abcd1234",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str) -> None:
    redacted = redact(text)
    assert REDACTED in redacted
    assert not any(secret in redacted for secret in (KEY, TOKEN, "abc.def", "abcd1234"))


@pytest.mark.parametrize("text", ["a risk-averse task-oriented person", "desk_1", "seek", ""])
def test_ordinary_words_stay(text: str) -> None:
    assert redact(text) == text


@given(st.text(), st.text(min_size=1), st.text())
def test_a_known_secret_never_stays(before: str, secret: str, after: str) -> None:
    known = Secret(secret)
    redacted = redact(before + secret + after, [known])
    assert secret not in redacted.replace(REDACTED, "")


def test_what_one_handler_leaves_out_the_next_one_still_has(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    log.set_up({})
    logging.getLogger().addHandler(caplog.handler)
    try:
        fail("torn off")
    except ValueError:
        logging.getLogger("kiosk.test").exception("it failed")
    assert "torn off" not in capsys.readouterr().err
    assert "torn off" in caplog.text
