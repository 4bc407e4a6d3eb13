"""What becomes of received audio: turns found, committed and recognised."""

import asyncio
from collections import deque

import numpy as np
from numpy.typing import NDArray

from kiosk.standin.dialogue import Dialogue
from kiosk.standin.ears import EarsError
from kiosk.standin.studio import Studio
from kiosk.standin.tasks import ended
from kiosk.standin.turns import Idled, Rules, TurnBegan, TurnEnded, TurnTaker
from kiosk.standin.vad import RATE_HZ
from kiosk.standin.wire import RefusedError, new_id, transcription_usage, user_audio_item

_MANUAL_S = 60
_TRANSCRIPTION = "conversation.item.input_audio_transcription"

Samples = NDArray[np.int16]
"""Mono s16 at 16 kHz."""


class Microphone:
    """The candidate's side of one call."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._turns: TurnTaker | None = None
        self._uncommitted: deque[Samples] = deque(maxlen=_MANUAL_S * 50)
        self._item_id = ""
        self._tasks: set[asyncio.Task[str]] = set()
        self.adopt_rules()

    def adopt_rules(self) -> None:
        """Follow the session's turn detection from now on."""
        detection = self._studio.session["audio"]["input"]["turn_detection"]
        if detection is None:
            self._turns = None
        elif self._turns is None:
            self._turns = TurnTaker(Rules.of(detection))
        else:
            self._turns.adopt(Rules.of(detection))

    def floor(self, *, free: bool) -> None:
        """Count silence for the idle time-out while the floor is the candidate's."""
        if self._turns is None or self._turns.in_turn:
            return
        if free:
            self._turns.wait_for_answer()
        else:
            self._turns.stop_waiting()

    def hear(self, samples: Samples, dialogue: Dialogue) -> None:
        """Take received audio, in any portions."""
        if self._turns is None:
            self._uncommitted.append(samples)
            return
        for happened in self._turns.feed(samples):
            match happened:
                case TurnBegan(start_ms):
                    self._began(start_ms, dialogue)
                case TurnEnded(end_ms, turn):
                    self._ended(end_ms, turn, dialogue)
                case Idled(start_ms, end_ms):
                    self._idled(start_ms, end_ms, dialogue)

    def commit(self, dialogue: Dialogue) -> None:
        """End a turn by hand; raises RefusedError where no audio waits."""
        if not self._uncommitted:
            raise RefusedError(
                "Error committing input audio buffer: the buffer is empty.",
                code="input_audio_buffer_commit_empty",
            )
        samples = np.concatenate(list(self._uncommitted))
        self._uncommitted.clear()
        self._commit(new_id("item"), samples, dialogue)

    def discard(self) -> None:
        """Forget audio that waits to be committed."""
        self._uncommitted.clear()
        if self._turns is not None:
            self._turns.discard()

    async def close(self) -> None:
        """Stop recognising, and wait until it stopped."""
        await ended(self._tasks)

    def _began(self, start_ms: int, dialogue: Dialogue) -> None:
        assert self._turns is not None
        self._item_id = new_id("item")
        self._studio.emit(
            "input_audio_buffer.speech_started", audio_start_ms=start_ms, item_id=self._item_id
        )
        if self._turns.rules.interrupt_response:
            dialogue.interrupt()

    def _ended(self, end_ms: int, samples: Samples, dialogue: Dialogue) -> None:
        assert self._turns is not None
        self._studio.emit(
            "input_audio_buffer.speech_stopped", audio_end_ms=end_ms, item_id=self._item_id
        )
        self._commit(self._item_id, samples, dialogue)
        if self._turns.rules.create_response:
            dialogue.answer()

    def _idled(self, start_ms: int, end_ms: int, dialogue: Dialogue) -> None:
        self._studio.emit(
            "input_audio_buffer.timeout_triggered",
            audio_start_ms=start_ms,
            audio_end_ms=end_ms,
            item_id=new_id("item"),
        )
        dialogue.remind()

    def _commit(self, item_id: str, samples: Samples, dialogue: Dialogue) -> None:
        before = self._studio.conversation.last_id
        self._studio.emit("input_audio_buffer.committed", item_id=item_id, previous_item_id=before)
        item = user_audio_item(item_id)
        self._studio.conversation.add(item)
        for stage in ("added", "done"):
            self._studio.emit(f"conversation.item.{stage}", item=item, previous_item_id=before)
        task = asyncio.create_task(self._transcribe(item_id, samples), name=f"ears {item_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        dialogue.heard(task, len(samples) / RATE_HZ)

    async def _transcribe(self, item_id: str, samples: Samples) -> str:
        wanted = self._studio.session["audio"]["input"]["transcription"] is not None
        try:
            text = await self._studio.hearing.recognise(samples)
        except EarsError as error:
            if wanted:
                self._studio.emit(
                    f"{_TRANSCRIPTION}.failed",
                    item_id=item_id,
                    content_index=0,
                    error={
                        "type": "server_error",
                        "code": "transcription_failed",
                        "message": str(error),
                        "param": None,
                    },
                )
            return ""
        if wanted:
            self._tell(item_id, text, len(samples) / RATE_HZ)
        return text

    def _tell(self, item_id: str, text: str, seconds: float) -> None:
        self._studio.conversation.set_transcript(item_id, text)
        if text:
            self._studio.emit(
                f"{_TRANSCRIPTION}.delta", item_id=item_id, content_index=0, delta=text
            )
        self._studio.emit(
            f"{_TRANSCRIPTION}.completed",
            item_id=item_id,
            content_index=0,
            transcript=text,
            usage=transcription_usage(seconds),
        )
