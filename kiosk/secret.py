"""A text that must not be seen."""

from typing import NoReturn, final


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
