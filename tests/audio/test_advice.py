"""What staff are told of sound cards."""

from pathlib import Path

import pytest

from kiosk.audio.advice import about_both, of_card
from kiosk.audio.cards import read_cards
from kiosk.settings import ProfileName
from tests.rigs.sound_cards import FakeCard, FakeMachine

MIC = FakeCard("Device", playback="")
SPEAKERPHONE = FakeCard("Jabra", "Jabra SPEAK 510", "0b0e:0420", port="1-1.4")
HDMI = FakeCard("vc4hdmi", "vc4-hdmi", usb="", capture="")


def test_a_card_is_told_with_the_line_to_write(tmp_path: Path) -> None:
    machine = FakeMachine(tmp_path)
    machine.plug(MIC, SPEAKERPHONE, HDMI)
    cards = read_cards(machine.root)
    assert [line for card in cards for line in of_card(card, cards)] == [
        'card "Device": USB PnP Sound Device, usb:0d8c:0014 in port 1-1.2',
        ('  microphone with 1 channel, 44100 or 48000 Hz; to use it: input = "usb:0d8c:0014"'),
        'card "Jabra": Jabra SPEAK 510, usb:0b0e:0420 in port 1-1.4',
        '  microphone with 1 channel, 44100 or 48000 Hz; to use it: input = "usb:0b0e:0420"',
        '  loudspeaker with 2 channels, 44100 or 48000 Hz; to use it: output = "usb:0b0e:0420"',
        'card "vc4hdmi": vc4-hdmi',
        '  loudspeaker; to use it: output = "card:vc4hdmi"',
    ]


@pytest.mark.parametrize(
    ("microphone", "loudspeaker", "profile", "word"),
    [
        (1, 1, "speakerphone", ""),
        (1, 1, "headset", ""),
        (1, 1, "open", 'write profile = "speakerphone"'),
        (0, 2, "open", "each with its own clock"),
        (0, 2, "loud hall", "each with its own clock"),
        (0, 2, "headset", ""),
        (0, 1, "speakerphone", "two devices"),
    ],
)
def test_what_fits_badly_is_told(
    tmp_path: Path, microphone: int, loudspeaker: int, profile: ProfileName, word: str
) -> None:
    machine = FakeMachine(tmp_path)
    machine.plug(MIC, SPEAKERPHONE, HDMI)
    cards = read_cards(machine.root)
    notes = list(about_both(cards[microphone], cards[loudspeaker], profile))
    assert len(notes) == bool(word)
    assert all(word in note for note in notes)
    assert list(about_both(None, cards[loudspeaker], profile)) == []
