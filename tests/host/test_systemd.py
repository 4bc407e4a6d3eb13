import os
import socket
import subprocess
import sys

import pytest

from kiosk.errors import CommandError
from kiosk.host.systemd import Notifier, under_systemd

pytest.importorskip("systemd.daemon")


def test_systemd_hears_each_state_once(manager: socket.socket) -> None:
    notifier = Notifier(os.environ)
    notifier.status("idle")
    notifier.ready()
    notifier.status("idle")
    notifier.status("in an\ninterview")
    notifier.alive(20.0)
    notifier.stopping()
    heard = [manager.recv(1024).decode() for _ in range(5)]
    assert heard == ["STATUS=idle", "READY=1", "STATUS=in an interview", "WATCHDOG=1", "STOPPING=1"]
    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.recv(1024)


def test_without_a_manager_nothing_is_said_and_nothing_is_imported() -> None:
    script = (
        "import sys; from kiosk.host.systemd import Notifier; n = Notifier({}); n.ready();"
        "n.status('x'); n.stopping(); sys.exit('systemd' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_service_without_the_library_says_so(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "systemd.daemon", None)
    with pytest.raises(CommandError, match="systemd-python is missing"):
        Notifier(os.environ)


def test_only_systemd_s_own_child_is_a_service() -> None:
    assert under_systemd({"NOTIFY_SOCKET": "/run/systemd/notify"})
    assert under_systemd({"SYSTEMD_EXEC_PID": str(os.getpid())})
    assert not under_systemd({"SYSTEMD_EXEC_PID": "1", "INVOCATION_ID": "x"})
    assert not under_systemd({})
