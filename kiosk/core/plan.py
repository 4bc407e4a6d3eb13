"""What the core must know of an interview: how many questions, and what to tell the model when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Ending = Literal["finished", "time", "silence", "stopped"]
"""Why an interview ends: the plan is done · no time left · nobody answers · the candidate (or the
button) stopped it."""

ENDINGS: tuple[Ending, ...] = ("finished", "time", "silence", "stopped")


@dataclass(frozen=True, slots=True)
class Plan:
    """One interview as the core sees it; the texts are for `CreateResponse.instructions`."""

    questions: tuple[str, ...]
    """The questions as they are to be asked, in order."""
    follow_ups: tuple[int, ...]
    """How many follow-ups each question may have."""
    greeting: str
    """Instructions of the first response: greeting and first question."""
    silence_prompt: str
    """Instructions when the candidate has been silent for a while."""
    last_question: str
    """System message when time is running out; it works on the model's next turn."""
    resume: str
    """Instructions of the first response after a lost line came back: ask once more."""
    resume_answered: str
    """The same where the candidate's answer was saved: go on."""
    after_deaf: str
    """Instructions when the microphone was away in the candidate's turn, and is back."""
    after_mute: str
    """The same when the loudspeaker was away and words are still to be heard."""
    heard_only: str
    """Begin of a system message that ends in what was heard of the last response."""
    too_long: str
    """Instructions after a response that did not end was cut off."""
    long_turn: str
    """Instructions when the candidate's turn does not end: take the word."""
    places: tuple[str, ...]
    """System messages that tell a new call which question was asked last, one for each."""
    closings: Mapping[Ending, str]
    """Instructions for the last words, for each reason to end."""
    standin: bool = False
    """The stand-in of this machine may go on when the line stays dead."""
    words: str = "en"
    """BCP 47 tag of the words on the screen: the interview's own, or the booth's first where it
    has none in that language."""

    def ending(self, arguments: Mapping[str, object]) -> Ending:
        """Return why `end_interview` ends it; whoever gives no known reason has finished."""
        reason = arguments.get("reason")
        if reason == "abuse":
            return "stopped"
        return next((ending for ending in ENDINGS if ending == reason), "finished")

    def question_number(self, arguments: Mapping[str, object]) -> int:
        """Return which question `next_question` announces, from 1; 0 where it names none."""
        number = arguments.get("number")
        if isinstance(number, str) and number.strip().isascii() and number.strip().isdigit():
            number = int(number.strip()[:6])
        if isinstance(number, bool) or not isinstance(number, int | float):
            return 0
        return int(number) if number in range(1, len(self.questions) + 1) else 0

    def tool_output(self, name: str, arguments: Mapping[str, object]) -> dict[str, object]:
        """Return the answer to a tool call, for `AnswerTool.output`."""
        if name == "end_interview":
            return {"ok": True}
        if name != "next_question":
            return {"ok": False, "error": "There is no such tool."}
        number = self.question_number(arguments)
        if not number:
            return {"ok": False, "error": f"The plan has questions 1 to {len(self.questions)}."}
        return {
            "ok": True,
            "number": number,
            "question": self.questions[number - 1],
            "follow_ups": self.follow_ups[number - 1],
            "questions_left": len(self.questions) - number,
        }
