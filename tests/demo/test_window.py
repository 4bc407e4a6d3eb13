"""The demo in a window on a desktop, with a loudspeaker that the microphone hears."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kiosk.audio.pcm import dbfs
from tests.rigs import display as screen
from tests.rigs import pulse as sound
from tests.rigs.booth_process import person, until

MISSING = [*screen.MISSING, *sound.MISSING]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}")

RATE_HZ = 48_000
BLOCK = RATE_HZ // 10
VOICE_DBFS = -40.0
QUIET_BLOCKS = 30
"""Longer than any pause of the interviewer."""


@pytest.fixture
def room() -> Iterator[sound.Pulse]:
    """A room in which the microphone hears the loudspeaker as loud as it is."""
    with sound.pulse() as room:
        room.pactl("set-default-sink", "spk")
        room.pactl("set-default-source", "mic.monitor")
        with room.one_room():
            yield room


def voices(heard: Path) -> "np.typing.NDArray[np.bool_]":
    """Tell for each tenth of a second whether there is a voice."""
    pcm = np.frombuffer(heard.read_bytes()[: heard.stat().st_size // 2 * 2], "<i2")
    blocks = pcm[: len(pcm) // BLOCK * BLOCK].reshape(-1, BLOCK)
    return np.array([dbfs(block) > VOICE_DBFS for block in blocks])


def has_spoken(heard: Path) -> bool:
    voiced = voices(heard)
    return bool(voiced.any() and not voiced[-QUIET_BLOCKS:].any())


def test_the_interviewer_does_not_interrupt_itself(tmp_path: Path, room: sound.Pulse) -> None:
    out = tmp_path / "out"
    environ = {name: room.environment[name] for name in ("XDG_RUNTIME_DIR", "HOME", "PULSE_SERVER")}
    program = ("-m", "kiosk", "demo", "--out", str(out), "--config")
    with (
        screen.display(1280, 720) as desktop,
        person(tmp_path, "", {**environ, "DISPLAY": desktop.name}, program) as demo,
        room.listen("mic") as heard,
    ):
        demo.until("Press the space bar")
        demo.until("ready for a candidate")
        desktop.do("mousemove", "640", "360")
        desktop.do("key", "space")
        demo.until("greeting")
        until(lambda: has_spoken(heard))
        desktop.do("key", "Escape")
        assert demo.wait() == 0
        assert "Traceback" not in demo.output
        assert voices(heard).sum() > 50, "the microphone did not hear the loudspeaker"
    report = json.loads((out / "report.json").read_text())
    assert report["barge_ins"] == 0
    turns = json.loads((out / "transcript.json").read_text())["turns"]
    assert [turn["who"] for turn in turns] == ["interviewer"] * len(turns)
    assert "AI" in turns[0]["text"]
    assert not any(turn["cut"] for turn in turns)
