import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.errors import CommandError, ExitStatus
from kiosk.host.restart_book import NAME
from kiosk.host.watchdog import Watchdog
from kiosk.life.guard import STOP_SIGNALS, Guard
from kiosk.life.restarts import RESTARTS, Cause, End
from kiosk.screen.errors import DisplayError, FaceError


@pytest.fixture(autouse=True)
def _no_process_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Watchdog, "end_soon", lambda _: None)


def guard(folder: Path) -> Guard:
    """The guard of a service's process."""
    return Guard({"RUNTIME_DIRECTORY": str(folder), "SYSTEMD_EXEC_PID": str(os.getpid())})


def failures(folder: Path) -> dict[str, int]:
    counted: dict[str, int] = json.loads((folder / NAME).read_text())["failures"]
    return counted


def give(status: int) -> Callable[[Cause | None], int]:
    return lambda _: status


@pytest.mark.parametrize("status", [ExitStatus.DONE, ExitStatus.NOTHING_TO_BE_DONE])
def test_an_end_in_order_counts_for_nothing(tmp_path: Path, status: ExitStatus) -> None:
    assert guard(tmp_path).run(give(status)) == status
    assert failures(tmp_path) == {}


def test_a_fresh_process_is_asked_for_only_so_often(tmp_path: Path) -> None:
    told: list[Cause | None] = []

    def fail(spent: Cause | None) -> int:
        told.append(spent)
        return ExitStatus.RESTART

    for _ in range(RESTARTS + 1):
        assert guard(tmp_path).run(fail) == ExitStatus.RESTART
    assert told == [None] * RESTARTS + [End.FAILED]


def test_what_nobody_expected_counts_as_a_failure(tmp_path: Path) -> None:
    def fail(_: Cause | None) -> int:
        raise RuntimeError("torn off")

    with pytest.raises(RuntimeError):
        guard(tmp_path).run(fail)
    assert failures(tmp_path) == {"failed": 1}


@pytest.mark.parametrize(
    "error", [DisplayError("no screen"), FaceError("no face"), CommandError(["no"]), SystemExit(0)]
)
def test_what_a_fresh_process_cannot_mend_uses_nothing_up(
    tmp_path: Path, error: BaseException
) -> None:
    def fail(_: Cause | None) -> int:
        raise error

    with pytest.raises(type(error)):
        guard(tmp_path).run(fail)
    assert failures(tmp_path) == {}


def test_a_person_who_asks_for_a_fresh_start_gets_a_fresh_try(tmp_path: Path) -> None:
    for _ in range(RESTARTS):
        guard(tmp_path).run(give(ExitStatus.RESTART))
    it = guard(tmp_path)

    def reload(spent: Cause | None) -> int:
        assert spent is End.FAILED
        it.fresh_try = True
        return ExitStatus.RESTART

    it.run(reload)
    assert failures(tmp_path) == {}


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_a_stop_at_the_first_moment_ends_in_order_and_forgets(
    tmp_path: Path, number: signal.Signals
) -> None:
    for _ in range(RESTARTS - 1):
        guard(tmp_path).run(give(ExitStatus.RESTART))

    def be(_: Cause | None) -> int:
        signal.raise_signal(number)
        raise AssertionError("it went on")

    with pytest.raises(SystemExit) as ended:
        guard(tmp_path).run(be)
    assert ended.value.code == ExitStatus.DONE
    assert failures(tmp_path) == {}


def test_signals_are_handed_back(tmp_path: Path) -> None:
    before = [signal.getsignal(each) for each in (*STOP_SIGNALS, signal.SIGUSR1)]
    guard(tmp_path).run(give(ExitStatus.DONE))
    assert [signal.getsignal(each) for each in (*STOP_SIGNALS, signal.SIGUSR1)] == before


def test_a_person_s_booth_counts_nothing_and_keeps_ctrl_c(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)

    def be(_: Cause | None) -> int:
        assert signal.getsignal(signal.SIGINT) is before
        return ExitStatus.RESTART

    Guard({"RUNTIME_DIRECTORY": str(tmp_path)}).run(be)
    assert list(tmp_path.iterdir()) == []
