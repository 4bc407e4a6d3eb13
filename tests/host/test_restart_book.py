import logging
import threading
from pathlib import Path

import pytest

from kiosk.host.restart_book import LARGEST_BYTES, NAME, RestartBook
from kiosk.host.systemd import BOOT_ID
from kiosk.life.heart import Part
from kiosk.life.restarts import RESTARTS, End


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine that has booted."""
    boot(tmp_path, "first")
    (tmp_path / "state").mkdir()
    return tmp_path


def boot(root: Path, name: str) -> None:
    path = root / BOOT_ID
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{name}\n")


def opened(root: Path) -> RestartBook:
    """The book as the next process finds it."""
    return RestartBook({"RUNTIME_DIRECTORY": f"{root / 'state'}:/elsewhere"}, root)


def fail(root: Path, cause: Part | End, times: int = RESTARTS) -> None:
    for _ in range(times):
        book = opened(root)
        assert book.begin() is None
        book.failed(cause)


@pytest.mark.parametrize("cause", [*Part, End.FAILED])
def test_after_so_many_failures_only_the_code_is_shown(root: Path, cause: Part | End) -> None:
    fail(root, cause)
    assert opened(root).begin() is cause


def test_ends_without_a_word_are_counted_too(root: Path) -> None:
    for _ in range(RESTARTS):
        assert opened(root).begin() is None
    assert opened(root).begin() is End.WORDLESS


def test_a_person_s_stop_gives_a_fresh_try(root: Path) -> None:
    fail(root, Part.WINDOW)
    book = opened(root)
    assert book.begin() is Part.WINDOW
    book.forget()
    assert opened(root).begin() is None


def test_a_person_s_stop_counts_for_more_than_what_failed(root: Path) -> None:
    fail(root, Part.LOOP, RESTARTS - 1)
    book = opened(root)
    book.begin()
    book.failed(Part.LOOP)
    book.forget()
    book.failed(Part.LOOP)
    book.ended()
    assert opened(root).begin() is None


def test_an_end_is_counted_once(root: Path) -> None:
    for _ in range(RESTARTS - 1):
        book = opened(root)
        assert book.begin() is None
        book.failed(Part.LOOP)
        book.failed(Part.WINDOW)
        book.failed(End.FAILED)
        book.ended()
    assert opened(root).begin() is None


def test_an_end_in_order_uses_nothing_up(root: Path) -> None:
    for _ in range(3 * RESTARTS):
        book = opened(root)
        assert book.begin() is None
        book.ended()


def test_a_pulled_plug_gives_a_fresh_budget(root: Path) -> None:
    fail(root, Part.LOOP)
    boot(root, "second")
    assert opened(root).begin() is None


def test_a_screen_that_could_not_even_show_the_code_is_not_tried_again(root: Path) -> None:
    fail(root, Part.WINDOW)
    book = opened(root)
    assert not book.blind
    book.begin()
    assert opened(root).blind
    opened(root).forget()
    assert not opened(root).blind


def test_without_a_state_folder_nothing_is_counted(root: Path) -> None:
    for _ in range(2 * RESTARTS):
        book = RestartBook({}, root)
        assert book.begin() is None
        book.failed(Part.LOOP)
    assert list((root / "state").iterdir()) == []


def test_a_folder_that_cannot_be_written_keeps_no_booth_from_running(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (root / "state").rmdir()
    book = opened(root)
    assert book.begin() is None
    book.failed(Part.LOOP)
    assert "cannot be kept" in caplog.text
    assert not any(record.exc_info for record in caplog.records)


def test_a_file_that_cannot_be_read_keeps_no_booth_from_running(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (root / "state" / NAME).mkdir()
    assert opened(root).begin() is None
    assert "cannot be read" in caplog.text


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"{", b"1" * (2 * LARGEST_BYTES)])
def test_a_broken_file_is_replaced(root: Path, data: bytes) -> None:
    (root / "state" / NAME).write_bytes(data)
    fail(root, Part.LOOP)
    assert opened(root).begin() is Part.LOOP


def test_many_may_tell_the_end_at_once(root: Path) -> None:
    book = opened(root)
    book.begin()
    crowd = [threading.Thread(target=book.failed, args=[End.FAILED]) for _ in range(8)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    fail(root, End.FAILED, RESTARTS - 1)
    assert opened(root).begin() is End.FAILED


def test_the_journal_is_told_which_restart_it_is(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fail(root, Part.MICROPHONE, 2)
    told = [each for each in caplog.records if each.levelno == logging.CRITICAL]
    assert [each.name for each in told] == ["kiosk.booth"] * 2
    assert "the microphone fell silent in an interview (2 of 3 since power-on)" in told[1].message
