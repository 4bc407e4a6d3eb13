"""What a candidate confides to a booth, in every shape in which it may stand in its memory.

The words and the sound are such as nobody else uses, so that whatever is found is the candidate's.
As a program it is a recogniser that finds the first sentence in any speech.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from aiortc import rtcrtpreceiver
from aiortc.rtp import RtpPacket
from numpy.typing import NDArray

from kiosk.audio.port import RATE_HZ
from kiosk.core.snapshot import Mood, Phase, Snapshot
from kiosk.reading import outfit, read
from kiosk.screen.draws import Text
from kiosk.screen.layout import lay_out
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from tests.rigs.memory import in_each_form

ROOTS = ("zyxomq", "Φαλτζμ", "brablq")
"""Every confided word holds one of them; the last stands in the interviewer's answers only."""
SENTENCES = (
    "My zyxomqarine began in Velzyxomqia.",
    "Φαλτζμυρ is where the zyxomqarine was.",
    "I call it \N{BEVERAGE BOX} zyxomqarine.",
)
"""What the candidate says, in turn: Python holds them in one, two and four bytes a letter."""
ECHO = """
[[acknowledge]]
when = ["zyxomqarine"]
say = "A brablqonk zyxomqarine it was."
"""
"""A part of a script by which the interviewer repeats it."""


def _hum() -> NDArray[np.int16]:
    """All harmonics of 100 Hz that a telephone carries, with phases that nobody else has."""
    phases = np.random.default_rng(6).uniform(0.0, 2 * np.pi, 32)
    spectrum = np.zeros(241, complex)
    spectrum[3:35] = np.exp(1j * phases)
    wave = np.fft.irfft(spectrum, 480)
    return np.asarray(20_000 * wave / np.abs(wave).max(), "<i2")


PERIOD = _hum()
"""10 ms of sound; the candidate's voice is nothing else, over and over."""
MARK_SAMPLES = 8
PLACES = range(0, 480, 120)
"""Where marks are cut from it: so much of the sound cannot be kept without one."""
NEWEST_PACKETS = 8
"""So many of the last packets are looked for: what is kept is kept of them."""
MARK_BYTES = 10
_PIXELS = 48
_SHADES = 12
"""A row of a picture with fewer shades could be anybody's."""


class Hears:
    """Recognises the candidate's sentences, whatever is said."""

    def __init__(self) -> None:
        self.turns = 0
        """How many were recognised."""

    async def recognise(self, samples: NDArray[np.int16]) -> str:
        """Return the next sentence."""
        del samples
        self.turns += 1
        return SENTENCES[(self.turns - 1) % len(SENTENCES)]


def voice(seconds: float) -> bytes:
    """So much of the candidate's voice, as a microphone's pipe takes it."""
    return np.tile(PERIOD, round(seconds * RATE_HZ / len(PERIOD))).tobytes()


def in_words() -> dict[str, bytes]:
    """Marks of all that was said, by the candidate and back to them."""
    return {name: mark for root in ROOTS for name, mark in in_each_form(root, root)}


def in_sound() -> dict[str, bytes]:
    """Marks of the candidate's voice as it came from the microphone."""
    marks = {}
    for place in PLACES:
        part = PERIOD[place : place + MARK_SAMPLES]
        marks[f"sound +{place} (16 bits)"] = part.tobytes()
        marks[f"sound +{place} (float)"] = (part / np.float32(32768)).astype("<f4").tobytes()
    return marks


class Overheard:
    """The packets of sound that reached the stand-in in this process."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []

    def marks(self) -> dict[str, bytes]:
        """Marks of the last packets that held speech."""
        long = [each for each in self.payloads if len(each) >= 4 * MARK_BYTES][-NEWEST_PACKETS:]
        return {
            f"packet -{len(long) - number}": each[MARK_BYTES : 2 * MARK_BYTES]
            for number, each in enumerate(long)
        }


@contextmanager
def overheard() -> Iterator[Overheard]:
    """Keep what calls receive that are made in this block; only the stand-in's are in a test."""
    kept = Overheard()
    names = vars(rtcrtpreceiver)
    original = names["JitterBuffer"]

    class Kept(original):  # type: ignore[misc, valid-type]
        def add(self, packet: RtpPacket) -> object:
            kept.payloads.append(bytes(packet.payload))
            return super().add(packet)

    names["JitterBuffer"] = Kept
    try:
        yield kept
    finally:
        names["JitterBuffer"] = original


def in_pictures(
    config: Path, environ: Mapping[str, str], size: tuple[int, int]
) -> dict[str, bytes]:
    """Marks of the candidate's sentences as a booth of this configuration draws them."""
    reading = read(config, environ)
    worn = outfit(reading, recorded=False, at_a_desk=False)
    typesetter = Typesetter(worn.theme.font)
    stage = Stage(size, worn.booth_name, worn.facts, typesetter.measure, theme=worn.theme)
    marks = {}
    for number, sentence in enumerate(SENTENCES):
        moment = Snapshot(
            Phase.CONVERSING,
            mood=Mood.LISTENING,
            candidate_text=sentence,
            microphone_open=True,
            candidate_speaking=True,
        )
        for draw in lay_out(moment, stage, 0.0):
            if isinstance(draw, Text) and any(root in draw.text for root in ROOTS):
                picture = typesetter.parts(draw)[0].surface
                marks[f"picture of sentence {number}"] = _most_detailed(
                    np.frombuffer(picture.get_buffer().raw, "<u4").reshape(
                        -1, picture.get_pitch() // 4
                    )
                )
    return marks


def _most_detailed(pixels: NDArray[np.uint32]) -> bytes:
    """The part of a row that looks like no other."""
    parts = [row[at : at + _PIXELS] for row in pixels for at in range(0, len(row) - _PIXELS, 8)]
    best = max(parts, key=lambda part: len(np.unique(part)))
    assert len(np.unique(best)) >= _SHADES
    return bytes(best.tobytes())


def is_heard(pipe: Path) -> bool:
    """Whether somebody reads from a microphone's pipe."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.stdin.buffer.read()
    sys.stdout.buffer.write(SENTENCES[0].encode())
