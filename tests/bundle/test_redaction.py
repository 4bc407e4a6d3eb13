import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.bundle.redaction import ORDINARY, Known, Redaction
from kiosk.config import KINDS, VARIABLES
from kiosk.core.faults import Fault
from kiosk.handbook import codes

ROOT = Path(__file__).parents[2]
KNOWN = Known(
    hosts=frozenset({"ulm-fair-07", "kiosk"}),
    users=frozenset({"maria", "Maria Huber"}),
    networks=frozenset({"Messe Guest 5G", "HALL"}),
    booths=frozenset({"Stand der Müller AG"}),
    serials=frozenset({"10000000abcd1234", "A1B2-77"}),
)

digits = st.integers(0, 255).map(str)
ipv4 = st.ip_addresses(v=4).map(str) | st.tuples(digits, digits, digits, digits).map(".".join)
ipv6 = st.ip_addresses(v=6).map(str).filter(lambda text: text != "::")
ipv6 |= st.ip_addresses(v=6).map(lambda address: address.exploded)
octets = st.lists(st.integers(0, 255), min_size=6, max_size=6)
mac = st.tuples(octets, st.sampled_from([":", "-"]), st.booleans()).map(
    lambda made: made[1].join(f"{octet:02{'X' if made[2] else 'x'}}" for octet in made[0])
)
word = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1)
key = st.tuples(
    st.sampled_from(["sk-", "sk-proj-", "ek_", "sk_"]),
    st.from_regex(r"[A-Za-z0-9_-]{24,60}[0-9][A-Za-z0-9]{6}", fullmatch=True),
).map("".join)
e_mail = st.from_regex(
    r"[a-z][a-z0-9.+_-]{0,20}[a-z0-9]@[a-z][a-z0-9-]{0,20}[a-z0-9]\.(com|de|example|museum)",
    fullmatch=True,
)
host = st.from_regex(
    r"[a-z][a-z0-9-]{0,20}[a-z0-9]\.([a-z]{2,8}\.)?(com|org|de|local|lan|fritz\.box|internal)",
    fullmatch=True,
)
candidate = st.tuples(ipv4, st.integers(1, 65535)).map(
    lambda made: f"a=candidate:1 1 udp 2130706431 {made[0]} {made[1]} typ host"
)
anything = st.text() | st.sampled_from(
    ["", " ", "=", '"', "\n", "[", "x", "0", ":", ".", "-", "\\n"]
)
apart = st.sampled_from(["", " ", "=", '"', "\n", "[", "(", "'", ",", "\\n ", "] ", "…", " ß "])
"""What may stand beside a word without making another word of it."""


@given(before=anything, named=ipv4 | ipv6 | mac | key | candidate, after=anything)
@example(before="\\n", named="sk-proj-abcdefghijklmnopqrstuvwx0abcdef", after="")
@example(before="1", named="10.0.0.1", after=".1")
@example(before="::", named="fe80::1", after="%wlan0")
def test_no_address_and_no_key_stays_whatever_is_around_it(
    before: str, named: str, after: str
) -> None:
    assert named not in Redaction(KNOWN).text(before + named + after)


@pytest.mark.parametrize(
    ("written", "hidden"),
    [
        ("HTTPS_PROXY=http://fair:Sommer2026@10.20.30.40:3128", "Sommer2026"),
        ("https://fair:Sommer2026@proxy7.messe.berlin/", "Sommer2026"),
        ("psk=Sommer2026", "Sommer2026"),
        ('password = "Sommer2026"', "Sommer2026"),
        ("wifi_password: Sommer2026", "Sommer2026"),
        ("GET /hook?token=Sommer2026&x=1", "Sommer2026"),
        ("proxy7.messe.berlin:443", "messe"),
        ("at kiosk-gw.contoso.consulting", "contoso"),
    ],
)
def test_no_password_and_no_younger_domain_stays(written: str, hidden: str) -> None:
    assert hidden not in Redaction(KNOWN).text(written)


@given(before=apart, named=e_mail | host, after=apart)
def test_no_e_mail_address_and_no_host_name_stays(before: str, named: str, after: str) -> None:
    assert named not in Redaction(KNOWN).text(before + named + after)


@given(
    before=apart,
    named=st.sampled_from(
        sorted(
            (KNOWN.hosts - ORDINARY) | KNOWN.users | KNOWN.networks | KNOWN.booths | KNOWN.serials
        )
    ),
    after=apart,
)
def test_nothing_that_this_machine_is_called_stays(before: str, named: str, after: str) -> None:
    assert named not in Redaction(KNOWN).text(before + named + after)


pieces = st.lists(anything | ipv4 | ipv6 | mac | key | e_mail | host | candidate | word)
texts = pieces.map("".join)


@given(texts)
def test_what_was_taken_out_is_not_taken_out_again(text: str) -> None:
    once = Redaction(KNOWN).text(text)
    assert Redaction(KNOWN).text(once) == once


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | texts,
        lambda inner: st.lists(inner) | st.dictionaries(word, inner),
        max_leaves=10,
    )
)
def test_json_stays_json(value: object) -> None:
    assert json.loads(json.dumps(Redaction(KNOWN).value(value))) == Redaction(KNOWN).value(value)


def test_a_value_is_read_in_all_of_its_texts() -> None:
    told = {"maria": [{"at": "10.1.2.3"}, ("ulm-fair-07", 3)], "fine": True}
    assert Redaction(KNOWN).value(told) == {
        "[user]": [{"at": "[address]"}, ["[host]", 3]],
        "fine": True,
    }


USEFUL = (
    "2026-11-25T22:10:04.123456Z kiosk.service [KEY1] The API key is missing.",
    "aiortc==1.16.0 av 17.0.1 Python 3.11.2 Linux 6.12.34+rpt-rpi-2712 aarch64",
    "libgl1-mesa-dri 22.3.6-1+deb12u1, systemd 252.38-1~deb12u1, 1:6.2.0-3",
    "from 22:10:04 to 23:59:59, 12:00, at 100 ppm and -23.5 dBFS",
    "getty@tty1.service kiosk-token.socket kiosk-provision.service multi-user.target",
    "/opt/kiosk/current/venv/bin/kiosk run, /etc/kiosk/kiosk.toml, line 3: is empty",
    "kiosk.core.events: one late; kiosk.audio.engine INFO aioice.ice",
    'base_url = "https://api.openai.com", http://localhost',
    "usb:0d8c:0014 USB PnP Sound Device plughw:CARD=kioskmic,DEV=0 HDMI-A-1 1920x1080@60",
    "PRIORITY=6 KIOSK_PHASE=conversing KIOSK_CODE=NET2 MainPID=1234 CPUUsageNSec=123456789",
    "Raspberry Pi 5 Model B Rev 1.0",
    "signal -61 dBm; a call was connected; call_connected session_opened event_happened_twice",
    "Interview booth kiosk.service: Scheduled restart job, restart counter is at 5.",
    "docs/staff.md tests/test_docs.py scripts/install lib/x.so status.json THM1 theme.toml",
)


@pytest.mark.parametrize("text", USEFUL)
def test_what_helps_stays(text: str) -> None:
    assert Redaction(KNOWN).text(text) == text


def test_every_code_every_setting_and_every_unit_of_ours_stays() -> None:
    names = [f"{group}.{name}" for group, kinds in KINDS.items() for name in kinds]
    told = [f"{each.remedy.what} {each.remedy.do}" for each in Fault]
    units = [path.read_text("utf-8") for path in (ROOT / "systemd").glob("*.service")]
    for text in (*names, *VARIABLES, *told, codes(), *units):
        assert Redaction(KNOWN).text(text) == text.replace("127.0.0.1", "[address]")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "wlan0: connected to HALL, ssid=Fair 2026",
            "wlan0: connected to [network], ssid=[network]",
        ),
        ('{"SSID": "Fair 2026", "x": 1}', '{"SSID": "[network]", "x": 1}'),
        ("Serial\t\t: 10000000deadbeef", "Serial\t\t: [serial]"),
        ("usb 1-1: SerialNumber: AB-12 found", "usb 1-1: SerialNumber: [serial] found"),
        ("/home/jo/x", "/home/[user]/x"),
        ("wss://hall.example.net:8443/v1 down", "wss://[host]:8443/v1 down"),
        ("https://azure-fair.openai.azure.com/openai", "https://[host]/openai"),
        ("http://box:80", "http://[host]:80"),
        ("c=IN IP4 10.0.0.1", "[call setup]"),
        ("a=ice-pwd:asdf88fgpdd777uzjYhagZg", "[call setup]"),
        ("Authorization: Bearer abcd1234", "Authorization: Bearer [secret]"),
        ("The HALLWAY is no network", "The HALLWAY is no network"),
        ("ULM-FAIR-07 kernel", "[host] kernel"),
        ("mariachi plays for maria", "mariachi plays for [user]"),
    ],
)
def test_what_stands_in_its_place(text: str, left: str) -> None:
    assert Redaction(KNOWN).text(text) == left


def test_sessions_and_boots_can_still_be_told_apart() -> None:
    redaction = Redaction()
    first, second = "sess_C9CwpGXZab12", "sess_D0DxqHYAbc34"
    text = redaction.text(f"{first} {second} {first}")
    assert text == "[session 1] [session 2] [session 1]"
    assert redaction.pseudonym("session", second) == "[session 2]"
    boot = "8d1c4b0e9f5a4d2cb7e6a1f203948576"
    dashed = "8d1c4b0e-9f5a-4d2c-b7e6-a1f203948576"
    assert redaction.text(f"{boot} {dashed} {boot}") == "[identity 1] [identity 2] [identity 1]"


def test_a_name_without_a_meaning_is_no_reason_to_spoil_the_text() -> None:
    text = "kiosk.service is started by root on localhost"
    assert Redaction(Known(hosts=ORDINARY, users=ORDINARY)).text(text) == text


def test_the_longer_name_goes_first() -> None:
    redaction = Redaction(Known(hosts=frozenset({"hall", "hall.fair.example"})))
    assert redaction.text("hall.fair.example and hall") == "[host] and [host]"
    assert not re.search("fair", redaction.text("x@hall.fair.example"))
