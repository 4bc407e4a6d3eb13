import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk import fault_screen
from kiosk.core.faults import Fault
from kiosk.core.notices import Notice
from kiosk.core.snapshot import Snapshot
from kiosk.fault_screen import show_fault
from kiosk.host.console import REQUEST
from kiosk.host.control import Control
from kiosk.host.notices import post
from kiosk.life.guard import RELOAD_SIGNAL, STOP_SIGNALS, Guard
from kiosk.settings import Settings

NOTICE = Notice("provision", "fail", "kiosk.toml, line 3: this is no setting.", 1000.0)


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = {each: signal.getsignal(each) for each in (*STOP_SIGNALS, RELOAD_SIGNAL)}
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


def test_a_booth_that_cannot_begin_shows_what_units_said_and_gives_a_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notices").mkdir()
    seen: list[Snapshot] = []

    class Pane:
        """A window on which the keys for a login are pressed."""

        def __init__(
            self,
            *_: object,
            snapshot: Callable[[], Snapshot],
            on_console: Callable[[], None],
            **__: object,
        ) -> None:
            self._snapshot, self._on_console = snapshot, on_console

        def open(self) -> None:
            seen.append(self._snapshot())

        def put_on(self) -> None:
            """Its face is whole."""

        def run(self) -> None:
            post(NOTICE, tmp_path / "notices")
            seen.append(self._snapshot())
            self._on_console()

    monkeypatch.setattr(fault_screen, "Window", Pane)
    monkeypatch.setattr(fault_screen, "Control", lambda: Control(tmp_path, lambda: 1001.0))
    environ = {"RUNTIME_DIRECTORY": str(tmp_path)}
    assert show_fault(Fault.CONFIG, Settings(), environ, Guard({})) == 0
    assert [snapshot.fault for snapshot in seen] == [Fault.CONFIG, Fault.CONFIG]
    assert [snapshot.notices for snapshot in seen] == [(), (NOTICE,)]
    assert (tmp_path / REQUEST).exists()
    assert "standing" not in {thread.name for thread in threading.enumerate()}
