"""What a booth does on its own machine when the service is gone: it starts processes that load
models, within all that its unit forbids."""

import re
import time
from collections.abc import Callable

import numpy as np
import pytest

from kiosk.interview.script import load_script, spoken_lines
from kiosk.places import SCRIPTS
from tests.system.booth import SCRIPT, Booth
from tests.system.machine import until
from tests.system.test_service import ANSWER, GONE_S, PAUSE_S, READY, begin_interview, phrases

pytestmark = pytest.mark.timeout(240)

Figure = Callable[[str], None]
HEARD = "/var/lib/kiosk/heard.wav"
STANDIN = """
KIOSK_INTERVIEW_WHEN_LINE_DIES=standin
KIOSK_INTERVIEW_LINE_PATIENCE_S=5
KIOSK_AUDIO_OUTPUT=file:"""
ANSWERED_S = 120.0
"""Only to end a test that hangs: a question, a pause and an answer, perhaps two, at leisure."""
AUDIBLE = 1000
"""A voice has such samples, and what is silent has none."""
PLACES = ("/run/kiosk", "/var/lib", "/var/cache/kiosk", "/var/tmp", "/tmp")
WORDS_FOUND = "The words of what was said without a line were found"


def test_the_stand_in_of_the_machine_takes_over_speaks_and_hears(
    booth: Booth, figure: Figure
) -> None:
    with booth.machine.path("/etc/kiosk/environment").open("a") as file:
        file.write(f"{STANDIN}{HEARD}\n")
    booth.start_interviewer()
    booth.start()
    booth.until_status(READY)
    heard = booth.machine.path(HEARD)

    def audible(after: int) -> bool:
        played = np.frombuffer(heard.read_bytes()[after // 2 * 2 :], "<i2")
        return bool((np.abs(played) > AUDIBLE).any())

    with booth.talker(ANSWER.pcm(), PAUSE_S):
        begin_interview(booth)
        booth.until_status("question 1 of")
        booth.machine.run("systemctl", "stop", "standin")
        until(lambda: "the line stays dead" in booth.messages(), booth.situation)
        died_s, played = time.monotonic(), heard.stat().st_size
        until(lambda: audible(played), booth.situation)
        figure(f"from a dead line to the stand-in's first word: {time.monotonic() - died_s:.1f} s")
        on = "In an interview with the stand-in, question 2 of"
        until(lambda: on in booth.shown()["StatusText"], booth.situation, ANSWERED_S)
        stop_s = booth.stop()
    assert not booth.processes()
    assert stop_s < GONE_S
    figure(f"from `systemctl stop` in an interview with it to gone: {stop_s:.2f} s")
    assert booth.shown()["Result"] == "success"
    for complaint in ("Traceback", "SIGKILL", "timed out"):
        assert complaint not in booth.messages()


def test_what_was_said_without_a_line_is_recognised(booth: Booth, figure: Figure) -> None:
    booth.start_interviewer()
    booth.start()
    booth.until_status(READY)
    with booth.talker(ANSWER.pcm(), PAUSE_S) as speaks:
        begin_interview(booth)
        booth.until_status("question 1 of")
        until(lambda: not speaks(), booth.situation)
        booth.machine.run("systemctl", "stop", "standin")
        until(speaks, booth.situation)
        until(lambda: not speaks(), booth.situation)
        booth.start_interviewer("--fault", "no-append")
        until(lambda: WORDS_FOUND in booth.messages(), booth.situation)
        booth.until_status("question 2 of")
    (told,) = [line for line in booth.messages().splitlines() if WORDS_FOUND in line]
    figure(told.partition(": ")[2])
    assert not {"environmental", "engineering"} & set(booth.journal().split())


def test_a_booth_aborted_in_an_interview_leaves_no_dump_and_no_word(booth: Booth) -> None:
    booth.start_interviewer()
    booth.start()
    booth.until_status(READY)
    with booth.talker(ANSWER.pcm(), PAUSE_S) as speaks:
        begin_interview(booth)
        until(speaks, booth.situation)
        until(lambda: not speaks(), booth.situation)
        for process in booth.processes():
            limits = booth.machine.run("cat", f"{process}/limits")
            assert re.search(r"Max core file size +0 +0 ", limits)
            assert int(booth.machine.run("cat", f"{process}/coredump_filter"), 16) == 0
        before = files(booth)
        booth.machine.run("systemctl", "kill", "--signal=ABRT", "kiosk")
        until(lambda: booth.shown()["NRestarts"] == "1", booth.situation)
    booth.until_status(READY)
    assert not files(booth) - before
    assert "code=killed, status=6/ABRT" in booth.messages()
    journal = booth.journal()
    spoken = [ANSWER.text, *spoken_lines(load_script(SCRIPT, SCRIPTS))]
    assert not set().union(*map(phrases, spoken)) & phrases(journal)


def files(booth: Booth) -> set[str]:
    """Return what lies where a booth may write, and where dumps are kept."""
    kept = [each for each in PLACES if booth.machine.path(each).is_dir()]
    return set(booth.machine.run("find", *kept, "-xdev", "-type", "f").splitlines())
