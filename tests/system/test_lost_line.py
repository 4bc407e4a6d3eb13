"""What a booth does on its own machine when the service is gone: it starts processes that load
models, within all that its unit forbids."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from tests.system.booth import Booth
from tests.system.machine import until
from tests.system.test_service import ANSWER, GONE_S, PAUSE_S, READY, begin_interview

pytestmark = pytest.mark.timeout(180)

Figure = Callable[[str], None]
HEARD = "/var/lib/kiosk/heard.wav"
STANDIN = """
KIOSK_INTERVIEW_WHEN_LINE_DIES=standin
KIOSK_INTERVIEW_LINE_PATIENCE_S=5
KIOSK_AUDIO_OUTPUT=file:"""
AUDIBLE = 1000
"""A voice has such samples, and what is silent has none."""
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
        booth.until_status("In an interview with the stand-in, question 2 of")
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
