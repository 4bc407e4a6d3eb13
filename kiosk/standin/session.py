"""One session without its transport: client events and audio in, server events and voice out."""

from collections.abc import Callable, Mapping

from kiosk.standin.appended import Appended
from kiosk.standin.configuration import updated
from kiosk.standin.dialogue import Dialogue
from kiosk.standin.ears import Hearing
from kiosk.standin.faults import Faults
from kiosk.standin.interviewer import Interviewer
from kiosk.standin.microphone import Microphone, Samples
from kiosk.standin.mouth import Mouth
from kiosk.standin.requests import event_id_of, parse_client_event
from kiosk.standin.studio import Studio
from kiosk.standin.voice import Voice
from kiosk.standin.wire import Event, RefusedError, error_event, new_id, server_event


class Session:
    """The service's side of one call."""

    def __init__(
        self,
        configuration: Event,
        interviewer: Interviewer,
        voice: Voice,
        hearing: Hearing,
        send: Callable[[Event], None],
        *,
        faults: Faults,
        pace: float,
        send_silence: bool,
    ) -> None:
        """`configuration` is complete; `send` puts one event on the channel."""
        session = {**configuration, "object": "realtime.session", "id": new_id("sess")}
        self._send = send
        self._studio = Studio(
            emit=self._emit,
            session=session,
            voice=voice,
            hearing=hearing,
            faults=faults,
            pace=pace,
            send_silence=send_silence,
        )
        self._microphone = Microphone(self._studio)
        self._appended = Appended()
        self._dialogue = Dialogue(self._studio, interviewer, self._floor)
        self._handlers: Mapping[str, Callable[[Event], None]] = {
            "session.update": self._update,
            "response.create": self._create_response,
            "response.cancel": self._cancel_response,
            "output_audio_buffer.clear": self._clear_output,
            "conversation.item.create": self._create_item,
            "conversation.item.delete": self._delete_item,
            "conversation.item.retrieve": self._retrieve_item,
            "conversation.item.truncate": self._truncate_item,
            "input_audio_buffer.append": self._append_audio,
            "input_audio_buffer.clear": self._clear_audio,
            "input_audio_buffer.commit": self._commit_audio,
        }

    @property
    def mouth(self) -> Mouth:
        """The track that carries its voice."""
        return self._dialogue.mouth

    def start(self) -> None:
        """The channel is open."""
        self._emit("session.created", session=self._studio.session)

    def handle(self, message: str | bytes) -> None:
        """Take one message of the client; whatever is wrong with it is told in an `error`."""
        try:
            event = parse_client_event(message)
            self._handlers[event["type"]](event)
        except RefusedError as refused:
            self._send(error_event(refused.error(), event_id_of(message)))

    def hear(self, samples: Samples) -> None:
        """Take received audio: mono s16 at 16 kHz, in any portions."""
        self._microphone.hear(samples, self._dialogue)

    def expire(self) -> None:
        """Say that the session's time is over; the caller then ends the call."""
        expired = RefusedError("Your session hit the maximum duration.", code="session_expired")
        self._send(error_event(expired.error()))

    async def close(self) -> None:
        """The call is over: stop everything, and wait until it stopped."""
        await self._microphone.close()
        await self._dialogue.close()

    def _emit(self, kind: str, **fields: object) -> None:
        self._send(server_event(kind, **fields))

    def _floor(self, free: bool) -> None:  # noqa: FBT001 - a callback of one value
        self._microphone.floor(free=free)

    def _update(self, event: Event) -> None:
        self._studio.session.update(updated(self._studio.session, event["session"]))
        self._microphone.adopt_rules()
        self._emit("session.updated", session=self._studio.session)

    def _create_response(self, event: Event) -> None:
        self._dialogue.create(event.get("response") or {})

    def _cancel_response(self, event: Event) -> None:
        self._dialogue.cancel(event.get("response_id"))

    def _clear_output(self, event: Event) -> None:
        del event
        self._dialogue.clear()

    def _create_item(self, event: Event) -> None:
        item: Event = {"status": "completed", **event["item"], "object": "realtime.item"}
        item.setdefault("id", new_id("item"))
        before = self._studio.conversation.add(item, event.get("previous_item_id"))
        for stage in ("added", "done"):
            self._emit(f"conversation.item.{stage}", item=item, previous_item_id=before)
        self._dialogue.put_back(item)

    def _delete_item(self, event: Event) -> None:
        self._studio.conversation.delete(event["item_id"])
        self._emit("conversation.item.deleted", item_id=event["item_id"])

    def _retrieve_item(self, event: Event) -> None:
        self._emit(
            "conversation.item.retrieved", item=self._studio.conversation.get(event["item_id"])
        )

    def _truncate_item(self, event: Event) -> None:
        self._studio.conversation.get(event["item_id"])
        self._emit(
            "conversation.item.truncated",
            **{key: event[key] for key in ("item_id", "content_index", "audio_end_ms")},
        )

    def _append_audio(self, event: Event) -> None:
        if self._studio.faults.no_append:
            raise RefusedError(
                "'input_audio_buffer.append' is not supported in a WebRTC session.", param="type"
            )
        self.hear(self._appended.samples(event["audio"]))

    def _clear_audio(self, event: Event) -> None:
        del event
        self._microphone.discard()
        self._emit("input_audio_buffer.cleared")

    def _commit_audio(self, event: Event) -> None:
        del event
        self._microphone.commit(self._dialogue)
