"""What `kiosk devices` says."""

from pathlib import Path

import pytest

from kiosk.audio import devices
from kiosk.settings import AudioSettings
from tests.rigs.pulse import MICROPHONE, SPEAKER, Pulse


def test_the_devices_that_would_be_used_are_named_with_the_reason(pulse: Pulse) -> None:
    lines: list[str] = []
    settings = AudioSettings("portaudio", (MICROPHONE,), ("default",))
    assert devices.show(settings, lines.append) == devices.EXIT_FOUND
    assert any(line.startswith(f'input: "{MICROPHONE}"') for line in lines)
    assert f'Microphone: "{MICROPHONE}", which is configured by this name.' in lines
    assert "Loudspeaker: the system's default, as configured." in lines
    for name in (SPEAKER, "default"):
        assert any(line.startswith(f'output: "{name}"') for line in lines)


def test_a_device_that_is_not_there_is_nothing_to_be_done(pulse: Pulse) -> None:
    lines: list[str] = []
    settings = AudioSettings("portaudio", ("nomic",), (SPEAKER,))
    assert devices.show(settings, lines.append) == devices.EXIT_NOTHING
    assert any("nomic" in line and "MIC2" in line for line in lines)


def test_files_need_no_sound_card(tmp_path: Path) -> None:
    settings = AudioSettings("file", ("",), (str(tmp_path / "out.wav"),))
    lines: list[str] = []
    assert devices.show(settings, lines.append) == devices.EXIT_FOUND
    assert f"Loudspeaker: the file {tmp_path}/out.wav." in lines


def test_devices_that_hang_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "LIMIT_S", 0.01)
    lines: list[str] = []
    assert devices.show(AudioSettings(), lines.append) == devices.EXIT_NOTHING
    assert lines == ["The sound devices did not answer within 0.01 s."]
