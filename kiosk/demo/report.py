"""The figures of one demo, measured from what was seen and recorded."""

import json
import wave
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from kiosk.audio.pcm import dbfs
from kiosk.audio.port import FRAME_MS, FRAME_SAMPLES
from kiosk.demo.candidate import Passage
from kiosk.demo.notes import Notes
from kiosk.realtime.dialling import Step
from kiosk.screen.stats import FrameFigures

SILENT_DBFS = -60.0
SILENT_FRAMES = 10
"""A tenth of a second below `SILENT_DBFS` is silence, not a gap between two words."""


def silence_after_ms(wav: Path, began_s: float, at_s: float) -> float | None:
    """How long after `at_s` the sound in `wav` falls silent; None when it never does.

    `began_s` is the monotonic second of the first sample; resolution is one frame.
    """
    with wave.open(str(wav)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    start = max(0, round((at_s - began_s) * 1000 / FRAME_MS))
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    quiet = np.array([dbfs(frame) < SILENT_DBFS for frame in frames[start:]], dtype=bool)
    for index in range(len(quiet) - SILENT_FRAMES + 1):
        if quiet[index : index + SILENT_FRAMES].all():
            return float(index * FRAME_MS)
    return None


def report(
    notes: Notes,
    sound: Path | None,
    frames: FrameFigures,
    passages: Sequence[Passage],
    timings: Mapping[Step, float],
    began_s: float,
) -> dict[str, object]:
    """What `report.json` says; times in ms, None where a thing did not happen.

    What the candidate said is told in seconds since `began_s`, like the transcript.
    """
    moments = notes.moments
    silences = _silences(notes, sound) if sound is not None else []
    return {
        "ending": notes.ending,
        "press_to_request_ms": moments.since_press_ms(moments.requested_s),
        "press_to_voice_ms": moments.since_press_ms(moments.heard_s),
        "channel_open_ms": moments.since_press_ms(moments.opened_s),
        "line_steps_ms": {step: round(ms, 1) for step, ms in timings.items()},
        "barge_ins": len(notes.barge_ins_s),
        "barge_in_silence_ms": max(silences, default=None),
        "interruption_to_silence_ms": max(_hushings(passages), default=None),
        "frame_ms_p50": frames.p50_ms,
        "frame_ms_p95": frames.p95_ms,
        "frame_ms_p99": frames.p99_ms,
        "frames": frames.frames,
        "dropped_frames": frames.dropped,
        "playout_underruns": notes.underruns,
        "candidate": [
            asdict(_since(began_s, passage)) for passage in passages if passage.kind != "heard"
        ],
    }


def _since(began_s: float, passage: Passage) -> Passage:
    def since(at_s: float) -> float:
        return round(at_s - began_s, 3)

    return replace(
        passage,
        start_s=since(passage.start_s),
        end_s=since(passage.end_s),
        voice_s=since(passage.voice_s),
        hushed_s=None if passage.hushed_s is None else since(passage.hushed_s),
    )


def _hushings(passages: Sequence[Passage]) -> list[float]:
    """From the first sound of an interruption, as spoken, to a silent loudspeaker, as heard."""
    return [
        round(1000 * (passage.hushed_s - passage.voice_s), 1)
        for passage in passages
        if passage.hushed_s is not None
    ]


def _silences(notes: Notes, sound: Path) -> list[float]:
    began_s = float(json.loads((sound / "sound.json").read_text("utf-8"))["began_s"])
    found = (silence_after_ms(sound / "speaker.wav", began_s, at) for at in notes.barge_ins_s)
    return [ms for ms in found if ms is not None]
