"""A scripted interviewer: what it says next, from an interview script alone (pure).

It greets, asks, acknowledges what was answered, asks one short follow-up where an answer was very
short, repeats on request and thanks at the end.  `Progress` is all it remembers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from kiosk.core.plan import ENDINGS, Ending
from kiosk.interview.languages import ANY_LANGUAGE, NAMES
from kiosk.interview.prompt import last_question_note
from kiosk.interview.script import Question, Script
from kiosk.interview.session import plan

_SHORT_ANSWER_WORDS = 12
_REQUEST_WORDS = 16
_INTERJECTION_WORDS = 5
_CLARIFICATIONS = 2
_TELLING_WORDS = 3
"""So many words of a question tell which one it is."""

_REPEAT: Mapping[str, str] = {
    "en": r"repeat|(say|ask|hear|read) ((that|it|this|me|the) )*(question )?(again|once more)"
    r"|once more|one more time|come again|pardon|what was (that|the question)"
    r"|did(n't| not) (quite )?(hear|catch|get|understand)",
    "de": r"wiederhol|noch ?(ein)?mal|wie bitte|nicht (ganz )?(verstanden|gehört)",
    "fr": r"répét|encore une fois|pardon|pas (bien )?(compris|entendu)",
    "es": r"repet|repit|otra vez|una vez más|perdón|no (he )?(entend|oíd)",
}
"""How a candidate asks for the question again, by language."""

_STOP: Mapping[str, str] = {
    "en": r"(stop|end|finish|quit|leave) (here|now|the interview|this interview)"
    r"|(want|like|have|need) to (stop|leave|go now)",
    "de": r"(möchte|will|muss) (jetzt )?(aufhören|gehen|beenden)|(gespräch|interview) beenden",
    "fr": r"(veux|voudrais|dois) (arrêter|partir)|arrêter l'entretien",
    "es": r"(quiero|quisiera|tengo que) (parar|terminar|irme)|terminar la entrevista",
}
"""How a candidate ends the interview."""

_YES: Mapping[str, str] = {
    "en": r"yes|yeah|sure|please|okay|ok",
    "de": r"ja|gerne?|bitte",
    "fr": r"oui|volontiers|s'il vous",
    "es": r"sí|si|por favor|claro",
}
_NO: Mapping[str, str] = {"en": r"no|nope|not", "de": r"nein|nicht", "fr": r"non|pas", "es": r"no"}


TAKES_OVER = (
    "The line to the interviewer stays lost, so I go on: a simpler AI inside this booth. What you "
    "say from now on does not leave it."
)
"""Who goes on with an interview of the service."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the interviewer calls."""

    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One response: what is said, piece by piece in one message, and what is called with it."""

    pieces: tuple[str, ...] = ()
    """Each is a line of the script, so that a recording of it can be used; empty says nothing."""
    tool: Tool | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an interview has come."""

    question: int = 0
    """Number of the question that was asked last, from 1; 0 before the first."""
    announced: int = 0
    """Number of the last question whose `next_question` went out."""
    follow_ups: int = 0
    """Asked about this question."""
    thanks: int = 0
    """Neutral acknowledgements so far; they take turns."""
    clarifications: int = 0
    """In a row."""
    cut: bool = False
    """The last question was interrupted before it could be understood."""
    offered: bool = False
    """The silence prompt was said last; a yes wants the question again."""
    asked: str = ""
    """The question or follow-up that waits for an answer."""
    last: bool = False
    """Time is nearly over: the next question is the last."""
    ended: bool = False


Intent = Literal["greet", "resume", "reply", "again", "prompt"] | Ending
"""What a client wants said when it asks for a response: greeting · in a call that goes on · to what
was heard, if anything · the question once more · a gentle word · the goodbye."""


def intents(script: Script) -> Mapping[str, Intent]:
    """Return what the instructions mean that a booth sends for this script, in any language."""
    known: dict[str, Intent] = {}
    for language in {*NAMES, *script.languages, ANY_LANGUAGE}:
        texts = plan(script, language)
        known |= {texts.greeting: "greet"}
        known |= dict.fromkeys((texts.resume, texts.resume_answered), "resume")
        known |= dict.fromkeys((texts.after_mute, texts.long_turn), "reply")
        known |= dict.fromkeys((texts.after_deaf, texts.too_long), "again")
        known |= {texts.silence_prompt: "prompt"}
        known |= {texts.closings[ending]: ending for ending in ENDINGS}
    return known


class Interviewer:
    """Turns what was heard into what is said; every step returns the new progress."""

    def __init__(self, script: Script, introduction: str = "") -> None:
        """`introduction` is said first when an interview is gone on with."""
        self.script = script
        self._introduction = introduction
        self._intents = intents(script)
        self._places = plan(script, script.languages[0]).places

    def intent(self, instructions: str) -> Intent | None:
        """Return what `instructions` want; None where they are not a booth's."""
        return self._intents.get(instructions)

    def instructed(self, progress: Progress, intent: Intent | None) -> tuple[Progress, Utterance]:
        """Return what to say when the client asks for a response without a new answer."""
        if intent in ENDINGS:
            return self._close(progress, intent)
        if progress.ended:
            return progress, Utterance()
        if progress.question == 0:
            return self._ask(progress, 1, self.script.greeting)
        if intent == "prompt":
            return self.silent(progress)
        return self._again(progress)

    def resumed(self, utterance: Utterance) -> Utterance:
        """Return what is said first in a call that goes on with an interview."""
        if not self._introduction:
            return utterance
        return replace(utterance, pieces=(self._introduction, *utterance.pieces))

    def answered(self, progress: Progress, heard: str) -> tuple[Progress, Utterance]:
        """Return what to say after a turn in which `heard` was recognised, perhaps nothing."""
        if progress.ended:
            return progress, Utterance()
        if progress.question == 0:
            return self._ask(progress, 1, self.script.greeting)
        words = len(heard.split())
        if words == 0:
            return self._clarify(progress)
        if words <= _REQUEST_WORDS and self._says(_STOP, heard):
            return self._close(progress, "stopped")
        if words <= _REQUEST_WORDS and self._says(_REPEAT, heard):
            return self._again(progress, self.script.repeat)
        if progress.offered and words <= _INTERJECTION_WORDS:
            if self._says(_NO, heard):
                return replace(progress, offered=False), Utterance()
            if self._says(_YES, heard):
                return self._again(progress, self.script.repeat)
        if progress.cut:
            return self._again(progress)
        return self._go_on(progress, heard, words)

    def silent(self, progress: Progress) -> tuple[Progress, Utterance]:
        """Return the gentle word for somebody who does not answer."""
        return replace(progress, offered=True), Utterance((self.script.silence_prompt,))

    def told(self, progress: Progress, note: str) -> Progress:
        """Return progress after a system message of the booth."""
        if note in self._places:
            number = self._places.index(note) + 1
            return replace(self._asked(progress, number), announced=number)
        return replace(progress, last=progress.last or note == last_question_note(self.script))

    def interrupted(self, progress: Progress, heard_share: float) -> Progress:
        """Return progress after a barge-in when that share (0…1) of the last piece was played."""
        return replace(progress, cut=heard_share < 0.5 and not progress.ended)

    def announced(self, progress: Progress, tool: Tool) -> Progress:
        """Return progress once the call of `tool` really went out."""
        number = tool.arguments.get("number")
        return replace(progress, announced=number) if isinstance(number, int) else progress

    def remembered(self, progress: Progress, spoken: str) -> Progress:
        """Return progress after words of the interviewer that a client put back into a new call."""
        for number, question in enumerate(self.script.questions, start=1):
            if _begun(spoken, question.text):
                progress = self._asked(progress, number)
        probes = [probe for probe in self._question(progress).probe if probe in spoken]
        if progress.question and probes:
            progress = replace(
                progress, asked=probes[-1], follow_ups=progress.follow_ups + len(probes)
            )
        ended = self.script.closing in spoken or self.script.early_closing in spoken
        return replace(progress, ended=progress.ended or ended)

    def hands_over(self, spoken: str) -> bool:
        """Whether the candidate's turn comes after these words, though they may be cut off."""
        script = self.script
        probes = (probe for question in script.questions for probe in question.probe)
        lines = (script.clarification, script.silence_prompt, *probes)
        asks = any(_begun(spoken, question.text) for question in script.questions)
        return asks or any(line in spoken for line in lines)

    def _asked(self, progress: Progress, number: int) -> Progress:
        text = self.script.questions[number - 1].text
        return replace(progress, question=number, asked=text, follow_ups=0)

    def _go_on(self, progress: Progress, heard: str, words: int) -> tuple[Progress, Utterance]:
        progress, thanks = self._acknowledge(progress, heard)
        question = self._question(progress)
        allowed = min(question.follow_ups, len(question.probe))
        if words < _SHORT_ANSWER_WORDS and progress.follow_ups < allowed and not progress.last:
            probe = question.probe[progress.follow_ups]
            after = replace(
                progress, follow_ups=progress.follow_ups + 1, asked=probe, offered=False
            )
            return after, Utterance((thanks, probe))
        final = len(self.script.questions)
        if progress.question < final and not progress.last:
            return self._ask(progress, progress.question + 1, thanks)
        if progress.question < final:
            return self._ask(progress, final, thanks, self.script.last_question)
        return self._close(progress, "finished", thanks)

    def _ask(self, progress: Progress, number: int, *before: str) -> tuple[Progress, Utterance]:
        text = self.script.questions[number - 1].text
        after = replace(
            progress,
            question=number,
            follow_ups=0,
            clarifications=0,
            cut=False,
            offered=False,
            asked=text,
        )
        return after, Utterance((*before, text), self._announcement(after))

    def _again(self, progress: Progress, *before: str) -> tuple[Progress, Utterance]:
        after = replace(progress, cut=False, offered=False, clarifications=0)
        return after, Utterance((*before, progress.asked), self._announcement(after))

    def _clarify(self, progress: Progress) -> tuple[Progress, Utterance]:
        if progress.clarifications >= _CLARIFICATIONS:
            return self._go_on(replace(progress, clarifications=0), "", _SHORT_ANSWER_WORDS)
        after = replace(progress, clarifications=progress.clarifications + 1)
        pieces = (self.script.clarification, *((progress.asked,) if progress.cut else ()))
        return replace(after, cut=False), Utterance(pieces)

    def _close(
        self, progress: Progress, ending: Ending, *before: str
    ) -> tuple[Progress, Utterance]:
        early = ending in ("silence", "stopped")
        words = self.script.early_closing if early else self.script.closing
        tool = Tool("end_interview", {"reason": ending})
        return replace(progress, ended=True, asked="", cut=False), Utterance((*before, words), tool)

    def _announcement(self, progress: Progress) -> Tool | None:
        if progress.announced == progress.question:
            return None
        return Tool("next_question", {"number": progress.question})

    def _acknowledge(self, progress: Progress, heard: str) -> tuple[Progress, str]:
        for entry in self.script.acknowledge:
            if any(_contains(heard, word) for word in entry.when):
                return replace(progress, clarifications=0), entry.say
        neutral = self.script.neutral
        thanks = neutral[progress.thanks % len(neutral)]
        return replace(progress, thanks=progress.thanks + 1, clarifications=0), thanks

    def _question(self, progress: Progress) -> Question:
        return self.script.questions[max(progress.question, 1) - 1]

    def _says(self, table: Mapping[str, str], heard: str) -> bool:
        language = self.script.languages[0].split("-")[0]
        pattern = table.get(language)
        return (
            pattern is not None and re.search(rf"\b({pattern})", heard, re.IGNORECASE) is not None
        )


def _begun(spoken: str, line: str) -> bool:
    """Whether a line was said, or words that were cut off end in it after more than a little."""
    words = line.split()
    if line in spoken:
        return True
    begins = (" ".join(words[:count]) for count in range(_TELLING_WORDS, len(words)))
    return any(spoken.endswith(begin) for begin in begins)


def _contains(heard: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", heard, re.IGNORECASE) is not None
