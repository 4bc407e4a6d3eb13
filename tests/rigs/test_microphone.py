import os
from pathlib import Path

import numpy as np

from kiosk.audio.port import FRAME_SAMPLES
from tests.rigs.microphone import PipeMicrophone

SAID = np.arange(2 * FRAME_SAMPLES, dtype=np.int16)


def test_who_listens_hears_all_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "microphone"
    microphone = PipeMicrophone(path)
    ear = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    microphone.play(SAID)
    assert os.read(ear, 65_536) == SAID.tobytes()
    os.close(ear)
    microphone.close()
    microphone.play(SAID)


def test_what_nobody_hears_in_time_is_dropped(tmp_path: Path) -> None:
    microphone = PipeMicrophone(tmp_path / "microphone")
    for _ in range(40):
        microphone.play(SAID)
    microphone.close()


def test_it_can_be_taken_away_and_put_back(tmp_path: Path) -> None:
    path = tmp_path / "microphone"
    microphone = PipeMicrophone(path)
    microphone.plug()
    assert path.exists()
    microphone.unplug()
    assert not path.exists()
    microphone.plug()
    assert path.exists()
    microphone.close()
