"""Cards chosen by identity, played and captured through PortAudio.

The machine's cards are made up, and libasound reaches the sound server in their place.
"""

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from kiosk.audio import alsa, hotplug
from kiosk.audio.backends.base import DeviceError
from kiosk.audio.backends.finding import Finder, Machine
from kiosk.audio.backends.portaudio import PortAudioBackend
from kiosk.audio.direction import Direction
from kiosk.audio.pcm import Pcm
from kiosk.core.faults import Fault
from tests.audio.voice import strength, tone
from tests.rigs.pulse import Pulse
from tests.rigs.sound_cards import FakeCard, FakeMachine

MIC = FakeCard("Device")
OTHER = FakeCard("Other", "Another microphone", "1111:2222", port="1-1.9")
WANTED = ("usb:0d8c:0014", "card:Other")


def through_the_server(_card_id: str, _device: int) -> str:
    return 'type pulse device "mic.monitor"'


@dataclass
class Desk:
    """A machine, and what its microphone hears."""

    machine: FakeMachine
    finder: Finder
    backend: PortAudioBackend
    direction: Direction
    heard: list[Pcm]
    news: threading.Event

    def hears(self, hz: int) -> bool:
        """Whether a second of the microphone, from now on, holds that tone."""
        self.heard.clear()
        while len(self.heard) < 100:
            self.news.clear()
            assert self.news.wait(10)
        return strength(np.concatenate(self.heard), hz) > 0.1


@pytest.fixture
def desk(pulse: Pulse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv(alsa.VARIABLE, "")
    monkeypatch.setattr(hotplug, "POLL_S", 0.0)
    machine = FakeMachine(tmp_path)
    finder = Finder(WANTED, (), Machine(machine.root, through_the_server))
    backend = PortAudioBackend(finder)
    heard: list[Pcm] = []
    news = threading.Event()

    def hear(block: Pcm, _at_s: float) -> None:
        heard.append(block)
        news.set()

    direction = Direction(
        backend,
        lambda: backend.check_input(WANTED),
        lambda: backend.open_input(WANTED, hear),
        Fault.MIC_MISSING,
    )
    yield Desk(machine, finder, backend, direction, heard, news)
    direction.close()
    backend.refresh()


def test_a_card_is_captured_by_its_usb_identity(desk: Desk, pulse: Pulse) -> None:
    desk.machine.plug(OTHER, MIC)
    desk.direction.open()
    assert desk.direction.failure is None
    with pulse.speak(tone(700, 4.0)):
        assert desk.hears(700)


def test_a_card_that_is_pulled_out_is_lost_at_once_and_taken_again_in_place(desk: Desk) -> None:
    desk.machine.plug(MIC)
    desk.direction.open()
    desk.direction.watch()
    assert desk.direction.failure is None
    desk.machine.pull("Device")
    desk.direction.watch()
    assert desk.direction.failure is not None
    assert desk.direction.failure.why == 'The microphone "usb:0d8c:0014" stopped.'
    desk.direction.open()
    assert desk.direction.failure.why.startswith("None of the microphones")
    assert not desk.direction.failure.list_anew
    before = desk.backend.changes
    desk.machine.plug(MIC)
    assert desk.backend.changes == before + 1
    desk.direction.open()
    assert desk.direction.failure is None
    assert desk.direction.stream is not None


def test_a_card_that_comes_late_needs_a_list_and_the_better_one_is_taken(desk: Desk) -> None:
    desk.machine.plug(OTHER)
    desk.direction.look()
    assert desk.finder.find("input", WANTED).candidate == "card:Other"
    desk.machine.plug(MIC)
    desk.direction.look()
    assert desk.direction.failure is not None
    assert desk.direction.failure.list_anew
    desk.backend.refresh()
    assert desk.finder.find("input", WANTED).candidate == "usb:0d8c:0014"


def test_twins_are_refused(desk: Desk) -> None:
    desk.machine.plug(MIC, FakeCard("Device_1", port="1-1.3"))
    with pytest.raises(DeviceError, match="fits several devices"):
        desk.finder.find("input", WANTED)


def test_a_server_s_device_that_goes_makes_its_streams_suspect(desk: Desk, pulse: Pulse) -> None:
    stream = desk.backend.open_input(("vmic",), lambda _block, _at_s: None)
    assert not stream.suspect
    pulse.unplug("mic")
    try:
        until = threading.Event()
        while not stream.suspect:
            assert not until.wait(0.02)
        stream.close()
        with pytest.raises(DeviceError):
            desk.backend.open_input(("vmic",), lambda _block, _at_s: None)
    finally:
        pulse.plug("mic")
    desk.backend.open_input(("vmic",), lambda _block, _at_s: None).close()


def test_portaudio_that_does_not_start_is_a_sentence(desk: Desk) -> None:
    desk.machine.plug(MIC)
    finder = Finder(WANTED, (), Machine(desk.machine.root, lambda *_: "{ = }"))
    with pytest.raises(DeviceError, match="PortAudio does not start"):
        finder.find("input", WANTED)


def test_without_pyaudio_it_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyaudio", None)
    with pytest.raises(DeviceError, match="PyAudio is not installed"):
        Finder().find("input", ("default",))
