"""Languages by their BCP 47 tags: what they are called, and which of them a person may tell apart.

What counts is the first subtag: `pt-BR` is Portuguese.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

ANY_LANGUAGE = "any"
"""In place of a tag: the candidate simply speaks, and is answered in kind."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a language is called."""

    english: str
    own: str
    """In the language itself, as it stands alone in a list."""


NAMES: Mapping[str, Name] = MappingProxyType(
    {
        "ar": Name("Arabic", "العربية"),
        "bg": Name("Bulgarian", "Български"),
        "cs": Name("Czech", "Čeština"),
        "da": Name("Danish", "Dansk"),
        "de": Name("German", "Deutsch"),
        "el": Name("Greek", "Ελληνικά"),
        "en": Name("English", "English"),
        "es": Name("Spanish", "Español"),
        "et": Name("Estonian", "Eesti"),
        "fa": Name("Persian", "فارسی"),
        "fi": Name("Finnish", "Suomi"),
        "fr": Name("French", "Français"),
        "ga": Name("Irish", "Gaeilge"),
        "he": Name("Hebrew", "עברית"),
        "hi": Name("Hindi", "हिन्दी"),
        "hr": Name("Croatian", "Hrvatski"),
        "hu": Name("Hungarian", "Magyar"),
        "id": Name("Indonesian", "Bahasa Indonesia"),
        "it": Name("Italian", "Italiano"),
        "ja": Name("Japanese", "日本語"),
        "ko": Name("Korean", "한국어"),
        "lt": Name("Lithuanian", "Lietuvių"),
        "lv": Name("Latvian", "Latviešu"),
        "mt": Name("Maltese", "Malti"),
        "nl": Name("Dutch", "Nederlands"),
        "no": Name("Norwegian", "Norsk"),
        "pl": Name("Polish", "Polski"),
        "pt": Name("Portuguese", "Português"),
        "ro": Name("Romanian", "Română"),
        "ru": Name("Russian", "Русский"),
        "sk": Name("Slovak", "Slovenčina"),
        "sl": Name("Slovenian", "Slovenščina"),
        "sr": Name("Serbian", "Српски"),
        "sv": Name("Swedish", "Svenska"),
        "th": Name("Thai", "ไทย"),
        "tr": Name("Turkish", "Türkçe"),
        "uk": Name("Ukrainian", "Українська"),
        "vi": Name("Vietnamese", "Tiếng Việt"),
        "zh": Name("Chinese", "中文"),
    }
)
"""By the first subtag."""


def primary(tag: str) -> str:
    """The first subtag, in small letters."""
    return tag.partition("-")[0].lower()


def english_name(tag: str) -> str:
    """What a language is called in English."""
    name = NAMES.get(primary(tag))
    return name.english if name else f"the language with the tag {tag}"


def own_name(tag: str) -> str:
    """What a language is called in itself; the tag where that is not known."""
    name = NAMES.get(primary(tag))
    return name.own if name else tag
