"""What the doctor says, to people and to programs, and the status it ends with."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.doctor.checks import CHECKS, ENDLESS, Check, examine
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.doctor.report import as_json, headline, lines, plain, status
from kiosk.doctor.visit import main
from kiosk.errors import ExitStatus
from kiosk.host import outcome
from kiosk.places import ROOT
from tests.rigs.standin import KEY, service
from tests.rigs.token_service import token_service

GOOD = ("fonts", Finding("pass", "There are letters."))
SO_SO = ("text size", Finding("warn", "They are small.", "Take a larger screen."))
BAD = ("theme", Finding("fail", "It is grey on grey.", "Change it.", "THM1"))


def test_each_finding_is_one_line_with_what_to_do() -> None:
    assert plain([GOOD, SO_SO, BAD]) == (
        "pass  fonts      There are letters.\n"
        "warn  text size  They are small. Take a larger screen.\n"
        "fail  theme      [THM1] It is grey on grey. Change it.\n"
        "To mend: 1. To better: 1."
    )
    assert plain([GOOD]).endswith("\nEverything is as it should be.")


def test_what_to_do_about_many_mistakes_is_said_once() -> None:
    pale = ("theme", Finding("fail", "It is pale.", "Change it.", "THM1"))
    elsewhere = ("interview", Finding("fail", "It asks nothing.", "Change it.", "CFG2"))
    assert plain([elsewhere, BAD, pale]).splitlines()[:3] == [
        "fail  interview  [CFG2] It asks nothing. Change it.",
        "fail  theme      [THM1] It is grey on grey.",
        "fail  theme      [THM1] It is pale. Change it.",
    ]


def test_programs_get_the_same() -> None:
    told = json.loads(as_json([GOOD, BAD]))
    assert told["worst"] == "fail"
    assert told["findings"][1] == {
        "check": "theme",
        "level": "fail",
        "what": "It is grey on grey.",
        "do": "Change it.",
        "code": "THM1",
    }


def test_only_a_failure_is_one_for_the_shell() -> None:
    assert status([]) == status([GOOD, SO_SO]) == ExitStatus.DONE
    assert status([GOOD, BAD, SO_SO]) == ExitStatus.NOTHING_TO_BE_DONE


def test_a_check_that_breaks_hides_no_other() -> None:
    def broken(_: Patient) -> Iterator[Finding]:
        raise RuntimeError("torn")

    def well(_: Patient) -> Iterator[Finding]:
        yield GOOD[1]

    checks = {"one": Check(broken, ""), "other": Check(well, "", "voice")}
    found = list(examine(Patient(), checks))
    assert [(name, finding.level) for name, finding in found] == [
        ("one", "fail"),
        ("other", "pass"),
    ]
    assert "RuntimeError" in found[0][1].what


def test_a_check_that_comes_to_no_end_is_not_waited_for() -> None:
    over = threading.Event()

    def endless(_: Patient) -> Iterator[Finding]:
        over.wait()
        yield GOOD[1]

    def well(_: Patient) -> Iterator[Finding]:
        yield GOOD[1]

    checks = {
        "one": Check(endless, "", "name"),
        "next": Check(well, "", "name"),
        "other": Check(well, "", "voice"),
    }
    try:
        found = list(examine(Patient(), checks, limit_s=0.2))
    finally:
        over.set()
    assert found == [("one", ENDLESS), ("next", ENDLESS), ("other", GOOD[1])]


HERE = """
[screen]
driver = "offscreen"
[audio]
backend = "file"
input = "file:"
output = "file:"
[button]
sources = ["none"]
"""
"""A booth that lacks nothing that a test machine has not."""


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(HERE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KIOSK_TOKEN_SOCKET", str(tmp_path / "nobody"))
    return path


def test_the_command_looks_at_everything(
    configured: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = tmp_path / "service"
    elsewhere.mkdir()
    with service(elsewhere) as running, token_service(running.base_url, KEY) as tokens:
        monkeypatch.setenv("KIOSK_TOKEN_SOCKET", str(tokens))
        monkeypatch.setenv("KIOSK_REALTIME_BASE_URL", running.base_url)
        assert main(configured, json=True) == ExitStatus.DONE
    told = json.loads(capsys.readouterr().out)
    assert {each["check"] for each in told["findings"]} == set(CHECKS)
    assert all(each["do"] for each in told["findings"] if each["level"] in ("warn", "fail"))
    (reached,) = (each for each in told["findings"] if each["check"] == "HTTPS")
    assert reached["level"] == "pass"


def test_a_quick_look_asks_nobody_and_plays_nothing(
    configured: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(configured, json=True, quick=True) == ExitStatus.DONE
    looked_at = {each["check"] for each in json.loads(capsys.readouterr().out)["findings"]}
    assert {"configuration", "clock", "unit files"} <= looked_at
    assert not {"sound", "DNS", "HTTPS", "UDP", "key"} & looked_at
    configured.write_text("[screen")
    assert main(configured, json=False, quick=True) == ExitStatus.NOTHING_TO_BE_DONE
    assert "[CFG1]" in capsys.readouterr().out


def test_a_unit_tells_the_journal_what_is_bad_and_everybody_the_sum(
    configured: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, str, str]] = []
    monkeypatch.setattr(outcome, "tell", lambda *words: heard.append(words))
    configured.write_text("[screen")
    assert main(configured, json=False, quick=True, tell=True) == ExitStatus.NOTHING_TO_BE_DONE
    begun, ended = heard
    assert begun[:2] == ("doctor", "pass")
    assert ended[:2] == ("doctor", "fail")
    assert "To mend: " in ended[2]
    assert "[CFG1]" in ended[2]
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("<6>pass")
    assert said[-1].startswith("<3>fail")


def test_the_sum_leads_with_what_is_worst() -> None:
    assert headline([GOOD, SO_SO, BAD]).startswith("To mend: 1. To better: 1. [THM1] It is grey")
    assert headline([GOOD]) == "Everything is as it should be."
    skipped = ("power", Finding("skip", "Not measured."))
    assert headline([GOOD, skipped]) == "Everything is as it should be. Not looked at: 1."


def test_the_worst_stands_last_whatever_the_table_says() -> None:
    assert [level for level, _ in lines([BAD, GOOD, SO_SO])] == ["pass", "warn", "fail"]


def test_the_handbook_has_a_row_for_everything() -> None:
    page = (ROOT / "docs" / "appliance.md").read_text("utf-8")
    for name, check in CHECKS.items():
        assert f"| {name} | {check.about} |" in page
