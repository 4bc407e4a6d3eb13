"""What each event of the table does, before the phase that it leads to is entered."""

from collections.abc import Mapping
from dataclasses import replace

from kiosk.core import calling, conversation, endless, press, selftalk, senses, voice
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.conversation import CallFailed, Outcome, ToolCalled
from kiosk.core.faults import Fault
from kiosk.core.happenings import Ended, GoodbyeRead, Happening, Held, LineLost, Pressed
from kiosk.core.health import begun
from kiosk.core.phases import Step, judge, resume, sum_up, unsay
from kiosk.core.raw import Action
from kiosk.core.snapshot import CALL_PHASES, UNSEEN_PHASES, Phase
from kiosk.core.state import Deadline, State
from kiosk.core.table import SERVICE, Kind
from kiosk.core.watch import TALKING


def _hear(state: State, event: on.Event, now: float) -> Step:
    talk, outcomes = conversation.hear(state.talk, event, now)
    state = replace(state, talk=talk)
    if isinstance(event, on.SpeechStarted):
        state = replace(state, prompted=False, overlong=False)
    if talk.speaking:
        in_doubt = state.in_doubt and talk.unannounced
        state = replace(state, nudged=False, tries=0, misses=0, in_doubt=in_doubt)
    if isinstance(event, on.CandidateTextFinished) and selftalk.is_heard(talk.turns):
        state, held = _hold_back(state)
        outcomes = (*outcomes, *held)
    if isinstance(event, on.ResponseCreated):
        state, stopped = _stop_unheard(state, now)
        outcomes = (*outcomes, *stopped)
    return _outcomes(state, outcomes, now)


def _stop_unheard(state: State, now: float) -> tuple[State, tuple[do.Effect, ...]]:
    """Stop a response that nobody can hear, or that began in the dark and is heard without it."""
    if state.away is not None:
        return senses.refuse(state, state.away, now)
    talk = state.talk
    unheard = state.in_doubt and talk.speaking and talk.unannounced
    if not unheard or state.phase is not Phase.CONVERSING:
        return state, ()
    state, unsaid = unsay(state, now)
    return (resume(state) if state.hearing else state), unsaid


def _hear_the_rest(state: State, event: on.PlayoutReported, now: float) -> Step:
    """What came before the line went dark is still played."""
    return _hear(state, event, now) if state.line else (state, ())


def _hold_back(state: State) -> tuple[State, tuple[do.Effect, ...]]:
    """Give up interruptions for a booth that hears itself; it does so already where `ECHO` is."""
    if Fault.ECHO in state.advice:
        return state, ()
    return replace(state, advice=state.advice | {Fault.ECHO}), (begun(Fault.ECHO), do.HoldBack())


def _outcomes(state: State, outcomes: tuple[Outcome, ...], now: float) -> Step:
    out: tuple[do.Effect | Happening, ...] = ()
    for outcome in outcomes:
        more: tuple[do.Effect | Happening, ...]
        if isinstance(outcome, ToolCalled):
            state, more = _tool(state, outcome)
        elif isinstance(outcome, CallFailed):
            state, more = calling.call_failed(state, outcome.fault, now, answered=True)
        else:
            more = (outcome,)
        out = (*out, *more)
    return state, out


def _tool(state: State, called: ToolCalled) -> Step:
    call = called.call
    refused = _refusal(state, called)
    if refused:
        if not called.spoke and state.away is None:
            state = replace(state, talk=conversation.respond(state.talk))
        return state, (do.Say(do.AnswerTool(call.call_id, {"ok": False, "error": refused})),)
    answer = do.Say(do.AnswerTool(call.call_id, state.plan.tool_output(call.name, call.arguments)))
    if call.name == "end_interview":
        return state, (answer, Ended(state.plan.ending(call.arguments), spoken=called.spoke))
    noted: tuple[do.Effect, ...] = ()
    if call.name == "next_question":
        number = state.plan.question_number(call.arguments) or state.question
        if number != state.question:
            noted = (do.Note(f"question {number} of {len(state.plan.questions)}"),)
        talk = conversation.announce_question(state.talk, spoken=called.spoke)
        state = replace(state, question=number, talk=talk)
    if not called.spoke and not state.talk.queue:
        state = replace(state, talk=conversation.respond(state.talk))
    return state, (answer, *noted)


def _refusal(state: State, called: ToolCalled) -> str:
    """Why a call of the model's is not taken; empty where it is."""
    if state.away is not None:
        return senses.UNHEARD
    talk = state.talk
    begins = talk.responses == 1 and all(turn.response for turn in talk.turns)
    if called.call.name == "end_interview" and begins and state.phase is Phase.CONVERSING:
        return "The interview has only begun: ask the first question, and wait for the answer."
    return ""


def _look_again(state: State, _: object, now: float) -> Step:
    """A press has everything tried at once; what only a call can show, by the next candidate."""
    if now >= state.rest_until_s:
        told = {fault: until_s for fault, until_s in state.faults.items() if until_s is None}
        state = replace(state, faults=told)
    return state, (do.LookAgain(), do.Note("a press, looking again"), judge(state))


def _next_invitation(state: State, _: object, now: float) -> Step:
    inviting = state.inviting
    choice = inviting[(inviting.index(state.choice) + 1) % len(inviting)]
    return replace(state, choice=choice).at(Deadline.INVITE, now + state.rules.invite_s), ()


def _next_language(state: State, _: object, now: float) -> Step:
    state = replace(state, choice=(state.choice + 1) % len(state.plans))
    return state.at(Deadline.CHOICE, now + state.rules.choice_s), ()


def _consider(state: State, _: object, now: float) -> Step:
    """A press that came too soon to be an answer is not one, whatever becomes of it."""
    rules = state.rules
    asked_s = state.deadlines[Deadline.CONSENT] - rules.consent_s
    if now - asked_s < rules.consent_shown_s:
        state = replace(state, press=press.spend(state.press))
    return state, ()


def _still_here(state: State, _: object, __: float) -> Step:
    """A press says: I am here."""
    state = replace(state, prompted=False)
    return state.without(Deadline.SILENCE_PROMPT, Deadline.SILENCE_GOODBYE), ()


def _read(state: State, _: object, __: float) -> Step:
    """A press ends the time for reading the last words, never the words."""
    if Deadline.READ not in state.deadlines:
        return state, ()
    return replace(state, press=press.spend(state.press)), (GoodbyeRead(),)


def _hear_candidate(state: State, _: object, __: float) -> Step:
    return replace(state, hearing=True), (do.HearCandidate(),)


def _fall_silent(state: State, _: object, __: float) -> Step:
    return replace(state, talk=voice.fall_silent(state.talk)), ()


def _miss_voice(state: State, _: object, now: float) -> Step:
    """Wait no longer for a voice; one that was lost in the dark is asked for once more."""
    state, note = replace(state, talk=voice.miss(state.talk, now)), do.Note("no voice came")
    if not state.in_doubt or state.nudged or state.phase is not Phase.CONVERSING:
        return state, (note,)
    talk = conversation.respond(state.talk, state.plan.resume)
    return replace(state, nudged=True, talk=talk), (note,)


def _resume_voice(state: State, _: object, now: float) -> Step:
    talk, outcomes = conversation.resume_voice(state.talk)
    return _outcomes(replace(state, talk=talk), outcomes, now)


def _prompt(state: State, _: object, __: float) -> Step:
    talk = conversation.respond(state.talk, state.plan.silence_prompt)
    return replace(state, prompted=True, talk=talk), (do.Note("nobody answers, asking gently"),)


def _ring(state: State, _: object, now: float) -> Step:
    return state.at(Deadline.SILENCE_GOODBYE, now + state.rules.silence_ring_s), ()


def _last_question(state: State, _: object, __: float) -> Step:
    if not state.line:
        return state, ()
    tell = do.Say(do.AddItem("system", state.plan.last_question))
    return state, (tell, do.Note("time for the last question"))


def _booted(state: State, _: object, __: float) -> Step:
    state = replace(state, booted=True)
    return state, (judge(state),)


def _hang_up(state: State, _: object, __: float) -> Step:
    return state, (sum_up(state, "stopped"),)


def _wiped(state: State, _: object, __: float) -> Step:
    state = state.without(Deadline.WIPING)
    return state, (judge(state),)


def _wiping_failed(state: State, _: object, __: float) -> Step:
    return state, (do.Note("wiping took too long"), do.Stop(restart=True))


def _stop(state: State, _: object, __: float) -> Step:
    noted: tuple[do.Effect, ...] = (do.Note("asked to stop"),)
    if state.phase in CALL_PHASES:
        noted = (*noted, sum_up(state, "staff"))
    return replace(state, cut_short=state.phase not in UNSEEN_PHASES), noted


def _let_go(state: State, _: object, __: float) -> Step:
    """End the process when everything is forgotten, and the goodbye was there to be read."""
    return state, (() if Deadline.WIPING in state.deadlines else (do.Stop(),))


def _all_forgotten(state: State, _: object, __: float) -> Step:
    state = state.without(Deadline.WIPING)
    return state, (() if Deadline.GOODBYE in state.deadlines else (do.Stop(),))


ACTIONS: Mapping[tuple[Phase, Kind], Action] = {
    **{(phase, row): _hear for phase in TALKING for row in (*SERVICE, on.PlayoutReported)},
    **{(phase, on.StopAsked): _stop for phase in Phase if phase is not Phase.STOPPING},
    **{
        (phase, deadline): action
        for phase in TALKING
        for deadline, action in (
            (Deadline.QUIET, _fall_silent),
            (Deadline.VOICE, _miss_voice),
            (Deadline.HUSH, _resume_voice),
        )
    },
    (Phase.BOOTING, on.Booted): _booted,
    (Phase.OUT_OF_SERVICE, Pressed): _look_again,
    (Phase.IDLE, Deadline.INVITE): _next_invitation,
    (Phase.CHOOSING, Pressed): _next_language,
    (Phase.CONSENTING, Pressed): _consider,
    (Phase.CONNECTING, Held): _hang_up,
    (Phase.CONVERSING, Pressed): _still_here,
    (Phase.CONVERSING, Deadline.PROTECT): _hear_candidate,
    (Phase.CONVERSING, Deadline.ANSWER): calling.nudge,
    (Phase.CONVERSING, Deadline.SILENCE_PROMPT): _prompt,
    (Phase.CONVERSING, Deadline.SILENCE_RING): _ring,
    (Phase.CONVERSING, Deadline.LAST_QUESTION): _last_question,
    (Phase.CONVERSING, Deadline.ENDLESS_VOICE): endless.cut_voice,
    (Phase.CONVERSING, Deadline.ENDLESS_TURN): endless.take_turn,
    (Phase.CONNECTING, Deadline.REDIAL): calling.redial,
    (Phase.CONNECTING, LineLost): calling.redial_later,
    (Phase.CONVERSING, on.SpeechPutBack): calling.speech_put_back,
    (Phase.CONVERSING, Deadline.PUT_BACK): calling.go_on,
    (Phase.RECONNECTING, on.PlayoutReported): _hear_the_rest,
    (Phase.RECONNECTING, on.SpeechPutBack): calling.words_found,
    (Phase.RECONNECTING, Deadline.LAST_QUESTION): _last_question,
    (Phase.RECONNECTING, Deadline.REDIAL): calling.redial,
    (Phase.RECONNECTING, LineLost): calling.redial_later,
    (Phase.RECONNECTING, Deadline.STANDIN): calling.stand_in,
    (Phase.WRAPPING_UP, Pressed): _read,
    (Phase.WRAPPING_UP, on.SpeechPutBack): calling.words_found,
    (Phase.WIPING, on.Wiped): _wiped,
    (Phase.WIPING, Deadline.WIPING): _wiping_failed,
    (Phase.STOPPING, on.Wiped): _all_forgotten,
    (Phase.STOPPING, Deadline.GOODBYE): _let_go,
    (Phase.STOPPING, Deadline.WIPING): _wiping_failed,
}
"""A row of the table that is not here does nothing but lead to its phase."""
