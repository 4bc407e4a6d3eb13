"""Which words are on the screen now, paced by what the loudspeaker has really played.

The service sends the text several times faster than the voice and without times, so the place in
the text is estimated: voice played of this item, times the rate at which this voice speaks.
"""

from dataclasses import dataclass, replace

START_RATE_CPS = 15.0
"""Characters a second of an unhurried English voice, until this voice's own rate is known."""
SLOWEST_CPS = 5.0
FASTEST_CPS = 30.0
LEARN = 0.5
"""Weight of the newest piece in the learned rate."""
LEARN_FROM_MS = 1500
"""Shorter pieces say little about the rate."""
READ_CPS = 15.0
"""Characters a second that subtitles leave a reader, by custom."""
NOTICE_S = 1.5
"""How long it takes to notice a text that appears."""
READ_MOST_S = 7.0
"""Longer texts are not shown whole."""
FIRST_IDEOGRAPH = 0x2E80
"""From here on scripts are written without spaces: every character counts as a word."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the voice speaks, and where on the played clock the current item began."""

    rate_cps: float = START_RATE_CPS
    began_ms: int = 0

    def heard(self, text: str, played_ms: int) -> int:
        """How many characters of `text` have begun to be spoken at `played_ms`.

        0 before anything was played; otherwise the end of a word: a word appears whole, at the
        moment it begins.
        """
        spoken_ms = played_ms - self.began_ms
        if spoken_ms <= 0 or not text:
            return 0
        return word_end(text, min(len(text), 1 + int(spoken_ms * self.rate_cps / 1000)))

    def begin(self, played_ms: int) -> "Pace":
        """The pace for an item whose first sound is heard at `played_ms`."""
        return replace(self, began_ms=played_ms)

    def moved(self, by_ms: int) -> "Pace":
        """The pace after the played clock jumped, as it does when the sound is opened anew."""
        return replace(self, began_ms=self.began_ms + by_ms)

    def learn(self, characters: int, played_ms: int) -> "Pace":
        """The pace after the `characters` since `began_ms` were all spoken by `played_ms`."""
        spoken_ms = played_ms - self.began_ms
        if spoken_ms < LEARN_FROM_MS or characters == 0:
            return self
        seen = min(FASTEST_CPS, max(SLOWEST_CPS, characters * 1000 / spoken_ms))
        return replace(self, rate_cps=self.rate_cps + LEARN * (seen - self.rate_cps))


def reading_s(text: str) -> float:
    """How long a text must stand to be noticed and read."""
    return min(READ_MOST_S, NOTICE_S + len(text) / READ_CPS)


def word_end(text: str, at: int) -> int:
    """The end of the word that `at` lies in or before; `at` itself between ideographs."""
    while at < len(text) and not text[at].isspace() and ord(text[at]) < FIRST_IDEOGRAPH:
        at += 1
    return at
