"""A snapshot for every screen, and for every state of it that looks different."""

import math
from collections.abc import Mapping
from dataclasses import replace

from kiosk.core.faults import Fault
from kiosk.core.notices import Notice
from kiosk.core.sentences import last_sentences
from kiosk.core.snapshot import Caption, Connection, Mood, Phase, Ring, Snapshot
from kiosk.interview.words import LANGUAGES
from kiosk.screen.gallery_texts import LINES, spoken

NOW_S = 993.0
"""The monotonic second at which pictures are taken: the eyes are open, and the booth welcomes."""
LATER_S: Mapping[str, float] = {"idle-line": 8.0, "idle-smile": 4.0}
"""Screens that are seen so much later."""
HOLD = Ring("hold", NOW_S - 1.0, NOW_S + 0.5)
FIRST_START = "first-start"
"""No state of the core: the face is not drawn yet."""


def states(language: str = "en") -> Mapping[str, Snapshot]:
    """By name, with the words of one language."""
    return {
        name: replace(snapshot, language=language, choice=language)
        for group in (around(language), conversation(language), held_up(language))
        for name, snapshot in group.items()
    }


NOTICES = (
    Notice(
        "doctor",
        "fail",
        "[NET2] Internet works, but voice is blocked. Ask the venue to allow UDP port 3478. "
        "To mend: 1. To better: 2. Everything: systemctl status kiosk-doctor",
        NOW_S,
    ),
    Notice("bundle", "pass", "The bundle is on the stick. You may pull it out.", NOW_S - 60),
)


def around(language: str) -> Mapping[str, Snapshot]:
    """Everything but the conversation."""
    idle = Snapshot(Phase.IDLE)
    calling = Snapshot(Phase.CONNECTING, mood=Mood.THINKING, connection=Connection.CONNECTING)
    away = replace(calling, phase=Phase.RECONNECTING, ends_s=NOW_S + 400)
    choice = Snapshot(Phase.CHOOSING, ring=Ring("choice", NOW_S - 3, NOW_S + 2))
    broken = Snapshot(Phase.OUT_OF_SERVICE)
    return {
        "booting": Snapshot(Phase.BOOTING),
        "idle": idle,
        "idle-line": idle,
        "idle-smile": idle,
        "idle-languages": replace(idle, choices=tuple(LANGUAGES)),
        "idle-advice": replace(idle, advice=tuple(f for f in Fault if f.remedy.advice)),
        "idle-notice": replace(idle, notices=NOTICES),
        "choosing": replace(choice, choices=some(language, 4)),
        "choosing-many": replace(choice, choices=(*LANGUAGES, "pt", "any")),
        "consenting": Snapshot(Phase.CONSENTING, ring=Ring("consent", NOW_S - 10, NOW_S + 20)),
        "connecting": calling,
        "connecting-hold": replace(calling, ring=HOLD),
        "reconnecting": away,
        "farewell": Snapshot(Phase.FAREWELL),
        "farewell-early": Snapshot(Phase.FAREWELL, fault=Fault.LINE_LOST),
        "wiping": Snapshot(Phase.WIPING),
        "maintenance": Snapshot(Phase.MAINTENANCE),
        "maintenance-notice": Snapshot(Phase.MAINTENANCE, notices=NOTICES[1:]),
        "stopping": Snapshot(Phase.STOPPING),
        "stopping-early": Snapshot(Phase.STOPPING, cut_short=True),
        "out-of-order": replace(broken, fault=Fault.MIC_MISSING),
        "out-of-order-line": replace(broken, fault=Fault.UNREACHABLE),
        "out-of-order-again": replace(broken, fault=Fault.VOICE_BLOCKED, again_s=NOW_S + 47),
        "out-of-order-long": replace(broken, fault=Fault.NO_CANCELLER),
    }


def some(language: str, count: int) -> tuple[str, ...]:
    """So many languages to choose from, `language` among them."""
    others = [other for other in LANGUAGES if other != language]
    return (*others[: count - 2], language, *others[count - 2 : count - 1])


def heard(caption: Caption) -> str:
    """The words of a caption that were spoken."""
    return caption.text[: caption.shown]


def conversation(language: str) -> Mapping[str, Snapshot]:
    """The interview itself."""
    say = LINES[language]
    asked = Caption("i", say.question, len(say.question))
    begun = Caption("i", say.question, spoken(language, say.question, 0.8))
    broken_off = Caption("i", say.question, spoken(language, say.question, 0.5), cut=True)
    last_words = last_sentences(say.long_question)
    long_caption = Caption("l", say.long_question, len(say.long_question))
    talk = Snapshot(
        Phase.CONVERSING,
        connection=Connection.CONNECTED,
        caption=asked,
        question_text=say.question,
        microphone_open=True,
        question=2,
        questions=5,
        ends_s=NOW_S + 400,
    )
    speaking = replace(talk, mood=Mood.SPEAKING, caption=begun, question_text=heard(begun))
    waiting = replace(talk, mood=Mood.LISTENING)
    listening = replace(waiting, candidate_speaking=True, candidate_text=say.answer)
    answering = replace(speaking, candidate_text=say.answer, candidate_text_until_s=math.inf)
    return {
        "speaking": speaking,
        "speaking-cut": replace(
            waiting,
            candidate_speaking=True,
            caption=broken_off,
            question_text=heard(broken_off),
        ),
        "speaking-long": replace(
            speaking, caption=long_caption, question_text=last_words, question=4
        ),
        "speaking-answered": answering,
        "speaking-aside": replace(
            talk, mood=Mood.SPEAKING, caption=Caption("a", say.aside, len(say.aside))
        ),
        "speaking-answered-long": replace(
            answering,
            caption=long_caption,
            question_text=last_words,
            candidate_text=say.long_answer,
            question=4,
        ),
        "listening": listening,
        "listening-wait": waiting,
        "listening-late": replace(
            waiting, candidate_text=say.answer, candidate_text_until_s=NOW_S + 3
        ),
        "listening-long": replace(
            listening,
            caption=long_caption,
            question_text=last_words,
            candidate_text=say.long_answer,
            ends_s=NOW_S + 40,
        ),
        "listening-silence": replace(waiting, ring=Ring("silence", NOW_S - 6, NOW_S + 4)),
        "listening-hold": replace(listening, ring=HOLD),
        "thinking-heard": replace(talk, mood=Mood.THINKING),
        "thinking": replace(talk, mood=Mood.THINKING, candidate_text=say.short_answer),
        "thinking-late": replace(talk, mood=Mood.THINKING, late_s=NOW_S),
        "wrapping-up": replace(
            speaking,
            phase=Phase.WRAPPING_UP,
            question_text="",
            ends_s=None,
            question=5,
            candidate_text=say.parting,
            candidate_text_until_s=math.inf,
            caption=Caption("w", say.goodbye, spoken(language, say.goodbye, 0.85)),
        ),
    }


def held_up(language: str) -> Mapping[str, Snapshot]:
    """The interview while something is in its way."""
    talk = conversation(language)
    asked, answering = talk["speaking"], talk["listening-long"]

    def away(of: Snapshot, since_s: float) -> Snapshot:
        return replace(
            of,
            phase=Phase.RECONNECTING,
            mood=Mood.THINKING,
            connection=Connection.CONNECTING,
            candidate_speaking=False,
            microphone_open=False,
            line="lost",
            lost_s=NOW_S - since_s,
            ring=Ring("line", NOW_S - since_s + 2.5, NOW_S - since_s + 122.5),
        )

    standing_in = replace(talk["speaking-aside"], standin=True)
    return {
        "slow": replace(talk["listening"], line="slow"),
        "slow-silence": replace(talk["listening-silence"], line="slow"),
        "reconnecting-asked": away(asked, 3),
        "reconnecting-answered": away(answering, 3),
        "reconnecting-long": away(answering, 45),
        "reconnecting-hold": replace(away(answering, 45), ring=HOLD),
        "standin-dialled": replace(away(answering, 123), standin=True),
        "standin-announced": replace(standing_in, standin_new=True),
        "standin": replace(talk["listening"], standin=True),
        "deaf": replace(talk["listening"], deaf=Fault.MIC_MISSING),
        "deaf-at-once": replace(around(language)["connecting"], deaf=Fault.MIC_MISSING),
        "mute": replace(asked, deaf=Fault.SPEAKER_MISSING),
        "mute-long": replace(talk["speaking-long"], deaf=Fault.ENGINE_DEAD),
    }


SCREENS = (FIRST_START, *states())
"""Names of all pictures."""
