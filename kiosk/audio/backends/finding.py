"""Finds the device that is meant among those that PortAudio lists."""

import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kiosk.audio import alsa
from kiosk.audio.backends.base import DeviceError, Wanted
from kiosk.audio.candidates import SYSTEM_DEFAULT, WORDS, Kind
from kiosk.audio.cards import ROOT, Card, read_cards
from kiosk.audio.choice import Choice, Listed, NoChoiceError, choose, meant_cards
from kiosk.audio.hotplug import Hotplug
from kiosk.audio.soundserver import SoundServer
from kiosk.core.faults import Fault

Device = Mapping[str, Any]
"""PortAudio's description of a device."""
FAULTS: Mapping[Kind, Fault] = {"input": Fault.MIC_MISSING, "output": Fault.SPEAKER_MISSING}
_SIDES: Mapping[Kind, str] = {"input": "maxInputChannels", "output": "maxOutputChannels"}
_HARDWARE = re.compile(r".*\(hw:(\d+),\d+\)")
"""How PortAudio names a card's device; the number is the card's."""


def _yes() -> bool:
    return True


def _no() -> bool:
    return False


class Stream(Protocol):
    """What is used of a `pyaudio.PyAudio.Stream`."""

    def is_active(self) -> bool:
        """Tell whether PortAudio still calls."""

    def close(self) -> None:
        """Close it; no callback is under way or follows afterwards."""


class _Library(Protocol):
    """What is used of a `pyaudio.PyAudio`."""

    def get_device_count(self) -> int: ...
    def get_device_info_by_index(self, device_index: int) -> Device: ...
    def get_default_input_device_info(self) -> Device: ...
    def get_default_output_device_info(self) -> Device: ...
    def open(self, **arguments: object) -> Stream: ...
    def terminate(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Machine:
    """Where cards are looked for, and how libasound reaches them; tests have others."""

    root: Path = ROOT
    body: alsa.Body = alsa.hardware


@dataclass(frozen=True, slots=True)
class Watch:
    """How an open device fares, as far as the machine tells."""

    is_there: Callable[[], bool] = _yes
    """Its card is still plugged in."""
    may_be_moved: Callable[[], bool] = _no
    """A sound server lost a device since, and may have put another under the stream."""


class Finder:
    """PortAudio's list of devices, with PCMs of our own for the cards that are meant.

    Takes the candidates of both directions at once: PortAudio lists only at its start.
    """

    def __init__(
        self, microphones: Wanted = (), loudspeakers: Wanted = (), machine: Machine | None = None
    ) -> None:
        self._wanted: Mapping[Kind, Wanted] = {"input": microphones, "output": loudspeakers}
        self._machine = machine or Machine()
        self._library: _Library | None = None
        self._own = alsa.OwnConfiguration()
        self._hotplug = Hotplug(self._machine.root)
        self._server = SoundServer()

    @property
    def changes(self) -> int:
        """Times that devices came or went."""
        return self._hotplug.changes + self._server.changes

    def refresh(self) -> None:
        """Let go of PortAudio, so that the next look begins with a fresh list."""
        if self._library is not None:
            self._library.terminate()
            self._library = None

    def library(self, kind: Kind) -> _Library:
        """Return PortAudio, started; `DeviceError` for a direction where it is not installed."""
        if self._library is None:
            try:
                module = importlib.import_module("pyaudio")
            except ImportError as error:
                why = f"The {WORDS[kind]} cannot be used: PyAudio is not installed ({error})."
                raise DeviceError(FAULTS[kind], why) from error
            self._server.connect()
            self._name_cards()
            try:
                library: _Library = module.PyAudio()
            except OSError as error:
                why = f"The {WORDS[kind]} cannot be used: PortAudio does not start ({error})."
                raise DeviceError(FAULTS[kind], why, list_anew=True) from error
            self._library = library
        return self._library

    def devices(self, kind: Kind) -> list[Listed]:
        """Return what PortAudio lists for a direction."""
        library = self.library(kind)
        every = [library.get_device_info_by_index(i) for i in range(library.get_device_count())]
        return [_listed(device, kind) for device in every if device[_SIDES[kind]] > 0]

    def find(self, kind: Kind, wanted: Wanted) -> Choice:
        """Return the device that is meant; `DeviceError` where none is, or several are."""
        devices, default = self.devices(kind), self._default(kind)
        try:
            return choose(kind, wanted, devices, self._cards(), default)
        except NoChoiceError as error:
            raise DeviceError(FAULTS[kind], str(error), list_anew=error.list_anew) from error

    def card_of(self, choice: Choice) -> Card | None:
        """Return the card under a choice, where it is seen: a sound server hides it."""
        number = _HARDWARE.fullmatch(choice.device.name)
        if choice.card is not None or number is None:
            return choice.card
        return next((card for card in self._cards() if card.index == int(number[1])), None)

    def watch(self, choice: Choice) -> Watch:
        """Return what tells how a choice fares."""
        if (card := self.card_of(choice)) is not None:
            return Watch(is_there=lambda: self._hotplug.has(card.index, card.id))
        if choice.candidate == SYSTEM_DEFAULT:
            return Watch()
        losses = self._server.losses
        return Watch(may_be_moved=lambda: self._server.losses != losses)

    def _cards(self) -> tuple[Card, ...]:
        return read_cards(self._machine.root)

    def _default(self, kind: Kind) -> Listed | None:
        library = self.library(kind)
        try:
            device = (
                library.get_default_input_device_info()
                if kind == "input"
                else library.get_default_output_device_info()
            )
        except OSError:
            return None
        return _listed(device, kind)

    def _name_cards(self) -> None:
        """Let libasound know the cards that are meant, where any is."""
        cards = self._cards()
        meant = [
            one for kind, names in self._wanted.items() for one in meant_cards(kind, names, cards)
        ]
        if meant or self._own.written:
            self._own.write(alsa.configuration(meant, self._machine.body))


def _listed(device: Device, kind: Kind) -> Listed:
    return Listed(
        index=int(device["index"]),
        kind=kind,
        name=str(device["name"]),
        channels=int(device[_SIDES[kind]]),
        rate_hz=int(device["defaultSampleRate"]),
    )
