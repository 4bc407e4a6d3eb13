"""From the core's state to what the screen shows."""

import math
from typing import Literal

from kiosk.core import senses
from kiosk.core.asking import caption, question
from kiosk.core.captions import reading_s
from kiosk.core.faults import Fault
from kiosk.core.happenings import Held
from kiosk.core.phases import sound_fault, worst
from kiosk.core.snapshot import CALL_PHASES, Connection, Mood, Phase, Ring, Snapshot
from kiosk.core.state import Deadline, State
from kiosk.core.table import TABLE
from kiosk.core.talk import Talk
from kiosk.core.watch import TALKING

HOLD_SHOWN_S = 0.25
"""A ring appears only after this long, so that an ordinary press does not flash one."""

LATE_S = 4.0
"""An answer that is not heard after so long is late; 1 s is usual."""

_CONNECTION = {
    Phase.CONNECTING: Connection.CONNECTING,
    Phase.RECONNECTING: Connection.CONNECTING,
    Phase.CONVERSING: Connection.CONNECTED,
    Phase.WRAPPING_UP: Connection.CONNECTED,
}
_ASKING = (Phase.CONVERSING, Phase.RECONNECTING)


def view(state: State) -> Snapshot:
    """The booth as a candidate should see it."""
    phase, talk = state.phase, state.talk
    connection = _CONNECTION.get(phase, Connection.DISCONNECTED)
    connected = connection is Connection.CONNECTED
    hears = connected and not senses.is_deaf(state)
    candidate_text, candidate_text_until_s = _candidate_text(talk)
    return Snapshot(
        phase=phase,
        mood=_mood(state),
        connection=connection,
        language=state.plan.words,
        caption=caption(talk.turns),
        question_text=question(talk.turns) if phase in _ASKING else "",
        candidate_text=candidate_text,
        candidate_text_until_s=candidate_text_until_s,
        candidate_speaking=hears and talk.candidate_speaking,
        microphone_open=hears and state.hearing,
        question=state.question,
        questions=len(state.plan.questions),
        ring=_ring(state),
        ends_s=state.deadlines.get(Deadline.WRAP_UP),
        fault=_fault(state),
        cut_short=state.cut_short,
        advice=tuple(fault for fault in Fault if fault in state.advice),
        notices=state.notices,
        line=line(state),
        lost_s=state.lost_s if phase in _ASKING else None,
        deaf=sound_fault(state) if phase in CALL_PHASES else None,
        standin=state.standin,
        standin_new=state.standin and _begins(state.talk, state.stood_in_s),
        late_s=_late_s(state),
        again_s=_again_s(state),
        choices=tuple(state.plans),
        choice=state.language,
    )


def _mood(state: State) -> Mood:
    if state.phase in (Phase.CONNECTING, Phase.RECONNECTING):
        return Mood.THINKING
    if state.phase in TALKING and state.away is not None:
        return Mood.THINKING
    return state.talk.mood if state.phase in CALL_PHASES else Mood.IDLE


def line(state: State) -> Literal["well", "slow", "lost"]:
    """How the call is, where there is one."""
    if state.phase is Phase.RECONNECTING:
        return "lost"
    return "slow" if state.phase in TALKING and state.hears != "well" else "well"


def _begins(talk: Talk, since_s: float | None) -> bool:
    """Whether the first words since then are not over, and nobody has spoken into them."""
    if since_s is None:
        return True
    began = [turn for turn in talk.turns if turn.began_s is not None and turn.began_s >= since_s]
    while began and began[0].who == "candidate":
        began.pop(0)
    return not began or (len(began) == 1 and began[0].ended_s is None)


def _late_s(state: State) -> float | None:
    """When an answer, or the greeting, that is waited for is late; one asked for again is."""
    patience_s = {Deadline.ANSWER: state.rules.answer_s, Deadline.GREETING: state.rules.greeting_s}
    due_s = state.deadlines
    began_s = [due_s[each] - length_s for each, length_s in patience_s.items() if each in due_s]
    return min(began_s) + (0.0 if state.nudged else LATE_S) if began_s else None


def _again_s(state: State) -> float | None:
    """When nothing is known to be wrong any more, unless it is tried and found to be."""
    ends = list(state.faults.values())
    known = [at for at in ends if at is not None]
    return max(known) if state.phase is Phase.OUT_OF_SERVICE and ends == known else None


def _candidate_text(talk: Talk) -> tuple[str, float | None]:
    """What the candidate said last, and until when it is shown once it is answered.

    The words often come only with the answer to them: they stay until that answer was heard to
    its end, and long enough to be read however late they came.
    """
    answer = talk.last_answer
    if answer is None:
        return "", None
    since = talk.turns[talk.turns.index(answer) + 1 :]
    heard = [turn for turn in since if turn.began_s is not None]
    if not heard:
        return answer.text, None
    reply = heard[0].response
    if heard[-1].response == reply and any(t.pending for t in since if t.response == reply):
        return answer.text, math.inf
    if answer.told_s is None:
        return "", None
    return answer.text, answer.told_s + reading_s(answer.text)


def _ring(state: State) -> Ring | None:
    rules, press = state.rules, state.press
    if press.armed and Held in TABLE[state.phase]:
        began_s = press.changed_s + HOLD_SHOWN_S
        return Ring("hold", began_s, press.changed_s + rules.hold_s)
    goodbye_s = state.deadlines.get(Deadline.SILENCE_GOODBYE)
    if goodbye_s is not None:
        return Ring("silence", goodbye_s - rules.silence_ring_s, goodbye_s)
    choice_s = state.deadlines.get(Deadline.CHOICE)
    if choice_s is not None:
        return Ring("choice", choice_s - rules.choice_s, choice_s)
    waits = (Deadline.STANDIN, Deadline.REDIAL_LIMIT)
    line_s = next((state.deadlines[each] for each in waits if each in state.deadlines), None)
    if line_s is not None:
        patience_s = rules.standin_s if state.standin else rules.line_patience_s
        return Ring("line", line_s - patience_s, line_s)
    consent_s = state.deadlines.get(Deadline.CONSENT)
    if consent_s is not None:
        return Ring("consent", consent_s - rules.consent_s, consent_s)
    return None


def _fault(state: State) -> Fault | None:
    if state.phase is Phase.OUT_OF_SERVICE and state.faults:
        return worst(state)
    return state.failed
