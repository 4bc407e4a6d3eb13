"""Microphone or loudspeaker goes away in an interview: it waits, and goes on where it was.

Without a loudspeaker nothing is said, as nobody would hear it.  Without a microphone the
interviewer says what they had begun, and the candidate's turn waits.  What was not heard is not
said in the eyes of the interview, and is asked for again when the device is back.
"""

from dataclasses import replace

from kiosk.core import conversation, resuming, voice
from kiosk.core import effects as do
from kiosk.core.faults import Fault
from kiosk.core.phases import Step
from kiosk.core.snapshot import Phase
from kiosk.core.state import Away, State

UNHEARD = "The candidate cannot hear you, or be heard, for a moment: this counts for nothing."
"""What a tool answers that is called meanwhile."""


def is_deaf(state: State) -> bool:
    """Nothing of the candidate can be heard."""
    return any(f.remedy.apology == "deaf" or f is Fault.ENGINE_DEAD for f in state.faults)


def is_mute(state: State) -> bool:
    """Nothing of the interviewer can be heard."""
    return any(fault.remedy.apology == "mute" for fault in state.faults)


def heed(state: State, now: float) -> Step:
    """Begin to wait, or go on, as devices and talk want it; `state` is in a call that is open."""
    away = state.away
    if not _must_wait(state):
        return (state, ()) if away is None else _go_on(state, away, now)
    if away is None:
        return _wait(state, now)
    return replace(state, away=replace(away, deaf=away.deaf or is_deaf(state))), ()


def refuse(state: State, away: Away, now: float) -> tuple[State, tuple[do.Effect, ...]]:
    """Stop a response that begins while nobody can hear it, or answer."""
    away = replace(away, unheard=away.unheard or is_mute(state), refused=True)
    state = replace(state, away=away, talk=voice.hush(state.talk, now))
    return state, (do.Say(do.CancelResponse()), do.FlushVoice())


def _must_wait(state: State) -> bool:
    if is_mute(state):
        return True
    if not is_deaf(state) or state.phase is not Phase.CONVERSING:
        return False
    return state.away is not None or state.talk.candidate_speaking or state.talk.resting


def _wait(state: State, now: float) -> Step:
    talk = state.talk
    busy = talk.response is not None or talk.awaiting or voice.waits(talk)
    away = Away(now, deaf=is_deaf(state), unheard=busy and is_mute(state))
    state = replace(state, away=away, talk=voice.hush(talk, now))
    return state, (*conversation.silence(talk), do.Note("the interview waits for the sound"))


def _go_on(state: State, away: Away, now: float) -> Step:
    """Say what was not heard, or ask for what was not; nothing where nobody has missed anything."""
    state = replace(state, away=None)
    words = _words(state, away, now)
    note = do.Note("the sound is back, the interview goes on")
    if words is None and not state.talk.queue:
        talk, passed = conversation.resume_voice(state.talk)
        return replace(state, talk=talk), (*_told(state, away), *passed, note)
    told = _told(state, away) if words == state.plan.after_mute else ()
    talk = conversation.give_up_response(state.talk, now)
    if words is not None:
        talk = conversation.respond(talk, words)
    return replace(state, talk=talk), (*told, note)


def _words(state: State, away: Away, now: float) -> str | None:
    """What the interviewer is to say first; None for nothing of its own."""
    plan, talk = state.plan, state.talk
    if talk.queue:
        return None
    if away.unheard and state.ending is not None:
        return plan.closings[state.ending]
    if away.unheard and not talk.greeted:
        return plan.greeting
    if away.unheard:
        return None if talk.candidate_speaking and not away.deaf else plan.after_mute
    lasted = now - away.since_s >= state.rules.blip_s
    asks = state.ending is None and away.deaf and (away.refused or lasted)
    return plan.after_deaf if asks else None


def _told(state: State, away: Away) -> tuple[do.Effect, ...]:
    """Tell the model how much of its last response was heard."""
    if not away.unheard:
        return ()
    heard = resuming.heard_last(state.talk)
    return (do.Say(do.AddItem("system", state.plan.heard_only + heard)),)
