"""Files of one kind that people write and choose by name: interview scripts and themes."""

from collections.abc import Sequence
from pathlib import Path

from kiosk.errors import CommandError, ExitStatus
from kiosk.limits import did_you_mean
from kiosk.toml_table import Flaw, Table, parse

LARGEST_BYTES = 65_536
_FLAWS_SHOWN = 30


class TomlFileError(CommandError):
    """A file cannot be used; says everything that is wrong with it, one sentence a flaw."""

    status = ExitStatus.CONFIG

    def __init__(self, path: Path, flaws: Sequence[Flaw]) -> None:
        self.path = path
        self.flaws = tuple(sorted(flaws, key=lambda flaw: flaw.line or 0))
        sentences = [flaw.at(path) for flaw in self.flaws[:_FLAWS_SHOWN]]
        if hidden := len(self.flaws) - len(sentences):
            sentences.append(f"{path}: and {hidden} more.")
        super().__init__(sentences)


def locate(name_or_path: str, folders: Sequence[Path]) -> Path:
    """The file of a path (with `/` or `.toml`), else of a name in the first folder that has it.

    Where none has it, the path it would have in the first.
    """
    if "/" in name_or_path or name_or_path.endswith(".toml"):
        return Path(name_or_path)
    paths = [folder / f"{name_or_path}.toml" for folder in folders]
    return next((path for path in paths if _is_there(path)), paths[0])


def read_table(path: Path, what: str, flaws: list[Flaw], folders: Sequence[Path]) -> Table | None:
    """The root table of a file; None, with the reason noted, where there is none.

    `what` is the kind of file in one word; the names in `folders` are offered where it is missing.
    """
    try:
        if not path.is_file():
            flaws.append(Flaw(None, f"there is no such {what}{_likely(path.stem, folders)}"))
            return None
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable path"
        flaws.append(Flaw(None, f"cannot be read: {reason}"))
        return None
    if len(content) > LARGEST_BYTES:
        flaws.append(Flaw(None, f"is larger than {LARGEST_BYTES // 1024} KiB"))
        return None
    return parse(content, flaws)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _likely(name: str, folders: Sequence[Path]) -> str:
    names = sorted({path.stem for folder in folders for path in folder.glob("*.toml")})
    there_are = f"; there are: {', '.join(names[:20])}" if names else ""
    return did_you_mean(name[:80], names) or there_are
