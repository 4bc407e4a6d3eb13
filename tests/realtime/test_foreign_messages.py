"""Whatever comes on the event channel, in whatever order: the booth reads on and comes home."""

import json

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kiosk.core.view import view
from kiosk.realtime.protocol import PARSERS, UNUSED, Reader
from kiosk.report.status import status_line
from kiosk.report.tally import Tally, count
from tests.core.world import World

HOSTILE = st.sampled_from(
    [
        10**4299, -(10**400), 1e308, 0.1, True, None, "", "\ud800", "\udfff\ud800", "\x00",
        "\u202e", "x" * 10_000, " " * 5_000, "item_1", "item_2", "r1", "assistant", "user",
        "function_call",
        "message", "completed", "failed", "next_question", "end_interview", "output_audio",
        '{"number": 1e9}', '{"number": "\\ud800"}', '{"number": [[[]]]}', "[" * 5_000,
        "session_expired", "insufficient_quota", "conversation_already_has_active_response",
    ]
)  # fmt: skip
"""What breaks a program that trusts; and what leads it further in."""
NAMES = st.sampled_from(
    [
        "item_id", "response_id", "previous_item_id", "delta", "transcript", "response", "item",
        "session", "error", "output", "status", "status_details", "usage", "id", "role", "code",
        "arguments", "name", "call_id", "content", "type", "number", "reason", "input_tokens",
        "input_token_details", "text_tokens",
    ]
)  # fmt: skip
VALUES = st.recursive(
    HOSTILE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
KINDS = st.sampled_from([*PARSERS, *sorted(UNUSED)[:3], "rate_limits.updated", "unheard.of"])
MESSAGES = st.builds(
    lambda kind, body: json.dumps({**body, "type": kind}),
    KINDS,
    st.dictionaries(NAMES, VALUES, max_size=8),
)
TWICE = st.builds(
    lambda kind, name, one, other: (
        f'{{"type": "{kind}", "{name}": {json.dumps(one)}, "{name}": {json.dumps(other)}}}'
    ),
    KINDS,
    NAMES,
    VALUES,
    VALUES,
)
"""JSON in which a name stands twice is legal; the last counts."""
BROKEN = st.sampled_from(
    [
        "", "null", "[]", "{", "1e999", "NaN", "\ufeff{}", '{"type": 1}', '{"type": "error"}',
        '{"type":"response.done","response":' + '{"a":' * 3_000, "[" * 200_000, "9" * 5_000,
        '{"type": "error", "error": {"code": -Infinity}}', "\x00", '"' + "\\ud800" * 9 + '"',
    ]
)  # fmt: skip
SAID = st.lists(st.one_of(MESSAGES, MESSAGES, TWICE, BROKEN), max_size=25)
PAUSES_S = st.sampled_from([0.0, 0.02, 0.5, 5.0, 40.0])


def spoilt(raw: str, begin: int, end: int) -> str:
    """A message of which a part did not arrive."""
    begin, end = sorted((begin % (len(raw) + 1), end % (len(raw) + 1)))
    return raw[:begin] + raw[end:]


@settings(max_examples=60)
@given(SAID, st.lists(PAUSES_S, max_size=25))
def test_a_service_that_says_anything_breaks_nothing(said: list[str], pauses: list[float]) -> None:
    world = World().converse()
    reader, tally = Reader(), Tally()
    for number, raw in enumerate(said):
        event = reader.parse(raw)
        if event is None:
            continue
        effects = world.tell(event)
        tally = count(tally, world.state, event, effects, world.now, "2026-11-26")
        snapshot = view(world.state)
        assert snapshot.caption is None or snapshot.caption.text.encode()
        assert status_line(snapshot).isprintable()
        world.wait(pauses[number % len(pauses)] if pauses else 0.02)
    assert reader.counts.total() == len(said)


@given(MESSAGES, st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_message_of_which_a_part_is_missing_is_read_or_counted(
    raw: str, begin: int, end: int
) -> None:
    reader = Reader()
    assume(raw)
    reader.parse(spoilt(raw, begin, end))
    reader.parse(spoilt(raw, begin, end).encode("utf-8", "surrogatepass"))
    assert reader.counts.total() == 2
