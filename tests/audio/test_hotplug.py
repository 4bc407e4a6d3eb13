"""Whether a card that comes or goes is noticed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.hotplug import POLL_S, Hotplug
from tests.rigs.sound_cards import FakeCard, FakeMachine


def test_cards_that_come_and_go_are_counted_once_each(tmp_path: Path) -> None:
    now_s = 0.0
    machine = FakeMachine(tmp_path)
    hotplug = Hotplug(machine.root, lambda: now_s)
    machine.plug(FakeCard("mic"))
    assert (hotplug.changes, hotplug.has(0, "mic")) == (0, False), "too soon to look again"
    now_s += POLL_S
    assert (hotplug.changes, hotplug.has(0, "mic")) == (1, True)
    now_s += POLL_S
    assert hotplug.changes == 1
    machine.pull("mic")
    now_s += POLL_S
    assert (hotplug.changes, hotplug.has(0, "mic")) == (2, False)


def test_another_card_in_the_same_place_is_another(tmp_path: Path) -> None:
    now_s = 0.0
    machine = FakeMachine(tmp_path)
    machine.plug(FakeCard("mic"))
    hotplug = Hotplug(machine.root, lambda: now_s)
    machine.pull("mic")
    machine.plug(FakeCard("other"))
    now_s += POLL_S
    assert not hotplug.has(0, "mic")
    assert hotplug.has(0, "other")


def test_a_machine_without_sound_never_changes(tmp_path: Path) -> None:
    now_s = 0.0
    hotplug = Hotplug(tmp_path, lambda: now_s)
    now_s += POLL_S
    assert hotplug.changes == 0


@given(st.lists(st.binary(max_size=50), max_size=10))
def test_any_list_counts_when_it_differs(
    tmp_path_factory: pytest.TempPathFactory, texts: list[bytes]
) -> None:
    now_s = 0.0
    root = FakeMachine(tmp_path_factory.mktemp("machine")).root
    path = root / "proc" / "asound" / "cards"
    hotplug = Hotplug(root, lambda: now_s)
    before, expected = path.read_text(errors="replace"), 0
    for text in texts:
        path.write_bytes(text)
        now_s += POLL_S
        after = path.read_text(errors="replace")
        expected += after != before
        before = after
        assert hotplug.changes == expected
