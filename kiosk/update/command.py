"""The commands `kiosk update` and `kiosk rollback`, which units run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from kiosk.errors import CommandError, ExitStatus
from kiosk.host.outcome import tell
from kiosk.host.running import read_status
from kiosk.host.stick import UsbStick
from kiosk.update.machine import ThisMachine
from kiosk.update.releases import Releases
from kiosk.update.steps import Result, Updater


def update(*, resume: bool) -> int:
    """Go to the newest release that is to be had, or end an update that was cut short."""
    updater = _updater()
    if resume:
        return _told("update", updater.resume)

    def newest() -> Result:
        with _folders(updater.releases) as folders:
            return updater.update(folders)

    return _told("update", newest)


def roll_back() -> int:
    """Go back to the release before."""
    return _told("rollback", _updater().roll_back)


def _updater() -> Updater:
    return Updater(Releases(), ThisMachine(), _in_interview)


def _in_interview() -> bool:
    status = read_status()
    return status is not None and status["in_interview"] is True


@contextmanager
def _folders(releases: Releases) -> Iterator[list[Path]]:
    """Where archives may be; a stick is mounted only until the end."""
    stick = UsbStick()
    with stick.mounted() if stick.is_there() else nullcontext() as plugged:
        yield [releases.state, *([plugged] if plugged else [])]


def _told(name: str, step: Callable[[], Result | None]) -> int:
    """Take a step and tell what came of it; 69 where that is not what was asked for."""
    try:
        result = step()
    except CommandError as error:
        result = Result("fail", " ".join(error.sentences))
    except OSError as error:
        reason = error.strerror or "unknown reason"
        result = Result("fail", f"The machine's storage cannot be used: {reason}.")
    if result is None:
        return ExitStatus.DONE
    tell(name, result.level, result.text)
    return ExitStatus.NOTHING_TO_BE_DONE if result.level == "fail" else ExitStatus.DONE
