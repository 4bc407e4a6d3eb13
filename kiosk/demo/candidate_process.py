"""The virtual candidate as a process of its own: two pipes of sound, and a log of what it said.

It keeps its own pace, so that a busy booth shows in the recording and is not hidden by it.
"""

import argparse
import dataclasses
import json
import os
import sys
import time
import tomllib
from pathlib import Path

import av

from kiosk.audio.backends.file import Pacer
from kiosk.demo.candidate import CandidateBrain, Habits, Line, Passage
from kiosk.demo.pipes import HearingPipe, SpeakingPipe
from kiosk.host.child import Child, NotReadyError, ready
from kiosk.interview.recordings import load_recordings

FALLBACK = "demo"
"""Whose order of answers is used for a script without its own."""
STOP_LIMIT_S = 2.0


class CandidateError(Exception):
    """The virtual candidate cannot play; says why in one sentence."""


def load_lines(folder: Path, script_id: str) -> tuple[tuple[Line, ...], Line]:
    """Return the answers for a script, in their order, and the interruption.

    Raises `OSError`, `ValueError`, `KeyError` or `av.FFmpegError` for broken recordings.
    """
    recordings = {recording.id: recording for recording in load_recordings(folder)}
    orders = tomllib.loads((folder / "answers.toml").read_text("utf-8"))["order"]
    lines = [
        Line(name, recordings[name].text, recordings[name].pcm())
        for name in (*orders.get(script_id, orders[FALLBACK]), "interruption")
    ]
    return tuple(lines[:-1]), lines[-1]


class Candidate:
    """Joins a brain to its pipes; `step` is called every 10 ms."""

    def __init__(
        self, brain: CandidateBrain, ear: HearingPipe, mouth: SpeakingPipe, log: Path
    ) -> None:
        self._brain = brain
        self._ear = ear
        self._mouth = mouth
        self._log = log
        self._logged = 0

    def step(self, at_s: float) -> None:
        """Hear what has come, say the next 10 ms; a closed microphone ends the interview."""
        for frame in self._ear.frames():
            self._brain.hear(frame, at_s)
        if self._mouth.open and not self._mouth.write(self._brain.say(at_s)):
            self._brain.restart(at_s)
        self.write_log()

    def write_log(self) -> None:
        """Append what is new, one JSON object a line."""
        new = self._brain.log[self._logged :]
        if new:
            with self._log.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(dataclasses.asdict(each)) + "\n" for each in new)
            self._logged += len(new)

    def close(self, at_s: float) -> None:
        """End, also in mid-sentence."""
        self._brain.restart(at_s)
        self.write_log()
        self._ear.close()
        self._mouth.close()


class CandidateProcess:
    """The booth's handle on its virtual candidate."""

    def __init__(
        self, assets: Path, directory: Path, script_id: str, habits: Habits | None = None
    ) -> None:
        self.monitor = directory / "loudspeaker.pipe"
        """Give it to `EngineLink(monitor=...)`."""
        self.microphone = directory / "microphone.pipe"
        """Give it to `[audio] input` with the `file` backend."""
        self._log = directory / "candidate.jsonl"
        self._arguments = [
            *("--recordings", str(assets / "candidate"), "--script", script_id),
            *("--monitor", str(self.monitor), "--microphone", str(self.microphone)),
            *("--log", str(self._log)),
            *("--habits", json.dumps(dataclasses.asdict(habits or Habits()))),
        ]
        for pipe in (self.monitor, self.microphone):
            os.mkfifo(pipe, 0o600)
        self._process: Child | None = None

    def start(self) -> None:
        """Start it and wait until it listens; blocks for about a second.

        Raises `CandidateError` with its own words when it cannot play.
        """
        self._process = Child(__name__, self._arguments)
        try:
            self._process.until_ready()
        except NotReadyError as problem:
            raise CandidateError(
                str(problem) or "The virtual candidate did not start."
            ) from problem

    def passages(self) -> tuple[Passage, ...]:
        """Return what it said and heard so far."""
        if not self._log.exists():
            return ()
        lines = self._log.read_text("utf-8").splitlines()
        return tuple(Passage(**json.loads(line)) for line in lines)

    def stop(self) -> tuple[Passage, ...]:
        """End it, within two seconds; returns what it said and heard."""
        process, self._process = self._process, None
        if process is not None:
            process.stop(STOP_LIMIT_S)
        return self.passages()


def main() -> int:
    """Play until standard input ends, so that it never outlives the booth."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("recordings", "monitor", "microphone", "log"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--script", default=FALLBACK)
    parser.add_argument("--habits", type=json.loads, default={})
    options = parser.parse_args()
    try:
        answers, interruption = load_lines(options.recordings, options.script)
        ear = HearingPipe(options.monitor)
    except (OSError, ValueError, KeyError, av.FFmpegError) as error:
        print(f"The virtual candidate cannot play: {error}.", flush=True)
        return 69
    brain = CandidateBrain(answers, interruption, Habits(**options.habits))
    candidate = Candidate(brain, ear, SpeakingPipe(options.microphone), options.log)
    pacer = Pacer(candidate.step, "candidate")
    ready("virtual candidate", options.microphone)
    sys.stdin.read()
    pacer.stop()
    candidate.close(time.monotonic())
    return 0


if __name__ == "__main__":
    sys.exit(main())
