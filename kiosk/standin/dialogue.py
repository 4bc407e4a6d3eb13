"""Who has the floor: the interviewer, its responses, and what a barge-in does to them."""

import asyncio
from collections.abc import Awaitable, Callable

from kiosk.standin.conversation import text_of
from kiosk.standin.interviewer import Intent, Interviewer, Progress, Utterance
from kiosk.standin.mouth import Mouth, Passage
from kiosk.standin.response import Response
from kiosk.standin.studio import Studio
from kiosk.standin.wire import Event, RefusedError

Answer = str | asyncio.Task[str]
"""What a candidate said, or the recognition that will tell."""


class Dialogue:
    """The model's side of one call."""

    def __init__(
        self, studio: Studio, interviewer: Interviewer, on_floor: Callable[[bool], None]
    ) -> None:
        """`on_floor` is told True when the candidate's turn begins, False when the model's does."""
        self._studio = studio
        self._interviewer = interviewer
        self._on_floor = on_floor
        self.mouth = Mouth(self._started, self._stopped, send_silence=studio.send_silence)
        self._progress = Progress()
        self._before = Progress()
        self._unanswered: list[Answer] = []
        self._answering: list[Answer] = []
        self._unanswered_s = 0.0
        self._goes_on = False
        """Words of an earlier call were put back, and nothing was said since."""
        self._introduces = False
        """The last response is the first after that."""
        self._active: Response | None = None
        self._latest: Response | None = None

    # --- what the candidate does --------------------------------------------------------------

    def heard(self, answer: Answer, seconds: float) -> None:
        """Take a turn of the candidate; nothing is said to it yet."""
        self._unanswered.append(answer)
        self._unanswered_s += seconds

    def answer(self) -> None:
        """Respond to what was heard, unless a response is under way."""
        if self._active is None:
            self._respond(self._reply, None)

    def remind(self) -> None:
        """Say something because nobody answers."""
        if self._active is None and not self._progress.ended:
            self._respond(self._prompt, None)

    def interrupt(self) -> None:
        """Fall silent, because the candidate speaks."""
        if self._active is not None:
            self._withdraw("turn_detected")
        elif self.mouth.speaking and self._latest is not None:
            share = self._latest.heard_share()
            self._progress = self._interviewer.interrupted(self._progress, share)
        for passage in self._fall_silent():
            self._studio.emit(
                "conversation.item.truncated",
                item_id=passage.item_id,
                content_index=0,
                audio_end_ms=passage.played_ms,
            )

    # --- what the client wants ----------------------------------------------------------------

    def create(self, wanted: Event) -> None:
        """Respond because the client says so; raises RefusedError while a response is active."""
        if self._active is not None:
            raise RefusedError(
                f"Conversation already has an active response in progress: {self._active.id}. "
                "Wait until the response is finished before creating a new one.",
                code="conversation_already_has_active_response",
            )
        intent = self._interviewer.intent(wanted.get("instructions") or "")
        self._respond(lambda: self._comply(intent), wanted.get("metadata"))

    def cancel(self, response_id: str | None) -> None:
        """Stop the active response; raises RefusedError where there is none (of that id)."""
        if self._active is None or response_id not in (None, self._active.id):
            raise RefusedError(
                "Cancellation failed: no active response found.", code="response_cancel_not_active"
            )
        self._withdraw("client_cancelled")

    def clear(self) -> None:
        """Fall silent, because the client says so."""
        self._fall_silent()

    def put_back(self, item: Event) -> None:
        """Take an item a client created: words of an earlier call, or a typed answer."""
        if item["type"] != "message":
            return
        text = text_of(item)
        if item["role"] == "assistant":
            self._goes_on = True
            self._progress = self._interviewer.remembered(self._progress, text)
            if self._interviewer.hands_over(text):
                self._unanswered.clear()
        elif item["role"] == "system":
            self._progress = self._interviewer.told(self._progress, text)
        elif text:
            self._unanswered.append(text)

    async def close(self) -> None:
        """Stop everything, and wait until it stopped."""
        self.mouth.clear()
        self.mouth.stop()
        if self._active is not None:
            await self._active.abandon()

    # --- inside -------------------------------------------------------------------------------

    def _respond(self, decide: Callable[[], Awaitable[Utterance]], metadata: object) -> None:
        if self._studio.faults.silent:
            return
        self._on_floor(False)
        self._before = self._progress
        self._answering = []
        response = Response(self._studio, self.mouth, metadata, self._done)
        response.heard_s, self._unanswered_s = self._unanswered_s, 0.0
        self._active = self._latest = response
        response.start(lambda: self._introduced(decide))

    async def _introduced(self, decide: Callable[[], Awaitable[Utterance]]) -> Utterance:
        utterance = await decide()
        self._introduces = self._goes_on and bool(utterance.pieces)
        if not self._introduces:
            return utterance
        self._goes_on = False
        return self._interviewer.resumed(utterance)

    async def _comply(self, intent: Intent | None) -> Utterance:
        if self._unanswered and intent in (None, "greet", "resume", "reply"):
            return await self._reply()
        last = self._studio.conversation.last
        if intent is None and last is not None and last["type"] == "function_call_output":
            return Utterance()
        self._progress, utterance = self._interviewer.instructed(self._progress, intent)
        return self._permitted(utterance)

    async def _reply(self) -> Utterance:
        self._answering, self._unanswered = self._unanswered, []
        texts = [
            one if isinstance(one, str) else await asyncio.shield(one) for one in self._answering
        ]
        heard = " ".join(text for text in texts if text)
        self._progress, utterance = self._interviewer.answered(self._progress, heard)
        return self._permitted(utterance)

    async def _prompt(self) -> Utterance:
        self._progress, utterance = self._interviewer.silent(self._progress)
        return utterance

    def _permitted(self, utterance: Utterance) -> Utterance:
        """Leave out a tool that the session does not offer."""
        offered = {tool.get("name") for tool in self._studio.session["tools"]}
        if utterance.tool is None or utterance.tool.name in offered:
            return utterance
        return Utterance(utterance.pieces)

    def _withdraw(self, reason: str) -> None:
        """Cancel the active response; what it answered is open again if nothing was heard of it."""
        response = self._active
        assert response is not None
        response.cancel(reason)
        if response.passage is None or response.passage.played == 0:
            self._progress = self._before
            self._goes_on |= self._introduces
            self._unanswered = [*self._answering, *self._unanswered]
            self._answering = []
        else:
            share = response.heard_share()
            self._progress = self._interviewer.interrupted(self._progress, share)

    def _fall_silent(self) -> list[Passage]:
        cut = [passage for passage in self.mouth.clear() if passage.played]
        for passage in cut:
            self._studio.emit("output_audio_buffer.cleared", response_id=passage.response_id)
        return cut

    def _done(self, response: Response) -> None:
        self._active = None
        if response.called is not None:
            self._progress = self._interviewer.announced(self._progress, response.called)
        if response.passage is None:
            self._on_floor(True)

    def _started(self, passage: Passage) -> None:
        self._studio.emit("output_audio_buffer.started", response_id=passage.response_id)

    def _stopped(self, passage: Passage) -> None:
        self._studio.emit("output_audio_buffer.stopped", response_id=passage.response_id)
        if self._active is None:
            self._on_floor(True)
