"""The conversation as it was really heard, folded event by event.

`hear(talk, event, now)` takes one event of the service or the loudspeaker into the talk and says
what follows from it.  It lives with services that leave events out, repeat or reorder them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core import turns as turning
from kiosk.core import voice
from kiosk.core.faults import Fault
from kiosk.core.talk import Talk
from kiosk.core.turns import Turn

STALLED_S = 3.0
"""Voice that waits in the queue of a loudspeaker silent for this long is not being said."""
MOST_CALLS = 8
"""More tools are called in one response by a model that means nothing by it."""
ALREADY_ANSWERING = "conversation_already_has_active_response"
"""Code of the error by which a service refuses a response while another is in progress."""


@dataclass(frozen=True, slots=True)
class ToolCalled:
    """The model called a tool in a response that is done."""

    call: on.ToolCall
    spoke: bool
    """It also spoke in that response, so nothing more needs to be said."""


@dataclass(frozen=True, slots=True)
class CallFailed:
    """The service cannot go on in this call."""

    fault: Fault


Outcome = do.Effect | ToolCalled | CallFailed
Change = tuple[Talk, tuple[Outcome, ...]]


def respond(talk: Talk, instructions: str = "") -> Talk:
    """Ask for a response; `release` sends it as soon as the model is free."""
    return replace(talk, queue=(*talk.queue, do.CreateResponse(instructions)))


def announce_question(talk: Talk, *, spoken: bool) -> Talk:
    """The model asks a question of the plan: in the response just done, or else in the next."""
    number = talk.responses + (not spoken)
    turns = tuple(replace(turn, asks=turn.asks or turn.response == number) for turn in talk.turns)
    return replace(talk, asking=number, turns=turns)


def conclude(talk: Talk, instructions: str | None) -> Talk:
    """Ask for the last words, in place of all that waits; None where they are being said."""
    talk = replace(talk, queue=())
    return talk if instructions is None else respond(talk, instructions)


def release(talk: Talk) -> Change:
    """Send the next response that was asked for, once none is in progress or on its way."""
    if not talk.queue or talk.asked is not None or talk.awaiting or talk.response is not None:
        return talk, ()
    command = talk.queue[0]
    talk = replace(talk, asked=command, awaiting=True, queue=talk.queue[1:])
    return talk, (do.Say(command),)


def hear(talk: Talk, event: on.Event, now: float) -> Change:
    """Fold one event into the talk; returns the new talk and what follows from it."""
    handler = _HANDLERS.get(type(event))
    return handler(talk, event, now) if handler else (talk, ())


def interrupt(talk: Talk, now: float) -> Change:
    """Silence the interviewer at once and mark where the words stopped."""
    return voice.hush(talk, now), (do.FlushVoice(),)


def resume_voice(talk: Talk) -> tuple[Talk, tuple[do.Effect, ...]]:
    """Let voice be played again."""
    return (voice.unhush(talk), (do.PassVoice(),)) if talk.hushed else (talk, ())


def give_up_response(talk: Talk, now: float) -> Talk:
    """Forget the response that was asked for or begun; what still comes of it is ignored."""
    if talk.response is not None:
        talk = voice.unsay(voice.finish(talk), talk.responses, now)
    return replace(talk, asked=None, awaiting=False)


def silence(talk: Talk) -> tuple[do.Effect, ...]:
    """Have the service and the loudspeaker stop what is being said."""
    cancel = (do.Say(do.CancelResponse()),) if talk.response is not None else ()
    clear = (do.Say(do.ClearVoice()),) if voice.waits(talk) else ()
    return (*cancel, *clear, do.FlushVoice())


def end_answer(talk: Talk, now: float) -> Talk:
    """Take the candidate's turn for ended, whatever the service hears."""
    return replace(_answers_ended(talk, now), awaiting=False)


def lose_call(talk: Talk, now: float) -> Talk:
    """What is kept of a talk when its call is lost."""
    return Talk(turns=turning.past(talk.turns, now), greeted=talk.greeted, pace=talk.pace)


# --- the candidate -------------------------------------------------------------------------------


def _speech_started(talk: Talk, event: on.SpeechStarted, now: float) -> Change:
    out: tuple[Outcome, ...] = ()
    heard = talk.last_heard if talk.speaking else None
    if voice.waits(talk) or talk.response is not None:
        talk, out = interrupt(talk, now)
    turn = _begun(talk, event.item_id, now)
    if turning.find(talk.turns, turn.item_id) is None:
        over = turn.over if heard is None else heard.item_id
        turn = replace(turn, over=over, said_s=talk.told_from_s)
    if turn.who == "candidate":
        talk = _with(talk, replace(turn, ended_s=None))
    return replace(talk, candidate_speaking=True, awaiting=False, told_from_s=None), out


def _begun(talk: Talk, item_id: str, now: float) -> Turn:
    """The turn that speech belongs to: one that goes on after a pause, or a new one."""
    last = talk.last_answer
    if item_id:
        return turning.find(talk.turns, item_id) or Turn(item_id, "candidate", began_s=now)
    if last is not None and last.ended_s is None:
        return last
    return Turn(f"answer-{len(talk.turns)}", "candidate", began_s=now, nameless=True)


def _turn_over(talk: Talk, event: on.SpeechStopped | on.TurnCommitted, now: float) -> Change:
    turns, _ = turning.answer(talk.turns, event.item_id)
    committed = isinstance(event, on.TurnCommitted) and bool(event.item_id)
    unseen = committed and turning.find(turns, event.item_id) is None
    if unseen:
        turns = (*turns, Turn(event.item_id, "candidate", began_s=now, said_s=talk.told_from_s))
    due = (unseen or talk.candidate_speaking) and talk.response is None
    talk = _answers_ended(replace(talk, turns=turns, told_from_s=None), now)
    return replace(talk, awaiting=talk.awaiting or due), ()


def _answers_ended(talk: Talk, now: float) -> Talk:
    turns = tuple(
        replace(turn, ended_s=now) if turn.who == "candidate" and turn.ended_s is None else turn
        for turn in talk.turns
    )
    return replace(talk, turns=turns, candidate_speaking=False)


def _silence_noticed(talk: Talk, _: on.SilenceNoticed, __: float) -> Change:
    return replace(talk, awaiting=talk.response is None), ()


def _candidate_text(
    talk: Talk, event: on.CandidateTextAdded | on.CandidateTextFinished, now: float
) -> Change:
    turns, turn = turning.answer(talk.turns, event.item_id)
    talk = replace(talk, turns=turns)
    if turn is None:
        if turning.find(turns, event.item_id) is not None:
            return talk, ()
        item_id = event.item_id or f"answer-{len(turns)}"
        turn = Turn(item_id, "candidate", began_s=now, ended_s=now)
    if isinstance(event, on.CandidateTextFinished):
        return _with(talk, replace(turn, text=event.text.strip(), told_s=now, final=True)), ()
    if turn.final:
        return talk, ()
    text = (turn.text + event.delta).lstrip()
    return _with(talk, replace(turn, text=text, told_s=now)), ()


def _candidate_text_failed(talk: Talk, event: on.CandidateTextFailed, _: float) -> Change:
    turns, turn = turning.answer(talk.turns, event.item_id)
    talk = replace(talk, turns=turns)
    return (_with(talk, replace(turn, final=True)) if turn else talk), ()


# --- the interviewer -----------------------------------------------------------------------------


def _response_created(talk: Talk, event: on.ResponseCreated, now: float) -> Change:
    if event.response_id and event.response_id in (talk.response, *talk.finished):
        return talk, ()
    if talk.response is not None:
        talk = voice.finish(talk)
    talk, passed = resume_voice(talk)
    if talk.asked is None:
        # The service answers by itself only when it takes the candidate's turn to be over.
        talk = _answers_ended(talk, now)
    number = talk.responses + 1
    told = talk.asked is not None and bool(talk.asked.instructions)
    return replace(
        talk,
        response=event.response_id,
        responses=number,
        told=number if told else talk.told,
        voice="open" if talk.voice == "open" else "untold",
        awaiting=False,
    ), passed


def _voice_text(talk: Talk, event: on.VoiceTextAdded | on.VoiceTextFinished, _: float) -> Change:
    number = voice.number(talk, event.response_id)
    item_id = event.item_id or event.response_id or f"voice-{number}"
    turn = turning.find(talk.turns, item_id)
    if turn is None:
        asks, told = number == talk.asking, number == talk.told
        turn = Turn(item_id, "interviewer", response=number, asks=asks, told=told)
        if talk.hushed:
            # Text of a response that was spoken over tells of a voice nobody will hear.
            turn = replace(turn, cut=True, ended_s=talk.heard_s)
        else:
            talk = voice.announce(talk, number)
    if turn.who == "candidate":
        return talk, ()
    if isinstance(event, on.VoiceTextFinished):
        return _with(talk, turning.spell(turn, event.text or turn.text, final=True)), ()
    if turn.final:
        return talk, ()
    return _with(talk, turning.spell(turn, turn.text + event.delta, final=False)), ()


def _voice_announced(talk: Talk, event: on.VoiceSent | on.VoiceBufferStarted, now: float) -> Change:
    if talk.hushed:
        return talk, ()
    number = voice.number(talk, event.response_id)
    talk = voice.announce(talk, number)
    if isinstance(event, on.VoiceBufferStarted):
        talk = replace(talk, voice="open")
        if talk.speaking:
            talk = voice.move_on(talk, number, now)
    return talk, ()


def _voice_stopped(talk: Talk, event: on.VoiceBufferStopped, __: float) -> Change:
    stale = voice.number(talk, event.response_id) < talk.sounding
    return (talk if stale else replace(talk, voice="ended")), ()


def _voice_cleared(talk: Talk, event: on.VoiceBufferCleared, now: float) -> Change:
    number = voice.number(talk, event.response_id)
    coming = number == talk.responses or talk.speaking or talk.voice == "open"
    if talk.hushed or number < talk.sounding or not coming:
        return talk, ()
    return interrupt(talk, now) if voice.waits(talk) or talk.queued_ms else (talk, ())


def _response_done(talk: Talk, event: on.ResponseDone, now: float) -> Change:
    if talk.response is None:
        refused = bool(talk.queue) and talk.asked is None
        return replace(talk, awaiting=talk.awaiting and not refused), ()
    if talk.response and event.response_id not in ("", talk.response):
        return talk, ()
    talk = replace(voice.finish(talk), asked=None)
    if event.status == "cancelled":
        talk = voice.unsay(talk, talk.responses, now)
    elif event.spoken_items and not talk.hushed:
        talk = voice.announce(talk, talk.responses)
    if event.status == "failed":
        return talk, (CallFailed(event.fault or Fault.SERVICE_DOWN),)
    spoke = bool(event.spoken_items)
    calls = {call.call_id: call for call in event.tool_calls[:MOST_CALLS]}
    return talk, tuple(ToolCalled(call, spoke) for call in calls.values())


def _service_erred(talk: Talk, event: on.ServiceErred, _: float) -> Change:
    if event.code == ALREADY_ANSWERING and talk.asked is not None:
        queue = (talk.asked, *talk.queue)
        return replace(talk, asked=None, queue=queue, awaiting=talk.response is None), ()
    return talk, (CallFailed(event.fault),) if event.fault else ()


def _playout(talk: Talk, event: on.PlayoutReported, now: float) -> Change:
    if event.rhythm.spoken_ms < talk.rhythm.spoken_ms:
        talk = replace(talk, pace=talk.pace.moved(talk.rhythm, event.rhythm))
    talk = replace(talk, rhythm=event.rhythm, queued_ms=event.queued_ms)
    if talk.hushed:
        return talk, ()
    if event.audible:
        talk = voice.sound(talk, now)
    elif talk.queued_ms and now - talk.sounded_s < STALLED_S:
        talk = replace(talk, heard_s=now)
    elif voice.is_over(talk):
        return voice.fall_silent(talk), ()
    return (voice.advance(talk, now) if talk.speaking else talk), ()


_HANDLERS: dict[type[on.Event], Callable[[Talk, Any, float], Change]] = {
    on.SpeechStarted: _speech_started,
    on.SpeechStopped: _turn_over,
    on.TurnCommitted: _turn_over,
    on.SilenceNoticed: _silence_noticed,
    on.CandidateTextAdded: _candidate_text,
    on.CandidateTextFinished: _candidate_text,
    on.CandidateTextFailed: _candidate_text_failed,
    on.ResponseCreated: _response_created,
    on.VoiceTextAdded: _voice_text,
    on.VoiceTextFinished: _voice_text,
    on.VoiceSent: _voice_announced,
    on.VoiceBufferStarted: _voice_announced,
    on.VoiceBufferStopped: _voice_stopped,
    on.VoiceBufferCleared: _voice_cleared,
    on.ResponseDone: _response_done,
    on.ServiceErred: _service_erred,
    on.PlayoutReported: _playout,
}


def _with(talk: Talk, turn: Turn) -> Talk:
    return replace(talk, turns=turning.put(talk.turns, turn))
