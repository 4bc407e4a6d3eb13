"""Where lines may break in texts that are written without spaces: at phrases, never in a word.

Such a text may break between any two signs, so its phrases are marked by hand: `|` stands where a
line may end.  On the screen all other signs are held together by word joiners, which are not seen.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from kiosk.interview.plurals import Plural
from kiosk.interview.wording import Words

BREAK = "|"
JOINER = "\u2060"
_WHOLE = re.compile(r"\{\w+\}|[A-Za-z]+|.")
"""What needs no joiner inside: a field to be filled, a Latin word, any one sign."""


def bound(say: Words) -> Words:
    """A language whose lines break only where its texts say so."""
    return Words(**{field.name: _bound(getattr(say, field.name)) for field in fields(say)})


def bind(text: str) -> str:
    """One text, held together between its breaks."""
    return "".join(JOINER.join(_WHOLE.findall(phrase)) for phrase in text.split(BREAK))


def _bound(value: Any) -> Any:  # noqa: ANN401 - any field of `Words`
    match value:
        case str():
            return bind(value)
        case Plural():
            return Plural(value.language, _bound(value.forms))
        case tuple():
            return tuple(map(bind, value))
        case Mapping():
            return {key: bind(text) for key, text in value.items()}
    return value
