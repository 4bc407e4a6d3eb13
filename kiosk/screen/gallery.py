"""Every screen as a picture: `kiosk gallery DIR`."""

import math
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pygame

from kiosk.core.faults import Fault
from kiosk.core.snapshot import Caption, Connection, Mood, Phase, Ring, Snapshot
from kiosk.interview.words import Facts
from kiosk.screen.avatar import Avatar
from kiosk.screen.draws import Type
from kiosk.screen.errors import ScreenError
from kiosk.screen.grid import grid
from kiosk.screen.meters import Meters
from kiosk.screen.picture import Picture
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme

SIZES = ((1280, 720), (1920, 1080), (800, 480), (1080, 1920))
NOW_S = 1003.0
"""The second at which every picture is taken: eyes open."""

QUESTION = "Tell me about a time when a plan fell apart. What did you do first?"
ANSWER = (
    "Last spring our supplier dropped out just before the launch, so I called everyone together and"
)
LONG_QUESTION = (
    "Thank you, that helps me to see how you work. You said that you called everyone together "
    "when the supplier dropped out, and I would like to understand that moment a little better. "
    "Who was in the room, what did each of them need from you, and how did you decide which "
    "promise to the customer you would keep and which one you had to give up?"
)
LONG_ANSWER = (
    "There were six of us, and nobody wanted to say it out loud, so I wrote the three dates on "
    "the board and asked which one we could really hold. It was the last one. I rang the customer "
    "the same evening and told them, before they could hear it from anybody else, and they were "
    "surprisingly kind about it and asked what they could do to help us"
)


def states() -> Mapping[str, Snapshot]:
    """A snapshot for every screen, and for every state that looks different."""
    idle = Snapshot(Phase.IDLE)
    calling = Snapshot(Phase.CONNECTING, mood=Mood.THINKING, connection=Connection.CONNECTING)
    talk = Snapshot(
        Phase.CONVERSING,
        connection=Connection.CONNECTED,
        caption=Caption("i", QUESTION, len(QUESTION)),
        microphone_open=True,
        question=2,
        questions=5,
        ends_s=NOW_S + 400,
    )
    speaking = replace(
        talk, mood=Mood.SPEAKING, caption=Caption("i", QUESTION, QUESTION.index(" do first"))
    )
    listening = replace(talk, mood=Mood.LISTENING, candidate_speaking=True, candidate_text=ANSWER)
    answering = replace(speaking, candidate_text=ANSWER, candidate_text_until_s=math.inf)
    hold = Ring("hold", NOW_S - 1.0, NOW_S + 0.5)
    long_caption = Caption("l", LONG_QUESTION, len(LONG_QUESTION))
    return {
        "booting": Snapshot(Phase.BOOTING),
        "idle": idle,
        "idle-de": replace(idle, language="de"),
        "idle-fr": replace(idle, language="fr"),
        "idle-es": replace(idle, language="es"),
        "idle-advice": replace(idle, advice=tuple(f for f in Fault if f.remedy.advice)),
        "choosing": Snapshot(
            Phase.CHOOSING,
            language="de",
            choices=("en", "de", "fr", "es"),
            ring=Ring("choice", NOW_S - 3, NOW_S + 2),
        ),
        "connecting": calling,
        "connecting-hold": replace(calling, ring=hold),
        "speaking": speaking,
        "speaking-cut": replace(
            talk,
            mood=Mood.LISTENING,
            candidate_speaking=True,
            caption=Caption("i", QUESTION, QUESTION.index(" fell"), cut=True),
        ),
        "speaking-long": replace(speaking, caption=long_caption, question=4),
        "speaking-answered": answering,
        "speaking-answered-long": replace(
            answering, caption=long_caption, candidate_text=LONG_ANSWER, question=4
        ),
        "listening": listening,
        "listening-wait": replace(listening, candidate_speaking=False, candidate_text=""),
        "listening-late": replace(
            listening, candidate_speaking=False, candidate_text_until_s=NOW_S + 3
        ),
        "listening-long": replace(
            listening, caption=long_caption, candidate_text=LONG_ANSWER, ends_s=NOW_S + 40
        ),
        "listening-silence": replace(
            listening,
            candidate_speaking=False,
            candidate_text="",
            ring=Ring("silence", NOW_S - 6, NOW_S + 4),
        ),
        "listening-hold": replace(listening, ring=hold),
        "thinking": replace(
            talk, mood=Mood.THINKING, candidate_text="… and we shipped three days late, but whole."
        ),
        "reconnecting": replace(calling, phase=Phase.RECONNECTING, ends_s=NOW_S + 400),
        "wrapping-up": replace(
            speaking,
            phase=Phase.WRAPPING_UP,
            ends_s=None,
            question=5,
            candidate_text="And that is how I came to like it.",
            candidate_text_until_s=math.inf,
            caption=Caption("w", "Thank you for talking with me today. Goodbye!", 36),
        ),
        "farewell": Snapshot(Phase.FAREWELL),
        "farewell-early": Snapshot(Phase.FAREWELL, fault=Fault.LINE_LOST),
        "wiping": Snapshot(Phase.WIPING),
        "maintenance": Snapshot(Phase.MAINTENANCE),
        "out-of-order": Snapshot(Phase.OUT_OF_SERVICE, fault=Fault.MIC_MISSING),
        "out-of-order-long": Snapshot(Phase.OUT_OF_SERVICE, fault=Fault.NO_GREETING, language="de"),
    }


def render(
    directory: Path, sizes: tuple[tuple[int, int], ...] = SIZES, names: tuple[str, ...] = ()
) -> list[Path]:
    """Write a PNG of every screen (or of those named) at every size, and a contact sheet.

    Needs no display.  Returns the paths written; raises `ScreenError` or `OSError`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    typesetter = Typesetter(Theme().font)
    written = []
    for size in sizes:
        avatar = Avatar(grid(size).face.w)
        pictures = []
        for name, snapshot in states().items():
            if names and name not in names:
                continue
            surface = still(snapshot, size, typesetter, avatar)
            path = directory / f"{name}-{size[0]}x{size[1]}.png"
            pygame.image.save(surface, str(path))
            written.append(path)
            pictures.append((name, surface))
        sheet = directory / f"sheet-{size[0]}x{size[1]}.png"
        pygame.image.save(contact_sheet(pictures, typesetter), str(sheet))
        written.append(sheet)
    return written


def still(
    snapshot: Snapshot, size: tuple[int, int], typesetter: Typesetter, avatar: Avatar
) -> pygame.Surface:
    """One screen, as it stands at `NOW_S` while somebody speaks."""
    facts = Facts(minutes=10, questions=5)
    picture = Picture(size, booth_name="Booth 7", facts=facts, typesetter=typesetter, avatar=avatar)
    surface = pygame.Surface(size)
    silent = snapshot.mood is not Mood.LISTENING or not snapshot.candidate_speaking
    meters = Meters(played_dbfs=-20.0, heard_dbfs=-100.0 if silent else -24.0)
    for now_s in (NOW_S - 1.0, NOW_S):
        picture.draw(surface, snapshot, now_s, meters)
    return surface


def contact_sheet(
    pictures: list[tuple[str, pygame.Surface]], typesetter: Typesetter
) -> pygame.Surface:
    """All pictures small, with their names."""
    columns = 4
    first = pictures[0][1]
    width = 480
    height = round(width * first.get_height() / first.get_width())
    rows = -(-len(pictures) // columns)
    sheet = pygame.Surface((columns * (width + 12) + 12, rows * (height + 44) + 12))
    sheet.fill((52, 56, 66))
    for number, (name, surface) in enumerate(pictures):
        x = 12 + number % columns * (width + 12)
        y = 12 + number // columns * (height + 44)
        sheet.blit(pygame.transform.smoothscale(surface, (width, height)), (x, y))
        label, margin = typesetter.render(name, Type(18), (255, 255, 255))
        sheet.blit(label, (x - margin, y + height + 4), special_flags=pygame.BLEND_PREMULTIPLIED)
    return sheet


def main(directory: Path) -> int:
    """Write the gallery and say where it is; 0, or 69 with one sentence when it cannot be done."""
    try:
        written = render(directory)
    except (ScreenError, OSError) as error:
        sys.stderr.write(f"No gallery: {error}\n")
        return 69
    sys.stdout.write(f"{len(written)} pictures in {directory}\n")
    return 0
