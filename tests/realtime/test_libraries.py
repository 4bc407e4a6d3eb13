import pytest
from aioice import ice
from aiortc import rtcrtpreceiver
from aiortc.codecs.opus import OpusEncoder
from aiortc.jitterbuffer import JitterBuffer

from kiosk.realtime.libraries import CONSENT, prepare_libraries


def test_the_installed_libraries_have_the_names_we_use(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CONSENT:
        monkeypatch.setattr(ice, name, 30)
    prepare_libraries()
    prepare_libraries()
    assert {name: vars(ice)[name] for name in CONSENT} == CONSENT


@pytest.mark.parametrize(
    ("owner", "name", "told"),
    [
        (rtcrtpreceiver, "JitterBuffer", "jitter buffer"),
        (JitterBuffer, "add", "encoded already"),
        (OpusEncoder, "pack", "encoded already"),
        (ice, "CONSENT_INTERVAL", "silent line"),
        (ice, "CONSENT_FAILURES", "silent line"),
    ],
)
def test_others_are_refused(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, told: str
) -> None:
    monkeypatch.delattr(owner, name)
    with pytest.raises(RuntimeError, match=told):
        prepare_libraries()
