"""How the network is, without saying which network it is: no name, no address."""

from collections.abc import Iterator

from kiosk.bundle.machine import Machine, MissingError

NETWORK_MANAGER = "STATE,CONNECTIVITY,WIFI-HW,WIFI"


def network(machine: Machine) -> dict[str, object]:
    """Return links, whether there is a way out, and what NetworkManager makes of it."""
    return {
        "links": list(_links(machine)),
        "way_out_ipv4": _ways_out(machine, "proc/net/route", 1, "00000000"),
        "way_out_ipv6": _ways_out(machine, "proc/net/ipv6_route", 0, "0" * 32),
        "name_servers": machine.word("etc/resolv.conf").count("nameserver "),
        "wifi_country": machine.word("sys/module/cfg80211/parameters/ieee80211_regdom"),
        "network_manager": _network_manager(machine),
    }


def _links(machine: Machine) -> Iterator[dict[str, object]]:
    """Yield each link, numbered: some names are made of a hardware address."""
    signals = dict(_signals(machine))
    for number, path in enumerate(machine.find("sys/class/net/*/operstate"), start=1):
        folder, name = machine.within(path.parent), path.parent.name
        if name == "lo":
            continue
        wifi = (path.parent / "wireless").exists() or (path.parent / "phy80211").exists()
        yield {
            "link": number,
            "kind": "wifi" if wifi else "ethernet",
            "state": machine.word(f"{folder}/operstate"),
            "carrier": machine.word(f"{folder}/carrier"),
            "speed_mbit": machine.word(f"{folder}/speed"),
            "received_errors": machine.word(f"{folder}/statistics/rx_errors"),
            "sent_errors": machine.word(f"{folder}/statistics/tx_errors"),
            "signal_dbm": signals.get(name, ""),
        }


def _signals(machine: Machine) -> Iterator[tuple[str, str]]:
    """Yield the name and the level of each Wi-Fi link, from a table with two lines of heading."""
    for line in machine.word("proc/net/wireless").splitlines()[2:]:
        words = line.split()
        if len(words) > 3:
            yield words[0].rstrip(":"), words[3].rstrip(".")


def _ways_out(machine: Machine, table: str, column: int, any_address: str) -> bool:
    """Tell whether a table of the kernel has a route to everywhere that is no refusal."""
    rows = (line.split() for line in machine.word(table).splitlines())
    return any(len(row) > column and row[column] == any_address and "lo" not in row for row in rows)


def _network_manager(machine: Machine) -> str:
    try:
        return machine.run(("nmcli", "--terse", "--fields", NETWORK_MANAGER, "general")).strip()
    except MissingError as error:
        return str(error)
