"""Reads `wifi.toml`, and writes what NetworkManager reads (pure)."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk.limits import did_you_mean
from kiosk.provision.countries import COMMON_MISTAKES, COUNTRIES
from kiosk.toml_file import TomlFileError
from kiosk.toml_table import Flaw, Table, parse

NAME = "wifi.toml"
MOST_NETWORKS = 8
PRIORITIES = (-999, 999)
"""As NetworkManager limits them."""

Security = Literal["wpa-psk", "sae", "open"]
SECURITIES: tuple[Security, ...] = ("wpa-psk", "sae", "open")
"""WPA2, also where WPA3 is offered beside it · WPA3 alone · none."""
_PLAIN = re.compile(r"[ -~]+")
_WPA = re.compile(r"[ -~]{8,63}|[0-9a-fA-F]{64}")
_IDENTITY = uuid.UUID("6f2d3c3e-52a4-4f0e-9b36-6f1c8a0a7f11")
"""Of all networks that were imported here, so that the same one keeps its own."""


@dataclass(frozen=True, slots=True)
class Network:
    """One Wi-Fi network."""

    ssid: str
    """Its name; 1 to 32 bytes of UTF-8."""
    password: str = ""
    security: Security = "wpa-psk"
    hidden: bool = False
    """It does not tell its name, so it is asked for."""
    priority: int = 0
    """Of those that are there the highest is taken."""

    @property
    def identity(self) -> str:
        """The same for the same name."""
        return str(uuid.uuid5(_IDENTITY, self.ssid))


@dataclass(frozen=True, slots=True)
class Wifi:
    """All of the file."""

    country: str
    """Two capital letters of ISO 3166-1: which channels may be used."""
    networks: tuple[Network, ...]


def read_wifi(content: bytes) -> Wifi:
    """Read the file; raises `TomlFileError` with every flaw, which repeats no password."""
    flaws: list[Flaw] = []
    root = parse(content, flaws)
    wifi = _wifi(root) if root else None
    if flaws or wifi is None:
        raise TomlFileError(Path(NAME), flaws)
    return wifi


def _wifi(root: Table) -> Wifi:
    country = root.read("country", "", _country)
    if not root.has("country"):
        root.note("", "'country' is missing: two letters such as country = \"DE\"")
    single = root.has("ssid") or not root.has("network")
    if root.has("ssid") and root.has("network"):
        root.note("network", "'ssid' stands for the only network: write all as [[network]]")
    if single:
        networks = [_network(root)]
    else:
        tables = root.tables("network", 1, MOST_NETWORKS)
        networks = [_network(table) for table in tables]
        for table in tables:
            table.finish()
    names = [network.ssid for network in networks if network.ssid]
    if len(set(names)) < len(names):
        root.note("network", "two networks have the same 'ssid'")
    if single and root.has("network"):
        root.tables("network", 0, MOST_NETWORKS)
    root.finish()
    return Wifi(country, tuple(networks))


def _network(table: Table) -> Network:
    if not table.has("ssid"):
        table.note("ssid", "'ssid' is missing: the name of the network")
    usual: Security = "wpa-psk" if table.has("password") else "open"
    network = Network(
        ssid=table.read("ssid", "", _ssid),
        password=table.read("password", "", _password),
        security=table.read("security", usual, _security),
        hidden=table.read("hidden", False, _switch),
        priority=table.whole("priority", *PRIORITIES, 0),
    )
    _check_password(table, network)
    return network


def _check_password(table: Table, network: Network) -> None:
    """Note a password that does not fit the kind of network."""
    length = len(network.password)
    if network.security == "open":
        if table.has("password"):
            table.note("password", "'password' has no place where 'security' is \"open\"")
    elif not table.has("password"):
        table.note("security", "'password' is missing: leave 'security' out for an open network")
    elif network.security == "wpa-psk" and not _WPA.fullmatch(network.password or " " * 8):
        table.note("password", f"'password' has {length} characters: it must have 8 to 63")


def _country(value: object) -> str:
    if isinstance(value, str) and value in COUNTRIES:
        return value
    told = value.strip().upper() if isinstance(value, str) and len(value) < 10 else ""
    likely = COMMON_MISTAKES.get(told, told if told in COUNTRIES else "")
    hint = f"; did you mean {likely}?" if likely else ""
    raise ValueError(f"must be a country in two capital letters, such as 'DE'{hint}")


def _ssid(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be the name of a network in quotes")
    if not value.isprintable():
        raise ValueError("holds a control character")
    if len(value.encode("utf-8", "replace")) > 32:
        raise ValueError("must be 32 bytes at most")
    return value


def _password(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be text in quotes")
    if not _PLAIN.fullmatch(value):
        raise ValueError("must be of plain letters, digits and signs")
    if len(value) > 128:
        raise ValueError("must have 128 characters at most")
    return value


def _security(value: object) -> Security:
    for each in SECURITIES:
        if value == each:
            return each
    hint = did_you_mean(value, SECURITIES) if isinstance(value, str) else ""
    raise ValueError(f"must be one of {', '.join(SECURITIES)}{hint}")


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - `Table.read` asks for it
    return value


def keyfile(network: Network) -> str:
    """Return the profile as nm-settings-keyfile(5) describes it.

    The name of the network is written as the numbers of its bytes, which leaves nothing to be
    escaped and nothing to be taken for a list.
    """
    wifi = {
        "mode": "infrastructure",
        "ssid": "".join(f"{byte};" for byte in network.ssid.encode("utf-8")),
    }
    if network.hidden:
        wifi["hidden"] = "true"
    sections = {
        "connection": {
            "id": f"kiosk-{network.identity[:8]}",
            "uuid": network.identity,
            "type": "wifi",
            "autoconnect": "true",
            "autoconnect-priority": str(network.priority),
            # For ever: the venue's access point may come up hours later.
            "autoconnect-retries": "0",
        },
        "wifi": wifi,
    }
    if network.security != "open":
        sections["wifi-security"] = {
            "key-mgmt": network.security,
            "psk": _escape(network.password),
        }
    sections |= {"ipv4": {"method": "auto"}, "ipv6": {"method": "auto"}}
    return "\n".join(
        "".join((f"[{name}]\n", *(f"{key}={value}\n" for key, value in pairs.items())))
        for name, pairs in sections.items()
    )


def keyfile_name(network: Network) -> str:
    """Return what its file is called; it tells no name of a network."""
    return f"kiosk-{network.identity[:8]}.nmconnection"


def _escape(text: str) -> str:
    r"""Return a value of a GKeyFile: `\` doubled, and leading and trailing blanks as `\s`."""
    escape: Callable[[re.Match[str]], str] = lambda blanks: r"\s" * len(blanks[0])  # noqa: E731
    return re.sub("^ +| +$", escape, text.replace("\\", "\\\\"))
