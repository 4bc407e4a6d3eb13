import pytest
from aioice import Connection
from aioice.ice import StunProtocol
from aiortc import rtcrtpreceiver
from aiortc.codecs.opus import OpusEncoder
from aiortc.jitterbuffer import JitterBuffer

from kiosk.realtime.libraries import INSIDE, prepare_libraries


def test_the_installed_libraries_have_the_names_we_use() -> None:
    prepare_libraries()
    prepare_libraries()


@pytest.mark.parametrize(
    ("owner", "name", "told"),
    [
        (rtcrtpreceiver, "JitterBuffer", "jitter buffer"),
        (JitterBuffer, "add", "encoded already"),
        (OpusEncoder, "pack", "encoded already"),
        (Connection, "build_request", "aioice.ice cannot be listened to: no build_request"),
        (StunProtocol, "send_stun", "aioice.ice cannot be listened to: no send_stun"),
    ],
)
def test_others_are_refused(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, told: str
) -> None:
    monkeypatch.delattr(owner, name)
    with pytest.raises(RuntimeError, match=told):
        prepare_libraries()


@pytest.mark.parametrize(("owner", "method", "names"), INSIDE)
def test_one_whose_methods_go_by_other_names_is_refused(
    monkeypatch: pytest.MonkeyPatch, owner: type, method: str, names: frozenset[str]
) -> None:
    def renamed() -> None:
        """Use none of them."""

    monkeypatch.setattr(owner, method, renamed)
    with pytest.raises(RuntimeError, match=f"no {min(names)}"):
        prepare_libraries()
