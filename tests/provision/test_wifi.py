import configparser
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.provision.wifi import Network, Wifi, keyfile, keyfile_name, read_wifi
from kiosk.toml_file import TomlFileError

ONE = 'country = "DE"\nssid = "Fair"\npassword = "hunter-two"\n'


def mistakes(text: str) -> list[str]:
    with pytest.raises(TomlFileError) as error:
        read_wifi(text.encode())
    return list(error.value.sentences)


def test_one_network_is_written_without_ceremony() -> None:
    assert read_wifi(ONE.encode()) == Wifi("DE", (Network("Fair", "hunter-two"),))


def test_several_networks_are_tables() -> None:
    text = """
country = "FR"
[[network]]
ssid = "Stand 1"
password = '12345678'
priority = 10
[[network]]
ssid = "Café  ✓"
hidden = true
[[network]]
ssid = "new"
password = "three"
security = "sae"
"""
    assert read_wifi(text.encode()).networks == (
        Network("Stand 1", "12345678", priority=10),
        Network("Café  ✓", security="open", hidden=True),
        Network("new", "three", "sae"),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'country' is missing"),
        ("", "'ssid' is missing"),
        (ONE.replace("DE", "UK"), "line 1: 'country' must be a country in two capital letters"),
        (ONE.replace("DE", "UK"), "did you mean GB?"),
        (ONE.replace("DE", "de"), "did you mean DE?"),
        (ONE.replace("DE", "Germany"), "'country' must be a country"),
        (ONE.replace("hunter-two", "short"), "line 3: 'password' has 5 characters"),
        (ONE.replace("hunter-two", "x" * 64), "it must have 8 to 63"),
        (ONE.replace("hunter-two", "pässwort-x"), "must be of plain letters"),
        (ONE.replace("hunter-two", ""), "'password' must be text in quotes"),
        (ONE.replace("password", "passwort"), "did you mean password?"),
        (ONE.replace('"Fair"', "7"), "'ssid' must be the name of a network in quotes"),
        (ONE.replace("Fair", "ü" * 17), "'ssid' must be 32 bytes at most"),
        (ONE.replace("Fair", "a\\nb"), "holds a control character"),
        (ONE + 'security = "wep"\n', "'security' must be one of wpa-psk, sae, open"),
        (ONE + 'security = "open"\n', "'password' has no place"),
        ('country = "DE"\nssid = "x"\nsecurity = "sae"\n', "'password' is missing"),
        (ONE + "hidden = 1\n", "'hidden' must be true or false"),
        (ONE + "priority = 5000\n", "'priority' must be from -999 to 999"),
        (ONE + '[[network]]\nssid = "b"\n', "write all as [[network]]"),
        ('country = "DE"\nnetwork = 3\n', "[[network]]"),
        (
            'country = "DE"\n[[network]]\nssid = "b"\n[[network]]\nssid = "b"\n',
            "two networks have the same 'ssid'",
        ),
        ("country = DE", "not valid TOML"),
    ],
)
def test_every_mistake_is_a_sentence_with_its_line(text: str, sentence: str) -> None:
    told = mistakes(text)
    assert any(sentence in each for each in told), told
    assert all(each.startswith("wifi.toml") for each in told)


@pytest.mark.parametrize("value", ["short", "pässwort-geheim", "x" * 200])
def test_no_password_is_repeated(value: str) -> None:
    assert value not in "\n".join(mistakes(ONE.replace("hunter-two", value)))


@given(st.binary() | st.text().map(str.encode))
def test_anything_may_be_in_the_file(content: bytes) -> None:
    with pytest.raises(TomlFileError):
        read_wifi(content)


# --- what NetworkManager reads ------------------------------------------------------------------


def parsed(network: Network) -> dict[str, dict[str, str]]:
    """Read it as GLib does, as far as that differs from nothing."""
    parser = configparser.RawConfigParser(delimiters="=", comment_prefixes="#")
    parser.read_string(keyfile(network))
    return {name: dict(parser[name]) for name in parser.sections()}


def test_a_profile_has_what_the_format_asks_for() -> None:
    told = parsed(Network("Fair", "hunter-two", priority=5, hidden=True))
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", told["connection"]["uuid"])
    assert told["connection"]["type"] == "wifi"
    assert told["connection"]["autoconnect-priority"] == "5"
    assert told["wifi"] == {"mode": "infrastructure", "ssid": "70;97;105;114;", "hidden": "true"}
    assert told["wifi-security"] == {"key-mgmt": "wpa-psk", "psk": "hunter-two"}
    assert told["ipv4"]["method"] == told["ipv6"]["method"] == "auto"


def test_an_open_network_has_no_security() -> None:
    assert "wifi-security" not in parsed(Network("Fair", security="open"))
    assert "hidden" not in parsed(Network("Fair", security="open"))["wifi"]


def unescaped(text: str) -> str:
    """As GLib's g_key_file_get_string does."""
    signs = {"s": " ", "\\": "\\", "n": "\n", "t": "\t", "r": "\r"}
    return re.sub(r"\\(.)", lambda found: signs[found[1]], text)


printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=8, max_size=63)


@given(ssid=st.text(min_size=1, max_size=8), password=printable)
def test_names_and_passwords_arrive_as_they_are(ssid: str, password: str) -> None:
    text = keyfile(Network(ssid, password))
    (line,) = re.findall(r"^psk=(.*)$", text, re.MULTILINE)
    assert line == line.strip(" ")
    assert unescaped(line) == password
    (numbers,) = re.findall(r"^ssid=(.*)$", text, re.MULTILINE)
    assert bytes(int(each) for each in numbers.split(";")[:-1]).decode() == ssid


def test_a_profile_s_name_tells_no_network_and_stays() -> None:
    assert keyfile_name(Network("Fair", "one-12345")) == keyfile_name(Network("Fair"))
    assert keyfile_name(Network("Fair")) != keyfile_name(Network("Hall"))
    assert re.fullmatch(r"kiosk-[0-9a-f]{8}\.nmconnection", keyfile_name(Network("Fair")))
