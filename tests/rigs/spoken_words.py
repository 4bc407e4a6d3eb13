"""Recorded lines whose word times are known, played in simulated time, and when words appear.

The voice goes the way of every voice: Opus packets, playout, loudness, the sound card's time, the
engine's reports at their own pace, the core's step, the caption that the screen is given.  When
each word begins stands in `words.json` beside the recordings (`scripts/align-words`).
"""

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import av
import numpy as np
import numpy.typing as npt
from av.filter import Graph

from kiosk.audio.duck import Duck
from kiosk.audio.flow import Mouth
from kiosk.audio.lips import LipsTeller
from kiosk.audio.loudness import Loudness
from kiosk.audio.pcm import Pcm, silence
from kiosk.audio.playout import Playout
from kiosk.audio.port import FRAME_MS, RATE_HZ, Clock
from kiosk.audio.profiles import PROFILES
from kiosk.audio.teller import Teller
from kiosk.core import events as on
from kiosk.interview.recordings import load_recordings
from kiosk.places import ASSETS
from kiosk.settings import AudioSettings
from tests.audio.voice import encode, numbered
from tests.core.world import World

INTERVIEWER, CANDIDATE = ASSETS / "voice" / "en", ASSETS / "candidate"
CARD_S = 0.04
"""From the engine to the loudspeaker, as a sound card has it."""
TICK_BLOCKS = 2
"""How often the engine looks, in blocks."""
GAP_S = 2.0
"""Between two lines, at least: the candidate's turn."""
FRAME_S = 1 / 30
COARSE = 8
"""Samples that are taken as one where a line is looked for in what was played."""
PACE = 4.0
"""Text comes so many times faster than the voice."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is said, and when each word of it begins."""

    text: str
    pcm: Pcm
    begins_ms: tuple[float, ...]
    """Words are what spaces part."""


@cache
def lines(candidate: bool = False) -> tuple[Line, ...]:
    """Return the interviewer's recorded lines, or the candidate's: another voice."""
    folder = CANDIDATE if candidate else INTERVIEWER
    begins = json.loads((folder / "words.json").read_text("utf-8"))
    return tuple(Line(r.text, r.pcm(), tuple(begins[r.id])) for r in load_recordings(folder))


def at_speed(line: Line, speed: float) -> Line:
    """Return a line spoken faster or slower, at the same pitch."""
    graph = Graph()
    chain = (
        graph.add_abuffer(format="s16", sample_rate=RATE_HZ, layout="mono"),
        graph.add("atempo", str(speed)),
        graph.add("aformat", "sample_fmts=s16:channel_layouts=mono"),
        graph.add("abuffersink"),
    )
    graph.link_nodes(*chain).configure()
    frame = av.AudioFrame.from_ndarray(line.pcm.reshape(1, -1), "s16", "mono")
    frame.sample_rate = RATE_HZ
    chain[0].push(frame)
    chain[0].push(None)
    pieces: list[Pcm] = []
    while True:
        try:
            out = chain[-1].pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            break
        assert isinstance(out, av.AudioFrame)
        pieces.append(np.asarray(out.to_ndarray()[0], np.int16))
    return Line(line.text, np.concatenate(pieces), tuple(at / speed for at in line.begins_ms))


def with_pause(line: Line, seconds: float) -> Line:
    """Return a line that stops in the middle of a sentence, where no text tells of it."""
    words = line.text.split()
    inner = [i for i in range(1, len(words)) if words[i - 1][-1].isalpha()]
    at = min(inner, key=lambda i: abs(i - len(words) / 2))
    sample = round(line.begins_ms[at] * RATE_HZ / 1000)
    pcm = np.concatenate([line.pcm[:sample], silence(round(seconds * RATE_HZ)), line.pcm[sample:]])
    begins = (ms + 1000 * seconds * (i >= at) for i, ms in enumerate(line.begins_ms))
    return Line(line.text, pcm, tuple(begins))


@dataclass(frozen=True, slots=True)
class Heard:
    """One session at the loudspeaker; seconds since its beginning."""

    lines: tuple[Line, ...]
    sent_s: tuple[tuple[float, float], ...]
    """When the service sends each line's first and last packet."""
    begins_s: tuple[tuple[float, ...], ...]
    """When each word of each line begins to leave the loudspeaker."""
    clocks: tuple[Clock, ...]
    """What the engine reports."""


def play(said: Sequence[Line], gap_s: float = GAP_S) -> Heard:
    """Let the engine play lines one after the other, with a gap before each."""
    pieces: list[Pcm] = []
    sent_s: list[tuple[float, float]] = []
    for line in said:
        padding = -len(line.pcm) % (RATE_HZ // 50)
        pieces += [silence(round(gap_s * RATE_HZ)), line.pcm, silence(padding)]
        end = sum(map(len, pieces))
        sent_s.append(((end - len(line.pcm) - padding) / RATE_HZ, end / RATE_HZ))
    wave = np.concatenate([*pieces, silence(round(2 * RATE_HZ))])
    clocks: list[Clock] = []
    out = np.concatenate(list(_blocks(wave, clocks)))
    begins_s = [
        tuple(_delay_s(out, line.pcm, begun) + begun + ms / 1000 for ms in line.begins_ms)
        for line, (begun, _) in zip(said, sent_s, strict=True)
    ]
    return Heard(tuple(said), tuple(sent_s), tuple(begins_s), tuple(clocks))


def _blocks(wave: Pcm, clocks: list[Clock]) -> Iterator[Pcm]:
    """Yield what leaves the loudspeaker, `CARD_S` after it is yielded; add what is reported."""
    settings = AudioSettings()
    profile = PROFILES[settings.profile]
    loudness = Loudness(profile.loudness_dbfs, profile.ceiling_dbfs, settings.volume_db)
    mouth = Mouth(Playout(), loudness, Duck(), LipsTeller(lambda _: None))

    def tell(report: object) -> bool:
        if isinstance(report, Clock):
            clocks.append(report)
        return True

    teller = Teller(tell, frozenset())
    packets = numbered(encode(wave, speech=True))
    for block in range(len(wave) * 100 // RATE_HZ):
        now_s = block * FRAME_MS / 1000
        if block % 2 == 0:
            packet = next(packets, None)
            if packet is not None:
                mouth.push(replace(packet, arrival_s=now_s))
        if block % TICK_BLOCKS == 0:
            teller.clock(_clock(mouth, now_s))
        yield mouth.pull(now_s + CARD_S)


def _clock(mouth: Mouth, now_s: float) -> Clock:
    state = mouth.state(now_s)
    played = state.played
    return Clock(
        now_s,
        played.voice_ms,
        state.queued_ms,
        played.audible,
        heard_dbfs=-60.0,
        microphone_gated=False,
        underruns=0,
        overruns=0,
        rhythm=played.rhythm,
    )


def _delay_s(out: Pcm, said: Pcm, begun_s: float) -> float:
    """Return how much later than it was sent a line leaves the loudspeaker."""
    first = round(begun_s * RATE_HZ)
    there = _coarse(out[first : first + len(said) + RATE_HZ // 2])
    here = _coarse(said)
    size = 2 ** (len(there) + len(here)).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(here, size)), size)
    return int(np.argmax(likeness[: RATE_HZ // COARSE // 2])) * COARSE / RATE_HZ + CARD_S


def _coarse(pcm: Pcm) -> npt.NDArray[np.float64]:
    whole = len(pcm) // COARSE * COARSE
    return np.asarray(pcm[:whole].reshape(-1, COARSE).mean(axis=1), np.float64)


def _as_recorded(_: int, line: Line) -> Line:
    return line


@dataclass(frozen=True, slots=True)
class Condition:
    """How the interviewer speaks, and when the service tells the text."""

    change: Callable[[int, Line], Line] = _as_recorded
    """Makes of a line's number and the line what is said."""
    lead_s: float = 0.1
    """Text comes so much before the voice."""


SPEEDS = (1.0, 0.85, 1.2, 0.9, 1.15, 0.85, 1.05, 1.2)
"""From line to line."""
PAUSE_S = 1.5
CONDITIONS = {
    "plain": Condition(),
    "rate changes": Condition(lambda number, line: at_speed(line, SPEEDS[number % len(SPEEDS)])),
    "long pause": Condition(lambda _, line: with_pause(line, PAUSE_S)),
    "text 5 s early": Condition(lead_s=5.0),
    "text 300 ms late": Condition(lead_s=-0.3),
}


def measure(names: Iterable[str], said: Sequence[Line]) -> dict[str, list[list[float]]]:
    """Return for each condition, each line, by how many ms each word is seen late."""
    late: dict[str, list[list[float]]] = {}
    for name in names:
        condition = CONDITIONS[name]
        changed = list(itertools.starmap(condition.change, enumerate(said)))
        heard = play(changed, GAP_S + max(0.0, condition.lead_s))
        late[name] = appearances(heard, texts(heard, lead_s=condition.lead_s))
    return late


def texts(heard: Heard, *, lead_s: float) -> Iterator[tuple[float, on.Event]]:
    """Yield what the service tells of the lines, text so much before (after) its first packet."""
    for number, (line, (begun_s, ended_s)) in enumerate(
        zip(heard.lines, heard.sent_s, strict=True)
    ):
        response, item, said = f"line{number}", f"voice{number}", f"said{number}"
        asked_s = begun_s - max(lead_s, 0.0) - 0.5
        yield asked_s - 0.2, on.SpeechStarted(said)
        yield asked_s - 0.1, on.TurnCommitted(said)
        yield asked_s, on.ResponseCreated(response)
        text_s = begun_s - lead_s
        words = line.text.split(" ")
        for place, (word, ms) in enumerate(zip(words, line.begins_ms, strict=True)):
            delta = word if place == 0 else f" {word}"
            yield text_s + ms / 1000 / PACE, on.VoiceTextAdded(response, item, delta)
        last_s = max(begun_s + 0.02, text_s + line.begins_ms[-1] / 1000 / PACE)
        yield last_s, on.VoiceTextFinished(response, item, line.text)
        yield begun_s, on.VoiceBufferStarted(response)
        done = on.ResponseDone(response, "completed", "", None, (item,), (), on.Usage())
        yield last_s + 0.01, done
        yield max(ended_s, last_s + 0.02), on.VoiceBufferStopped(response)


def follow(
    heard: Heard, told: Iterable[tuple[float, on.Event]], look: Callable[[World, float], None]
) -> None:
    """Tell the core of a session, and look after each step, at a second of the session."""
    reports = (
        (c.at_s, on.PlayoutReported(c.played_ms, c.queued_ms, c.audible, c.rhythm))
        for c in heard.clocks
    )
    world = World().converse()
    began = world.now + 1.0
    world.on_step = lambda world, *_: look(world, world.now - began)
    for at_s, event in sorted((*reports, *told), key=lambda each: each[0]):
        world.wait(began + at_s - world.now)
        world.tell(event)
    world.wait(2.0)


def appearances(heard: Heard, told: Iterable[tuple[float, on.Event]]) -> list[list[float]]:
    """Return for each line by how many ms each word is seen late, early where negative.

    A word is seen half a picture after the snapshot has it, on average.
    """
    seen: dict[str, dict[int, float]] = {}

    def look(world: World, now_s: float) -> None:
        caption = world.caption
        before = len(caption.text) - len(world.turn(caption.item_id).text)
        seen.setdefault(caption.item_id, {}).setdefault(caption.shown - before, now_s)

    follow(heard, told, look)
    late: list[list[float]] = []
    for number, (line, begins_s) in enumerate(zip(heard.lines, heard.begins_s, strict=True)):
        ends = sorted(seen.get(f"voice{number}", {}).items())
        places = itertools.accumulate((len(word) + 1 for word in line.text.split(" ")), initial=0)
        late.append(
            [
                1000 * (next(at for end, at in ends if end > place) + FRAME_S / 2 - begin_s)
                for place, begin_s in zip(places, begins_s, strict=False)
            ]
        )
    return late
