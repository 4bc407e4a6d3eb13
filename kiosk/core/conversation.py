"""The conversation as it was really heard: turns, whose turn it is, and the avatar's mood.

`hear(talk, event, now)` folds one event of the service or the loudspeaker into the talk and says
what follows from it.  It lives with services that leave events out, repeat or reorder them: what
leaves the loudspeaker decides when the interviewer speaks, whatever the events said.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.captions import Pace
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Mood

QUIET_S = 0.7
"""Silence at the loudspeaker for this long, with nothing queued, is not speaking any more."""
REMEMBERED = 8
"""So many finished responses are known by id, to notice one that is reported done twice."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one of the two said in one go."""

    item_id: str
    who: Literal["interviewer", "candidate"]
    began_s: float | None = None
    """Monotonic seconds; None until it is heard."""
    ended_s: float | None = None
    """Monotonic seconds; None while it goes on."""
    text: str = ""
    final: bool = False
    """The text will not change any more."""
    shown: int = 0
    """How many characters of an interviewer's text were heard."""
    cut: bool = False
    """The candidate spoke over it."""

    @property
    def heard(self) -> str:
        """The words that were really heard."""
        return self.text if self.who == "candidate" else self.text[: self.shown]


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything known of one interview's conversation."""

    turns: tuple[Turn, ...] = ()
    response: str | None = None
    """Id of the response being generated; empty where the service gives none."""
    finished: tuple[str, ...] = ()
    """Ids of the last responses that are done."""
    responses: int = 0
    """How many responses were begun."""
    awaiting: bool = False
    """A response was asked for, or is due because the candidate's turn is over."""
    queue: tuple[do.CreateResponse, ...] = ()
    """Responses to ask for once the current one is done."""
    candidate_speaking: bool = False
    voice: Literal["untold", "open", "ended"] = "untold"
    """What the service says of the voice of the last response; some never say."""
    voice_due: bool = False
    """Something was said whose first sound has not been heard yet."""
    speaking: bool = False
    """The voice is being heard."""
    heard_s: float = 0.0
    """When voice was last heard."""
    hushed: bool = False
    """The candidate spoke over the voice: what still arrives of it is dropped."""
    greeted: bool = False
    """The interviewer has been heard at all."""
    played_ms: int = 0
    queued_ms: int = 0
    pace: Pace = field(default_factory=Pace)

    @property
    def current(self) -> Turn | None:
        """The interviewer's turn that is being heard, or was last."""
        mine = [turn for turn in self.turns if turn.who == "interviewer"]
        return next((t for t in mine if t.ended_s is None), mine[-1] if mine else None)

    @property
    def last_heard(self) -> Turn | None:
        """The interviewer's turn whose words were heard last."""
        mine = (t for t in reversed(self.turns) if t.who == "interviewer")
        return next((t for t in mine if t.began_s is not None), None)

    @property
    def last_answer(self) -> Turn | None:
        """The candidate's current or last turn."""
        return next((t for t in reversed(self.turns) if t.who == "candidate"), None)

    @property
    def working(self) -> bool:
        """The interviewer is about to speak."""
        return self.response is not None or self.awaiting or bool(self.queue) or self.voice_due

    @property
    def resting(self) -> bool:
        """Nobody speaks and nothing is coming: it is the candidate's turn."""
        busy = self.working or self.speaking or self.candidate_speaking
        return not busy and self.voice != "open"

    @property
    def mood(self) -> Mood:
        """What the avatar does in a call."""
        if self.candidate_speaking:
            return Mood.LISTENING
        if self.speaking:
            return Mood.SPEAKING
        return Mood.THINKING if self.working else Mood.LISTENING


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


def release(talk: Talk) -> Change:
    """Send the next response that was asked for, once none is in progress or on its way."""
    if not talk.queue or talk.awaiting or talk.response is not None:
        return talk, ()
    return replace(talk, awaiting=True, queue=talk.queue[1:]), (do.Say(talk.queue[0]),)


def hear(talk: Talk, event: on.Event, now: float) -> Change:
    """Fold one event into the talk; returns the new talk and what follows from it."""
    handler = _HANDLERS.get(type(event))
    return handler(talk, event, now) if handler else (talk, ())


def interrupt(talk: Talk, now: float) -> Change:
    """Silence the interviewer at once and mark where the words stopped."""
    turns = tuple(_cut(turn, now) for turn in talk.turns)
    hushed = replace(talk, turns=turns, speaking=False, voice="ended", voice_due=False, hushed=True)
    return hushed, (do.FlushVoice(),)


def resume_voice(talk: Talk) -> Change:
    """Let voice be played again; one that the service went on with is shown again."""
    if not talk.hushed:
        return talk, ()
    talk = replace(talk, hushed=False)
    turn = talk.current
    if turn is not None and turn.cut and talk.response is not None:
        talk = _with(talk, replace(turn, cut=False, ended_s=None))
    return talk, (do.PassVoice(),)


def fall_silent(talk: Talk) -> Talk:
    """The loudspeaker has been quiet: close what was heard, whatever the events still promise."""
    talk = replace(talk, speaking=False, voice_due=False)
    if talk.response is not None:
        return talk
    turns = tuple(
        replace(t, shown=len(t.text), ended_s=talk.heard_s) if _open(t) else t for t in talk.turns
    )
    current = talk.current
    pace = talk.pace
    if current is not None and current.final and _open(current):
        pace = pace.learn(len(current.text), talk.played_ms)
    return replace(talk, turns=turns, pace=pace, voice="ended")


# --- one function for each kind of event ---------------------------------------------------------


def _speech_started(talk: Talk, event: on.SpeechStarted, now: float) -> Change:
    item_id = event.item_id or f"answer-{len(talk.turns)}"
    out: tuple[Outcome, ...] = ()
    if _has_voice(talk) or talk.response is not None:
        talk, out = interrupt(talk, now)
    answer = talk.last_answer
    if answer is None or answer.item_id != item_id:
        talk = replace(talk, turns=(*talk.turns, Turn(item_id, "candidate", began_s=now)))
    else:
        talk = _with(talk, replace(answer, ended_s=None))
    return replace(talk, candidate_speaking=True, awaiting=False), out


def _turn_over(talk: Talk, event: on.SpeechStopped | on.TurnCommitted, now: float) -> Change:
    answer = talk.last_answer
    if isinstance(event, on.TurnCommitted) and not _known(talk, event.item_id):
        if answer is None or answer.ended_s is not None:
            answer = Turn(event.item_id or f"answer-{len(talk.turns)}", "candidate", began_s=now)
            talk = replace(talk, turns=(*talk.turns, answer))
        elif event.item_id:
            talk = _renamed(talk, answer.item_id, event.item_id)
            answer = replace(answer, item_id=event.item_id)
    if answer is not None and answer.ended_s is None:
        talk = _with(talk, replace(answer, ended_s=now))
    awaiting = talk.awaiting or (talk.candidate_speaking and talk.response is None)
    return replace(talk, candidate_speaking=False, awaiting=awaiting), ()


def _silence_noticed(talk: Talk, _: on.SilenceNoticed, __: float) -> Change:
    return replace(talk, awaiting=talk.response is None), ()


def _candidate_text(
    talk: Talk, event: on.CandidateTextAdded | on.CandidateTextFinished, now: float
) -> Change:
    turn = _answer_for(talk, event.item_id)
    if turn is None:
        turn = Turn(event.item_id, "candidate", began_s=now, ended_s=now)
        talk = replace(talk, turns=(*talk.turns, turn))
    if isinstance(event, on.CandidateTextFinished):
        return _with(talk, replace(turn, text=event.text.strip(), final=True)), ()
    if turn.final:
        return talk, ()
    return _with(talk, replace(turn, text=turn.text + event.delta)), ()


def _candidate_text_failed(talk: Talk, event: on.CandidateTextFailed, _: float) -> Change:
    turn = _answer_for(talk, event.item_id)
    return (_with(talk, replace(turn, final=True)) if turn else talk), ()


def _response_created(talk: Talk, event: on.ResponseCreated, _: float) -> Change:
    talk, out = resume_voice(replace(talk, response=None))
    begun = replace(talk, response=event.response_id, responses=talk.responses + 1, awaiting=False)
    return begun, out


def _voice_text(talk: Talk, event: on.VoiceTextAdded | on.VoiceTextFinished, _: float) -> Change:
    item_id = event.item_id or event.response_id or f"voice-{talk.responses}"
    turn = next((t for t in talk.turns if t.item_id == item_id), None)
    if turn is None:
        turn = Turn(item_id, "interviewer")
        # Text of a response that was spoken over tells of a voice nobody will hear.
        due = not talk.hushed
        if not due:
            turn = replace(turn, cut=True, ended_s=talk.heard_s)
        talk = replace(talk, turns=(*talk.turns, turn), voice_due=talk.voice_due or due)
    if isinstance(event, on.VoiceTextFinished):
        return _with(talk, replace(turn, text=event.text or turn.text, final=True)), ()
    if turn.final:
        return talk, ()
    return _with(talk, replace(turn, text=turn.text + event.delta)), ()


def _voice_announced(talk: Talk, event: on.VoiceSent | on.VoiceBufferStarted, _: float) -> Change:
    talk, out = resume_voice(talk)
    voice = "open" if isinstance(event, on.VoiceBufferStarted) else talk.voice
    return replace(talk, voice=voice, voice_due=not talk.speaking), out


def _voice_stopped(talk: Talk, _: on.VoiceBufferStopped, __: float) -> Change:
    return replace(talk, voice="ended"), ()


def _voice_cleared(talk: Talk, _: on.VoiceBufferCleared, now: float) -> Change:
    if _has_voice(talk) or talk.queued_ms:
        return interrupt(talk, now)
    return talk, ()


def _response_done(talk: Talk, event: on.ResponseDone, _: float) -> Change:
    if talk.response is None or event.response_id in talk.finished:
        return talk, ()
    finished = (*talk.finished, event.response_id) if event.response_id else talk.finished
    cancelled = event.status == "cancelled"
    talk = replace(
        talk,
        response=None,
        finished=finished[-REMEMBERED:],
        voice_due=talk.voice_due and not cancelled,
    )
    if event.status == "failed":
        return talk, (CallFailed(event.fault or Fault.SERVICE_DOWN),)
    spoke = bool(event.spoken_items)
    return talk, tuple(ToolCalled(call, spoke) for call in event.tool_calls)


def _service_erred(talk: Talk, event: on.ServiceErred, _: float) -> Change:
    return talk, (CallFailed(event.fault),) if event.fault else ()


def _playout(talk: Talk, event: on.PlayoutReported, now: float) -> Change:
    talk = replace(talk, played_ms=event.played_ms, queued_ms=event.queued_ms)
    if talk.hushed:
        return talk, ()
    if event.audible:
        began = talk if talk.speaking else _voice_begins(talk)
        talk = replace(began, speaking=True, voice_due=False, greeted=True, heard_s=now)
    elif talk.queued_ms:
        talk = replace(talk, heard_s=now)
    elif talk.speaking and talk.response is None and talk.voice == "ended":
        return fall_silent(talk), ()
    return (_advance(talk, now) if talk.speaking else talk), ()


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


# --- turns ---------------------------------------------------------------------------------------


def _voice_begins(talk: Talk) -> Talk:
    """The voice is heard again: a turn that has not begun begins here on the played clock."""
    turn = talk.current
    if turn is not None and turn.began_s is None:
        return replace(talk, pace=talk.pace.begin(talk.played_ms))
    return talk


def _advance(talk: Talk, now: float) -> Talk:
    """Show the words that were heard by now; go on to the next item when this one is through."""
    turn = talk.current
    if turn is None or not _open(turn):
        return talk
    began_s = now if turn.began_s is None else turn.began_s
    shown = max(turn.shown, talk.pace.heard(turn.text, talk.played_ms))
    through = turn.final and shown == len(turn.text) and _more_follows(talk, turn)
    turn = replace(turn, began_s=began_s, shown=shown, ended_s=now if through else None)
    talk = _with(talk, turn)
    return replace(talk, pace=talk.pace.begin(talk.played_ms)) if through else talk


def _has_voice(talk: Talk) -> bool:
    return talk.speaking or talk.voice_due or talk.voice == "open"


def _more_follows(talk: Talk, turn: Turn) -> bool:
    return any(_open(other) and other.item_id != turn.item_id for other in talk.turns)


def _open(turn: Turn) -> bool:
    return turn.who == "interviewer" and turn.ended_s is None


def _cut(turn: Turn, now: float) -> Turn:
    if not _open(turn):
        return turn
    return replace(turn, ended_s=now, cut=turn.shown < len(turn.text) or not turn.final)


def _with(talk: Talk, turn: Turn) -> Talk:
    turns = tuple(turn if old.item_id == turn.item_id else old for old in talk.turns)
    return replace(talk, turns=turns)


def _renamed(talk: Talk, old: str, new: str) -> Talk:
    turns = tuple(replace(t, item_id=new) if t.item_id == old else t for t in talk.turns)
    return replace(talk, turns=turns)


def _known(talk: Talk, item_id: str) -> bool:
    return any(turn.item_id == item_id for turn in talk.turns)


def _answer_for(talk: Talk, item_id: str) -> Turn | None:
    """The candidate's turn a transcript belongs to; without an id, the oldest still unwritten."""
    answers = [turn for turn in talk.turns if turn.who == "candidate"]
    if item_id:
        return next((t for t in answers if t.item_id == item_id), None)
    return next((t for t in answers if not t.final), None)
