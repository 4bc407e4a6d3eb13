"""Updates on folders, with a machine that is told what works; and a plug pulled at any moment."""

import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.update.manifest import Manifest, UpdateError
from kiosk.update.releases import HOME, MADE, Releases
from kiosk.update.steps import Updater, fits, newest
from tests.update.test_archive import FILES, packed

PYTHON = ".".join(platform.python_version_tuple()[:2])


class PowerLost(BaseException):
    """The plug was pulled."""


@dataclass
class FakeMachine:
    """Equips by a mark, and restarts what is current."""

    root: Path
    broken: set[str] = field(default_factory=set)
    """Releases that do not get ready."""
    checks: dict[str, Mapping[str, bool] | None] = field(default_factory=dict)
    """What the doctor of a release says."""
    settled: str = "1"
    runs: str = "1"

    def equip(self, release: Path, wheels: Path, extras: Sequence[str]) -> None:
        assert (release / "scripts" / "go").read_bytes() == FILES["source/scripts/go"]
        assert [each.name for each in wheels.iterdir()] == ["b.whl"]
        (release / MADE).parent.mkdir()
        (release / MADE).write_text(f"key {' '.join(extras)}\n")

    def failing(self, release: Path) -> Mapping[str, bool] | None:
        return self.checks.get(release.name, {"screen": False, "network": True})

    def settle(self, release: Path) -> None:
        self.settled = release.name

    def restart(self) -> bool:
        self.runs = Releases(self.root).current or "nothing"
        return self.runs not in self.broken


@dataclass
class Scene:
    """A machine with release 1, and an archive of release 2."""

    root: Path
    interview: bool = False

    def __post_init__(self) -> None:
        self.machine = FakeMachine(self.root)
        self.give("1")
        (self.root / HOME / "current").symlink_to("releases/1")
        self.stick = self.root / "stick"
        self.stick.mkdir()
        packed(self.stick, "2")

    def give(self, name: str) -> None:
        made = self.root / HOME / "releases" / name / MADE
        made.parent.mkdir(parents=True)
        made.write_text("key hardware standin\n")

    @property
    def updater(self) -> Updater:
        return Updater(Releases(self.root), self.machine, lambda: self.interview)

    def update(self) -> str:
        return self.updater.update([self.stick]).text

    def standing(self) -> tuple[str | None, str | None]:
        return self.updater.releases.current, self.updater.releases.previous

    def folders(self) -> list[str]:
        return sorted(each.name for each in (self.root / HOME / "releases").iterdir())


@pytest.fixture(autouse=True)
def any_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.update.steps.fits", mock.Mock())


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_an_update_takes_over_and_can_be_taken_back_and_forth(scene: Scene) -> None:
    assert scene.update() == "Release 2 runs now."
    assert scene.standing() == ("2", "1")
    assert (scene.machine.runs, scene.machine.settled) == ("2", "2")
    assert scene.updater.releases.extras("2") == ("hardware", "standin")
    assert scene.updater.releases.pending() is None
    assert list(scene.updater.releases.state.iterdir()) == []
    for current, previous in (("1", "2"), ("2", "1")):
        assert scene.updater.roll_back().text == f"Release {current} runs again."
        assert scene.standing() == (current, previous)
        assert (scene.machine.runs, scene.machine.settled) == (current, current)
    assert scene.update() == "Release 2 runs already."


def test_nobody_s_interview_is_cut_off_by_a_way_back(scene: Scene) -> None:
    scene.update()
    scene.interview = True
    with pytest.raises(UpdateError, match="An interview is running"):
        scene.updater.roll_back()
    assert scene.standing() == ("2", "1")


@pytest.mark.parametrize("next_step", ["update", "roll_back"])
def test_an_update_that_was_stopped_in_its_middle_is_ended_first(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, next_step: str
) -> None:
    def stopped(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(scene.machine, "settle", stopped)
        with pytest.raises(KeyboardInterrupt):
            scene.update()
    assert scene.machine.runs == "1"
    if next_step == "update":
        assert scene.update() == "Release 2 runs already."
        assert (scene.machine.runs, scene.machine.settled) == ("2", "2")
    else:
        assert scene.updater.roll_back().text == "Release 1 runs again."
        assert (scene.machine.runs, scene.machine.settled) == ("1", "1")
    assert scene.updater.releases.pending() is None


def test_a_release_that_does_not_get_ready_goes_by_itself(scene: Scene) -> None:
    scene.give("0")
    (scene.root / HOME / "previous").symlink_to("releases/0")
    scene.machine.broken = {"2"}
    result = scene.updater.update([scene.stick])
    assert result.level == "fail"
    assert result.text == "Release 2 did not get ready; 1 is back."
    assert scene.standing() == ("1", "0")
    assert (scene.machine.runs, scene.machine.settled) == ("1", "1")
    assert scene.folders() == ["0", "1"]


@pytest.mark.parametrize(
    ("old", "new", "refused"),
    [
        ({"screen": False}, {"screen": True}, r"does not work here \(screen\); 1 stays"),
        ({"screen": False}, None, "does not start here; 1 stays"),
        (None, None, "does not start here"),
        ({"screen": True}, {"screen": True}, None),
        ({"screen": False}, {"screen": False, "clock": True}, None),
        (None, {"screen": True}, None),
    ],
)
def test_a_release_is_refused_that_does_worse(
    scene: Scene,
    old: Mapping[str, bool] | None,
    new: Mapping[str, bool] | None,
    refused: str | None,
) -> None:
    scene.machine.checks = {"1": old, "2": new}
    if refused is None:
        assert scene.update() == "Release 2 runs now."
        return
    with pytest.raises(UpdateError, match=refused):
        scene.update()
    assert scene.standing() == ("1", None)
    assert scene.folders() == ["1"]


def test_nobody_s_interview_is_cut_off(scene: Scene) -> None:
    scene.interview = True
    with pytest.raises(UpdateError, match="An interview is running"):
        scene.update()
    assert scene.folders() == ["1"]


def test_only_the_current_and_the_previous_release_are_kept(scene: Scene) -> None:
    scene.update()
    packed(scene.stick, "3", built_at=3.0)
    assert scene.update() == "Release 3 runs now."
    assert scene.folders() == ["2", "3"]


def test_without_an_earlier_release_nothing_is_taken_back(scene: Scene) -> None:
    with pytest.raises(UpdateError, match="no earlier release"):
        scene.updater.roll_back()


def test_a_damaged_archive_leaves_nothing(scene: Scene) -> None:
    path = scene.stick / "kiosk-2.tar"
    path.write_bytes(path.read_bytes().replace(b"aaaa", b"aaba", 1))
    with pytest.raises(UpdateError, match="is damaged"):
        scene.update()
    assert scene.folders() == ["1"]
    assert not scene.updater.releases.state.exists()


def test_the_newest_archive_that_can_be_read_is_taken(tmp_path: Path) -> None:
    with pytest.raises(UpdateError, match="There is no update"):
        newest([tmp_path, tmp_path / "nowhere"])
    (tmp_path / "kiosk-bad.tar").write_bytes(b"what?")
    with pytest.raises(UpdateError, match=r"kiosk-bad\.tar is damaged"):
        newest([tmp_path])
    packed(tmp_path, "b", built_at=2.0)
    packed(tmp_path, "c", built_at=1.0)
    assert newest([tmp_path])[1].id == "b"


@pytest.mark.parametrize(
    ("python", "machine"), [("2.7", platform.machine()), (PYTHON, "pdp11"), ("3.1", "pdp11")]
)
def test_a_release_for_another_kind_of_machine_is_refused(python: str, machine: str) -> None:
    with pytest.raises(UpdateError, match=rf"is for Python {python} on {machine}; this is"):
        fits(Manifest("2", 1.0, python, machine, {}))
    fits(Manifest("2", 1.0, PYTHON, platform.machine(), {}))


@contextmanager
def power_for(calls: int) -> Iterator[None]:
    """Let so many changes of the disk come to pass; the plug is pulled at the next one."""
    left = calls

    def counted(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def call(*words: object, **more: object) -> object:
            nonlocal left
            if left == 0:
                raise PowerLost
            left -= 1
            return real(*words, **more)

        return call

    names = ("replace", "symlink", "unlink", "fsync", "mkdir", "rmdir", "chmod")
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(mock.patch.object(os, name, counted(name)))
        yield


@given(
    calls=st.integers(0, 80),
    broken=st.sampled_from([set(), {"2"}]),
    back=st.booleans(),
    again=st.integers(0, 20),
)
def test_power_lost_at_any_moment_leaves_a_booth_that_works(
    calls: int, broken: set[str], back: bool, again: int
) -> None:
    with TemporaryDirectory() as folder, mock.patch("kiosk.update.steps.fits"):
        scene = Scene(Path(folder))
        if back:
            scene.update()
        scene.machine.broken = broken
        try:
            with power_for(calls):
                if back:
                    scene.updater.roll_back()
                else:
                    scene.update()
        except PowerLost:
            pass
        for powered in (again, 1000):
            scene.machine.runs = scene.updater.releases.current or "nothing"
            try:
                with power_for(powered):
                    scene.updater.resume()
            except PowerLost:
                continue
        current, previous = scene.standing()
        assert current is not None
        assert scene.updater.releases.whole(current)
        assert scene.machine.runs == scene.machine.settled == current
        assert scene.updater.releases.pending() is None
        assert back or current not in broken
        assert previous != current
