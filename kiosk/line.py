"""What calls are made of: the HTTP client, the keeper of tokens, and the line.

Their libraries take longer to load than anything else in the booth; `live` loads this module while
the window is drawing and the sound engine starts.
"""

from collections.abc import Callable
from contextlib import AsyncExitStack

from kiosk.audio.port import VoicePacket
from kiosk.extras import Extras
from kiosk.realtime.errors import LineError
from kiosk.realtime.peer import WebRTCAudioManager
from kiosk.realtime.place import Place
from kiosk.realtime.post import http_client
from kiosk.realtime.token import SessionConfiguration, TokenKeeper
from kiosk.realtime.token_client import mint_of
from kiosk.runtime import Runtime
from kiosk.secret import Secret
from kiosk.settings import Settings
from kiosk.standin.place import StandinPlace
from kiosk.standin.process import StandinProcess


async def open_line(
    parts: AsyncExitStack,
    settings: Settings,
    key: Secret,
    runtime: Runtime,
    extras: Extras,
    *,
    session: Callable[[str], SessionConfiguration],
    standin: Callable[[], StandinProcess],
    on_kept: Callable[[LineError | None], None],
) -> tuple[TokenKeeper, WebRTCAudioManager, StandinPlace]:
    """Make all of it for a runtime; `parts` takes it down again, and the runtime with it.

    `session` tells what a call in a language is about, `standin` makes the process that goes on
    where the service cannot, and `on_kept` hears whether a token is there.
    """
    http = await parts.enter_async_context(http_client(settings.realtime.base_url))
    # What is still being closed at the end of the booth needs the client.
    parts.push_async_callback(runtime.close)
    mint = await parts.enter_async_context(mint_of(settings, key, http))
    tokens = TokenKeeper(mint, session, on_kept=on_kept)
    parts.push_async_callback(tokens.close)
    place = StandinPlace(standin, session)
    parts.push_async_callback(place.end)

    async def service() -> Place:
        return Place(settings.realtime.base_url, tokens, http)

    line = WebRTCAudioManager(
        {"service": service, "standin": place.reach},
        settings.realtime.connect_timeout_s,
        on_event=runtime.tell,
        on_packet=_packets_to(runtime, extras.on_packet),
        on_hearing=runtime.take_hearing,
        on_lost=runtime.take_loss,
        on_put_back=runtime.tell,
        on_message=extras.on_message,
    )
    parts.push_async_callback(line.disconnect)
    return tokens, line, place


def _packets_to(
    runtime: Runtime, watch: Callable[[VoicePacket], None] | None
) -> Callable[[VoicePacket], None]:
    if watch is None:
        return runtime.take_packet

    def take(packet: VoicePacket) -> None:
        watch(packet)
        runtime.take_packet(packet)

    return take
