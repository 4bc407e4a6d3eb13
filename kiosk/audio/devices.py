"""Which sound devices there are, and which the booth would use and why.

PortAudio is asked in a process of its own, because it can hang on a bad driver.
"""

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.audio.backends import FILE_PREFIX, choose
from kiosk.audio.backends.base import DeviceError
from kiosk.audio.backends.portaudio import (
    SYSTEM_DEFAULT,
    Kind,
    PortAudioBackend,
    quiet_libraries,
)
from kiosk.secret import without_secrets
from kiosk.settings import AudioSettings

LIMIT_S = 10.0
"""How long the devices may take to answer."""
EXIT_FOUND, EXIT_NOTHING = 0, 69


@dataclass(frozen=True, slots=True)
class Listed:
    """One device in one direction."""

    kind: Kind
    name: str
    channels: int
    rate_hz: int
    """The device's own."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What there is, and what would be used."""

    lines: tuple[str, ...]
    """For staff, one line a fact."""
    usable: bool
    """Both directions would open."""


class DevicesError(Exception):
    """The devices did not answer in time, or PortAudio ended the process that asked."""


def find(settings: AudioSettings) -> Findings:
    """Look at the devices from outside; `DevicesError` after `LIMIT_S`."""
    asked = json.dumps(dataclasses.asdict(settings))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kiosk.audio.devices", asked],
            env=without_secrets(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=LIMIT_S,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise DevicesError(f"The sound devices did not answer within {LIMIT_S:g} s.") from error
    except subprocess.CalledProcessError as error:
        raise DevicesError("Looking at the sound devices failed.") from error
    found = json.loads(done.stdout)
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


def look(settings: AudioSettings) -> Findings:
    """Look at the devices in this process."""
    cards = PortAudioBackend()
    devices: list[Listed] = []
    lines: list[str] = []
    for kind in ("input", "output"):
        devices += _listed(cards, kind, lines)
    usable = True
    source, sink = choose(settings)
    for word, name, check in (
        ("Microphone", settings.input, source.check_input),
        ("Loudspeaker", settings.output, sink.check_output),
    ):
        try:
            check(name)
            lines.append(f"{word}: {_why(name, settings, devices)}.")
        except DeviceError as error:
            usable = False
            lines.append(f"{word}: {error.why} ({error.fault.remedy.code})")
    return Findings(tuple(lines), usable)


def _listed(cards: PortAudioBackend, kind: Kind, lines: list[str]) -> list[Listed]:
    try:
        found = cards.devices(kind)
    except DeviceError as error:
        lines.append(error.why)
        return []
    side = "maxInputChannels" if kind == "input" else "maxOutputChannels"
    listed = [
        Listed(kind, device["name"], int(device[side]), int(device["defaultSampleRate"]))
        for device in found
    ]
    lines.extend(
        f'{kind}: "{device.name}", {device.channels} channels, {device.rate_hz} Hz'
        for device in listed
    )
    if not listed:
        lines.append(f"{kind}: no sound card has one")
    return listed


def _why(name: str, settings: AudioSettings, devices: list[Listed]) -> str:
    if settings.backend == "file" or name.startswith(FILE_PREFIX):
        path = name.removeprefix(FILE_PREFIX)
        return f"the file {path}" if path else "none; silence, as configured"
    if name == SYSTEM_DEFAULT:
        return "the system's default, as configured"
    if any(device.name == name for device in devices):
        return f'"{name}", which is configured by this name'
    whole = next(device.name for device in devices if name in device.name)
    return f'"{whole}", the only one whose name contains "{name}"'


def _main() -> None:
    quiet_libraries()
    findings = look(AudioSettings(**json.loads(sys.argv[1])))
    sys.stdout.write(json.dumps(dataclasses.asdict(findings)))


if __name__ == "__main__":
    _main()
