"""One response of the model: its events in the service's order, its voice into the mouth."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from kiosk.standin.interviewer import Tool, Utterance
from kiosk.standin.mouth import Mouth, Passage
from kiosk.standin.studio import Studio
from kiosk.standin.tasks import ended
from kiosk.standin.voice import RATE_HZ, VoiceError
from kiosk.standin.wire import (
    Event,
    assistant_item,
    function_call_item,
    new_id,
    rate_limits,
    response_usage,
    words_with_spaces,
)

_DELTAS_BEFORE_VOICE = 2
_ARGUMENT_PIECE = 12
_QUOTA = {
    "type": "insufficient_quota",
    "code": "insufficient_quota",
    "message": "You exceeded your current quota.",
}


class Response:
    """Runs from `start` to `response.done`, which always comes."""

    def __init__(
        self,
        studio: Studio,
        mouth: Mouth,
        metadata: object,
        on_done: Callable[["Response"], None],
    ) -> None:
        self.id = new_id("resp")
        self.passage: Passage | None = None
        """Its voice, once there is some."""
        self.called: Tool | None = None
        """The tool whose call went out whole."""
        self.heard_s = 0.0
        """Candidate's speech it answers, for its usage."""
        self._studio = studio
        self._mouth = mouth
        self._emit = studio.emit
        self._metadata = metadata
        self._on_done = on_done
        self._output: list[Event] = []
        self._item_id = ""
        self._transcript: str | None = None
        self._spoken = 0
        self._last_piece_at = 0
        self._all_pieces = False
        self._task: asyncio.Task[None] | None = None

    def start(self, decide: Callable[[], Awaitable[Utterance]]) -> None:
        """Announce the response, then say what `decide` finds to say."""
        self._emit("response.created", response=self._describe("in_progress", None))
        self._task = asyncio.create_task(self._run(decide), name=f"response {self.id}")

    def cancel(self, reason: str) -> None:
        """Stop generating and say so at once; what is in the mouth stays there."""
        if self._task is not None:
            self._task.cancel()
            self._finish("cancelled", {"type": "cancelled", "reason": reason})

    async def abandon(self) -> None:
        """Stop without a word, because the call is over."""
        task, self._task = self._task, None
        if task is not None:
            await ended([task])

    def heard_share(self) -> float:
        """Return how much of the last piece has been played, 0…1."""
        if self.passage is None or not self._all_pieces:
            return 0.0
        length = max(1, self._spoken - self._last_piece_at)
        return min(1.0, max(0.0, (self.passage.played - self._last_piece_at) / length))

    async def _run(self, decide: Callable[[], Awaitable[Utterance]]) -> None:
        try:
            utterance = await decide()
            if self._studio.faults.quota:
                self._finish("failed", {"type": "failed", "error": _QUOTA})
                return
            if utterance.pieces:
                await self._speak(utterance.pieces)
            if utterance.tool is not None:
                await self._call(utterance.tool)
            self._finish("completed", {"type": "completed"})
        except VoiceError as error:
            self._fail("voice_unavailable", str(error))
        finally:
            if self._task is not None:
                self._fail("server_error", "The stand-in made a mistake; its log says which.")

    async def _speak(self, pieces: tuple[str, ...]) -> None:
        speed = float(self._studio.session["audio"]["output"]["speed"])
        first = await self._studio.voice.say(pieces[0], speed)
        self._open_message()
        for index, piece in enumerate(pieces):
            pcm = first if index == 0 else await self._studio.voice.say(piece, speed)
            deltas = list(words_with_spaces(piece))
            if index:
                deltas[0] = f" {deltas[0]}"
            pause_s = len(pcm) / RATE_HZ / len(deltas) / self._studio.pace
            for number, delta in enumerate(deltas):
                if number == min(_DELTAS_BEFORE_VOICE, len(deltas) - 1):
                    self._last_piece_at = self._spoken
                    self._spoken += len(pcm)
                    self._all_pieces = index == len(pieces) - 1
                    if self.passage is not None:
                        self._mouth.add(self.passage, pcm)
                self._transcript = (self._transcript or "") + delta
                self._emit_part("response.output_audio_transcript.delta", delta=delta)
                await asyncio.sleep(pause_s)
        self._close_message("completed")

    def _open_message(self) -> None:
        self._item_id = new_id("item")
        self._transcript = ""
        self._add_item(assistant_item(self._item_id, "in_progress", None))
        self._emit_part("response.content_part.added", part={"type": "audio", "transcript": ""})
        if not self._studio.faults.mute:
            self.passage = self._mouth.begin(self.id, self._item_id)

    def _close_message(self, status: str) -> None:
        if self._transcript is None:
            return
        said, self._transcript = self._transcript, None
        self._emit_part("response.output_audio.done")
        self._emit_part("response.output_audio_transcript.done", transcript=said)
        self._emit_part("response.content_part.done", part={"type": "audio", "transcript": said})
        self._finish_item(assistant_item(self._item_id, status, said))

    async def _call(self, tool: Tool) -> None:
        item_id, call_id = new_id("item"), new_id("call")
        arguments = json.dumps(dict(tool.arguments))
        self._add_item(function_call_item(item_id, call_id, tool.name, "", "in_progress"))
        place: Event = {"item_id": item_id, "call_id": call_id, "output_index": self._index}
        for start in range(0, len(arguments), _ARGUMENT_PIECE):
            self._emit(
                "response.function_call_arguments.delta",
                response_id=self.id,
                delta=arguments[start : start + _ARGUMENT_PIECE],
                **place,
            )
            await asyncio.sleep(0)
        self._emit(
            "response.function_call_arguments.done",
            response_id=self.id,
            name=tool.name,
            arguments=arguments,
            **place,
        )
        self._finish_item(function_call_item(item_id, call_id, tool.name, arguments, "completed"))
        self.called = tool

    @property
    def _index(self) -> int:
        return len(self._output) - 1

    def _add_item(self, item: Event) -> None:
        self._output.append(item)
        self._emit(
            "response.output_item.added", response_id=self.id, output_index=self._index, item=item
        )
        before = self._studio.conversation.add(dict(item))
        self._emit("conversation.item.added", previous_item_id=before, item=item)

    def _finish_item(self, item: Event) -> None:
        self._output[-1] = item
        self._studio.conversation.get(item["id"]).update(item)
        before = self._studio.conversation.before(item["id"])
        self._emit("conversation.item.done", previous_item_id=before, item=item)
        self._emit(
            "response.output_item.done", response_id=self.id, output_index=self._index, item=item
        )

    def _finish(self, status: str, details: Event) -> None:
        self._task = None
        self._close_message("completed" if status == "completed" else "incomplete")
        self._close_call()
        self._emit("response.done", response=self._describe(status, details))
        self._emit("rate_limits.updated", rate_limits=rate_limits(240_000))
        self._on_done(self)
        if self.passage is not None:
            self._mouth.finish(self.passage)

    def _fail(self, code: str, message: str) -> None:
        reason = {"type": "server_error", "code": code, "message": message}
        self._finish("failed", {"type": "failed", "error": reason})

    def _close_call(self) -> None:
        if self._output and self._output[-1]["status"] == "in_progress":
            self._finish_item({**self._output[-1], "status": "incomplete"})

    def _describe(self, status: str, details: Event | None) -> Event:
        output = self._studio.session["audio"]["output"]
        words = sum(len(str(item.get("content") or "").split()) for item in self._output)
        usage = response_usage(
            self._studio.conversation.words, self.heard_s, words, self._spoken / RATE_HZ
        )
        return {
            "object": "realtime.response",
            "id": self.id,
            "status": status,
            "status_details": details,
            "output": list(self._output),
            "conversation_id": self._studio.conversation_id,
            "output_modalities": list(self._studio.session["output_modalities"]),
            "max_output_tokens": self._studio.session["max_output_tokens"],
            "audio": {"output": {"format": output["format"], "voice": output["voice"]}},
            "usage": None if details is None else usage,
            "metadata": self._metadata,
        }

    def _emit_part(self, kind: str, **fields: object) -> None:
        self._emit(
            kind,
            response_id=self.id,
            item_id=self._item_id,
            output_index=self._index,
            content_index=0,
            **fields,
        )
