"""Good and bad cancellers, told apart with and without a candidate who talks."""

from dataclasses import replace

import numpy as np
import pytest

from kiosk.audio.echo import EchoCanceller
from kiosk.audio.pcm import SILENT_DBFS, Pcm, silence
from kiosk.audio.profiles import PROFILES
from kiosk.audio.selftest import EchoProbe, Findings, Judgement, Verdict
from tests.rigs.double_talk import blocks, run
from tests.rigs.room import hear, plain
from tests.rigs.voices import CANDIDATE, INTERVIEWER, talk

FAR = talk(INTERVIEWER, 4.6, seed=1)


def judged(played: Pcm, captured: Pcm, left: Pcm) -> list[Judgement]:
    probe = EchoProbe()
    found: list[Judgement] = []
    for three in zip(blocks(played), blocks(captured), blocks(left), strict=True):
        probe.add(*three)
        if (judgement := probe.judge()) is not None:
            found.append(judgement)
    return found


def candidate(*, talking: bool) -> Pcm:
    return talk(CANDIDATE, 4.6, seed=1) if talking else silence(len(FAR))


@pytest.mark.parametrize("echo_db", [0, 12])
@pytest.mark.parametrize("talking", [False, True])
def test_a_canceller_that_works_is_never_found_to_leak(talking: bool, echo_db: float) -> None:
    microphone = hear(replace(plain(), echo_db=echo_db), FAR, candidate(talking=talking)).microphone
    left = run(EchoCanceller(PROFILES["open"]), FAR, microphone)
    found = judged(FAR, microphone, left)
    assert len(found) == 2
    assert Verdict.LEAKS not in {judgement.verdict for judgement in found}
    assert all(judgement.delay_ms == pytest.approx(40, abs=1) for judgement in found)
    if not talking:
        assert all(judgement.verdict is Verdict.CLEAN for judgement in found)
        assert all(judgement.erle_db > 20 for judgement in found)


@pytest.mark.parametrize("echo_db", [0, 12])
@pytest.mark.parametrize("talking", [False, True])
def test_a_canceller_that_does_nothing_leaks(talking: bool, echo_db: float) -> None:
    microphone = hear(replace(plain(), echo_db=echo_db), FAR, candidate(talking=talking)).microphone
    found = judged(FAR, microphone, microphone)
    assert [judgement.verdict for judgement in found] == [Verdict.LEAKS] * 2
    assert all(abs(judgement.erle_db) < 1 for judgement in found)


def test_a_reference_that_comes_late_leaks() -> None:
    microphone = hear(replace(plain(), echo_db=6), FAR).microphone
    late = np.concatenate([silence(5_760), FAR[:-5_760]])
    left = run(EchoCanceller(PROFILES["open"]), late, microphone)
    assert Verdict.LEAKS in {judgement.verdict for judgement in judged(FAR, microphone, left)}


def test_where_no_echo_arrives_all_is_well() -> None:
    microphone = hear(replace(plain(), echo_db=-80), FAR).microphone
    for judgement in judged(FAR, microphone, microphone):
        assert judgement.verdict is Verdict.CLEAN
        assert judgement.delay_ms is None


def test_a_talker_alone_decides_nothing() -> None:
    said = candidate(talking=True)
    microphone = hear(replace(plain(), echo_db=-80), FAR, said).microphone
    assert {j.verdict for j in judged(FAR, microphone, microphone)} == {Verdict.UNCLEAR}


def test_a_click_is_no_test() -> None:
    played = silence(5 * 48_000)
    played[:960] = 9000
    assert [j.verdict for j in judged(played, played, played)] == [Verdict.UNCLEAR]


def test_silence_is_no_test() -> None:
    quiet = silence(5 * 48_000)
    assert judged(quiet, quiet, quiet) == []


def found(verdict: Verdict) -> Judgement:
    return Judgement(verdict, None, SILENT_DBFS, SILENT_DBFS)


def test_two_leaks_in_a_row_decide_and_a_clean_test_takes_it_back() -> None:
    findings = Findings()
    for verdict, leaks in (
        (Verdict.LEAKS, False),
        (Verdict.CLEAN, False),
        (Verdict.LEAKS, False),
        (Verdict.UNCLEAR, False),
        (Verdict.LEAKS, True),
        (Verdict.UNCLEAR, True),
        (Verdict.CLEAN, False),
        (Verdict.LEAKS, False),
    ):
        findings.add(found(verdict))
        assert findings.leaks is leaks
