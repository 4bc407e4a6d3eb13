"""What a booth tells of one interview, and that it says goodbye however the machine is stopped."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.interview.script import load_script, spoken_lines
from kiosk.places import SCRIPTS
from kiosk.report.bulletin import FIELDS
from tests.rigs.journal import STARTED, examples, shape
from tests.system.booth import KEY, SCRIPT, Booth
from tests.system.machine import until
from tests.system.test_service import (
    ANSWER,
    GONE_S,
    PAUSE_S,
    READY,
    begin_interview,
    phrases,
    words,
)

pytestmark = pytest.mark.timeout(180)

Figure = Callable[[str], None]
STATUS = "/run/kiosk/status.json"
INFO = 6
DOWN_S = 8.0
"""The booth's three seconds, and what else a Debian stops."""


@pytest.fixture
def ready(booth: Booth) -> Booth:
    """A booth that waits for a candidate, beside an interviewer."""
    booth.start_interviewer()
    booth.start()
    booth.until_status(READY)
    return booth


def status(booth: Booth) -> Mapping[str, object]:
    """Return what anybody may read of the booth."""
    nobody = ("setpriv", "--reuid=nobody", "--clear-groups", "cat", STATUS)
    report: dict[str, object] = json.loads(booth.machine.run(*nobody))
    return report


def entries(booth: Booth) -> list[Mapping[str, str]]:
    """Return what the booth wrote to the journal, in order."""
    lines = booth.machine.run(
        "journalctl", "--unit=kiosk", "--output=json", "--no-pager"
    ).splitlines()
    return [json.loads(line) for line in lines]


@contextmanager
def followed(booth: Booth, to: Path) -> Iterator[None]:
    """Write down what the journal says, for when the machine is gone.

    From outside: a process that entered the machine can keep it from going down.
    """
    folder = booth.machine.path("/var/log/journal")
    words = ("journalctl", f"--directory={folder}", "--follow", "--identifier=kiosk")
    with to.open("wb") as file:
        follower = subprocess.Popen([*words, "--output=cat", "--lines=all"], stdout=file)
        try:
            until(lambda: READY.lower() in to.read_text(), booth.situation)
            yield
        finally:
            follower.kill()
            follower.wait()


def test_the_journal_tells_an_interview_and_its_end_by_a_restart(
    ready: Booth, figure: Figure
) -> None:
    until(lambda: status(ready)["phase"] == "idle", ready.situation)
    before = status(ready)
    assert set(before) == set(FIELDS)
    assert not before["in_interview"]
    with ready.talker(ANSWER.pcm(), PAUSE_S):
        begin_interview(ready)
        ready.until_status("question 2 of")
        until(lambda: status(ready)["in_interview"], ready.situation)
        during = status(ready)
        began_s = time.monotonic()
        ready.machine.run("systemctl", "restart", "kiosk")
        restart_s = time.monotonic() - began_s
    ready.until_status(READY)
    until(lambda: status(ready)["phase"] == "idle", ready.situation)
    after = status(ready)

    stopped_s, started_s = stop_and_start(ready)
    assert stopped_s < GONE_S
    figure(
        f"`systemctl restart` in an interview: {stopped_s:.2f} s to gone, {started_s:.2f} s to up"
        f" ({restart_s:.2f} s in all)"
    )
    written = [each for each in entries(ready) if "KIOSK_PHASE" in each]
    assert not [each for each in written if int(each["PRIORITY"]) < INFO]
    story = [each for each in written if not each["MESSAGE"].startswith(STARTED)]
    assert len(written) - len(story) == 2
    told = [shape(each["MESSAGE"]) for each in story]
    whole, cut_short = examples()
    begun = whole[: whole.index("question 0 of 0")]
    assert told == [*begun, "question 0 of 0", "question 0 of 0", *cut_short]
    phases = ["idle", "connecting", "connecting", *["conversing"] * 3, *["stopping"] * 2, "idle"]
    assert [each["KIOSK_PHASE"] for each in story] == phases
    assert len({each["KIOSK_SESSION"] for each in story[1:-1]}) == 1
    assert not [each for each in (story[0], story[-1]) if "KIOSK_SESSION" in each]

    count = after["today"], after["since_start"]
    assert [each["interviews"] for each in count] == [1, 0]  # type: ignore[index]
    assert [each["ended_staff"] for each in count] == [1, 0]  # type: ignore[index]
    everything = ready.journal() + json.dumps([before, during, after])
    spoken = [ANSWER.text, *spoken_lines(load_script(SCRIPT, SCRIPTS))]
    assert not set().union(*map(phrases, spoken)) & phrases(everything)
    assert not {"environmental", "engineering", "graduate"} & set(words(everything))
    for secret in (KEY, KEY[:12], "ek_", "sess_", "rtc_"):
        assert secret not in everything


def stop_and_start(booth: Booth) -> tuple[float, float]:
    """Return how long the unit took to stop, and then to be ready again, as systemd tells it."""
    shown = booth.shown()
    names = ("ActiveExitTimestampMonotonic", "InactiveEnterTimestampMonotonic")
    left, gone = (int(shown[name]) for name in names)
    up = int(shown["ActiveEnterTimestampMonotonic"])
    return (gone - left) / 1e6, (up - gone) / 1e6


@pytest.mark.parametrize("order", ["reboot", "poweroff"])
def test_a_machine_that_goes_down_lets_the_booth_say_goodbye(
    ready: Booth, figure: Figure, tmp_path: Path, order: str
) -> None:
    journal = tmp_path / "journal"
    with followed(ready, journal):
        begin_interview(ready)
        began_s = time.monotonic()
        ready.machine.run("systemctl", order)
        until(lambda: not ready.machine.runs(), journal.read_text)
        down_s = time.monotonic() - began_s
        until(lambda: "the booth is stopped" in journal.read_text(), journal.read_text)
    assert "interview ended early: the booth is stopped" in journal.read_text()
    assert "Traceback" not in journal.read_text()
    assert down_s < DOWN_S
    figure(f"`systemctl {order}` in an interview: {down_s:.2f} s until the machine is down")
