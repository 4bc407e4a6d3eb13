"""One booth, the stand-in service and, where nobody is there, a virtual candidate."""

import json
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from kiosk import config
from kiosk.audio.backends import FILE_PREFIX
from kiosk.booth import Booth
from kiosk.core import effects as do
from kiosk.core import events as on
from kiosk.core.snapshot import Phase
from kiosk.core.state import State
from kiosk.core.view import view
from kiosk.demo.candidate import Passage
from kiosk.demo.candidate_process import CandidateError, CandidateProcess
from kiosk.demo.console import say
from kiosk.demo.folder import own_folder
from kiosk.demo.network import done, network_of
from kiosk.demo.notes import Notes, transcript
from kiosk.demo.options import SCRIPT, DemoOptions
from kiosk.demo.packets import traced
from kiosk.demo.recorder import Recorder
from kiosk.demo.report import report
from kiosk.demo.surroundings import Surroundings, look_around
from kiosk.errors import CommandError
from kiosk.extras import Extras
from kiosk.host.button import ScriptedButton
from kiosk.interview.script import load_script
from kiosk.places import ASSETS, scripts_directory, theme_folders
from kiosk.reading import Reading, check_languages
from kiosk.screen.theme_file import load_theme
from kiosk.secret import Secret
from kiosk.settings import Settings
from kiosk.standin.process import StandinProcess
from kiosk.standin.venue.process import VenueProcess

SOUND = "sound"
PRESS_S = ((2.0, True), (2.2, False))
"""When the button of a demo without a person is pressed, in seconds after the start."""
YES_S = ((2.5, True), (2.7, False))
"""When it is pressed to say yes, in seconds after the question; the choice is left to the ring."""
BEGINNING = frozenset({Phase.CHOOSING, Phase.CONSENTING, Phase.CONNECTING})
"""Where a press of somebody who wants an interview leads."""
FAREWELL_S = 4.0
UNFINISHED = "The interview did not come to its end; the lines above say why."
PATIENCE_S = 600.0
"""No demo without a person lasts longer."""
KEY = "sk-for-the-stand-in"  # what the stand-in takes is no secret


def main(options: DemoOptions) -> int:
    """Hold one interview with the stand-in; returns the exit status."""
    environ = config.environment(os.environ, Path.cwd(), under_systemd=False)
    settings = config.load(options.config, environ)
    directory = scripts_directory(options.config)
    asked = options.script or SCRIPT
    script = load_script(asked, directory)
    settings = replace(settings, interview=replace(settings.interview, script=asked))
    check_languages(settings, script)
    theme = load_theme(settings.screen.theme, theme_folders(options.config))
    network = network_of(options)
    recorder = _recorder(options)
    around = look_around(options, environ, settings.audio)
    with ExitStack() as stack:
        folder = stack.enter_context(own_folder())
        say("Starting the interviewer on this machine ...")
        standin = stack.enter_context(StandinProcess(asked, directory, must_hear=around.headless))
        base_url, venue = standin.base_url, None
        if network is not None:
            venue = stack.enter_context(VenueProcess(base_url, network.path))
            base_url = venue.base_url
            say(f"The network is {network.scenario.name}: {network.scenario.about}")
        settings = settings_for(settings, options, around, base_url)
        candidate = None
        if around.virtual_candidate:
            candidate = CandidateProcess(ASSETS, folder, script.id)
            stack.callback(candidate.stop)
            _invite(candidate)
            settings = hearing(settings, candidate)
        watch = _Watch(ends_itself=around.headless)
        button = ScriptedButton(PRESS_S)
        if candidate is not None:
            watch.on_question = lambda: button.go_on(YES_S)
        note_packet = stack.enter_context(traced(options.packets))
        booth = Booth(
            Reading(settings, script, theme, scripts=directory),
            Secret(KEY),
            environ,
            Extras(
                record=folder / SOUND if recorder else None,
                monitor=candidate.monitor if candidate else None,
                buttons=(button,) if candidate else (),
                quit_on_escape=True,
                on_frame=recorder.add if recorder else None,
                on_packet=note_packet,
                observe=watch,
                on_clock=watch.notes.take_clock,
                recorded=recorder is not None,
            ),
        )
        watch.stop = booth.stop
        say(around.told)
        status = _run(booth, limited=around.headless)
        tally = venue.stop() if venue is not None else None
        if tally is not None:
            say("\n".join(["What the network did:", *done(tally)]))
        if options.out is not None and recorder is not None:
            passages = candidate.stop() if candidate else ()
            told = network.figures(tally) if network is not None and tally is not None else None
            _leave(options.out, booth, watch.notes, recorder, folder / SOUND, passages, told)
    if around.headless and not watch.notes.held:
        raise CommandError([watch.why or UNFINISHED])
    return status


def _nothing() -> None:
    return


def settings_for(
    settings: Settings, options: DemoOptions, around: Surroundings, base_url: str
) -> Settings:
    """The booth's settings for a demo: the stand-in's line, and the machine as it is."""
    screen = replace(
        settings.screen,
        width=options.width,
        height=options.height,
        fps=options.fps,
        fullscreen=False,
        driver="offscreen" if around.headless else "auto",
    )
    audio = settings.audio
    if not around.speaker:
        audio = replace(audio, output=(FILE_PREFIX,))
    return replace(
        settings,
        realtime=replace(settings.realtime, base_url=base_url, auth="bearer"),
        token=replace(settings.token, source="direct"),
        screen=screen,
        audio=audio,
        interview=replace(settings.interview, farewell_s=FAREWELL_S),
    )


def hearing(settings: Settings, candidate: CandidateProcess) -> Settings:
    """Those settings with the candidate's pipe as the microphone."""
    audio = replace(settings.audio, input=(f"{FILE_PREFIX}{candidate.microphone}",))
    return replace(settings, audio=audio)


@dataclass(slots=True)
class _Watch:
    """Writes notes, tells a person what happens, and ends a demo that nobody watches."""

    ends_itself: bool
    notes: Notes = field(default_factory=Notes)
    stop: Callable[[], None] = _nothing
    on_question: Callable[[], None] = _nothing
    """Is called when the candidate is asked for a yes."""
    phase: Phase | None = None
    why: str = ""
    """Why there was no interview, in one sentence."""

    def __call__(
        self, state: State, event: on.Event, effects: tuple[do.Effect, ...], now_s: float
    ) -> None:
        self.notes.observe(state, event, effects, now_s)
        if state.phase is not self.phase:
            self.phase = state.phase
            say(f"  {state.phase.value}")
            if state.phase is Phase.CONSENTING:
                self.on_question()
            if self.ends_itself and self.notes.over:
                self.stop()
        pressed = isinstance(event, on.ButtonChanged) and event.down
        begun = state.phase in BEGINNING or self.notes.moments.pressed_s is not None
        if self.ends_itself and pressed and not begun:
            fault = view(state).fault
            told = (
                f": [{fault.remedy.code}] {fault.remedy.what} {fault.remedy.do}" if fault else "."
            )
            self.why = f"The button was pressed, but no interview began{told}"
            self.stop()


def _invite(candidate: CandidateProcess) -> None:
    say("Inviting a virtual candidate ...")
    try:
        candidate.start()
    except CandidateError as error:
        raise CommandError([str(error)]) from error


def _run(booth: Booth, *, limited: bool) -> int:
    limit = threading.Timer(PATIENCE_S, booth.stop)
    limit.daemon = True
    if limited:
        limit.start()
    try:
        return booth.run()
    finally:
        limit.cancel()


def _recorder(options: DemoOptions) -> Recorder | None:
    if options.out is None:
        return None
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        return Recorder(options.out / "booth.mp4", (options.width, options.height), options.fps)
    except OSError as error:
        raise CommandError([f"{options.out} cannot be written: {error.strerror}."]) from error


def _leave(
    out: Path,
    booth: Booth,
    notes: Notes,
    recorder: Recorder,
    sound: Path,
    passages: tuple[Passage, ...],
    network: Mapping[str, object] | None,
) -> None:
    say("Writing the recording ...")
    began_s = float(json.loads((sound / "sound.json").read_text("utf-8"))["began_s"])
    recorder.finish(sound / "speaker.wav", sound / "microphone.wav", began_s)
    timings = booth.line.timings if booth.line else {}
    figures = report(notes, sound, booth.frames, passages, timings, recorder.began_s)
    figures["network"] = network
    turns = transcript(notes.turns, recorder.began_s)
    for name, content in (("transcript.json", {"turns": turns}), ("report.json", figures)):
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        (out / name).write_text(text, encoding="utf-8")
    say(f"Left booth.mp4, transcript.json and report.json in {out}")
