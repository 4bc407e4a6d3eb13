"""What can be wrong with the network, and with who answers."""

from collections.abc import Mapping

from faulting.booth import Booth
from faulting.entry import Act, Fault, Moment, nothing
from faulting.front import Page
from faulting.surroundings import World

DARK_S = (1.5, 5.0, 20.0, 90.0)
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


def _mended_by_staff(booth: Booth) -> None:
    booth.service.drill()
    booth.process.process.terminate()


RESTARTED = "Staff mend it and restart the booth, which else looks again only after five minutes."
PORTAL = Page(200, "<h1>Welcome to the hotel</h1>", {"Content-Type": "text/html"})
REDIRECT = Page(302, "", {"Location": "http://portal.example/login"})
ELSE = Page(404, "<h1>404 nginx</h1>", {"Content-Type": "text/html"})

DARK: Mapping[str, Fault] = {
    f"line dark {seconds:g} s, {WORDS[moment]}": Fault(
        moment, _dark, _light, lasts_s=seconds, line=True
    )
    for seconds in DARK_S
    for moment in WORDS
}

NETWORK: Mapping[str, Fault] = {
    "UDP blocked before the call": Fault("press", _no_voice, _light, line=True),
    "UDP blocked for 10 s in a call": Fault("question", _no_voice, _light, lasts_s=10.0, line=True),
    "nothing gets through before the call": Fault("press", _dark, _light),
    "name not found": Fault(
        "start",
        nothing,
        lambda booth: booth.order("names on"),
        world=World(tls=True, names="off"),
        note="The resolver of the booth's process is made to fail.",
    ),
    "certificate not yet valid": Fault(
        "start",
        nothing,
        lambda booth: booth.certificates.use(-1, 30),
        world=World(tls=True, certificate_days=(20, 50)),
        note="The server's certificate is from the future; the booth's clock is right.",
    ),
    "certificate expired": Fault(
        "start",
        nothing,
        lambda booth: booth.certificates.use(-1, 30),
        world=World(tls=True, certificate_days=(-30, -1)),
        note="The server's certificate is from the past; the booth's clock is right.",
    ),
    "log-in page": Fault("start", _paged(PORTAL), _paged(None)),
    "way to a log-in page": Fault("start", _paged(REDIRECT), _paged(None)),
    "log-in page while it waits": Fault("press", _paged(PORTAL), _paged(None)),
    "something else at the base URL": Fault("start", _paged(ELSE), _paged(None)),
}

CALLS: Mapping[str, Fault] = {
    f"call refused: {status}": Fault("press", drilled(f"calls={status}"), drilled())
    for status in ("400", "401", "403", "404", "429-quota", "429-rate", "500", "503")
}
TOKENS: Mapping[str, Fault] = {
    **{
        f"token refused: {status}": Fault("start", drilled(f"mint={status}"), drilled())
        for status in ("429-quota", "429-rate", "500")
    },
    **{
        f"token refused: {status}": Fault(
            "start", drilled(f"mint={status}"), _mended_by_staff, survives=False, note=RESTARTED
        )
        for status in ("400", "401", "403", "404")
    },
}

SERVICE: Mapping[str, Fault] = {
    "offer never answered": Fault("press", drilled("no-answer"), drilled()),
    "channel never opens": Fault("press", drilled("no-channel"), drilled()),
    "model never greets": Fault("press", drilled("silent"), drilled()),
    "voice never comes": Fault("press", drilled("mute"), drilled()),
    "service closes the channel": Fault("timed", drilled("drop=11")),
    "service vanishes": Fault("timed", drilled("vanish=11")),
    "session expires": Fault("timed", drilled("expire=11")),
    "no quota in a call": Fault("answer", drilled("quota"), drilled()),
    "model falls silent in a call": Fault("answer", drilled("silent"), drilled(), lasts_s=20.0),
    "voice falls silent in a call": Fault("answer", drilled("mute"), drilled(), lasts_s=20.0),
    "garbage on the channel": Fault(
        "question", drilled("garbage"), drilled(), lasts_s=8.0, hidden=True
    ),
    "response that does not end": Fault("answer", drilled("endless"), drilled(), lasts_s=20.0),
    "no speech may be put back": Fault(
        "answer",
        _dark_without_append,
        _light,
        lasts_s=8.0,
        line=True,
        note="The line is dark for 8 s, and the new call takes no sound but the microphone's.",
    ),
}
