"""What the machine itself tells `scripts/pi-check`: heat, voltage, memory, boot, network."""

import re
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import numpy as np

from kiosk.doctor.patient import Patient
from kiosk.doctor.power import SENSOR, SLOWED, THROTTLED

EVERY_S = 0.5
"""Linux forgets an undervoltage after two seconds."""
ROUND_TRIPS, ROUND_TRIPS_QUICK = 40, 3
REACH_S = 3.0


class Sampler:
    """Watches the machine while everything else is measured."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._patient = Patient(root=root)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._worst: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def figures(self) -> dict[str, float]:
        """The worst of what this machine tells, so far."""
        return dict(self._worst)

    def _watch(self) -> None:
        while not self._over.wait(EVERY_S):
            self._look()

    def _look(self) -> None:
        patient = self._patient
        zones = [patient.text(f"{zone}/temp") for zone in patient.find("sys/class/thermal/*zone*")]
        hottest = max(
            (int(each) / 1000 for each in zones if each.lstrip("-").isdigit()), default=None
        )
        if hottest is not None:
            self._worst["temperature_c"] = max(hottest, self._worst.get("temperature_c", hottest))
        for name, seen in (("slowed_down", self._slowed()), ("undervoltage", self._too_low())):
            if seen is not None:
                self._worst[name] = self._worst.get(name, 0) + seen
        free = re.search(r"^MemAvailable:\s*(\d+)", patient.text("proc/meminfo"), re.MULTILINE)
        if free:
            mib = round(int(free[1]) / 1024)
            self._worst["memory_free_mib"] = min(mib, self._worst.get("memory_free_mib", mib))

    def _slowed(self) -> bool | None:
        told = [
            self._patient.text(str(p)) for where in THROTTLED for p in self._patient.find(where)
        ]
        bits = [int(each, 16) for each in told if re.fullmatch("(0x)?[0-9a-fA-F]+", each)]
        return any(each & SLOWED for each in bits) if bits else None

    def _too_low(self) -> bool | None:
        alarms = [
            self._patient.text(f"{folder}/in0_lcrit_alarm")
            for folder in self._patient.find("sys/class/hwmon/hwmon*")
            if self._patient.text(f"{folder}/name") == SENSOR
        ]
        return "1" in alarms if alarms else None


def boot() -> tuple[dict[str, float], str]:
    """How long systemd says that the machine took, and what kiosk.service waited for.

    Raises `OSError` where no systemd runs.
    """
    whole = re.search(r"= (?:(\d+)min )?([\d.]+)(m?)s", _ask("systemd-analyze", "time"))
    figures: dict[str, float] = {}
    if whole:
        seconds = float(whole[2]) / (1000 if whole[3] else 1)
        figures["boot_s"] = round(60 * int(whole[1] or 0) + seconds, 1)
    ready = _ask(
        *("systemctl", "show", "--value", "--property=ActiveEnterTimestampMonotonic"),
        "kiosk.service",
    ).strip()
    if ready.isdigit() and int(ready):
        figures["service_s"] = round(int(ready) / 1e6, 1)
    return figures, _ask("systemd-analyze", "critical-chain", "--no-pager", "kiosk.service")


def _ask(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except subprocess.CalledProcessError as error:
        raise OSError(" ".join(error.stderr.split()) or f"{command[0]} failed") from error
    except subprocess.TimeoutExpired as error:
        raise OSError(f"{command[0]} did not answer") from error
    return done.stdout


def round_trips(base_url: str, count: int) -> dict[str, float]:
    """How long the service's host takes to take a connection; raises `OSError`."""
    url = urlsplit(base_url)
    port = url.port or (443 if url.scheme == "https" else 80)
    place = socket.getaddrinfo(url.hostname, port, type=socket.SOCK_STREAM)[0]
    took_ms: list[float] = []
    for _ in range(count):
        with socket.socket(place[0], place[1]) as link:
            link.settimeout(REACH_S)
            began_s = time.perf_counter()
            link.connect(place[4])
            took_ms.append(1000 * (time.perf_counter() - began_s))
    return {
        f"round_trip_ms_p{percent}": round(float(np.percentile(took_ms, percent)), 1)
        for percent in (50, 95)
    }
