"""What the doctor says, to people and to programs, and the status it ends with."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.doctor.checks import CHECKS, examine
from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.doctor.report import as_json, plain, status
from kiosk.doctor.visit import main
from kiosk.errors import ExitStatus
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

    def sound(_: Patient) -> Iterator[Finding]:
        yield GOOD[1]

    found = list(examine(Patient(), {"one": broken, "other": sound}))
    assert [(name, finding.level) for name, finding in found] == [
        ("one", "fail"),
        ("other", "pass"),
    ]
    assert "RuntimeError" in found[0][1].what


def test_the_command_looks_at_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('[screen]\ndriver = "offscreen"\n')
    monkeypatch.chdir(tmp_path)
    elsewhere = tmp_path / "service"
    elsewhere.mkdir()
    with service(elsewhere) as running, token_service(running.base_url, KEY) as tokens:
        monkeypatch.setenv("KIOSK_TOKEN_SOCKET", str(tokens))
        assert main(path, json=True) == ExitStatus.DONE
    told = json.loads(capsys.readouterr().out)
    assert {each["check"] for each in told["findings"]} == set(CHECKS)
    assert all(each["do"] for each in told["findings"] if each["level"] != "pass")
    path.write_text("[screen")
    assert main(path, json=False) == ExitStatus.NOTHING_TO_BE_DONE
    assert "[CFG1]" in capsys.readouterr().out
