"""Whether a sound server's devices are noticed."""

import itertools
import time
from collections.abc import Callable

import pytest

from kiosk.audio import soundserver
from kiosk.audio.soundserver import SoundServer
from tests.rigs.pulse import Pulse


def until(true: Callable[[], bool], within_s: float = 5.0) -> None:
    deadline_s = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_devices_that_come_and_go_are_counted(pulse: Pulse) -> None:
    server = SoundServer()
    server.connect()
    assert (server.changes, server.losses) == (0, 0)
    pulse.unplug("mic")
    until(lambda: server.losses == 2)
    assert server.changes == 2, "a sink and its monitor"
    pulse.plug("mic")
    until(lambda: server.changes == 4)
    assert server.losses == 2
    server.close()
    assert server.changes == 4


def test_a_server_that_comes_back_is_connected_to_anew(pulse: Pulse) -> None:
    server = SoundServer()
    server.connect()
    pulse.stop()
    pulse.start()
    before = server.changes
    server.connect()
    pulse.unplug("mic")
    until(lambda: server.changes > before)
    pulse.plug("mic")
    server.close()


@pytest.mark.parametrize("library", ["libpulse.so.0", "libnowhere.so.0"])
def test_without_a_server_or_its_library_nothing_is_heard(
    monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setattr(soundserver, "_LIBRARY", library)
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")
    clock = itertools.count()
    server = SoundServer(lambda: float(next(clock)))
    server.connect()
    assert (server.changes, server.losses) == (0, 0)
    server.close()
