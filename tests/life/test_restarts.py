import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.life.heart import Part
from kiosk.life.restarts import CAUSES, MOST, RESTARTS, Cause, End, Record, parse, text_of

BOOT = "6b1a4b7e-0d1f-4f0a-9a55-0c5f6c7d8e9f"
causes = st.sampled_from(list(CAUSES.values()))


def test_nothing_has_happened_at_first() -> None:
    assert Record(BOOT).spent is None
    assert Record(BOOT).settled() == Record(BOOT)


@pytest.mark.parametrize("cause", CAUSES.values())
def test_each_cause_has_its_own_budget(cause: Cause) -> None:
    record = Record(BOOT)
    for _ in range(RESTARTS):
        assert record.spent is None
        record = record.begun("booth").failed(cause)
    assert record.spent is cause
    assert record.begun("code").spent is cause


def test_causes_do_not_add_up() -> None:
    record = Record(BOOT)
    for cause in CAUSES.values():
        for _ in range(RESTARTS - 1):
            record = record.failed(cause)
    assert record.spent is None


def test_an_end_without_a_word_is_counted_when_the_next_process_begins() -> None:
    record = Record(BOOT).begun("booth")
    assert record.times(End.WORDLESS) == 0
    assert record.begun("booth").times(End.WORDLESS) == 1
    assert record.ended().begun("booth").times(End.WORDLESS) == 0
    assert record.failed(Part.LOOP).begun("booth").times(End.WORDLESS) == 0


def test_another_boot_begins_anew() -> None:
    text = text_of(Record(BOOT, "booth", {"loop": RESTARTS}))
    assert parse(text, BOOT).spent is Part.LOOP
    assert parse(text, "another") == Record("another")


def test_a_kernel_that_does_not_name_its_boot_leaves_nothing_to_count_by() -> None:
    assert parse(text_of(Record("", "booth")), "") == Record("")


records = st.builds(
    Record,
    st.just(BOOT),
    st.sampled_from(["nothing", "booth", "code"]),
    st.dictionaries(st.sampled_from(list(CAUSES)), st.integers(1, MOST)),
)


@given(records)
def test_what_was_written_is_read(record: Record) -> None:
    assert parse(text_of(record), BOOT) == record


@given(records, st.lists(causes, max_size=2 * RESTARTS))
def test_a_cause_is_used_up_by_failures_and_by_nothing_else(
    record: Record, failures: list[Cause]
) -> None:
    for cause in failures:
        after = record.begun("booth").failed(cause)
        assert after.times(cause) == min(record.settled().times(cause) + 1, MOST)
        assert parse(text_of(after), BOOT) == after
        record = after
    over = [cause for cause in CAUSES.values() if record.times(cause) >= RESTARTS]
    assert record.spent is (over[0] if over else None)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(BOOT),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    st.text()
    | anything.map(json.dumps)
    | st.fixed_dictionaries(
        {"boot": st.just(BOOT)},
        optional={"running": anything | st.just("booth"), "failures": anything},
    ).map(json.dumps)
)
def test_whatever_stands_in_the_file_is_read(text: str) -> None:
    record = parse(text, BOOT)
    assert record.boot == BOOT
    assert parse(text_of(record.begun("booth")), BOOT).running == "booth"


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(running="everything"),
        lambda told: told.update(failures=[]),
        lambda told: told["failures"].update(loop=True),
        lambda told: told["failures"].update(loop=-1),
        lambda told: told["failures"].update(loop=MOST + 1),
        lambda told: told["failures"].update(unheard_of=1),
        lambda told: told.pop("running"),
    ],
)
def test_a_file_that_no_booth_wrote_counts_for_nothing(
    change: Callable[[dict[str, object]], object],
) -> None:
    told = json.loads(text_of(Record(BOOT, "booth", {"loop": 2})))
    change(told)
    assert parse(json.dumps(told), BOOT) == Record(BOOT)


def test_a_bottomless_file_counts_for_nothing() -> None:
    assert parse("[" * 100_000, BOOT) == Record(BOOT)
