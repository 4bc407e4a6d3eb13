"""What is read of the kernel's sound cards."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.audio.candidates import CardId, Usb
from kiosk.audio.cards import Line, parse_cards, parse_stream, read_cards
from tests.rigs.sound_cards import FakeCard, FakeMachine

HEADPHONES = FakeCard("Headphones", "bcm2835 Headphones", usb="", capture="")
SPEAKERPHONE = FakeCard("Jabra", "Jabra SPEAK 510", "0b0e:0420", serial="50C2ED", port="1-1.4")
MICROPHONE = FakeCard(
    "Device",
    capture="Channels: 1\n    Rates: 8000 - 44100 (continuous)\n    Channels: 2",
    playback="",
)


@pytest.fixture
def machine(tmp_path: Path) -> FakeMachine:
    machine = FakeMachine(tmp_path)
    machine.plug(HEADPHONES, SPEAKERPHONE, MICROPHONE)
    return machine


def test_cards_are_read_with_all_that_names_them(machine: FakeMachine) -> None:
    headphones, speakerphone, microphone = read_cards(machine.root)
    assert (headphones.index, headphones.id, headphones.usb) == (0, "Headphones", None)
    assert headphones.lines == (Line("output", 0),)
    assert speakerphone.usb == Usb("0b0e", "0420")
    assert (speakerphone.serial, speakerphone.port) == ("50C2ED", "1-1.4")
    assert speakerphone.line("input") == Line("input", 0, (1,), (44_100, 48_000))
    assert speakerphone.line("output") == Line("output", 0, (2,), (44_100, 48_000))
    assert microphone.line("output") is None
    rates_hz = (8_000, 16_000, 22_050, 24_000, 32_000, 44_100)
    assert microphone.line("input") == Line("input", 0, (1, 2), rates_hz)


def test_a_card_is_meant_by_identity_place_or_id(machine: FakeMachine) -> None:
    _, speakerphone, _ = read_cards(machine.root)
    for candidate in (
        Usb("0b0e", "0420"),
        Usb("0b0e", "0420", "50C2ED"),
        Usb("0b0e", "0420", "1-1.4"),
        CardId("Jabra"),
    ):
        assert speakerphone.is_meant(candidate)
    for other in (Usb("0b0e", "0421"), Usb("0b0e", "0420", "1-1"), CardId("jabra")):
        assert not speakerphone.is_meant(other)


def test_a_machine_without_sound_has_no_cards(tmp_path: Path) -> None:
    assert read_cards(tmp_path) == ()
    assert read_cards(FakeMachine(tmp_path).root) == ()


def test_what_is_missing_is_left_out(machine: FakeMachine) -> None:
    (machine.root / "sys" / "class" / "sound" / "card1" / "device").unlink()
    (machine.root / "proc" / "asound" / "card1" / "stream0").unlink()
    (machine.root / "proc" / "asound" / "card2" / "usbid").write_bytes(b"\xff\xfe")
    _, speakerphone, microphone = read_cards(machine.root)
    assert (speakerphone.serial, speakerphone.port) == ("", "")
    assert speakerphone.line("input") == Line("input", 0)
    assert microphone.usb is None


def test_the_kernels_own_words_are_understood() -> None:
    """As printed by a Raspberry Pi with a webcam."""
    text = (
        " 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n"
        "                      bcm2835 Headphones\n"
        " 1 [Webcam         ]: USB-Audio - Dynex 1.3MP Webcam\n"
        "                      Dynex at usb-3f980000.usb-1.2.1, high speed\n"
    )
    assert list(parse_cards(text)) == [
        (0, "Headphones", "bcm2835 Headphones"),
        (1, "Webcam", "Dynex 1.3MP Webcam"),
    ]


@given(st.text(alphabet=" 0123456789[]:-()\nabcCaptureRatesPlybkhnls,", max_size=300))
@example("Capture:\nRates: " + "9" * 5000 + " - " + "9" * 5000 + " (continuous)")
@example("Capture:\nRates: ٣ - ٣ (continuous)\nChannels: ٣")
def test_any_text_is_cards_or_nothing(text: str) -> None:
    for _, card_id, _ in parse_cards(text):
        assert card_id
    for channels, rates_hz in parse_stream(text).values():
        assert list(channels) == sorted(set(channels))
        assert all(rate_hz > 0 for rate_hz in rates_hz)


@given(
    data=st.dictionaries(st.sampled_from(["cards", "card1/usbid", "card1/stream0"]), st.binary())
)
def test_any_bytes_in_the_kernels_files_are_read(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, bytes]
) -> None:
    machine = FakeMachine(tmp_path_factory.mktemp("machine"))
    machine.plug(HEADPHONES, SPEAKERPHONE)
    for name, content in data.items():
        (machine.root / "proc" / "asound" / name).write_bytes(content)
    assert all(card.id for card in read_cards(machine.root))
