"""What staff are told of sound cards: what each can do, how to name it, and what fits badly."""

from collections.abc import Iterator, Sequence

from kiosk.audio.candidates import WORDS
from kiosk.audio.cards import Card
from kiosk.audio.choice import identity
from kiosk.settings import ProfileName


def of_card(card: Card, cards: Sequence[Card]) -> Iterator[str]:
    """Yield what a card is, then how to choose it for each direction."""
    where = f" in port {card.port}" if card.port else ""
    usb = f", {card.usb}{where}" if card.usb else ""
    yield f'card "{card.id}": {card.name}{usb}'
    name = identity(card, cards)
    for kind, word in WORDS.items():
        if (line := card.line(kind)) is not None:
            told = _formats(line.channels, line.rates_hz)
            yield f'  {word}{told}; to use it: {kind} = "{name}"'


def about_both(
    microphone: Card | None, loudspeaker: Card | None, profile: ProfileName
) -> Iterator[str]:
    """Yield warnings about two chosen cards."""
    if microphone is None or loudspeaker is None:
        return
    one = microphone.index == loudspeaker.index
    if one and microphone.usb and profile not in ("speakerphone", "headset"):
        yield (
            "Note: one USB device is microphone and loudspeaker; if it is a speakerphone that "
            'removes its own echo, write profile = "speakerphone".'
        )
    if not one and profile == "speakerphone":
        yield (
            'Note: profile is "speakerphone", but microphone and loudspeaker are two devices; '
            'echo of one is not removed by the other: write profile = "open".'
        )
    elif not one and profile != "headset":
        yield (
            "Note: microphone and loudspeaker are two devices, each with its own clock; the echo "
            "is removed best with one device that is both."
        )


def _formats(channels: tuple[int, ...], rates_hz: tuple[int, ...]) -> str:
    parts = []
    if channels:
        parts.append("1 channel" if channels == (1,) else f"{_listing(channels)} channels")
    if rates_hz:
        parts.append(f"{_listing(rates_hz)} Hz")
    return f" with {', '.join(parts)}" if parts else ""


def _listing(numbers: tuple[int, ...]) -> str:
    *most, last = (str(number) for number in numbers)
    return f"{', '.join(most)} or {last}" if most else last
