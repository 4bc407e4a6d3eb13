"""`kiosk token-service`: puts key, settings and socket together, whatever is wrong with them."""

import asyncio
import logging
import os
import pwd
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

from kiosk import config
from kiosk.core.faults import Fault
from kiosk.errors import CommandError, ExitStatus, UsageError
from kiosk.host.systemd import given_socket, under_systemd
from kiosk.log import CODE_FIELD, hide
from kiosk.lookups import LookupLoop
from kiosk.realtime.errors import LineError
from kiosk.realtime.post import http_client
from kiosk.realtime.token import Mint, Minter, SessionConfiguration, Token
from kiosk.realtime.token_memory import Memory, Minted, Terms, keep, remember
from kiosk.realtime.token_service import IDLE_S, Office, TokenService
from kiosk.secret import Secret

log = logging.getLogger(__name__)

OVERRIDE = "KIOSK_REALTIME_BASE_URL"


def main(
    config_path: Path | None, socket_path: Path | None, user: str | None, *, idle_s: float | None
) -> int:
    """Serve until nobody has asked for `idle_s` (None is a minute); returns the exit status.

    On the socket that systemd gave, else on a new one at `socket_path`.  `user` is who may ask,
    beside root; None is whoever runs this.  Raises `CommandError`.
    """
    service = under_systemd(os.environ)
    environ = config.environment(os.environ, Path.cwd(), under_systemd=service)
    allowed = frozenset({0, os.getuid() if user is None else _id_of(user)})
    with _listener(socket_path) as listener, asyncio.Runner(loop_factory=LookupLoop) as runner:
        runner.run(_serve(listener, config_path, environ, allowed, idle_s or IDLE_S))
    return ExitStatus.DONE


async def _serve(
    listener: socket.socket,
    config_path: Path | None,
    environ: Mapping[str, str],
    allowed: frozenset[int],
    idle_s: float,
) -> None:
    given = environ.get("RUNTIME_DIRECTORY")
    folder = Path(given) if given else None
    memory = remember(folder)
    terms = _terms(config_path, environ, memory)
    key = _key(environ, terms.base_url if isinstance(terms, Terms) else "")

    def note(minted: Minted) -> None:
        keep(folder, Memory(terms if isinstance(terms, Terms) else memory.terms, minted))

    async with AsyncExitStack() as parts:
        mint = await _mint(key, terms, parts)
        model = terms.model if isinstance(terms, Terms) else ""
        credential = isinstance(key, Secret) and bool(key)
        office = Office(mint, model, credential, memory.minted, note, allowed)
        service = TokenService(office, idle_s=idle_s)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, service.stop)
        await service.serve(listener)


async def _mint(key: Secret | LineError, terms: Terms | LineError, parts: AsyncExitStack) -> Mint:
    if isinstance(terms, LineError):
        return Unable(terms)
    if isinstance(key, LineError):
        return Unable(key)
    http = await parts.enter_async_context(http_client(terms.base_url))
    return Minter(terms.realtime(), key, http, lifetime_s=terms.lifetime_s)


class Unable:
    """Mints nothing, and says why: a service that cannot begin is still one that answers."""

    def __init__(self, problem: LineError) -> None:
        self._problem = problem

    async def mint(self, session: SessionConfiguration) -> Token:
        """Raise LineError, always."""
        del session
        raise LineError(self._problem.fault, self._problem.why)

    async def hang_up(self, call_id: str) -> None:
        """Do nothing: nobody has called."""


def _key(environ: Mapping[str, str], base_url: str) -> Secret | LineError:
    """Return the key, if it was sealed for the service at `base_url`.

    What root writes into the environment counts as its word; the configuration may come on a stick.
    """
    try:
        sealed = config.sealed_key(environ) or config.SealedKey(Secret(""))
    except config.ConfigError as error:
        return LineError(Fault.KEY_REFUSED, " ".join(error.sentences))
    hide(sealed.key)
    if sealed.service and sealed.service != base_url and OVERRIDE not in environ:
        why = f"The key is for {sealed.service}, not for {base_url}: sudo kiosk set-key."
        return LineError(Fault.KEY_REFUSED, why)
    return sealed.key


def _terms(
    config_path: Path | None, environ: Mapping[str, str], memory: Memory
) -> Terms | LineError:
    """Read what the configuration says; while it has a mistake, the last terms hold.

    A booth that runs goes on by the old configuration then, too.
    """
    try:
        return Terms.of(config.load(config_path, environ))
    except config.ConfigError as error:
        code = {CODE_FIELD: Fault.CONFIG.remedy.code}
        log.error("%s", error, extra=code)  # noqa: TRY400 - its sentences are all there is to say
        if memory.terms is not None:
            log.warning("The last configuration without a mistake holds.")
            return memory.terms
        return LineError(Fault.CONFIG, error.sentences[0])


@contextmanager
def _listener(path: Path | None) -> Iterator[socket.socket]:
    given = given_socket()
    if given is not None:
        with given:
            yield given
    elif path is None:
        raise UsageError(["systemd gave no socket: name one with --socket PATH."])
    else:
        with _own_listener(path) as own:
            yield own


@contextmanager
def _own_listener(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as own:
        try:
            own.bind(str(path))
        except OSError as error:
            why = f"The socket {path} cannot be made: {error.strerror or error}."
            raise CommandError([why]) from None
        try:
            path.chmod(0o600)
            own.listen()
            yield own
        finally:
            path.unlink(missing_ok=True)


def _id_of(user: str) -> int:
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        raise CommandError([f"There is no user {user!r} on this machine."]) from None
