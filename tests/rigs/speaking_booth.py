"""`python -m tests.rigs.speaking_booth`: the booth's window and its sound, and a voice that says
single words.

The window is the product's, on the main thread, and so is the engine behind its link in a second
one; the words come as Opus packets at the pace of a call.  The face keeps one look.
"""

import argparse
import asyncio
import itertools
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from kiosk.audio.link import EngineLink
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.port import RATE_HZ, Clock, Lips, SoundReport, VoicePacket
from kiosk.audio.profiles import PROFILES
from kiosk.core.snapshot import Caption, Mood, Snapshot
from kiosk.interview.words import Facts
from kiosk.screen.meters import Meters
from kiosk.screen.outfit import Outfit
from kiosk.screen.window import Window
from kiosk.settings import AudioSettings, ScreenSettings
from tests.audio.voice import encode
from tests.rigs.conversation import PACKET_S
from tests.rigs.onsets import onsets_s
from tests.rigs.pulse import MICROPHONE, SPEAKER
from tests.rigs.scripted_talk import CHARACTERS_PER_S, TALK
from tests.rigs.voices import INTERVIEWER, lines

SETTLE_S = 3.0
"""Until the devices run, and the face stands still."""
BEFORE_S = 0.06
"""Of the sound before a word's first voiced block: its consonant."""
WORD_S = (0.2, 0.7)
PAUSE_S = (0.55, 0.95)
FADE_S = 0.01
TEXT = "What the interviewer says is written here, word for word, while it is being said. "


def words(count: int) -> Iterator[Pcm]:
    """Yield beginnings of what the interviewer says after a pause, each with a pause after it."""
    chance = random.Random(7)
    begins = [(line, onset_s) for line in lines(INTERVIEWER) for onset_s in onsets_s(line)]
    for line, onset_s in itertools.islice(itertools.cycle(begins), count):
        begin = max(0, round((onset_s - BEFORE_S) * RATE_HZ))
        word = line[begin : begin + round(chance.uniform(*WORD_S) * RATE_HZ)].astype(np.float64)
        fade = np.linspace(0, 1, round(FADE_S * RATE_HZ))
        word[: len(fade)] *= fade
        word[-len(fade) :] *= fade[::-1]
        pause = silence(round(chance.uniform(*PAUSE_S) * RATE_HZ))
        yield np.concatenate([np.rint(word).astype(np.int16), pause])


class SpeakingBooth:
    """The window, and the voice in its second thread."""

    def __init__(self, screen: ScreenSettings, mood: Mood, count: int) -> None:
        self._audio = AudioSettings("portaudio", (MICROPHONE,), (SPEAKER,))
        profile = PROFILES[self._audio.profile]
        self._meters = Meters(profile.loudness_dbfs + self._audio.volume_db)
        self._mood = mood
        self._payloads = encode(np.concatenate(list(words(count))), speech=True)
        self._window = Window(
            screen,
            Outfit("Booth 7", Facts(10, 5)),
            snapshot=self._snapshot,
            meters=self._meters,
        )

    def run(self) -> None:
        """Say all words."""
        self._window.open()
        threading.Thread(target=lambda: asyncio.run(self._speak()), daemon=True).start()
        self._window.run()

    def _snapshot(self) -> Snapshot:
        shown = int(time.monotonic() * CHARACTERS_PER_S) % (len(TEXT) + 1)
        return replace(TALK, mood=self._mood, caption=Caption("text", TEXT, shown))

    async def _speak(self) -> None:
        link = EngineLink(self._audio)
        link.on_report = self._take
        await link.start()
        try:
            link.open()
            await asyncio.sleep(SETTLE_S)
            began_s = time.monotonic()
            for number, payload in enumerate(self._payloads):
                await asyncio.sleep(max(0.0, began_s + number * PACKET_S - time.monotonic()))
                stamp = number % 2**16, 960 * number % 2**32
                link.play(VoicePacket(*stamp, 1, time.monotonic(), payload))
            await asyncio.sleep(1.0)
        finally:
            await link.stop()
            self._window.stop()

    def _take(self, report: SoundReport) -> None:
        match report:
            case Lips(began_s, levels_dbfs, brights):
                self._meters.speak(began_s, levels_dbfs, brights)
            case Clock():
                self._meters.heard_dbfs = report.heard_dbfs
            case _:
                pass


def main() -> None:
    """Be the booth that the arguments ask for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, nargs=2, required=True, metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--mood", choices=[mood.value for mood in Mood], default="speaking")
    parser.add_argument("--words", type=int, default=120)
    asked = parser.parse_args()
    width, height = asked.size
    settings = ScreenSettings("x11", 24.0, width, height, asked.fps)
    SpeakingBooth(settings, Mood(asked.mood), asked.words).run()


if __name__ == "__main__":
    main()
