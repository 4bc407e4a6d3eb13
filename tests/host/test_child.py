import time

import pytest

from kiosk.host import child
from kiosk.host.child import Child
from tests.rigs.booth_process import running, until

QUIET = ("timeit", ["-n", "1", "-r", "1", "input()"])
"""Says nothing until its standard input ends."""


def test_the_first_line_is_what_it_says_first() -> None:
    process = Child("timeit", ["-n", "1", "-r", "1", "-s", "print('hello'); print('again')"])
    assert process.first_line() == "hello"
    process.stop(5.0)


def test_one_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "START_LIMIT_S", 0.2)
    process = Child(*QUIET)
    began_s = time.monotonic()
    assert process.first_line() == ""
    assert time.monotonic() - began_s < 2
    process.stop(5.0)


def test_one_that_ends_has_said_nothing() -> None:
    process = Child("timeit", ["-n", "1", "-r", "1", "-s", "import os; os._exit(0)"])
    assert process.first_line() == ""
    process.stop(5.0)


def test_one_that_does_not_stop_is_ended() -> None:
    process = Child(
        "timeit", ["-s", "print('up', flush=True)", "while True: __import__('time').sleep(9)"]
    )
    assert process.first_line() == "up"
    pid = process._process.pid
    process.stop(0.1)
    until(lambda: pid not in running())


def test_its_last_words_are_what_it_says_when_its_input_ends() -> None:
    program = "print('up', flush=True)", "import sys; sys.stdin.read(); print('bye')"
    process = Child("timeit", ["-n", "1", "-r", "1", "-s", *program])
    assert process.first_line() == "up"
    assert process.last_words(5.0).startswith("bye")
