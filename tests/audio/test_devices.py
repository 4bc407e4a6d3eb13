"""What `kiosk devices` says."""

from pathlib import Path

import pytest

from kiosk.audio import alsa, devices
from kiosk.audio.backends.finding import Finder, Machine
from kiosk.audio.cards import read_cards
from kiosk.settings import AudioSettings
from tests.rigs.pulse import MICROPHONE, SPEAKER, Pulse
from tests.rigs.sound_cards import FakeCard, FakeMachine


def test_the_devices_that_would_be_used_are_named_with_the_reason(pulse: Pulse) -> None:
    lines: list[str] = []
    settings = AudioSettings("portaudio", (MICROPHONE,), ("default",))
    assert devices.show(settings, lines.append) == devices.EXIT_FOUND
    assert any(line.startswith(f'input: "{MICROPHONE}"') for line in lines)
    assert f'Microphone: "{MICROPHONE}", which is configured by this name.' in lines
    assert "Loudspeaker: the system's default, as configured." in lines
    for name in (SPEAKER, "default"):
        assert any(line.startswith(f'output: "{name}"') for line in lines)


def test_the_cards_are_told_with_what_would_be_used_and_why(
    pulse: Pulse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(alsa.VARIABLE, "")
    machine = FakeMachine(tmp_path)
    machine.plug(FakeCard("Device", playback=""), FakeCard("Jabra", "Jabra", "0b0e:0420"))
    body = {"Device": 'type pulse device "mic.monitor"', "Jabra": 'type pulse device "spk"'}
    settings = AudioSettings(
        "portaudio", ("usb:1111:2222", "card:x", "usb:0d8c:0014"), ("card:Jabra",)
    )
    finder = Finder(
        settings.input, settings.output, Machine(machine.root, lambda card_id, _: body[card_id])
    )
    found = devices.look(settings, finder, read_cards(machine.root))
    finder.refresh()
    assert found.usable
    assert '  microphone with 1 channel, 44100 or 48000 Hz; to use it: input = "usb:0d8c:0014"' in (
        found.lines
    )
    assert found.lines[-3:] == (
        (
            'Microphone: "USB PnP Sound Device", which is usb:0d8c:0014; before it in the list, '
            'but not there: "usb:1111:2222", "card:x".'
        ),
        'Loudspeaker: "Jabra", which is card:Jabra.',
        (
            "Note: microphone and loudspeaker are two devices, each with its own clock; the echo "
            "is removed best with one device that is both."
        ),
    )
    assert not any("kiosk_own_" in line for line in found.lines)


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
