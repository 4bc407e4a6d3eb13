"""Which device is meant."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.alsa import own_name
from kiosk.audio.candidates import Kind
from kiosk.audio.cards import Card, Line, read_cards
from kiosk.audio.choice import Choice, Listed, NoChoiceError, choose, identity, meant_cards
from tests.rigs.sound_cards import FakeCard, FakeMachine

LINES = (Line("input", 0), Line("output", 0))
MIC = Card(0, "Device", "USB PnP", "0d8c", "0014", "", "1-1.2", LINES)
TWIN = Card(1, "Device_1", "USB PnP", "0d8c", "0014", "", "1-1.3", LINES)
JABRA = Card(2, "Jabra", "Jabra", "0b0e", "0420", "50C2ED", "1-1.4", LINES)
HDMI = Card(3, "vc4hdmi", "vc4-hdmi", lines=(Line("output", 0),))


def listed(*names: str, kind: Kind = "input") -> list[Listed]:
    return [Listed(index, kind, name, 1, 48_000) for index, name in enumerate(names)]


def own(*cards: Card, kind: Kind = "input") -> list[Listed]:
    return listed(*(own_name(card.id, 0) for card in cards), kind=kind)


def chosen(*wanted: str, there: list[Listed], cards: tuple[Card, ...] = ()) -> Choice:
    return choose("input", wanted, there, cards, there[0] if there else None)


def refused(*wanted: str, there: list[Listed], cards: tuple[Card, ...] = ()) -> NoChoiceError:
    with pytest.raises(NoChoiceError) as caught:
        choose("input", wanted, there, cards, None)
    return caught.value


@pytest.mark.parametrize("text", ["usb:0b0e:0420", "usb:0b0e:0420:1-1.4", "card:Jabra"])
def test_a_card_is_chosen_by_what_names_it(text: str) -> None:
    choice = chosen(text, there=own(MIC, JABRA), cards=(MIC, JABRA))
    assert choice.device.name == own_name("Jabra", 0)
    assert choice.card == JABRA
    assert choice.name == text


def test_the_first_candidate_that_is_there_is_used_and_the_absent_ones_are_told() -> None:
    wanted = ("usb:1111:2222", "card:kioskmic", "usb:0d8c:0014", "default")
    choice = chosen(*wanted, there=own(MIC), cards=(MIC,))
    assert choice.candidate == "usb:0d8c:0014"
    assert choice.passed_over == ("usb:1111:2222", "card:kioskmic")


def test_two_devices_of_one_identity_are_refused_until_the_place_is_named() -> None:
    there, cards = own(MIC, TWIN), (MIC, TWIN)
    why = refused("usb:0d8c:0014", "default", there=there, cards=cards)
    assert "fits several" in str(why)
    assert '"usb:0d8c:0014:1-1.2", "usb:0d8c:0014:1-1.3"' in str(why)
    assert chosen("usb:0d8c:0014:1-1.3", there=there, cards=cards).card == TWIN


def test_a_card_without_that_direction_is_not_meant() -> None:
    error = refused("card:vc4hdmi", there=[], cards=(HDMI, MIC))
    assert str(error) == 'There is no microphone "card:vc4hdmi"; there are: "usb:0d8c:0014".'
    assert not error.list_anew


def test_a_card_that_is_plugged_in_but_not_listed_is_not_replaced() -> None:
    error = refused("usb:0d8c:0014", "default", there=listed("default"), cards=(MIC,))
    assert "plugged in" in str(error)
    assert error.list_anew


def test_names_are_taken_whole_first_and_then_in_part() -> None:
    there = listed("USB", "USB 2", "Line")
    assert chosen("USB", there=there).device.name == "USB"
    assert chosen("Li", there=there).device.name == "Line"
    assert 'fits several: "USB", "USB 2"' in str(refused("US", there=there))
    assert chosen("pcm:USB", there=there).device.name == "USB"
    assert refused("pcm:Li", there=there).list_anew


def test_the_booths_own_names_are_nobodys() -> None:
    error = refused("kiosk", there=own(MIC) + listed("other"), cards=(MIC,))
    assert str(error) == 'There is no microphone "kiosk"; there are: "other".'


def test_a_system_without_default_goes_on_to_the_next() -> None:
    assert str(refused("default", there=[])) == "The system has no default microphone."
    choice = choose("input", ("default", "a"), listed("a"), (), None)
    assert choice.passed_over == ("default",)


def test_only_cards_that_are_meant_get_a_name(tmp_path: Path) -> None:
    machine = FakeMachine(tmp_path)
    machine.plug(FakeCard("Device"), FakeCard("Jabra", usb="0b0e:0420"), FakeCard("x", usb=""))
    cards = read_cards(machine.root)
    assert meant_cards("input", ("usb:0b0e:0420", "default", "card:x"), cards) == [
        ("Jabra", 0),
        ("x", 0),
    ]


@pytest.mark.parametrize(
    ("card", "name"),
    [
        (MIC, "usb:0d8c:0014:1-1.2"),
        (TWIN, "usb:0d8c:0014:1-1.3"),
        (JABRA, "usb:0b0e:0420"),
        (HDMI, "card:vc4hdmi"),
    ],
)
def test_the_name_that_is_suggested_means_that_card_alone(card: Card, name: str) -> None:
    assert identity(card, (MIC, TWIN, JABRA, HDMI)) == name


CARDS = st.lists(
    st.builds(
        Card,
        st.integers(0, 9),
        st.sampled_from(["a", "b", "c", "d"]),
        st.just("name"),
        st.sampled_from(["", "0d8c"]),
        st.sampled_from(["0014", "0015"]),
        st.sampled_from(["", "S1", "S2"]),
        st.sampled_from(["", "1-1", "1-2"]),
        st.sampled_from([(), LINES[:1], LINES[1:], LINES]),
    ),
    max_size=4,
    unique_by=lambda card: card.id,
)
WANTED = st.lists(
    st.sampled_from(
        ["usb:0d8c:0014", "usb:0d8c:0014:S1", "usb:0d8c:0015:1-1", "card:a", "card:b", "no", "va"]
    ),
    min_size=1,
    max_size=4,
)


@given(CARDS, WANTED, st.sets(st.sampled_from(["val", "vac", "x"])))
def test_never_another_device_than_a_candidate_names(
    cards: list[Card], wanted: list[str], names: set[str]
) -> None:
    there = own(*cards) + listed(*sorted(names))
    try:
        choice = choose("input", wanted, there, cards, None)
    except NoChoiceError:
        return
    position = wanted.index(choice.candidate)
    assert list(choice.passed_over) == wanted[:position]
    if choice.candidate.startswith(("usb:", "card:")):
        assert choice.card is not None
        assert choice.device.name == own_name(choice.card.id, 0)
        meant = meant_cards("input", [choice.candidate], cards)
        assert meant == [(choice.card.id, 0)]
    else:
        assert choice.candidate in choice.device.name


@given(CARDS)
def test_a_suggested_name_is_never_another_card(cards: list[Card]) -> None:
    for card in cards:
        if card.line("input") is not None:
            choice = choose("input", (identity(card, cards),), own(*cards), cards, None)
            assert choice.card == card
