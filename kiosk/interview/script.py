"""Interview scripts: what the interviewer wants to know and how, read from `config/interviews`."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from kiosk.toml_file import TomlFileError, locate, read_table
from kiosk.toml_table import Flaw, Table

NEVER_ASK = (
    "age or date of birth",
    "nationality, ethnic origin, skin colour or native language",
    "religion or belief",
    "political opinions or trade union membership",
    "gender, gender identity or sexual orientation",
    "marital status, pregnancy, children or family plans",
    "health, illness or disability",
    "criminal record",
    "financial situation or present pay",
    "home address or other contact details",
)
"""What no interview asks about unless a script says otherwise: protected characteristics, and
facts a booth has no need to know."""

_TOLD_BYTES = 40 * 1024
"""With the standing words around it, and what is told twice, this stays below the 64 KiB that the
service takes in one message."""
_MINUTES_ALL = 55.0
_SPOKEN = 600
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
_VOICE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f])")
_SAYS_AI = re.compile(
    r"\b(?-i:AI|KI|IA|YZ|ИИ)\b|artificial|artificiel|artificië|künstlich|kunstig|konstgjord"
    r"|sztuczn|искусствен|штучн|人工|인공|اصطناعي",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the plan."""

    id: str
    """Short and stable, for logs and recordings: `plan-fell-apart`."""
    text: str
    """As it is to be asked."""
    probe: tuple[str, ...]
    """Follow-up questions an interviewer may choose from; a scripted one asks the first ones."""
    follow_ups: int
    """How many follow-ups at most."""
    minutes: float
    """Time set aside for it."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What a scripted interviewer answers when certain words were heard."""

    when: tuple[str, ...]
    """Words or phrases that call for it, compared without case as whole words."""
    say: str
    """One sentence that refers to what was answered."""


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
    early_closing: str
    """Last words when the interview ends before its plan does."""
    clarification: str
    """When an answer could not be understood."""
    repeat: str
    """Before a question that is asked again because the candidate wished it."""
    acknowledge: tuple[Acknowledgement, ...]
    """For a scripted interviewer: sentences that refer to what was answered."""
    neutral: tuple[str, ...]
    """For a scripted interviewer: thanks that fit any answer."""
    voice: str
    """Voice of the service, e.g. `marin`; empty takes `[realtime] voice`."""
    languages: tuple[str, ...]
    """BCP 47 tags it may be held in; its texts are written in the first."""


class ScriptError(TomlFileError):
    """A script cannot be used."""


def load_script(name_or_path: str, directory: Path) -> Script:
    """Read a script by name from `directory`, or by path (with `/` or `.toml`).

    Raises `ScriptError` with all faults at once; nothing else.
    """
    path = locate(name_or_path, (directory,))
    flaws: list[Flaw] = []
    root = read_table(path, "script", flaws, (path.parent,))
    script = _script(path.stem, root) if root else None
    if flaws or script is None:
        raise ScriptError(path, flaws)
    return script


def spoken_lines(script: Script) -> tuple[str, ...]:
    """Every fixed line a scripted interviewer may say, each once, in the order of the script."""
    lines = [script.greeting]
    for question in script.questions:
        lines += [question.text, *question.probe]
    lines += [entry.say for entry in script.acknowledge]
    lines += [*script.neutral, script.clarification, script.repeat, script.silence_prompt]
    lines += [script.last_question, script.closing, script.early_closing]
    return tuple(dict.fromkeys(lines))


def _script(name: str, root: Table) -> Script:
    script = Script(
        id=name,
        title=root.text("title", 120),
        role=root.text("role", 400),
        persona=root.text("persona", 2000),
        greeting=root.text("greeting", _SPOKEN),
        questions=tuple(_question(table) for table in root.tables("question", 1, 20)),
        never_ask=root.texts("never_ask", 200, 40, NEVER_ASK),
        last_question=root.text("last_question", _SPOKEN),
        silence_prompt=root.text("silence_prompt", _SPOKEN),
        closing=root.text("closing", _SPOKEN),
        early_closing=root.text("early_closing", _SPOKEN),
        clarification=root.text("clarification", _SPOKEN),
        repeat=root.text("repeat", _SPOKEN),
        acknowledge=tuple(_acknowledgement(table) for table in root.tables("acknowledge", 0, 60)),
        neutral=root.texts("neutral", _SPOKEN, 20),
        voice=root.text("voice", 64, ""),
        languages=root.texts("languages", 20, 60, ("en",)),
    )
    root.finish()
    _check(script, root)
    return script


def _question(table: Table) -> Question:
    question = Question(
        id=table.text("id", 48),
        text=table.text("text", _SPOKEN),
        probe=table.texts("probe", _SPOKEN, 8),
        follow_ups=table.whole("follow_ups", 0, 5, 1),
        minutes=table.number("minutes", 0.25, 30, 2.0),
    )
    table.finish()
    if question.id and not _NAME.fullmatch(question.id):
        table.note("id", "'id' may have small letters, digits and hyphens only")
    return question


def _acknowledgement(table: Table) -> Acknowledgement:
    entry = Acknowledgement(when=table.texts("when", 60, 40), say=table.text("say", _SPOKEN))
    table.finish()
    if not entry.when:
        table.note("when", "'when' must name at least one word")
    return entry


def _check(script: Script, root: Table) -> None:
    """Note what single keys cannot show."""
    first = _SENTENCE_END.split(script.greeting, maxsplit=1)[0]
    if script.greeting and not _SAYS_AI.search(first):
        root.note("greeting", "the first sentence of 'greeting' must say that this is an AI")
    if root.has("neutral") and not script.neutral:
        root.note("neutral", "'neutral' must have at least one sentence")
    if not root.has("neutral"):
        root.note("", "'neutral' is missing")
    if script.voice and not _VOICE.fullmatch(script.voice):
        root.note("voice", "'voice' must be the name of a voice, such as 'marin'")
    if not script.languages:
        root.note("languages", "'languages' must name at least one language")
    for tag in script.languages:
        if tag and not _LANGUAGE.fullmatch(tag):
            root.note("languages", f"'{tag[:20]}' is not a language tag such as 'en' or 'pt-BR'")
    _check_plan(script, root)


def _check_plan(script: Script, root: Table) -> None:
    """Note what the questions cannot show one by one."""
    told_bytes = _told_bytes(script)
    if told_bytes > _TOLD_BYTES:
        taken = f"{-(-told_bytes // 1024)} KiB, at most {_TOLD_BYTES // 1024}"
        root.note("question", f"the plan takes {taken}: ask fewer or shorter questions")
    ids = [question.id for question in script.questions]
    for twice in sorted({name for name in ids if name and ids.count(name) > 1}):
        root.note("question", f"two questions have the id '{twice[:48]}'")
    minutes = sum(question.minutes for question in script.questions)
    if minutes > _MINUTES_ALL:
        root.note("question", f"the questions take {minutes:g} minutes, at most {_MINUTES_ALL:g}")


def _told_bytes(script: Script) -> int:
    """Return how much of a message the texts take that the model is told."""
    texts = [script.role, script.persona, script.greeting, script.clarification, script.repeat]
    texts += [script.silence_prompt, script.last_question, script.closing, script.early_closing]
    texts += script.never_ask
    for question in script.questions:
        texts += [question.text, *question.probe]
    return len(json.dumps(texts))
