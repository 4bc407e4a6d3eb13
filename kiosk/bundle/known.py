"""Finds out what this machine, its networks, its people and its event are called."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.bundle.machine import Machine, MissingError
from kiosk.bundle.redaction import Known
from kiosk.bundle.sources.settings import read
from kiosk.errors import CommandError
from kiosk.interview.script import load_script
from kiosk.places import SCRIPTS, THEMES, scripts_directory
from kiosk.settings import Settings

PEOPLE = range(1000, 60_000)
"""Numbers of the users that are people."""
SHORTEST_SERIAL = 6
"""Some devices call themselves "1"."""
IDENTITIES = (
    *("etc/machine-id", "proc/sys/kernel/random/boot_id", "proc/device-tree/serial-number"),
    *("sys/class/net/*/address", "sys/bus/usb/devices/*/serial"),
    *("sys/block/mmcblk*/device/cid", "sys/block/mmcblk*/device/serial"),
)
PROFILES = ("etc/NetworkManager/system-connections/*", "run/NetworkManager/system-connections/*")


def find_known(machine: Machine) -> Known:
    """Return every name that must not be in a bundle; only root finds all of them."""
    settings, _ = read(machine)
    return Known(
        hosts=frozenset(_hosts(machine, settings)),
        users=frozenset(_users(machine)),
        networks=frozenset(_networks(machine)),
        booths=frozenset(_event(machine, settings)),
        serials=frozenset(_serials(machine)),
    )


def _hosts(machine: Machine, settings: Settings) -> Iterator[str]:
    yield urlsplit(settings.realtime.base_url).hostname or ""
    for path in ("etc/hostname", "proc/sys/kernel/hostname", "proc/sys/kernel/domainname"):
        name = machine.word(path)
        if name != "(none)":
            yield name
            yield name.partition(".")[0]
    for line in machine.word("etc/hosts").splitlines():
        names = line.partition("#")[0].split()[1:]
        yield from (name for name in names if not name.startswith(("ip6-", "localhost")))
    for line in machine.word("etc/resolv.conf").splitlines():
        words = line.split()
        if words[:1] in (["search"], ["domain"]):
            yield from words[1:]


def _users(machine: Machine) -> Iterator[str]:
    for line in machine.word("etc/passwd").splitlines():
        person = re.match(r"([^:]+):[^:]*:([0-9]{1,9}):[^:]*:([^:,]*)", line)
        if person and int(person[2]) in PEOPLE:
            yield person[1]
            yield person[3]


def _networks(machine: Machine) -> Iterator[str]:
    for pattern in PROFILES:
        for path in machine.find(pattern):
            yield from _profile(machine.word(machine.within(path)))
    try:
        names = machine.run(("nmcli", "--terse", "--escape=no", "--fields=NAME", "connection"))
    except MissingError:
        names = ""
    yield from (name for name in names.splitlines() if name != "lo")


def _profile(text: str) -> Iterator[str]:
    """Yield the network of a keyfile, which is a text or the numbers of its bytes."""
    for line in re.findall(r"^ssid=(.*)$", text, re.MULTILINE):
        yield line
        if re.fullmatch(r"(?:[0-9]{1,3};)+", line):
            numbers = [int(number) for number in line.split(";")[:-1]]
            yield bytes(each for each in numbers if each < 256).decode("utf-8", "replace")
    yield from re.findall(r"^id=(.*)$", text, re.MULTILINE)


def _event(machine: Machine, settings: Settings) -> Iterator[str]:
    """Yield what the event calls the booth, its interview and its look, where these are its own."""
    if settings.booth.name != Settings().booth.name:
        yield settings.booth.name
    script, theme = settings.interview.script, settings.screen.theme
    if not (THEMES / f"{theme}.toml").is_file():
        yield Path(theme).stem
    if not (SCRIPTS / f"{script}.toml").is_file():
        yield Path(script).stem
        try:
            folder = scripts_directory(machine.root / "etc/kiosk/kiosk.toml")
            yield load_script(script, folder).title
        except CommandError:
            return


def _serials(machine: Machine) -> Iterator[str]:
    for pattern in IDENTITIES:
        for path in machine.find(pattern):
            serial = machine.word(machine.within(path))
            if len(serial) >= SHORTEST_SERIAL and serial.strip("0:"):
                yield serial
                yield re.sub("[:-]", "", serial)
