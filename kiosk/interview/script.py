"""Interview scripts: what the interviewer wants to know and how.  (Written by the interview part.)"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the plan."""

    id: str
    """Short and stable, for logs and recordings: `plan-fell-apart`."""
    text: str
    """As it is to be asked."""
    probe: tuple[str, ...]
    """Follow-up questions an interviewer may choose from."""
    follow_ups: int
    """How many follow-ups at most."""
    minutes: float
    """Time set aside for it."""


@dataclass(frozen=True, slots=True)
class Script:
    """One interview."""

    id: str
    """The file's stem."""
    title: str
    role: str
    """The position or purpose of the interview."""
    persona: str
    """Who the interviewer is and how it speaks."""
    greeting: str
    """First words; the first sentence says that this is an AI."""
    questions: tuple[Question, ...]
    never_ask: tuple[str, ...]
    """Subjects that must not be asked about; protected characteristics by default."""
    last_question: str
    """What to say before the last question when time is running out."""
    silence_prompt: str
    """A gentle word when nobody answers."""
    closing: str
    """Last words: thanks and goodbye."""
    voice: str
    """Voice of the service, e.g. `marin`; empty takes `[realtime] voice`."""
    languages: tuple[str, ...]
    """BCP 47 tags it may be held in."""
