"""Which of the devices that are there is meant: the first candidate that is there, or none.

Nothing is ever put in a device's place: what fits several is refused.  Decides only; what is there
is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.audio.alsa import PREFIX, own_name
from kiosk.audio.candidates import WORDS, CardId, Default, Kind, Named, SoundFile, Usb, read
from kiosk.audio.cards import Card


@dataclass(frozen=True, slots=True)
class Listed:
    """One device in one direction, as PortAudio lists it."""

    index: int
    """PortAudio's number, until its next start."""
    kind: Kind
    name: str
    channels: int
    """The most it can do."""
    rate_hz: int
    """The device's own."""

    @property
    def is_ours(self) -> bool:
        """It is a PCM that the booth made for itself."""
        return self.name.startswith(PREFIX)


@dataclass(frozen=True, slots=True)
class Choice:
    """The device that is meant."""

    device: Listed
    candidate: str
    """As configured."""
    why: str
    """What it is and how it was found; the end of a sentence."""
    passed_over: tuple[str, ...] = ()
    """Candidates before it, which are not there."""
    card: Card | None = None
    """Where the candidate names a card."""

    @property
    def name(self) -> str:
        """What staff know it by."""
        return self.candidate if self.card else self.device.name


class NoChoiceError(Exception):
    """None of the candidates can be used; the text is one sentence."""

    def __init__(self, why: str, *, list_anew: bool) -> None:
        super().__init__(why)
        self.list_anew = list_anew
        """A fresh list of PortAudio's may hold what is missing."""


def choose(
    kind: Kind,
    wanted: Sequence[str],
    listed: Sequence[Listed],
    cards: Sequence[Card],
    default: Listed | None,
) -> Choice:
    """Return the first candidate that is there; `NoChoiceError` where none is, or it fits several.

    `listed` is the direction's; `default` what the system takes for it.
    """
    passed_over: list[str] = []
    for text in wanted:
        found = _one(kind, text, listed, cards, default)
        if found is not None:
            device, why, card = found
            return Choice(device, text, why, tuple(passed_over), card)
        passed_over.append(text)
    only_cards = all(isinstance(read(text), Usb | CardId) for text in wanted)
    raise NoChoiceError(
        _none_there(kind, wanted, listed, cards, only_cards=only_cards), list_anew=not only_cards
    )


def meant_cards(kind: Kind, wanted: Sequence[str], cards: Sequence[Card]) -> list[tuple[str, int]]:
    """Return id and device number of every card that a candidate may mean."""
    candidates = [c for c in map(read, wanted) if isinstance(c, Usb | CardId)]
    return [
        (card.id, line.device)
        for card in cards
        if any(card.is_meant(candidate) for candidate in candidates)
        and (line := card.line(kind)) is not None
    ]


def identity(card: Card, cards: Sequence[Card]) -> str:
    """Return the candidate that means this card and no other; best is one that no port changes."""
    if card.usb is None:
        return f"card:{card.id}"
    alike = [each for each in cards if each.usb == card.usb]
    if len(alike) == 1:
        return str(card.usb)
    for place in (card.serial, card.port):
        if place and sum(place in (each.serial, each.port) for each in alike) == 1:
            return f"{card.usb}:{place}"
    return f"card:{card.id}"


_Found = tuple[Listed, str, Card | None]


def _one(
    kind: Kind,
    text: str,
    listed: Sequence[Listed],
    cards: Sequence[Card],
    default: Listed | None,
) -> _Found | None:
    match read(text):
        case Usb() | CardId() as candidate:
            return _on_card(kind, text, candidate, listed, cards)
        case Default():
            if default is None:
                return None
            return default, "the system's default, as configured", None
        case Named(name, whole):
            return _by_name(kind, name, [each for each in listed if not each.is_ours], whole=whole)
        case SoundFile():
            return None


def _on_card(
    kind: Kind,
    text: str,
    candidate: Usb | CardId,
    listed: Sequence[Listed],
    cards: Sequence[Card],
) -> _Found | None:
    fitting = [card for card in cards if card.is_meant(candidate) and card.line(kind) is not None]
    if not fitting:
        return None
    if len(fitting) > 1:
        each = ", ".join(f'"{identity(card, cards)}"' for card in fitting)
        why = f'The {WORDS[kind]} "{text}" fits several devices; name one of {each}.'
        raise NoChoiceError(why, list_anew=False)
    card = fitting[0]
    line = card.line(kind)
    assert line is not None, "only cards with one are fitting"
    name = own_name(card.id, line.device)
    device = next((each for each in listed if each.name == name), None)
    if device is None:
        why = f'The {WORDS[kind]} "{text}" is plugged in, but it cannot be opened just now.'
        raise NoChoiceError(why, list_anew=True)
    return device, f'"{card.name}", which is {text}', card


def _by_name(kind: Kind, name: str, listed: Sequence[Listed], *, whole: bool) -> _Found | None:
    exact = [device for device in listed if device.name == name]
    part = [] if whole else [device for device in listed if name in device.name]
    fitting = exact or part
    if not fitting:
        return None
    if len(fitting) > 1:
        each = ", ".join(f'"{device.name}"' for device in fitting)
        why = f'The {WORDS[kind]} "{name}" cannot be told: the name fits several: {each}.'
        raise NoChoiceError(why, list_anew=True)
    if exact:
        return exact[0], f'"{name}", which is configured by this name', None
    why = f'"{fitting[0].name}", the only one whose name contains "{name}"'
    return fitting[0], why, None


def _none_there(
    kind: Kind,
    wanted: Sequence[str],
    listed: Sequence[Listed],
    cards: Sequence[Card],
    *,
    only_cards: bool,
) -> str:
    if tuple(wanted) == ("default",):
        return f"The system has no default {WORDS[kind]}."
    names = ", ".join(f'"{text}"' for text in wanted)
    there = (
        [identity(card, cards) for card in cards if card.line(kind) is not None]
        if only_cards
        else [device.name for device in listed if not device.is_ours]
    )
    are = ", ".join(f'"{name}"' for name in there) or "none at all"
    if len(wanted) == 1:
        return f"There is no {WORDS[kind]} {names}; there are: {are}."
    return f"None of the {WORDS[kind]}s {names} is there; there are: {are}."
