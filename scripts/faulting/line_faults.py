"""What can be wrong with the network, and with who answers."""

from collections.abc import Mapping

from faulting.booth import Booth
from faulting.entry import Act, Fault, Moment, nothing
from faulting.front import Page
from faulting.surroundings import World
from kiosk.core.faults import Fault as Known

DARK_S = (1.5, 5.0, 20.0, 90.0)
DARK_LINE_S = 2.5
"""So long without a sign is a lost line; a shorter stall is a weak one, and has no code."""
WORDS: Mapping[Moment, str] = {"answer": "mid-answer", "question": "mid-question"}


def drilled(*drills: str) -> Act:
    """Have the service do something wrong."""
    return lambda booth: booth.service.drill(*drills)


def _dark(booth: Booth) -> None:
    booth.network.begin_outage("all")


def _dark_without_append(booth: Booth) -> None:
    booth.service.drill("no-append")
    booth.network.begin_outage("all")


def _no_voice(booth: Booth) -> None:
    booth.network.begin_outage("udp")


def _light(booth: Booth) -> None:
    booth.network.end_outage()


def _paged(page: Page | None) -> Act:
    def put(booth: Booth) -> None:
        booth.front.page = page

    return put


PORTAL = Page(200, "<h1>Welcome to the hotel</h1>", {"Content-Type": "text/html"})
REDIRECT = Page(302, "", {"Location": "http://portal.example/login"})
ELSE = Page(404, "<h1>404 nginx</h1>", {"Content-Type": "text/html"})

DARK: Mapping[str, Fault] = {
    f"line dark {seconds:g} s, {WORDS[moment]}": Fault(
        moment,
        _dark,
        _light,
        tells=(Known.LINE_LOST,) if seconds > DARK_LINE_S else (),
        lasts_s=seconds,
        line=True,
    )
    for seconds in DARK_S
    for moment in WORDS
}

NETWORK: Mapping[str, Fault] = {
    "UDP blocked before the call": Fault(
        "press", _no_voice, _light, tells=(Known.VOICE_BLOCKED,), line=True
    ),
    "UDP blocked for 10 s in a call": Fault(
        "question", _no_voice, _light, tells=(Known.LINE_LOST,), lasts_s=10.0, line=True
    ),
    "nothing gets through before the call": Fault(
        "press", _dark, _light, tells=(Known.UNREACHABLE,)
    ),
    "name not found": Fault(
        "start",
        nothing,
        lambda booth: booth.order("names on"),
        tells=(Known.NAME_NOT_FOUND,),
        world=World(tls=True, names="off"),
        note="The resolver of the booth's process is made to fail.",
    ),
    "certificate not yet valid": Fault(
        "start",
        nothing,
        lambda booth: booth.certificates.use(-1, 30),
        tells=(Known.CLOCK,),
        world=World(tls=True, certificate_days=(20, 50)),
        note="The server's certificate is from the future; the booth's clock is right.",
    ),
    "certificate expired": Fault(
        "start",
        nothing,
        lambda booth: booth.certificates.use(-1, 30),
        tells=(Known.CLOCK,),
        world=World(tls=True, certificate_days=(-30, -1)),
        note="The server's certificate is from the past; the booth's clock is right.",
    ),
    "log-in page": Fault("start", _paged(PORTAL), _paged(None), tells=(Known.LOG_IN_PAGE,)),
    "way to a log-in page": Fault(
        "start", _paged(REDIRECT), _paged(None), tells=(Known.LOG_IN_PAGE,)
    ),
    "log-in page while it waits": Fault(
        "press", _paged(PORTAL), _paged(None), tells=(Known.LOG_IN_PAGE,)
    ),
    "something else at the base URL": Fault(
        "start", _paged(ELSE), _paged(None), tells=(Known.PROTOCOL_UNKNOWN,)
    ),
}

REFUSED: Mapping[str, Known] = {
    "400": Known.REQUEST_REFUSED,
    "401": Known.KEY_REFUSED,
    "403": Known.NO_ACCESS,
    "404": Known.NO_ACCESS,
    "429-quota": Known.NO_QUOTA,
    "429-rate": Known.RATE_LIMITED,
    "500": Known.SERVICE_DOWN,
    "503": Known.SERVICE_DOWN,
}
"""What each refusal of the stand-in means."""

CALLS: Mapping[str, Fault] = {
    f"call refused: {status}": Fault(
        "press", drilled(f"calls={status}"), drilled(), tells=(REFUSED[status],)
    )
    for status in REFUSED
}
TOKENS: Mapping[str, Fault] = {
    f"token refused: {status}": Fault(
        "start", drilled(f"mint={status}"), drilled(), tells=(REFUSED[status],)
    )
    for status in ("429-quota", "429-rate", "500", "400", "401", "403", "404")
}

SERVICE: Mapping[str, Fault] = {
    "offer never answered": Fault(
        "press", drilled("no-answer"), drilled(), tells=(Known.SERVICE_DOWN,)
    ),
    "channel closed as soon as it opens": Fault(
        "press", drilled("no-channel"), drilled(), tells=(Known.LINE_LOST,)
    ),
    "model never greets": Fault("press", drilled("silent"), drilled(), tells=(Known.NO_GREETING,)),
    "voice never comes": Fault("press", drilled("mute"), drilled(), tells=(Known.NO_GREETING,)),
    "service closes the channel": Fault("timed", drilled("drop=11"), tells=(Known.LINE_LOST,)),
    "service vanishes": Fault("timed", drilled("vanish=11"), tells=(Known.LINE_LOST,)),
    "session expires": Fault("timed", drilled("expire=11"), tells=(Known.SESSION_EXPIRED,)),
    "no quota in a call": Fault("answer", drilled("quota"), drilled(), tells=(Known.NO_QUOTA,)),
    "model falls silent in a call": Fault(
        "answer",
        drilled("silent"),
        drilled(),
        lasts_s=20.0,
        tells=(),
        note="The candidate speaks on for 5 s; an answer is late 4 s after that.",
    ),
    "voice falls silent in a call": Fault(
        "answer", drilled("mute"), drilled(), lasts_s=20.0, tells=()
    ),
    "garbage on the channel": Fault(
        "question", drilled("garbage"), drilled(), tells=(), lasts_s=8.0, hidden=True
    ),
    "response that does not end": Fault(
        "answer", drilled("endless"), drilled(), lasts_s=20.0, tells=()
    ),
    "no speech may be put back": Fault(
        "answer",
        _dark_without_append,
        _light,
        tells=(Known.LINE_LOST,),
        lasts_s=8.0,
        line=True,
        note="The line is dark for 8 s, and the new call takes no sound but the microphone's.",
    ),
}
