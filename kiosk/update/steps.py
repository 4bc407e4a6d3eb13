"""How a release takes another's place, and gives it back, so that power may fail at any moment."""

import platform
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kiosk.update import archive
from kiosk.update.machine import Machine
from kiosk.update.manifest import Manifest, UpdateError
from kiosk.update.releases import Pending, Releases

Level = Literal["pass", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it."""

    level: Level
    """Pass where the machine is as it was asked to be."""
    text: str
    """For staff, in a sentence or two."""


@dataclass(frozen=True, slots=True)
class Updater:
    """Updates, resumes and rolls back the releases of one machine."""

    releases: Releases
    """What is changed."""
    machine: Machine
    """What the changes are carried out with."""
    in_interview: Callable[[], bool]
    """Tells whether somebody is being interviewed."""

    def update(self, folders: Iterable[Path]) -> Result:
        """Go to the newest release among the archives in these folders; raises `UpdateError`."""
        self._refuse_in_interview()
        self._end_earlier()
        before = self.releases.current
        if before is None:
            raise UpdateError(["No release is installed here; scripts/install does that."])
        path, manifest = newest(folders)
        if manifest.id == before:
            return Result("pass", f"Release {before} runs already.")
        fits(manifest)
        if not self.releases.whole(manifest.id):
            self._build(path, manifest, before)
        self._compare(manifest.id, before)
        self._refuse_in_interview()
        pending = Pending(before, manifest.id, self.releases.previous)
        self.releases.begin(pending)
        self.releases.switch(manifest.id)
        return self._try(pending)

    def resume(self) -> Result | None:
        """End what a lost power cut short, after a boot; None where nothing was."""
        pending = self.releases.pending()
        if pending is None:
            self.releases.confirm()
            return None
        current = self.releases.current
        if current is None or current == pending.after:
            return self._try(pending)
        # The units may be those of either release.
        self.machine.settle(self.releases.folder(current))
        self.machine.restart()
        self.releases.confirm()
        return Result("warn", f"The change of release was cut short; {current} runs as before.")

    def roll_back(self) -> Result:
        """Go back to the previous release, from which this one can be gone back to.

        Raises `UpdateError`.
        """
        self._refuse_in_interview()
        self._end_earlier()
        before, after = self.releases.current, self.releases.previous
        if after is None:
            raise UpdateError(["There is no earlier release to go back to."])
        self.releases.begin(Pending(after, after, before))
        self.releases.go_back(after, before)
        self.machine.settle(self.releases.folder(after))
        ready = self.machine.restart()
        self.releases.confirm()
        if ready:
            return Result("pass", f"Release {after} runs again.")
        return Result("fail", f"Back at release {after}, but the booth does not get ready.")

    def _refuse_in_interview(self) -> None:
        if self.in_interview():
            raise UpdateError(["An interview is running; start this again when it is over."])

    def _end_earlier(self) -> None:
        """End what was stopped in its middle without a boot since, which would have ended it."""
        if self.releases.pending() is not None:
            self.resume()

    def _build(self, path: Path, manifest: Manifest, before: str) -> None:
        """Make the release beside the others; what is left half done is done anew next time."""
        folder = self.releases.folder(manifest.id)
        with _wheels(self.releases.state / "wheels") as wheels:
            shutil.rmtree(folder, ignore_errors=True)
            try:
                archive.unpack(path, folder, wheels)
                self.machine.equip(folder, wheels, self.releases.extras(before))
            except UpdateError:
                shutil.rmtree(folder, ignore_errors=True)
                raise

    def _compare(self, after: str, before: str) -> None:
        """Refuse a release whose doctor finds fault where the current one's does not."""
        new = self.machine.failing(self.releases.folder(after))
        if new is None:
            self.releases.drop(after)
            raise UpdateError([f"Release {after} does not start here; {before} stays."])
        old = self.machine.failing(self.releases.folder(before)) or {}
        worse = sorted(check for check in new if new[check] and old.get(check) is False)
        if worse:
            self.releases.drop(after)
            raise UpdateError(
                [f"Release {after} does not work here ({', '.join(worse)}); {before} stays."]
            )

    def _try(self, pending: Pending) -> Result:
        """See the new release get ready, or go back by itself."""
        try:
            self.machine.settle(self.releases.folder(pending.after))
            works = self.machine.restart()
        except UpdateError:
            works = False
        if works:
            self.releases.confirm()
            self.releases.prune()
            return Result("pass", f"Release {pending.after} runs now.")
        self.releases.go_back(pending.before, pending.previous)
        self.machine.settle(self.releases.folder(pending.before))
        ready = self.machine.restart()
        self.releases.confirm()
        self.releases.drop(pending.after)
        told = f"Release {pending.after} did not get ready; {pending.before} is back"
        return Result("fail", f"{told}." if ready else f"{told}, and does not get ready either.")


def newest(folders: Iterable[Path]) -> tuple[Path, Manifest]:
    """Return the archive that was packed last; raises `UpdateError` where there is none."""
    paths = [path for folder in folders for path in sorted(folder.glob(archive.PATTERN))]
    found, errors = [], []
    for path in paths:
        try:
            found.append((path, archive.peek(path)))
        except UpdateError as error:
            errors.append(error)
    if found:
        return max(found, key=lambda each: each[1].built_at)
    if errors:
        raise errors[0]
    raise UpdateError(
        [f"There is no update: put {archive.PATTERN} on a stick labelled KIOSK and plug it in."]
    )


def fits(manifest: Manifest) -> None:
    """Refuse a release that was made for another kind of machine; raises `UpdateError`."""
    version = ".".join(platform.python_version_tuple()[:2])
    if (manifest.python, manifest.machine) != (version, platform.machine()):
        wanted = f"Python {manifest.python} on {manifest.machine}"
        here = f"Python {version} on {platform.machine()}"
        raise UpdateError([f"Release {manifest.id} is for {wanted}; this is {here}."])


@contextmanager
def _wheels(folder: Path) -> Iterator[Path]:
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
