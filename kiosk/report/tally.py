"""What a booth counts of its days: numbers only, never a word or a name (pure)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.snapshot import Phase
from kiosk.core.state import State
from kiosk.core.view import line

Counts = Mapping[str, float]
"""By the names of `COUNTERS` and `fault_CODE`; what is missing is 0."""

TOKENS = tuple(each.name for each in fields(on.Usage) if each.name != "told")
"""Kinds of tokens, each a counter."""
COUNTERS: Mapping[str, str] = {
    "presses": "how often the button went down",
    "interviews": "interviews begun",
    "interview_s": "seconds of them, from the yes to the end",
    "questions": "questions asked in them",
    "ended_finished": "of them, ended after all was asked",
    "ended_time": "ended because their time was over",
    "ended_silence": "ended because nobody answered",
    "ended_stopped": "stopped by the candidate",
    "ended_staff": "cut short because the booth was stopped",
    "ended_fault": "ended early by a fault; each code by itself in `faults`",
    "lines_lost": "calls that were lost in an interview",
    "lines_back": "of them, went on",
    "responses": "answers of the model",
    "responses_untold": "of them, the service told no tokens of",
    "text_input": "tokens of text that the model read anew",
    "audio_input": "tokens of sound that it heard anew",
    "cached_text_input": "tokens of text that it had read in the same call",
    "cached_audio_input": "tokens of sound that it had heard in the same call",
    "text_output": "tokens that it wrote or thought",
    "audio_output": "tokens that it spoke",
    "other": "tokens of which the service did not tell what they are",
}
"""Every number that grows, and what it counts."""
FAULT = re.compile(r"fault_([A-Z0-9]{4})")
MOST_DAYS = 7
"""So many days are remembered, the last ones."""
MOST = 1e12
"""A larger number was not counted."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Tally:
    """All that was counted."""

    start: Counts = field(default_factory=dict)
    """Since the process began."""
    days: Mapping[str, Counts] = field(default_factory=dict)
    """By date (ISO 8601), also from before the process began."""
    interview: Counts = field(default_factory=dict)
    """In the interview that goes on, or else in the last one."""
    began_s: float | None = None
    """Monotonic second at which an interview began; None while there is none."""
    phase: Phase = Phase.BOOTING
    phase_s: float = 0.0
    """Monotonic second at which the phase began."""
    line: str = "well"
    """How the call is; see `Snapshot.line`."""
    line_s: float = 0.0
    """Monotonic second since which it is so."""
    down: bool = False
    """The button is pressed."""
    code: str = ""
    """The staff code that came up last."""
    code_s: float = 0.0
    """Monotonic second at which it did."""


def count(
    tally: Tally,
    state: State,
    event: on.Event,
    effects: tuple[do.Effect, ...],
    now: float,
    day: str,
) -> Tally:
    """Count one step of the core, at the monotonic second `now` of the date `day`."""
    seen = Counter[str](dict(_happened(tally, state, event, effects, now)))
    after = _follow(tally, state, effects, now)
    if not seen:
        return after
    days = {**after.days, day: _sum(after.days.get(day, {}), seen)}
    interviewing = tally.began_s is not None or after.began_s is not None
    return replace(
        after,
        start=_sum(after.start, seen),
        days={each: days[each] for each in sorted(days)[-MOST_DAYS:]},
        interview=_sum(after.interview, seen) if interviewing else after.interview,
    )


def so_far(tally: Tally, counts: Counts, now: float) -> Counts:
    """`counts` with the time of the interview that goes on."""
    if tally.began_s is None:
        return counts
    return _sum(counts, {"interview_s": now - tally.began_s})


def minutes(tally: Tally, now: float) -> int:
    """Whole minutes of the interview that goes on; 0 where there is none."""
    return 0 if tally.began_s is None else int((now - tally.began_s) / 60)


def days_from(read: object) -> Mapping[str, Counts]:
    """Return what was kept of former days, as far as it makes sense."""
    if not isinstance(read, dict):
        return {}
    days = {
        day: {name: value for name, value in counts.items() if _is_count(name, value)}
        for day, counts in read.items()
        if _DAY.fullmatch(day) and isinstance(counts, dict)
    }
    return {day: days[day] for day in sorted(days)[-MOST_DAYS:]}


def _is_count(name: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value <= MOST and (name in COUNTERS or FAULT.fullmatch(name) is not None)


def _happened(
    tally: Tally, state: State, event: on.Event, effects: tuple[do.Effect, ...], now: float
) -> Iterator[tuple[str, float]]:
    if state.press.down and not tally.down:
        yield "presses", 1
    if isinstance(event, on.ResponseDone):
        yield from () if state.standin else _used(event.usage)
    if state.phase is Phase.RECONNECTING and tally.phase is not Phase.RECONNECTING:
        yield "lines_lost", 1
    if state.phase is Phase.CONVERSING and tally.phase is Phase.RECONNECTING:
        yield "lines_back", 1
    for effect in effects:
        if isinstance(effect, do.OpenSound):
            yield "interviews", 1
        elif isinstance(effect, do.SumUp):
            yield from _ended(effect, now if tally.began_s is None else tally.began_s, now)


def _used(usage: on.Usage) -> Iterator[tuple[str, float]]:
    yield "responses", 1
    if not usage.told:
        yield "responses_untold", 1
    yield from ((name, getattr(usage, name)) for name in TOKENS if getattr(usage, name))


def _ended(effect: do.SumUp, began_s: float, now: float) -> Iterator[tuple[str, float]]:
    yield f"ended_{effect.how}", 1
    yield "questions", effect.question
    yield "interview_s", now - began_s
    if effect.fault is not None:
        yield f"fault_{effect.fault.remedy.code}", 1


def _follow(tally: Tally, state: State, effects: tuple[do.Effect, ...], now: float) -> Tally:
    if state.phase is not tally.phase:
        tally = replace(tally, phase=state.phase, phase_s=now)
    if line(state) != tally.line:
        tally = replace(tally, line=line(state), line_s=now)
    if state.press.down is not tally.down:
        tally = replace(tally, down=state.press.down)
    for effect in effects:
        if isinstance(effect, do.OpenSound):
            tally = replace(tally, began_s=now, interview={})
        elif isinstance(effect, do.SumUp):
            tally = replace(tally, began_s=None)
        if isinstance(effect, do.Note) and effect.code and not effect.over:
            tally = replace(tally, code=effect.code, code_s=now)
        elif isinstance(effect, do.SumUp) and effect.fault is not None:
            tally = replace(tally, code=effect.fault.remedy.code, code_s=now)
    return tally


def _sum(counts: Counts, more: Counts) -> Counts:
    return {name: counts.get(name, 0) + more.get(name, 0) for name in {**counts, **more}}
