"""A voice or a turn that does not end: the interview goes on, or comes to its end."""

from dataclasses import replace

from kiosk.core import conversation, voice
from kiosk.core import effects as do
from kiosk.core.happenings import Ended
from kiosk.core.phases import Step
from kiosk.core.state import State


def cut_voice(state: State, _: object, now: float) -> Step:
    """Cut the interviewer off, and ask for one short question; the second time for the goodbye."""
    effects = conversation.silence(state.talk)
    talk = conversation.give_up_response(voice.hush(state.talk, now), now)
    if state.overlong:
        over = (do.Note("the interviewer does not come to an end again"), Ended("time", False))
        return replace(state, talk=talk), (*effects, *over)
    talk = conversation.respond(talk, state.plan.too_long)
    cut = do.Note("the interviewer does not come to an end, cut off")
    return replace(state, overlong=True, talk=talk), (*effects, cut)


def take_turn(state: State, _: object, now: float) -> Step:
    """Let the interviewer take the word: a hall may sound like somebody who never stops."""
    talk = conversation.end_answer(state.talk, now)
    talk = conversation.respond(talk, state.plan.long_turn)
    note = do.Note("the candidate's turn does not end, taking the word")
    return replace(state, talk=talk), (do.Say(do.CommitAudio()), note)
