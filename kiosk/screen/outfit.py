"""How one booth's window is dressed, as one value that can be changed while it is open."""

from dataclasses import dataclass, field

from kiosk.interview.words import Facts
from kiosk.screen.theme import Theme


@dataclass(frozen=True, slots=True)
class Outfit:
    """What a window shows beside the moment."""

    booth_name: str
    facts: Facts
    """What the idle screen promises."""
    theme: Theme = field(default_factory=Theme)
    show_candidate_words: bool = True
    reduced_motion: bool = False
