"""How a command ends: exit statuses, and the errors that a person can do something about."""

from collections.abc import Sequence
from enum import IntEnum


class ExitStatus(IntEnum):
    """What a command tells its caller (numbers of sysexits.h)."""

    DONE = 0
    USAGE = 64
    """The command line makes no sense."""
    NOTHING_TO_BE_DONE = 69
    """Something outside is missing and trying again will not help."""
    RESTART = 75
    """Start me again."""
    CONFIG = 78
    """The configuration has a mistake."""
    INTERRUPTED = 130
    """Ctrl-C, as shells tell it."""


class CommandError(Exception):
    """An expected failure: `sentences` is all a person needs, no traceback."""

    status = ExitStatus.NOTHING_TO_BE_DONE

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


class UsageError(CommandError):
    """The command line makes no sense."""

    status = ExitStatus.USAGE
