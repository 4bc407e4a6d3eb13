import os
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core.faults import Fault
from kiosk.doctor.checks import CHECKS
from kiosk.doctor.finding import Finding
from kiosk.doctor.key import key
from kiosk.doctor.patient import Patient
from kiosk.realtime.errors import LineError
from kiosk.realtime.token import Token
from kiosk.secret import Secret
from kiosk.settings import Settings, TokenSettings
from tests.rigs.standin import KEY, service
from tests.rigs.token_service import listening, token_service


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    token = TokenSettings(socket=tmp_path / "none")
    return Patient(replace(Settings(), token=token), root=tmp_path)


def give(_: Patient) -> Token:
    return Token(Secret("ek_1"), 0.0, {}, 600.0)


def test_a_key_that_is_accepted_is_as_it_should_be(patient: Patient) -> None:
    assert list(key(patient, give)) == [
        Finding("pass", "The service accepts the key; a token lives 600 s.")
    ]


@pytest.mark.parametrize("fault", Fault)
def test_every_reason_without_a_token_says_what_to_do(patient: Patient, fault: Fault) -> None:
    def refuse(_: Patient) -> Token:
        raise LineError(fault, "The service refused.")

    [finding] = key(patient, refuse)
    assert (finding.level, finding.what, finding.code) == (
        "fail",
        "The service refused.",
        fault.remedy.code,
    )
    assert finding.do
    assert "kiosk doctor" not in finding.do or fault.remedy.advice


def test_a_key_that_lies_about_is_found(patient: Patient, tmp_path: Path) -> None:
    plain = tmp_path / "etc/credstore/openai-api-key"
    plain.parent.mkdir(parents=True)
    plain.write_text(KEY)
    found, _ = key(patient, give)
    assert (found.level, found.code) == ("fail", "KEY4")
    assert str(plain) in found.what
    assert KEY not in found.what + found.do


def test_who_may_not_ask_is_told_who_may(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with listening() as (_, path):
        closed = replace(patient.settings, token=TokenSettings(socket=path))
        [finding] = key(replace(patient, settings=closed), give)
    assert (finding.level, finding.do) == ("warn", "sudo kiosk doctor")


def test_asks_as_the_booth_does(patient: Patient, tmp_path: Path) -> None:
    assert CHECKS["key"].look is key
    [nobody] = key(patient)
    assert (nobody.level, nobody.code) == ("fail", "KEY4")
    with service(tmp_path) as running, token_service(running.base_url, KEY) as path:
        asked = replace(patient.settings, token=TokenSettings(socket=path))
        [finding] = key(replace(patient, settings=asked))
        assert finding.level == "pass"
        realtime = replace(patient.settings.realtime, base_url=running.base_url)
        direct = replace(asked, realtime=realtime, token=TokenSettings(source="direct"))
        environ = {"OPENAI_API_KEY": KEY}
        [finding] = key(replace(patient, settings=direct, environ=environ))
        assert finding.level == "pass"
        [finding] = key(replace(patient, settings=direct))
        assert finding.code == "KEY1"
