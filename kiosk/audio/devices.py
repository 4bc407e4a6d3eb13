"""Which sound devices there are, and which the booth would use and why.

PortAudio is asked in a process of its own, because it can hang on a bad driver.
"""

import dataclasses
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.audio import wire
from kiosk.audio.advice import about_both, of_card
from kiosk.audio.backends import Backend, choose, finder, is_file
from kiosk.audio.backends.base import DeviceError, Wanted
from kiosk.audio.backends.finding import Finder
from kiosk.audio.backends.portaudio import quiet_libraries
from kiosk.audio.candidates import FILE_PREFIX, WORDS, Kind
from kiosk.audio.cards import Card, read_cards
from kiosk.audio.choice import Choice
from kiosk.audio.outside import DevicesError, ask
from kiosk.settings import AudioSettings

LIMIT_S = 10.0
"""How long the devices may take to answer."""
EXIT_FOUND, EXIT_NOTHING = 0, 69


@dataclass(frozen=True, slots=True)
class Findings:
    """What there is, and what would be used."""

    lines: tuple[str, ...]
    """For staff, one line a fact."""
    usable: bool
    """Both directions would open."""


def find(settings: AudioSettings) -> Findings:
    """Look at the devices from outside; `DevicesError` after `LIMIT_S`."""
    found = ask("kiosk.audio.devices", settings, LIMIT_S)
    return Findings(tuple(found["lines"]), found["usable"])


def show(settings: AudioSettings, write: Callable[[str], object] = print) -> int:
    """Write which devices there are, and which would be used and why; return the exit status."""
    try:
        findings = find(settings)
    except DevicesError as error:
        write(str(error))
        return EXIT_NOTHING
    for line in findings.lines:
        write(line)
    return EXIT_FOUND if findings.usable else EXIT_NOTHING


def look(settings: AudioSettings, cards: Finder, plugged: tuple[Card, ...]) -> Findings:
    """Look at the devices in this process; `plugged` are the kernel's cards."""
    lines = [line for card in plugged for line in of_card(card, plugged)]
    for kind in WORDS:
        lines += _listed(cards, kind)
    chosen: dict[Kind, Card | None] = {}
    usable = True
    source, sink = choose(settings)
    wanted: dict[Kind, tuple[Backend, Wanted]] = {
        "input": (source, settings.input),
        "output": (sink, settings.output),
    }
    for kind, (files, names) in wanted.items():
        word = WORDS[kind].capitalize()
        try:
            if is_file(settings, names):
                (files.check_input if kind == "input" else files.check_output)(names)
                lines.append(f"{word}: {_file(names[0])}.")
            else:
                choice = cards.find(kind, names)
                lines.append(f"{word}: {_why(choice)}.")
                chosen[kind] = cards.card_of(choice)
        except DeviceError as error:
            usable = False
            lines.append(f"{word}: {error.why} ({error.fault.remedy.code})")
    lines += about_both(chosen.get("input"), chosen.get("output"), settings.profile)
    return Findings(tuple(lines), usable)


def _listed(cards: Finder, kind: Kind) -> list[str]:
    try:
        found = [device for device in cards.devices(kind) if not device.is_ours]
    except DeviceError as error:
        return [error.why]
    return [
        f'{kind}: "{device.name}", {device.channels} channels, {device.rate_hz} Hz'
        for device in found
    ] or [f"{kind}: no sound card has one"]


def _file(name: str) -> str:
    path = name.removeprefix(FILE_PREFIX)
    return f"the file {path}" if path else "none; silence, as configured"


def _why(choice: Choice) -> str:
    if not choice.passed_over:
        return choice.why
    absent = ", ".join(f'"{text}"' for text in choice.passed_over)
    return f"{choice.why}; before it in the list, but not there: {absent}"


def _main() -> None:
    quiet_libraries()
    settings = wire.audio_settings(json.loads(sys.argv[1]))
    findings = look(settings, finder(settings), read_cards())
    sys.stdout.write(json.dumps(dataclasses.asdict(findings)))


if __name__ == "__main__":
    _main()
