import signal
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.core.machine import begin, step
from kiosk.core.rules import Rules
from kiosk.core.snapshot import Phase
from kiosk.demo.candidate_process import CandidateProcess
from kiosk.demo.options import DemoOptions
from kiosk.demo.play import _Watch, hearing, main, settings_for
from kiosk.demo.surroundings import Surroundings, look_around
from kiosk.errors import ExitStatus
from kiosk.interview.script import load_script
from kiosk.interview.session import plans
from kiosk.places import ASSETS, SCRIPTS
from kiosk.screen.theme_file import ThemeError
from kiosk.settings import (
    AudioSettings,
    InterviewSettings,
    RealtimeSettings,
    ScreenSettings,
    Settings,
    TokenSettings,
)
from tests.rigs.booth_process import ROOT, BoothProcess, person, running, until

URL = "http://127.0.0.1:8765"
HEADLESS = Surroundings(headless=True, microphone=False, speaker=False)
DESK = Surroundings(headless=False, microphone=True, speaker=True)
MUTE = Surroundings(headless=False, microphone=True, speaker=False)
DEMO = ("-m", "kiosk", "demo", "--headless", "--config")


def test_a_demo_talks_to_the_stand_in_and_to_nobody_else() -> None:
    azure = Settings(
        realtime=RealtimeSettings(base_url="https://x.openai.azure.com/openai", auth="api-key"),
        token=TokenSettings(source="service"),
    )
    settings = settings_for(azure, DemoOptions(), DESK, URL)
    assert (settings.realtime.base_url, settings.realtime.auth) == (URL, "bearer")
    assert settings.token.source == "direct"


def test_a_demo_offers_the_booths_languages() -> None:
    mine = Settings(interview=InterviewSettings(languages=("en", "ar", "any")))
    settings = settings_for(mine, DemoOptions(), HEADLESS, URL)
    assert settings.interview.languages == ("en", "ar", "any")


def test_a_demo_is_refused_for_a_theme_that_cannot_be_shown(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text('[screen]\ntheme = "nowhere"')
    with pytest.raises(ThemeError, match="there is no such theme"):
        main(DemoOptions(headless=True, config=path))


def test_a_demo_never_takes_the_whole_screen() -> None:
    options = DemoOptions(fps=60, width=1920, height=1080)
    settings = settings_for(Settings(), options, DESK, URL)
    screen = ScreenSettings(driver="auto", width=1920, height=1080, fps=60, fullscreen=False)
    assert settings.screen == screen
    headless = settings_for(Settings(), options, HEADLESS, URL)
    assert headless.screen == replace(screen, driver="offscreen")


@pytest.mark.parametrize(
    ("around", "output"), [(DESK, "my speakers"), (MUTE, "file:"), (HEADLESS, "file:")]
)
def test_a_loudspeaker_is_used_where_there_is_one(around: Surroundings, output: str) -> None:
    mine = Settings(audio=AudioSettings(input=("my microphone",), output=("my speakers",)))
    audio = settings_for(mine, DemoOptions(), around, URL).audio
    assert audio == AudioSettings(input=("my microphone",), output=(output,))


def test_a_virtual_candidate_is_the_microphone(tmp_path: Path) -> None:
    candidate = CandidateProcess(ASSETS, tmp_path, "demo")
    audio = hearing(Settings(), candidate).audio
    assert audio == AudioSettings(input=(f"file:{candidate.microphone}",))


@pytest.mark.parametrize(
    ("around", "virtual", "word"),
    [
        (HEADLESS, True, "Playing"),
        (DESK, False, "space bar"),
        (MUTE, False, "space bar"),
        (Surroundings(headless=False, microphone=False, speaker=True), True, "no microphone"),
    ],
)
def test_a_person_is_told_what_will_happen(around: Surroundings, virtual: bool, word: str) -> None:
    assert around.virtual_candidate is virtual
    assert word in around.told


def test_without_a_display_or_by_wish_it_is_headless() -> None:
    audio = AudioSettings(backend="file", input=("file:",), output=("file:",))
    assert look_around(DemoOptions(), {}, audio) == HEADLESS
    assert look_around(DemoOptions(headless=True), {"DISPLAY": ":0"}, audio) == HEADLESS


@pytest.mark.parametrize(
    ("microphone", "loudspeaker"), [(True, True), (True, False), (False, True), (False, False)]
)
def test_each_direction_is_looked_at_by_itself(
    tmp_path: Path, microphone: bool, loudspeaker: bool
) -> None:
    (tmp_path / "microphone.wav").touch()
    audio = AudioSettings(
        input=(f"file:{tmp_path}/{'microphone.wav' if microphone else 'none.wav'}",),
        output=(f"file:{tmp_path / ('out.wav' if loudspeaker else 'none/out.wav')}",),
    )
    found = look_around(DemoOptions(), {"WAYLAND_DISPLAY": "wayland-0"}, audio)
    assert found == Surroundings(headless=False, microphone=microphone, speaker=loudspeaker)


@pytest.mark.parametrize("faults", [(), (Fault.MIC_MISSING,)])
@pytest.mark.parametrize("headless", [True, False])
@pytest.mark.parametrize("languages", [("en",), ("en", "ja")])
def test_a_press_that_begins_nothing_ends_a_demo_that_nobody_watches(
    faults: tuple[Fault, ...], headless: bool, languages: tuple[str, ...]
) -> None:
    stopped: list[bool] = []
    watch = _Watch(ends_itself=headless, stop=lambda: stopped.append(True))
    state = begin(Rules(), plans(load_script("demo", SCRIPTS), languages))
    happened: list[on.Event] = [on.FaultRaised(each) for each in faults]
    happened += [on.Booted(), on.ButtonChanged(down=False), on.ButtonChanged(down=True)]
    for number, event in enumerate(happened):
        state, effects = step(state, event, float(number))
        watch(state, event, effects, float(number))
    if faults and headless:
        assert stopped == [True]
        assert watch.why.startswith("The button was pressed, but no interview began: [MIC")
    else:
        assert stopped == []
        assert watch.why == ""


def test_the_virtual_candidate_is_told_of_the_question_and_a_yes_is_its_first_press() -> None:
    asked: list[float] = []
    watch = _Watch(ends_itself=True, on_question=lambda: asked.append(now_s))
    state = begin(Rules(), plans(load_script("demo", SCRIPTS), ("en", "ar", "ja")))
    for now_s, event in (
        (0.0, on.Booted()),
        (2.0, on.ButtonChanged(down=True)),
        (2.2, on.ButtonChanged(down=False)),
        (9.0, on.TimePassed()),
        (11.0, on.ButtonChanged(down=True)),
        (11.2, on.ButtonChanged(down=False)),
    ):
        state, effects = step(state, event, now_s)
        watch(state, event, effects, now_s)
    assert asked == [9.0]
    assert (state.phase, state.language) == (Phase.CONNECTING, "en")
    assert watch.notes.moments.pressed_s == 11.2
    assert watch.why == ""


def test_a_demo_for_nobody_is_refused_where_speech_is_not_recognised(tmp_path: Path) -> None:
    gone = tmp_path / "gone" / "moonshine_voice"
    gone.mkdir(parents=True)
    (gone / "__init__.py").write_text("raise ImportError('not installed')")
    with person(tmp_path, "", {"PYTHONPATH": f"{gone.parent}:{ROOT}"}, DEMO) as demo:
        assert demo.wait() == ExitStatus.NOTHING_TO_BE_DONE
        assert demo.lines[-1].startswith("The stand-in hears nothing. The package")
        assert len(demo.lines) == 2
        gone_with(demo, [])


@pytest.mark.parametrize("moment", ["Starting the interviewer", "line open, greeting"])
def test_a_demo_that_is_ended_takes_everything_with_it(tmp_path: Path, moment: str) -> None:
    with person(tmp_path, "", {}, DEMO) as demo:
        demo.until(moment)
        children = demo.children()
        demo.stop(signal.SIGTERM)
        assert demo.wait() != 0
        assert "Traceback" not in demo.output
        gone_with(demo, children)


def test_the_virtual_candidate_gets_through_choice_and_consent(tmp_path: Path) -> None:
    languages = {"KIOSK_INTERVIEW_LANGUAGES": "en,ar,ja"}
    with person(tmp_path, "", languages, DEMO) as demo:
        demo.until("line open, greeting")
        seen = [line.strip() for line in demo.lines if line.startswith("  ")]
        assert seen[:5] == ["idle", "choosing", "consenting", "connecting", "conversing"]
        demo.stop(signal.SIGTERM)
        demo.wait()


def gone_with(demo: BoothProcess, children: list[int]) -> None:
    until(lambda: not set(children) & set(running()))
    assert list(demo.temporary.iterdir()) == []


def test_a_demo_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    asked = (*DEMO[:-1], "--network", "cable-pulled", "--config")
    with person(tmp_path, "", {}, asked) as demo:
        demo.until("ready for a candidate")
        assert any(line.startswith("The network is cable-pulled: ") for line in demo.lines)
        children = demo.children()
        assert len(children) == 5, "interviewer, network, candidate, engine and spare"
        demo.stop(signal.SIGKILL)
        until(lambda: not set(children) & set(running()))


def test_a_script_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with person(tmp_path, "", {}, (*DEMO[:-1], "--script", "nope", "--config")) as demo:
        assert demo.wait() == 78
        assert len(demo.lines) == 1
        assert "there is no such script" in demo.lines[0]
        gone_with(demo, [])


def test_a_network_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with person(tmp_path, "", {}, (*DEMO[:-1], "--network", "hotl-wifi", "--config")) as demo:
        assert demo.wait() == 78
        assert len(demo.lines) == 1
        assert demo.lines[0].endswith("there is no such network; did you mean hotel-wifi?")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    out = str(tmp_path / "file" / "out")
    with person(tmp_path, "", {}, (*DEMO[:-1], "--out", out, "--config")) as demo:
        assert demo.wait() != 0
        assert demo.lines[-1] == f"{out} cannot be written: Not a directory."
        gone_with(demo, [])
