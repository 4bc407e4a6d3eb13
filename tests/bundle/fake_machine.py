"""A machine in a folder; its names, people, networks and calls must not be told."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from kiosk.bundle.machine import Machine, MissingError

HOST = "ulm-fair-07"
DOMAIN = "messe-ulm.example"
USER = "maria"
FULL_NAME = "Maria Huber"
NETWORK = "Messe Gäste 5G"
OTHER_NETWORK = "Aussteller"
BOOTH = "Stand der Beispiel AG"
SERIAL = "10000000abcd1234"
STICK_SERIAL = "AA00112233"
MACHINE_ID = "8d1c4b0e9f5a4d2cb7e6a1f203948576"
BOOT_ID = "3d1219c7-c4c5-404a-aa1f-6d2a48adfda4"
MAC = "dc:a6:32:12:34:56"
IPV4 = "192.168.17.23"
IPV6 = "2001:db8:17::23"
KEY = "sk-proj-0123456789abcdefghijklmnop"
SESSION = "sess_C9CwpGXZab12"
SERVICE_HOST = "interviews.beispiel.example"
PRIVATE = (
    *(HOST, DOMAIN, USER, FULL_NAME, NETWORK, OTHER_NETWORK, BOOTH, SERIAL, STICK_SERIAL),
    *(MACHINE_ID, BOOT_ID, BOOT_ID.replace("-", ""), MAC, IPV4, IPV6, KEY, SESSION, SERVICE_HOST),
)
CONTROL = "the button sticks, says KEY1"
"""Stands beside all of it, and must be found."""

JOURNAL = [
    {
        "__REALTIME_TIMESTAMP": "1764108604123456",
        "_SYSTEMD_UNIT": "kiosk.service",
        "PRIORITY": "4",
        "LOGGER": "kiosk.booth",
        "KIOSK_PHASE": "conversing",
        "KIOSK_SESSION": SESSION,
        "KIOSK_CODE": "KEY1",
        "MESSAGE": f"{CONTROL} on {HOST}.{DOMAIN} {IPV4} [{IPV6}]:443 {MAC} by {USER} {KEY}",
        "_HOSTNAME": HOST,
        "_CMDLINE": f"kiosk run {KEY}",
        "_BOOT_ID": BOOT_ID.replace("-", ""),
    },
    {"MESSAGE": [*NETWORK.encode(), 10, *BOOTH.encode()], "UNIT": "kiosk.service"},
    {"MESSAGE": None, "PRIORITY": 3, "__REALTIME_TIMESTAMP": "soon"},
]

FILES: Mapping[str, str] = {
    "etc/hostname": f"{HOST}\n",
    "etc/hosts": f"127.0.0.1 localhost\n127.0.1.1 {HOST}.{DOMAIN} {HOST}\n",
    "etc/resolv.conf": f"search {DOMAIN}\nnameserver 192.168.17.1\n",
    "etc/passwd": f"root:x:0:0:root:/root:\n{USER}:x:1000:1000:{FULL_NAME},,,:/home/{USER}:\n",
    "etc/machine-id": f"{MACHINE_ID}\n",
    "etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    "etc/kiosk/kiosk.toml": (
        f'[booth]\nname = "{BOOTH}"\n[realtime]\nbase_url = "https://{SERVICE_HOST}"\n'
        f'[audio]\ninput = "usb:0d8c:0014:{STICK_SERIAL}"\n'
    ),
    "etc/NetworkManager/system-connections/one.nmconnection": (
        f"[connection]\nid=one\n[wifi]\nssid={''.join(f'{byte};' for byte in NETWORK.encode())}\n"
    ),
    "run/NetworkManager/system-connections/two": f"[wifi]\nssid={OTHER_NETWORK}\n",
    "run/kiosk/status.json": json.dumps({"phase": "idle", "last": f"{CONTROL} {IPV4}", "n": 3}),
    "run/kiosk/restarts.json": json.dumps({"boot_id": BOOT_ID, "causes": {"engine": 2}}),
    "var/lib/dpkg/status": (
        "Package: systemd\nStatus: install ok installed\nVersion: 252.38-1~deb12u1\n\n"
        "Package: vim\nVersion: 2:9.0\n"
    ),
    "opt/kiosk/current/systemd/kiosk.service": "[Service]\nRestartSec=3\n",
    "opt/kiosk/current/systemd/kiosk-new.service": "[Service]\n",
    "etc/systemd/system/kiosk.service": f"[Service]\nRestartSec=9\n# asked by {FULL_NAME}\n",
    "etc/systemd/system/kiosk-own.service": "[Service]\n",
    "proc/sys/kernel/random/boot_id": f"{BOOT_ID}\n",
    "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0",
    "proc/device-tree/serial-number": f"{SERIAL}\0",
    "proc/cmdline": f"console=tty1 smsc95xx.macaddr={MAC} root=PARTUUID=1234abcd-02",
    "proc/meminfo": "MemTotal: 4000 kB\nCached: 1 kB\n",
    "proc/asound/cards": " 0 [kioskmic]: USB-Audio - USB PnP Sound Device\n",
    "proc/net/route": "Iface Destination\nwlan0 00000000 0111A8C0\nwlan0 0011A8C0 0\n",
    "proc/net/wireless": (
        "Inter-| sta-|   Quality\n face | tus | link level noise\n wlan0: 0000   54.  -61.  -256\n"
    ),
    "sys/class/net/wlan0/operstate": "up\n",
    "sys/class/net/wlan0/address": f"{MAC}\n",
    "sys/class/net/wlan0/wireless/x": "",
    "sys/class/net/lo/operstate": "unknown\n",
    "sys/class/thermal/thermal_zone0/temp": "48300\n",
    "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1\n",
    "sys/class/drm/card1-HDMI-A-1/status": "connected\n",
    "sys/class/drm/card1-HDMI-A-1/modes": "1920x1080\n1920x1080\n1280x720\n",
    "sys/bus/usb/devices/1-1.2/idVendor": "0d8c\n",
    "sys/bus/usb/devices/1-1.2/idProduct": "0014\n",
    "sys/bus/usb/devices/1-1.2/product": "USB PnP Sound Device\n",
    "sys/bus/usb/devices/1-1.2/serial": f"{STICK_SERIAL}\n",
}


class Programs:
    """Answers as programs of that machine would."""

    def __call__(self, words: Sequence[str], *, any_status: bool = False) -> str:  # noqa: ARG002
        if words[0] == "journalctl":
            if "--list-boots" in words:
                return f"IDX BOOT ID\n  0 {BOOT_ID.replace('-', '')} Wed 2026-11-25\n"
            return "".join(json.dumps(record) + "\n" for record in JOURNAL) + "no JSON\n[]\n"
        if words[0] == "systemctl":
            return f"kiosk.service on {HOST}\nDocs: https://{DOMAIN}/\n{CONTROL}\n"
        if "doctor" in words:
            return json.dumps({"worst": "fail", "findings": [{"what": f"{CONTROL} {IPV6}"}]})
        raise MissingError(f"There is no program {words[0]} here.")


def fake_machine(root: Path) -> Machine:
    """Write that machine below `root`."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Machine(root, Programs(), {"KIOSK_SCREEN_FPS": "30", "HOME": f"/home/{USER}"})
