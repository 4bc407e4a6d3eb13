"""Which words are on the screen now, paced by what the loudspeaker has really played.

The service sends the text several times faster than the voice and without times.  So the place in
the text is estimated from what can be heard: the voice without its pauses, at the rate that its
syllables tell; and a pause near a comma or full stop tells where the voice really is.  How the
figures were found, and how far words are off, stands in docs/screen.md.
"""

from dataclasses import dataclass, field, replace

from kiosk.core.rhythm import Rhythm
from kiosk.core.words import Word, word_end, words

SYLLABLE_MS = 250.0
"""Voice to each syllable that is counted, before anything is known of a voice: a slow one."""
SYLLABLE_LETTERS = 3.6
"""Letters to each syllable that is counted, before anything is known of a language."""
SHORTEST_MS, LONGEST_MS = 130.0, 400.0
"""Between these `SYLLABLE_MS` is learned, though a voice's syllables may hardly be counted."""
FEWEST_LETTERS, MOST_LETTERS = 2.5, 5.0
"""Between these `SYLLABLE_LETTERS` is."""
PATIENCE_MS = 2500.0
"""Voice after which a clause's own syllables tell as much of its rate as the clauses before."""
MEMORY_MS = 8000.0
"""Voice after which as much of the usual rate is new as is old."""
MEMORY_LETTERS = 400.0
"""The same for the letters of a syllable."""
LEAD_LETTERS = 0.5
"""Words appear early by so much, for the time that a report and a picture take."""
MISS_LETTERS, MISS_SHARE = 1.5, 0.1
"""By how much the estimate is usually off where a pause comes: letters, and share of the clause."""
ASTRAY = 2.0
"""How unlikely a pause is in mid-clause, as half the square of such a miss: twice the usual."""
SKIPPED = 2.0
"""How unlikely a comma or full stop without a pause is, in the same measure."""
READ_CPS = 15.0
"""Characters a second that subtitles leave a reader, by custom."""
NOTICE_S = 1.5
"""How long it takes to notice a text that appears."""
READ_MOST_S = 7.0
"""Longer texts are not shown whole."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the voice speaks, and where in the current item it was known to be."""

    syllable_ms: float = SYLLABLE_MS
    """Voice to each syllable that is counted, usually."""
    syllable_letters: float = SYLLABLE_LETTERS
    """Letters to each."""
    place: int = 0
    """Characters of the item's text that had been spoken for certain."""
    ahead_letters: float = 0.0
    """What had been spoken beyond them by estimate."""
    since: Rhythm = field(default_factory=Rhythm)
    """When that was so."""
    pausing: bool = False
    """The voice rests there."""

    def begin(self, rhythm: Rhythm) -> "Pace":
        """The pace for an item whose first sound is heard now."""
        return replace(self, place=0, ahead_letters=0.0, since=rhythm, pausing=rhythm.pausing)

    def heard(self, text: str, rhythm: Rhythm) -> int:
        """How many characters of `text` have begun to be spoken.

        The end of a word: it appears whole, at the moment it begins.  After a comma or full stop
        nothing appears before the voice has paused, or must have gone on without a pause.
        """
        shown, bar = self._place(text), 0.0
        if self.pausing and not self.ahead_letters:
            return shown
        letters = self._letters(rhythm) + LEAD_LETTERS
        for word in words(text, shown):
            if max(word.begins, bar) > letters:
                break
            shown = word.end
            if word.rest:
                bar = word.ends + word.rest
        return shown

    def is_through(self, text: str, rhythm: Rhythm) -> bool:
        """Whether all of `text` has been spoken to its end."""
        ends = (word.ends for word in words(text, self._place(text)))
        return max(ends, default=0.0) <= self._letters(rhythm)

    def follow(self, text: str, rhythm: Rhythm) -> "Pace":
        """The pace after a report: a pause may tell where in `text` the voice is."""
        if rhythm.pausing == self.pausing:
            return self
        if not rhythm.pausing:
            return replace(self, since=rhythm, pausing=False)
        letters = self._letters(rhythm)
        stop = _stop(text, self._place(text), letters)
        pace = replace(self._learn_rate(rhythm), since=rhythm, pausing=True)
        if stop is None:
            return replace(pace, ahead_letters=letters)
        if not self.ahead_letters:
            pace = replace(pace, syllable_letters=self._learned_letters(stop.ends, rhythm))
        return replace(pace, place=stop.end, ahead_letters=0.0)

    def moved(self, before: Rhythm, after: Rhythm) -> "Pace":
        """The pace after the counts jumped, as they do when the sound is opened anew."""
        spoken_ms = self.since.spoken_ms + after.spoken_ms - before.spoken_ms
        syllables = self.since.syllables + after.syllables - before.syllables
        return replace(self, since=Rhythm(spoken_ms, syllables, self.since.pausing))

    def _place(self, text: str) -> int:
        """`place` in a text that may have been corrected."""
        return word_end(text, self.place) if self.place else 0

    def _letters(self, rhythm: Rhythm) -> float:
        """How many letters beyond `place` were spoken."""
        spoken_ms, syllables = self._counted(rhythm)
        told = syllables + PATIENCE_MS / self.syllable_ms
        rate = self.syllable_letters * told / (spoken_ms + PATIENCE_MS)
        return self.ahead_letters + rate * spoken_ms

    def _learn_rate(self, rhythm: Rhythm) -> "Pace":
        spoken_ms, syllables = self._counted(rhythm)
        told = syllables + MEMORY_MS / self.syllable_ms
        learned = (spoken_ms + MEMORY_MS) / told
        return replace(self, syllable_ms=min(LONGEST_MS, max(SHORTEST_MS, learned)))

    def _learned_letters(self, letters: float, rhythm: Rhythm) -> float:
        """`syllable_letters`, after so many were spoken since `since`."""
        _, syllables = self._counted(rhythm)
        told = syllables + MEMORY_LETTERS / self.syllable_letters
        return min(MOST_LETTERS, max(FEWEST_LETTERS, (letters + MEMORY_LETTERS) / told))

    def _counted(self, rhythm: Rhythm) -> tuple[int, int]:
        since = self.since
        return (
            max(0, rhythm.spoken_ms - since.spoken_ms),
            max(0, rhythm.syllables - since.syllables),
        )


def reading_s(text: str) -> float:
    """How long a text must stand to be noticed and read."""
    return min(READ_MOST_S, NOTICE_S + len(text) / READ_CPS)


def _stop(text: str, place: int, letters: float) -> Word | None:
    """The word before the comma or full stop at which the voice pauses, so far beyond a place.

    None where it more likely pauses in mid-clause.
    """
    found, least, skipped = None, ASTRAY, 0.0
    for word in words(text, place):
        if not word.rest:
            continue
        miss = (word.ends - letters) / (MISS_LETTERS + MISS_SHARE * word.ends)
        if found is None and miss < 0:
            least += SKIPPED
        if skipped + miss**2 / 2 < least:
            found, least = word, skipped + miss**2 / 2
        skipped += SKIPPED
    return found
