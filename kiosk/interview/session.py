"""From a script and the settings: the session of the service, and the plan of the core."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from kiosk.core.plan import ENDINGS, Plan
from kiosk.interview.languages import ANY_LANGUAGE, primary
from kiosk.interview.prompt import (
    HEARD_ONLY,
    after_deaf_instructions,
    after_mute_instructions,
    closing_instructions,
    greeting_instructions,
    instructions,
    last_question_note,
    long_turn_instructions,
    place_note,
    resume_answered_instructions,
    resume_instructions,
    silence_prompt_instructions,
    too_long_instructions,
)
from kiosk.interview.script import Script
from kiosk.interview.words import words_for
from kiosk.settings import RealtimeSettings

STANDIN_HEARS = frozenset({"en"})
"""Languages of which `kiosk.standin.ears` recognises speech."""

TOOLS: tuple[dict[str, object], ...] = (
    {
        "type": "function",
        "name": "next_question",
        "description": (
            "Announce which question of the plan you are asking. Call it in the same turn in which "
            "you speak that question; not for follow-ups, not for repeats."
        ),
        "parameters": {
            "type": "object",
            "properties": {
                "number": {
                    "type": "integer",
                    "minimum": 1,
                    "description": "Number of the question in the plan.",
                }
            },
            "required": ["number"],
            "additionalProperties": False,
        },
    },
    {
        "type": "function",
        "name": "end_interview",
        "description": (
            "End the call once your words have been heard. Call it in the same turn in which you "
            "speak your closing words, never without them."
        ),
        "parameters": {
            "type": "object",
            "properties": {
                "reason": {
                    "type": "string",
                    "enum": [*ENDINGS, "abuse"],
                    "description": "Why the interview ends.",
                }
            },
            "required": ["reason"],
            "additionalProperties": False,
        },
    },
)
"""What the model may call."""


def session_configuration(
    script: Script, settings: RealtimeSettings, language: str
) -> dict[str, object]:
    """Return the `session` object for a client secret; `language` is a BCP 47 tag or `any`."""
    listening: dict[str, object] = {"turn_detection": _turn_detection(settings)}
    if settings.transcription_model:
        listening["transcription"] = _transcription(settings.transcription_model, language)
    if settings.noise_reduction != "off":
        listening["noise_reduction"] = {"type": settings.noise_reduction}
    return {
        "type": "realtime",
        "model": settings.model,
        "instructions": instructions(script, language),
        "output_modalities": ["audio"],
        "audio": {"input": listening, "output": {"voice": script.voice or settings.voice}},
        "tools": list(TOOLS),
        "tool_choice": "auto",
    }


def plans(script: Script, languages: Sequence[str], *, standin: bool = False) -> Mapping[str, Plan]:
    """Return the interview in each of the booth's languages, in their order.

    With `standin` the stand-in may go on with it in a language that it can hear.
    """
    return {
        tag: replace(
            plan(script, tag),
            words=words_for(tag, languages),
            standin=standin and primary(tag) in STANDIN_HEARS,
        )
        for tag in languages
    }


def plan(script: Script, language: str) -> Plan:
    """Return the interview as the core sees it; `language` is a BCP 47 tag or `any`."""
    return Plan(
        questions=tuple(question.text for question in script.questions),
        follow_ups=tuple(question.follow_ups for question in script.questions),
        greeting=greeting_instructions(script, language),
        silence_prompt=silence_prompt_instructions(script, language),
        last_question=last_question_note(script),
        resume=resume_instructions(script, language),
        resume_answered=resume_answered_instructions(script, language),
        after_deaf=after_deaf_instructions(script, language),
        after_mute=after_mute_instructions(script, language),
        heard_only=HEARD_ONLY,
        too_long=too_long_instructions(script, language),
        long_turn=long_turn_instructions(script, language),
        places=tuple(place_note(script, i) for i, _ in enumerate(script.questions, start=1)),
        closings=MappingProxyType(
            {ending: closing_instructions(script, language, ending) for ending in ENDINGS}
        ),
    )


def _transcription(model: str, language: str) -> dict[str, object]:
    hint = {} if language == ANY_LANGUAGE else {"language": primary(language)}
    return {"model": model, **hint}


def _turn_detection(settings: RealtimeSettings) -> dict[str, object]:
    reaction = {"create_response": True, "interrupt_response": True}
    if settings.turn_detection == "semantic_vad":
        return {"type": "semantic_vad", "eagerness": "low", **reaction}
    return {"type": "server_vad", "silence_duration_ms": settings.silence_ms, **reaction}
