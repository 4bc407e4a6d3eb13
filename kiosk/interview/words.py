"""Every word a candidate reads on the screen, and the facts it must tell; see `texts`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from kiosk.interview.languages import ANY_LANGUAGE, own_name, primary
from kiosk.interview.phrases import bound
from kiosk.interview.script import Script
from kiosk.interview.texts.arabic import ARABIC
from kiosk.interview.texts.chinese import CHINESE
from kiosk.interview.texts.english import ENGLISH
from kiosk.interview.texts.french import FRENCH
from kiosk.interview.texts.german import GERMAN
from kiosk.interview.texts.hindi import HINDI
from kiosk.interview.texts.japanese import JAPANESE
from kiosk.interview.texts.spanish import SPANISH
from kiosk.interview.wording import Words
from kiosk.settings import Settings

DEFAULT_LANGUAGE = "en"
AROUND_MIN = 0.5
"""What greeting and goodbye take."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the idle screen promises, taken from the real settings."""

    minutes: int
    """How long the interview is planned to take."""
    questions: int
    service: str = "OpenAI"
    """Who answers the candidate's voice; empty when it never leaves this computer."""
    recorded: bool = False
    """A demo records picture and sound."""
    key: str = ""
    """SDL's name of the key that is the button (`space`); empty for a real button."""


def facts(settings: Settings, script: Script, *, recorded: bool = False, key: str = "") -> Facts:
    """What is true of a booth with these settings."""
    return Facts(
        minutes=math.ceil(min(planned_min(script), settings.interview.limit_min)),
        questions=len(script.questions),
        service=service_name(settings.realtime.base_url),
        recorded=recorded,
        key=key,
    )


def planned_min(script: Script) -> float:
    """Minutes the script sets aside for its questions, and a little for greeting and goodbye."""
    return sum(question.minutes for question in script.questions) + AROUND_MIN


def service_name(base_url: str) -> str:
    """The company behind a base URL as people know it; empty for this computer."""
    host = (urlsplit(base_url).hostname or "").lower()
    if host in {"localhost", "::1"} or host.startswith("127."):
        return ""
    for end, name in (("openai.com", "OpenAI"), ("azure.com", "Microsoft Azure")):
        if host == end or host.endswith("." + end):
            return name
    return host


LANGUAGES: Mapping[str, Words] = MappingProxyType(
    {
        "en": ENGLISH,
        "de": GERMAN,
        "fr": FRENCH,
        "es": SPANISH,
        "ar": ARABIC,
        "hi": HINDI,
        "ja": bound(JAPANESE),
        "zh": bound(CHINESE),
    }
)
"""Complete languages by their first BCP 47 subtag; every Chinese is written in simplified signs."""


def words(language: str) -> Words:
    """The texts for a BCP 47 tag (`de-CH`); English where a language is not there."""
    return LANGUAGES.get(primary(language), LANGUAGES[DEFAULT_LANGUAGE])


def words_for(language: str, languages: Sequence[str]) -> str:
    """The tag of the words on the screen while a booth of `languages` speaks one of them.

    It is that language where there are words in it, else the first one that has words.
    """
    worded = (tag for tag in (language, *languages) if primary(tag) in LANGUAGES)
    return next(worded, DEFAULT_LANGUAGE)


def choice_name(language: str, say: Words) -> str:
    """What a language is called in a list to choose from, on a screen in `say`."""
    return say.any_language if language == ANY_LANGUAGE else own_name(language)
