"""How the conversation of one call stands: whose turn it is, and the avatar's mood."""

from dataclasses import dataclass, field
from typing import Literal

from kiosk.core import effects as do
from kiosk.core.captions import Pace
from kiosk.core.rhythm import Rhythm
from kiosk.core.snapshot import Mood
from kiosk.core.turns import Turn, Turns


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything known of one call's conversation, and the turns of the calls before it."""

    turns: Turns = ()
    response: str | None = None
    """Id of the response being generated; empty where the service gives none."""
    finished: tuple[str, ...] = ()
    """Ids of the last responses that are done."""
    responses: int = 0
    """How many responses were begun in this call."""
    asked: do.CreateResponse | None = None
    """The response that was asked for last, until one is done."""
    awaiting: bool = False
    """A response was asked for, or is due because the candidate's turn is over."""
    queue: tuple[do.CreateResponse, ...] = ()
    """Responses to ask for once the current one is done."""
    candidate_speaking: bool = False
    told_from_s: float | None = None
    """Monotonic second from which on speech was put back into this call, until a turn is made of
    it; None for no such speech."""
    voice: Literal["untold", "open", "ended"] = "untold"
    """What the service says of the voice of the last response; some never say."""
    asking: int = 0
    """Number of the last response that asks a question of the plan."""
    told: int = 0
    """Number of the last response the booth gave the words for."""
    due: int = 0
    """Number of the last response that said something, counted from 1."""
    sounding: int = 0
    """Number of the response whose voice is heard, or was last."""
    speaking: bool = False
    """The voice is being heard."""
    unannounced: bool = False
    """The voice that is heard, or was last, began before anything told of it."""
    heard_s: float = 0.0
    """When voice was last heard, or still waited to be played."""
    sounded_s: float = 0.0
    """When the loudspeaker was last audible."""
    hushed: bool = False
    """The candidate spoke over the voice: what still arrives of it is dropped."""
    greeted: bool = False
    """The interviewer has been heard at all."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    """Of the voice, as it was reported last."""
    queued_ms: int = 0
    pace: Pace = field(default_factory=Pace)

    @property
    def current(self) -> Turn | None:
        """The interviewer's turn that is being heard, or was last."""
        mine = [turn for turn in self.turns if turn.who == "interviewer"]
        return next((turn for turn in mine if turn.pending), mine[-1] if mine else None)

    @property
    def last_heard(self) -> Turn | None:
        """The interviewer's turn whose words were heard last."""
        mine = (turn for turn in reversed(self.turns) if turn.who == "interviewer")
        return next((turn for turn in mine if turn.began_s is not None), None)

    @property
    def last_answer(self) -> Turn | None:
        """The candidate's current or last turn."""
        return next((turn for turn in reversed(self.turns) if turn.who == "candidate"), None)

    @property
    def voice_due(self) -> bool:
        """Something was said whose first sound has not been heard yet."""
        return self.due > self.sounding

    @property
    def unheard(self) -> bool:
        """All was said, yet the loudspeaker is silent about some of it."""
        silent = self.response is None and not self.awaiting and not self.speaking
        return silent and (self.voice_due or self.voice == "open")

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
        return Mood.THINKING if self.working or self.voice == "open" else Mood.LISTENING
