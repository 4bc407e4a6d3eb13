"""Tells NetworkManager and the kernel which Wi-Fi there is, and in which country."""

import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from kiosk.errors import CommandError
from kiosk.provision.wifi import Wifi, keyfile, keyfile_name
from kiosk.provision.writing import write_all

MANAGER = Path("etc/NetworkManager")
PROFILES = MANAGER / "system-connections"
OURS = "kiosk-*.nmconnection"
KERNEL = Path("etc/modprobe.d")
KERNEL_FILE = "kiosk-wifi.conf"
PROGRAM_S = 20.0

Call = Callable[[Sequence[str]], bool]
"""Runs a program; tells whether it is there and went well."""


def call(words: Sequence[str]) -> bool:
    """See `Call`."""
    try:
        done = subprocess.run(
            list(words),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PROGRAM_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def take_over(root: Path, wifi: Wifi, programs: Call) -> None:
    """Write a profile for each network, in place of all that were imported before.

    Raises `CommandError` where NetworkManager is missing, or cannot be told; what other programs
    wrote stays as it is.
    """
    if not (root / MANAGER).is_dir():
        raise CommandError(["wifi.toml: NetworkManager is not installed, so it changes nothing."])
    profiles = {keyfile_name(each): keyfile(each).encode("utf-8") for each in wifi.networks}
    # NetworkManager takes no profile that others than root may read.
    write_all(root / PROFILES, profiles, mode=0o600, keep_old=False)
    for path in (root / PROFILES).glob(OURS):
        if path.name not in profiles:
            with suppress(OSError):
                path.unlink()
    option = f"options cfg80211 ieee80211_regdom={wifi.country}\n".encode()
    write_all(root / KERNEL, {KERNEL_FILE: option}, mode=0o644, keep_old=False)
    _hold_at_once(wifi.country, programs)


def _hold_at_once(country: str, programs: Call) -> None:
    """What holds after the next start of the machine in any case."""
    # Raspberry Pi OS keeps Wi-Fi switched off until it knows the country, and has its own place.
    programs(("raspi-config", "nonint", "do_wifi_country", country))
    programs(("iw", "reg", "set", country))
    programs(("rfkill", "unblock", "wifi"))
    if programs(("nmcli", "connection", "reload")):
        # It then connects by itself to the best network that is there.
        programs(("nmcli", "radio", "wifi", "on"))
    elif programs(("systemctl", "--quiet", "is-active", "NetworkManager.service")):
        raise CommandError(["wifi.toml: NetworkManager takes it up when the machine restarts."])
