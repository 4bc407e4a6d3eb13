"""What a booth of a trial stands in: the service, the way to it, tokens, and a microphone."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faulting import sounds
from faulting.front import Certificates, Front, front
from faulting.microphone import Microphone, Sink
from kiosk.host.child import Child
from tests.rigs.microphone import PipeMicrophone
from tests.rigs.pulse import Pulse, pulse
from tests.rigs.relay import Venue, venue
from tests.rigs.standin import KEY
from tests.rigs.token_service import token_service

PATIENCE_S = 180.0
"""Only to end a trial that hangs."""
QUESTIONS = 6
SCRIPT = """
title = "Trial"
role = "anything"
persona = "Kind."
greeting = "Hi, I am an AI."
silence_prompt = "Shall I say it again?"
last_question = "One last question."
closing = "Thanks, goodbye."
early_closing = "Let us stop here."
clarification = "Once more, please?"
repeat = "Of course."
neutral = ["I see."]
languages = ["en"]

[[acknowledge]]
when = ["write"]
say = "Good."
""" + "".join(
    f"""
[[question]]
id = "{name}"
text = "Question {name}, which is as long as a question is that somebody has thought about: what
 was it that you learned, and from whom, and when did you use it last?"
probe = []
follow_ups = 0
""".replace("\n was", " was")
    for name in sounds.NAMES[:QUESTIONS]
)


class StuckError(Exception):
    """What was waited for does not come; the text has what the booth said last."""


@dataclass(frozen=True, slots=True)
class World:
    """What a booth is put into."""

    cards: bool = False
    """Its sound devices are a sound server's, not pipes."""
    tls: bool = False
    """The service speaks TLS, and the booth's own process mints."""
    names: str = "on"
    """Whether the resolver answers, `on` or `off`."""
    key: str = KEY
    certificate_days: tuple[float, float] = (-1, 30)
    """From when to when its certificate is valid, seen from now."""
    interview: str = ""
    """More settings of the interview."""
    watchdog_s: float = 0.0
    """How often systemd wants a sign of life; 0 is never."""


class Service:
    """The stand-in, and what was said over it."""

    def __init__(self, folder: Path) -> None:
        (folder / "trial.toml").write_text(SCRIPT)
        self.told: list[dict[str, Any]] = []
        self._drilled = threading.Semaphore(0)
        self._child = Child("faulting.standin_child", [str(folder)])
        self.base_url = self._child.until_ready()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def drill(self, *drills: str) -> None:
        """Have this go wrong from now on, and nothing else."""
        self._child.tell(json.dumps(drills))
        if not self._drilled.acquire(timeout=PATIENCE_S):
            raise StuckError("the stand-in does not answer")

    def opened_s(self) -> float:
        """When the last call began; 0 before the first."""
        opened = [each["at"] for each in self.told if each["type"] == "session.created"]
        return float(opened[-1]) if opened else 0.0

    def _read(self) -> None:
        for line in self._child.lines():
            told = json.loads(line)
            if "drilled" in told:
                self._drilled.release()
            else:
                self.told.append(told)

    def close(self) -> None:
        """End it."""
        self._child.end()
        self._reader.join()


class Tokens:
    """The token service behind a socket that stays where it is."""

    def __init__(self, base_url: str, path: Path) -> None:
        self.path = path
        self._base_url = base_url
        self._running = ExitStack()

    def serve(self, key: str) -> None:
        """Begin, or go on with another key."""
        self.stop()
        socket = self._running.enter_context(token_service(self._base_url, key))
        self.path.symlink_to(socket)

    def stop(self) -> None:
        """Be gone."""
        self.path.unlink(missing_ok=True)
        self._running.close()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All of it, put up."""

    service: Service
    network: Venue
    front: Front
    tokens: Tokens
    microphone: Microphone
    server: Pulse | None
    certificates: Certificates


@contextmanager
def surroundings(folder: Path, world: World) -> Iterator[Surroundings]:
    """Put everything up in an empty folder."""
    with ExitStack() as parts:
        service = Service(folder)
        parts.callback(service.close)
        network = parts.enter_context(venue(service.base_url))
        certificates = Certificates(folder)
        certificates.use(*world.certificate_days)
        tls = certificates.context if world.tls else None
        at = parts.enter_context(front(network.base_url, tls))
        tokens = Tokens(at.base_url, folder / "tokens")
        parts.callback(tokens.stop)
        if not world.tls:
            tokens.serve(world.key)
        server = parts.enter_context(pulse()) if world.cards else None
        microphone: Microphone = Sink(server) if server else PipeMicrophone(folder / "microphone")
        parts.callback(microphone.close)
        yield Surroundings(service, network, at, tokens, microphone, server, certificates)
