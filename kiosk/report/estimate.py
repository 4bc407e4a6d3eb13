"""What an interview will about cost, before one was held (pure).

How the service counts: https://developers.openai.com/api/docs/guides/realtime-costs.
"""

from collections import Counter
from dataclasses import dataclass

from kiosk.report.tally import Counts

HEARD_S = 0.1
"""Seconds of the candidate's voice that are one token."""
SPOKEN_S = 0.05
"""Seconds of the interviewer's voice that are one token."""


@dataclass(frozen=True, slots=True)
class Course:
    """How an interview goes."""

    answers: int
    """How often the interviewer speaks."""
    spoken_s: float
    """For how long in all."""
    heard_s: float
    """For how long the candidate speaks."""
    instructions: int
    """Tokens of text of what the interviewer is told."""
    written: int
    """Tokens of text of one answer: its words, and what was thought."""


USUAL = Course(answers=14, spoken_s=150.0, heard_s=270.0, instructions=1700, written=85)
"""The interview that is shipped: eight minutes, of which one is silence."""


def estimate(course: Course, *, cached: bool) -> Counts:
    """The tokens of an interview, by the names of `[prices]`.

    With each answer the model reads all that was said before: again in the same call (`cached`),
    which costs little, or anew where the service has not kept it. The greeting and the goodbye
    have instructions of their own, so that both read everything anew.
    """
    tokens: Counter[str] = Counter()
    known_text = known_audio = 0
    for answer in range(course.answers):
        of_its_own = answer in (0, course.answers - 1)
        text = course.instructions + answer * course.written
        audio = round(answer * (course.heard_s / HEARD_S + course.spoken_s / SPOKEN_S))
        audio //= course.answers
        again_text, again_audio = (known_text, known_audio) if cached and not of_its_own else (0, 0)
        tokens += Counter(
            text_input=text - again_text,
            cached_text_input=again_text,
            audio_input=audio - again_audio,
            cached_audio_input=again_audio,
            text_output=course.written,
            audio_output=round(course.spoken_s / SPOKEN_S / course.answers),
        )
        if not of_its_own:
            known_text, known_audio = text, audio
    return tokens
