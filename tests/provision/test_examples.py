import pytest

from kiosk.errors import CommandError
from kiosk.places import ROOT
from kiosk.provision import key
from kiosk.provision.wifi import read_wifi

EXAMPLES = ROOT / "config" / "provision"


def test_the_example_for_wifi_can_be_used() -> None:
    wifi = read_wifi((EXAMPLES / "wifi.toml").read_bytes())
    assert [each.priority for each in wifi.networks] == [10, 0]


def test_the_example_for_the_key_has_its_form() -> None:
    content = (EXAMPLES / "openai.key").read_bytes()
    assert key.read(content)
    with pytest.raises(CommandError):
        key.read(content * 2)
