"""The tables that staff read, as Markdown made from what the booth itself goes by (pure)."""

import re
from collections.abc import Callable, Iterable, Mapping

from kiosk.core.faults import Fault
from kiosk.core.happenings import Held, Pressed, Tapped
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.core.table import TABLE
from kiosk.glow import GLOWS, Glow
from kiosk.interview.texts.english import ENGLISH
from kiosk.report.cost import MILLION, PRICED, cost
from kiosk.report.estimate import USUAL, estimate
from kiosk.report.status import status_line
from kiosk.settings import PriceSettings

Gesture = type[Pressed] | type[Tapped] | type[Held]

GESTURES: Mapping[str, tuple[Gesture, ...]] = {"press": (Tapped, Pressed), "hold": (Held,)}
"""What a person does with the button, and what the booth goes by: the first that it listens to."""
MEANING: Mapping[tuple[Phase, Gesture], str] = {
    (Phase.IDLE, Pressed): "start",
    (Phase.OUT_OF_SERVICE, Pressed): "look again",
    (Phase.CHOOSING, Pressed): "next language",
    (Phase.CHOOSING, Held): "back",
    (Phase.CONSENTING, Tapped): "yes",
    (Phase.CONSENTING, Held): "back",
    (Phase.CONNECTING, Held): "stop",
    (Phase.CONVERSING, Pressed): "“I am still here”",
    (Phase.CONVERSING, Held): "stop",
    (Phase.RECONNECTING, Held): "stop",
    (Phase.WRAPPING_UP, Pressed): "“I have read it”, after the last word",
    (Phase.WRAPPING_UP, Held): "stop",
    (Phase.FAREWELL, Pressed): "make room for the next one",
    (Phase.FAREWELL, Held): "make room for the next one",
}
"""What each gesture says to the booth, in every phase that listens to it."""

EXAMPLES: Mapping[Phase, tuple[str, Snapshot]] = {
    Phase.BOOTING: (ENGLISH.booting, Snapshot(Phase.BOOTING)),
    Phase.OUT_OF_SERVICE: (
        ENGLISH.apologies[Fault.MIC_MISSING.remedy.apology],
        Snapshot(Phase.OUT_OF_SERVICE, fault=Fault.MIC_MISSING),
    ),
    Phase.IDLE: (ENGLISH.welcome, Snapshot(Phase.IDLE)),
    Phase.CHOOSING: (ENGLISH.choose, Snapshot(Phase.CHOOSING)),
    Phase.CONSENTING: (ENGLISH.consent_title, Snapshot(Phase.CONSENTING)),
    Phase.CONNECTING: (ENGLISH.connecting, Snapshot(Phase.CONNECTING)),
    Phase.CONVERSING: (
        ENGLISH.question_of.format(n=2, all=5),
        Snapshot(Phase.CONVERSING, question=2, questions=5),
    ),
    Phase.RECONNECTING: (ENGLISH.hitches["away"], Snapshot(Phase.RECONNECTING)),
    Phase.WRAPPING_UP: ("the goodbye, as it is spoken", Snapshot(Phase.WRAPPING_UP)),
    Phase.FAREWELL: (ENGLISH.thanks, Snapshot(Phase.FAREWELL)),
    Phase.WIPING: (ENGLISH.wiping, Snapshot(Phase.WIPING)),
    Phase.MAINTENANCE: (ENGLISH.maintenance, Snapshot(Phase.MAINTENANCE)),
    Phase.STOPPING: (ENGLISH.stopping, Snapshot(Phase.STOPPING, cut_short=True)),
}
"""What the screen says in each phase, in English, and the booth that says so."""

LAMP: Mapping[Glow, str] = {
    "breathing": "Ready: press.",
    "steady": "In use: leave them alone.",
    "dark": "Not ready: wait, or do what the screen says.",
}
"""What the lamp tells staff."""

PRICES = PriceSettings()
TOKENS: Mapping[str, str] = {
    "text_input": "text it reads anew",
    "cached_text_input": "text it has read before",
    "audio_input": "sound it hears anew",
    "cached_audio_input": "sound it has heard before",
    "text_output": "text it writes and thinks",
    "audio_output": "sound it speaks",
}
"""What the model is paid for, by the names of `[prices]`."""

BY_HAND = (
    Fault.BUTTON_MISSING,
    Fault.BUTTON_STUCK,
    Fault.MIC_MISSING,
    Fault.MIC_SILENT,
    Fault.MIC_CLIPPING,
    Fault.MIC_QUIET,
    Fault.UNREACHABLE,
    Fault.POWER,
    Fault.ECHO,
    Fault.SOUND_STRAINED,
    Fault.SPEAKER_MISSING,
    Fault.HOT,
)
"""What somebody who stands at the booth can mend without knowing computers."""


def codes_page() -> str:
    """The text of `docs/codes.md`."""
    advice = ", ".join(sorted(fault.remedy.code for fault in Fault if fault.remedy.advice))
    return f"""# Staff codes

Generated from `kiosk/core/faults.py` by `scripts/write-tables`; do not edit.
`kiosk codes` prints the same table.

{codes()}

Interviews go on in spite of {advice}: staff read these in the
status line, and their codes stand small on the screen that waits.
"""


def renewed(page: str) -> str:
    """A page with each part that is marked as written by scripts/write-tables made anew.

    Raises KeyError where a mark names a part that is not in `PARTS`.
    """
    return MARKED.sub(lambda part: f"{part[1]}{PARTS[part[2]]()}\n{part[3]}", page)


def codes() -> str:
    """Every staff code with what is wrong and what to do."""
    return _codes(Fault)


def by_hand() -> str:
    """The codes of what can be mended by hand, likewise."""
    return _codes(BY_HAND)


def _codes(faults: Iterable[Fault]) -> str:
    remedies = sorted((fault.remedy for fault in faults), key=lambda remedy: remedy.code)
    return table(
        ("code", "what is wrong", "what to do"),
        ((remedy.code, remedy.what, remedy.do) for remedy in remedies),
    )


def lamp() -> str:
    """What each light of the lamp means, and which screens are seen with it."""
    rows = (
        (glow, means, " · ".join(EXAMPLES[phase][0] for phase in Phase if GLOWS[phase] == glow))
        for glow, means in LAMP.items()
    )
    return table(("lamp", "meaning", "the screen says"), rows)


def price() -> str:
    """What the usual interview costs by the prices that are shipped, kind by kind and in all."""
    tokens = estimate(USUAL, cached=True)
    rows = [
        (
            f"{TOKENS[kind]} (`{kind}`)",
            f"{tokens[kind]:,.0f}",
            f"{getattr(PRICES, kind):.2f}",
            f"{tokens[kind] * getattr(PRICES, kind) / MILLION:.3f}",
        )
        for kind in PRICED
    ]
    rows += [
        (f"**in all{without}**", "", "", f"**{known.amount:.2f} {PRICES.currency}**")
        for without, cached in (
            ("", True),
            (", where the service keeps nothing it has read", False),
        )
        if (known := cost(estimate(USUAL, cached=cached), PRICES)) is not None
    ]
    return table(("what", "tokens", "price of a million", "cost"), rows)


def screens() -> str:
    """Every screen: how to recognise it, and what the button does on it."""
    rows = (
        (said, status_line(snapshot), *(gesture(phase, each) for each in GESTURES.values()))
        for phase, (said, snapshot) in EXAMPLES.items()
    )
    return table(("the screen says", "`systemctl status` says", *GESTURES), rows)


def gesture(phase: Phase, made: tuple[Gesture, ...]) -> str:
    """What a gesture does in a phase, and the screen that follows where it is another one."""
    what = next((each for each in made if each in TABLE[phase]), None)
    if what is None:
        return "nothing"
    target = TABLE[phase][what]
    leads = "" if target is phase else f" → {EXAMPLES[target][0]}"
    return MEANING[phase, what] + leads


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table, without the end of its last line."""
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


PARTS: Mapping[str, Callable[[], str]] = {
    "screens": screens,
    "lamp": lamp,
    "hands": by_hand,
    "price": price,
}
"""What scripts/write-tables puts between two marks in a document, by the name in the marks."""
MARKED = re.compile(
    r"(<!-- (\w+): written by scripts/write-tables -->\n).*?(<!-- end of \2 -->)", re.DOTALL
)
"""The mark before a part, its name, and the mark after it."""
