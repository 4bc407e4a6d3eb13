"""How languages count: the plural categories of CLDR for whole numbers, and texts that obey them.

The categories that begin with a million (`many` in French and Spanish) are left out: a booth has
no such numbers.  Source: Unicode CLDR, supplemental/plurals, cardinal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Category = Literal["zero", "one", "two", "few", "many", "other"]


def _arabic(n: int) -> Category:
    alone: Mapping[int, Category] = {0: "zero", 1: "one", 2: "two"}
    if n in alone:
        return alone[n]
    if 3 <= n % 100 <= 10:
        return "few"
    return "many" if n % 100 >= 11 else "other"


def _one(n: int) -> Category:
    return "one" if n == 1 else "other"


def _none_or_one(n: int) -> Category:
    return "one" if n in (0, 1) else "other"


def _uncounted(_: int) -> Category:
    return "other"


RULES: Mapping[str, Callable[[int], Category]] = MappingProxyType(
    {
        "ar": _arabic,
        "de": _one,
        "en": _one,
        "es": _one,
        "fr": _none_or_one,
        "hi": _none_or_one,
        "ja": _uncounted,
        "zh": _uncounted,
    }
)
"""The category of a number from 0, by the first subtag of a language."""


@dataclass(frozen=True, slots=True)
class Plural:
    """A text that depends on a number."""

    language: str
    """A key of `RULES`."""
    forms: Mapping[Category, str]
    """A text for each category of the language; `{n}` is the number."""

    def of(self, n: int) -> str:
        """The text for `n` things, from 0."""
        return self.forms[RULES[self.language](n)].format(n=n)
