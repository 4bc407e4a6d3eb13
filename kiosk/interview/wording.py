"""What a language must say: the fields that every module in `texts` fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kiosk.core.faults import Apology
from kiosk.interview.plurals import Plural

Hitch = Literal["deaf", "mute", "away", "long", "standin"]
"""What holds an interview up: the microphone or the loudspeaker is away · the line is away for a
moment, or for longer · the interviewer of this machine takes over."""


@dataclass(frozen=True, slots=True)
class Words:
    """All texts of one language; `{fields}` are named in the docstring under a text."""

    keys: Mapping[str, str]
    """Names of keys by SDL's name, as they stand after "press": `the space bar`."""
    other_key: str
    """Any other key; `{key}`."""
    button: str
    """The button, as it stands after "press"."""

    welcome: str
    tagline: str
    invitations: tuple[str, ...]
    """Lines that call people over while nobody is there."""
    press_to_start: str
    """`{button}`."""
    minutes: Plural
    questions: Plural
    voice_goes: str
    """`{service}`."""
    voice_stays: str
    kept_nothing: str
    kept_recording: str
    press_and_hold: str
    """What pressing and holding mean; `{button}`, where a language wants it."""
    ask_again: str

    choose: str
    choose_how: str
    """`{button}`."""
    any_language: str
    """Stands among the languages to choose from: speak any other, the interviewer follows."""
    consent_title: str
    consent_how: str
    """`{button}`."""
    consent_else: str
    """Silence is no consent."""
    connecting: str
    connecting_more: str
    question_of: str
    """`{n}` and `{all}`."""
    hold_to_stop: str
    hold_to_go_back: str
    keep_holding: str
    your_turn: str
    heard: str
    """When the candidate speaks and their words are not shown."""
    heard_out: str
    """After the candidate spoke, until their words are known."""
    still_there: str
    still_there_more: str
    """`{button}`."""
    last_minute: str
    line_slow: str
    """A sign in the corner while the connection is weak."""
    hitches: Mapping[Hitch, str]
    """What holds the interview up."""
    hitches_more: Mapping[Hitch, str]
    """How it goes on; `{button}` in that of a long wait."""
    standin_sign: str
    """A sign in the corner as long as the interviewer of this machine goes on."""
    standin_here: str
    """Behind it, after a dot: the voice goes nowhere."""
    thanks: str
    thanks_more: str
    ended_early: str
    come_back: str
    """After an early end: what the candidate can do."""
    wiping: str
    wiping_more: str
    booting: str
    booting_more: str
    preparing: str
    """While the face is drawn for the first time on this screen."""
    preparing_more: str
    maintenance: str
    maintenance_more: str
    stopping: str
    """The booth must leave somebody in mid-interview."""
    stopping_more: str
    apologies: Mapping[Apology, str]
    """Why the booth cannot talk just now; sorry first."""
    ask_team: str
    again_seconds: Plural
    """When a booth that is out of order tries by itself."""
    again_minutes: Plural
    again_now: str
    again_back: str
    """The same where it waits for the connection."""
    staff: str
    """Before the sentences for staff, which are English like the manual."""
    scan: str
    """Beside a code that holds the sentences for staff."""
    right_to_left: bool = False
    spaced: bool = True
    """Spaces stand between words, and so between sentences."""

    def passage(self, *sentences: str) -> str:
        """Sentences as one text."""
        return (" " if self.spaced else "").join(sentences)

    def press_what(self, key: str) -> str:
        """What to press: the button, or the key with SDL's name `key`."""
        if not key:
            return self.button
        return self.keys.get(key) or self.other_key.format(key=key.upper())
