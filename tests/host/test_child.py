import time

import pytest

from kiosk.host import child
from kiosk.host.child import Child, NotReadyError, ready
from tests.rigs.booth_process import running, until

QUIET = ("timeit", ["-n", "1", "-r", "1", "input()"])
"""Says nothing until its standard input ends."""


def saying(first: str, *then: str) -> Child:
    """A child that says that, and does the rest."""
    setup = f"print({first!r}, flush=True)"
    return Child("timeit", ["-n", "1", "-r", "1", "-s", setup, "; ".join(["import sys", *then])])


def test_what_follows_its_word_is_where_it_is() -> None:
    process = saying("it is ready at 8080", "print('again')")
    assert process.until_ready() == "8080"
    process.stop()


def test_what_it_tells_is_a_line_that_people_can_read(capsys: pytest.CaptureFixture[str]) -> None:
    ready("stand-in", "http://127.0.0.1:8080")
    assert capsys.readouterr().out == "stand-in ready at http://127.0.0.1:8080\n"


def test_one_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "START_LIMIT_S", 0.2)
    process = Child(*QUIET)
    began_s = time.monotonic()
    with pytest.raises(NotReadyError, match=r"^$"):
        process.until_ready()
    assert time.monotonic() - began_s < 2


@pytest.mark.parametrize(("ends", "said"), [("import os; os._exit(0)", ""), ("print('no')", "no")])
def test_one_that_does_not_come_up_is_ended_and_its_words_are_kept(ends: str, said: str) -> None:
    process = Child("timeit", ["-n", "1", "-r", "1", "-s", ends, "input()"])
    with pytest.raises(NotReadyError, match=f"^{said}$"):
        process.until_ready()
    until(lambda: process._process.pid not in running())


def test_one_that_does_not_stop_is_ended() -> None:
    process = saying("it is ready at home", "import time", "time.sleep(60)")
    process.until_ready()
    process.stop(0.1)
    until(lambda: process._process.pid not in running())


def test_its_last_words_are_what_it_says_when_its_input_ends() -> None:
    process = saying("it is ready at home", "sys.stdin.read()", "print('bye')")
    process.until_ready()
    assert process.last_words(5.0).startswith("bye")


def test_it_is_told_and_answers_line_by_line() -> None:
    process = saying(
        "it is ready at home", "[print(line.strip()[::-1], flush=True) for line in sys.stdin]"
    )
    process.until_ready()
    answers = process.lines()
    process.tell("abc")
    assert next(answers) == "cba"
    process.tell("xyz")
    assert next(answers) == "zyx"
    process.end()
    assert next(answers).startswith("1 loop"), "what it said last can still be read"
