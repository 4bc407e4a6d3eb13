"""Texts that must not be seen: keys and tokens."""

import re
from collections.abc import Iterable, Mapping
from typing import NoReturn, final

REDACTED = "[secret]"
KEY_VARIABLE = "OPENAI_API_KEY"
"""The environment variable in which developers keep the API key."""
KEY_CREDENTIAL = "openai-api-key"
"""The systemd credential in which a booth keeps it."""


@final
class Secret:
    """Holds an API key or a token; shows itself only through `reveal()`.

    Not a dataclass and not a `str`, so that no repr, format, comparison or pickle gives it away.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Give the text itself, to the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret('…')"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not written down")


_LOOKS_SECRET = re.compile(
    r"""(?xi)
    \b[se]k[-_][A-Za-z0-9_\-]{6,}           # an API key, or a client secret
    | (?<=\bbearer\s)[^\s"',;]{4,}          # whatever an authorization header carries
    | (?<=\bapi-key:\s)[^\s"',;]{4,}
    """
)


def redact(text: str, known: Iterable[Secret] = ()) -> str:
    """Return `text` without anything that is, or looks like, a key or a token."""
    for secret in known:
        if secret:
            text = text.replace(secret.reveal(), REDACTED)
    return _LOOKS_SECRET.sub(REDACTED, text)


def looks_secret(text: str) -> bool:
    """Tell whether `text` holds what `redact` would take out."""
    return _LOOKS_SECRET.search(text) is not None


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a process that has no business with the key."""
    return {name: text for name, text in environ.items() if name != KEY_VARIABLE}
