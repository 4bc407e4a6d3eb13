import re
import time
from collections.abc import Callable
from functools import partial

import pytest

from kiosk.core.faults import Fault
from kiosk.interview.recordings import load_recordings
from kiosk.interview.script import load_script, spoken_lines
from kiosk.places import ASSETS, SCRIPTS
from tests.system.booth import KEY, SCRIPT, Booth
from tests.system.machine import until

pytestmark = pytest.mark.timeout(180)

Figure = Callable[[str], None]
READY = "Ready for a candidate"
GONE_S = 3.0
EXPOSURE = 2.0
RESTARTS = 10
PROCESSES = 3
"""The booth, its sound engine, and the spare one."""
PAUSE_S = 12.0
"""So long the candidate listens before each answer."""
ANSWER = next(
    each for each in load_recordings(ASSETS / "candidate") if each.id == "brings-you-here"
)


@pytest.fixture
def ready(booth: Booth) -> Booth:
    """A booth that waits for a candidate, beside an interviewer."""
    booth.start_interviewer()
    booth.start()
    booth.until_status(READY)
    return booth


def begin_interview(booth: Booth) -> None:
    """Press, and wait until the interviewer is heard."""
    booth.press()
    booth.until_status("In an interview")
    until(booth.listens, booth.situation)
    assert booth.calls()


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def phrases(text: str) -> set[tuple[str, ...]]:
    """Return all runs of three words."""
    all_words = words(text)
    return set(zip(all_words, all_words[1:], all_words[2:], strict=False))


def test_a_new_booth_starts_and_says_how_it_is(booth: Booth, figure: Figure) -> None:
    booth.start_interviewer()
    start_s = booth.start()
    shown = booth.shown()
    assert (shown["ActiveState"], shown["SubState"]) == ("active", "running")
    assert shown["UnitFileState"] == "enabled"
    assert shown["StatusText"] == READY
    assert f"/proc/{shown['MainPID']}" in booth.processes()
    assert not booth.calls()
    figure(f"from `systemctl start` to ready: {start_s:.2f} s")


def test_with_a_broken_configuration_the_service_is_up_and_says_so(booth: Booth) -> None:
    with booth.machine.path("/etc/kiosk/kiosk.toml").open("a") as file:
        file.write("this is no setting\n")
    booth.start()
    shown = booth.shown()
    assert shown["ActiveState"] == "active"
    assert "[CFG1]" in shown["StatusText"]
    assert "kiosk.toml, line" in booth.messages()
    assert "Traceback" not in booth.messages()
    assert booth.stop() < GONE_S
    assert booth.shown()["Result"] == "success"


def test_a_stop_in_an_interview_hangs_up_and_lets_go_of_everything(
    ready: Booth, figure: Figure
) -> None:
    with ready.talker(ANSWER.pcm(), PAUSE_S):
        begin_interview(ready)
        ready.until_status("question 2 of")
        until(lambda: len(ready.processes()) == PROCESSES, ready.situation)
        stop_s = ready.stop()
        shown = ready.shown()
        assert stop_s < GONE_S
        assert (shown["ActiveState"], shown["Result"]) == ("inactive", "success")
        assert shown["ExecMainStatus"] == "0"
        assert not ready.processes()
        assert not ready.listens()
        until(lambda: not ready.calls(), ready.situation, GONE_S)
    figure(f"from `systemctl stop` in an interview to gone: {stop_s:.2f} s")

    messages = ready.messages()
    for complaint in ("Traceback", "Failed with", "timed out", "SIGKILL", "left-over"):
        assert complaint not in messages
    journal = ready.journal()
    assert "KIOSK_SESSION=" in journal
    spoken = [ANSWER.text, *spoken_lines(load_script(SCRIPT, SCRIPTS))]
    assert not set().union(*map(phrases, spoken)) & phrases(journal)
    assert not {"environmental", "engineering", "graduate"} & set(words(journal))
    for secret in (KEY, KEY[:12], "ek_"):
        assert secret not in journal


def test_a_killed_booth_comes_back_by_itself(ready: Booth, figure: Figure) -> None:
    begin_interview(ready)
    before = ready.processes()
    killed_s = time.monotonic()
    ready.machine.run("systemctl", "kill", "--kill-whom=main", "--signal=KILL", "kiosk")
    until(lambda: ready.shown()["NRestarts"] == "1", ready.situation)
    ready.until_status(READY)
    back_s = time.monotonic() - killed_s
    assert ready.shown()["ActiveState"] == "active"
    assert not before & ready.processes()
    assert not ready.listens()
    figure(f"from a kill in an interview to ready again: {back_s:.2f} s")


def test_ten_restarts_in_ten_seconds_leave_a_booth_that_runs(ready: Booth, figure: Figure) -> None:
    first = ready.processes()
    states: set[str] = set()

    def watched(until_s: float) -> bool:
        states.add(ready.shown()["ActiveState"])
        return time.monotonic() >= until_s

    began_s = time.monotonic()
    for second in range(1, RESTARTS + 1):
        ready.machine.run("systemctl", "--no-block", "restart", "kiosk")
        until(partial(watched, began_s + second), ready.situation)
    assert time.monotonic() - began_s < RESTARTS + 1
    until(lambda: not ready.machine.run("systemctl", "list-jobs", "--no-legend"), ready.situation)
    ready.until_status(READY)
    shown = ready.shown()
    assert (shown["ActiveState"], shown["NRestarts"]) == ("active", "0")
    assert "failed" not in states
    until(lambda: len(ready.processes()) == PROCESSES, ready.situation)
    assert not first & ready.processes()
    messages = ready.messages()
    # systemd makes one of orders that come while it carries out another.
    assert RESTARTS // 2 <= messages.count("Starting kiosk.service") - 1 <= RESTARTS
    for complaint in ("Failed with", "timed out", "left-over"):
        assert complaint not in messages
    figure(f"{RESTARTS} restarts in {RESTARTS} s: none failed, and the booth is ready again")


def test_the_service_is_locked_down(booth: Booth, figure: Figure) -> None:
    booth.start()
    table = booth.machine.run("systemd-analyze", "--no-pager", "security", "kiosk.service")
    level = re.search(r"Overall exposure level for kiosk\.service: ([0-9.]+)", table)
    assert level, table
    assert float(level[1]) <= EXPOSURE
    figure(f"`systemd-analyze security kiosk.service`: {level[1]}")


def test_a_reload_is_taken_up_by_the_booth_that_runs(ready: Booth) -> None:
    pid = ready.shown()["MainPID"]
    configuration = ready.machine.path("/etc/kiosk/kiosk.toml")
    good = configuration.read_text()
    themes = ready.machine.path("/etc/kiosk/themes")
    themes.mkdir()
    (themes / "fair.toml").write_text('[colours]\ntext_dim = "#333333"\n')
    configuration.write_text(good.replace('theme = "booth"', 'theme = "fair"'))
    ready.machine.run("systemctl", "reload", "kiosk")
    ready.until_status(f"{READY}; [{Fault.THEME.remedy.code}]")
    assert "fair.toml, line 2: 'text_dim' on 'field_top' has a contrast of" in ready.messages()

    (themes / "fair.toml").write_text("text_scale = 1.2\n")
    ready.machine.run("systemctl", "reload", "kiosk")
    until(lambda: ready.shown()["StatusText"] == READY, ready.situation)
    until(lambda: "the changed configuration holds" in ready.messages(), ready.situation)

    configuration.write_text(good.replace("fps = 0", "fps = 25").replace('"Booth"', '"Hall 3"'))
    ready.machine.run("systemctl", "reload", "kiosk")
    until(lambda: "takes a restart: screen.fps" in ready.messages(), ready.situation)
    shown = ready.shown()
    assert (shown["ActiveState"], shown["MainPID"], shown["NRestarts"]) == ("active", pid, "0")
