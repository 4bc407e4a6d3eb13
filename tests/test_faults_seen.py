"""What can be wrong from the start, as a person and as staff see it: the real program each time."""

import json
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pygame
import pytest

from kiosk.booth import Booth
from kiosk.core.faults import Fault
from kiosk.core.snapshot import Phase, Snapshot
from kiosk.core.view import view
from kiosk.errors import ExitStatus
from kiosk.extras import Extras
from kiosk.host.running import STATUS_FILE, read_status
from kiosk.interview.script import load_script
from kiosk.reading import Reading
from kiosk.screen.assets import AVATAR
from kiosk.secret import Secret
from kiosk.settings import (
    AudioSettings,
    RealtimeSettings,
    ScreenSettings,
    Settings,
    TokenSettings,
)
from kiosk.standin.faults import Faults
from tests.rigs.booth_process import DIRECT, ROOT, STOP_S, BoothProcess, person, systemd, until
from tests.rigs.standin import KEY, Service, service, write_script
from tests.standin.conftest import SCRIPT

WRONG_KEY = "sk-wrong-0123456789abcdef"
DEAD_URL = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Case:
    """One thing that is wrong; everything else is right."""

    fault: Fault
    sentence: str
    """What a person reads on the terminal."""
    key: str = KEY
    base_url: str = ""
    microphone: str = "file:"
    more: str = ""
    """At the end of the configuration."""
    script: str = ""
    """Instead of the short script."""
    ends: bool = False
    """Nothing but a person can mend it, so a person's command ends."""

    def config(self, running: Service) -> str:
        return f"""
[realtime]
base_url = "{self.base_url or running.base_url}"
[audio]
backend = "file"
input = "{self.microphone}"
output = "file:"
[interview]
script = "short"
{self.more}
"""

    @property
    def environ(self) -> dict[str, str]:
        return {"OPENAI_API_KEY": self.key} if self.key else {}


CASES = {
    "no key": Case(
        Fault.KEY_MISSING,
        "OPENAI_API_KEY: There is no API key: .env or this variable has it.",
        key="",
        ends=True,
    ),
    "wrong key": Case(Fault.KEY_REFUSED, "The service refuses the API key.", key=WRONG_KEY),
    "dead base URL": Case(Fault.UNREACHABLE, "The service cannot be reached", base_url=DEAD_URL),
    "no microphone": Case(
        Fault.MIC_MISSING, "There is no input file /none.wav.", microphone="/none.wav"
    ),
    "broken TOML": Case(
        Fault.CONFIG, "kiosk.toml, line 10: This is not TOML", more="[booth", ends=True
    ),
    "no such key": Case(
        Fault.CONFIG,
        'kiosk.toml, line 11: button.key must be the name of a key, like "space" or "f1", or '
        '"any"; did you mean space?',
        more='[button]\nkey = "spacebar"',
        ends=True,
    ),
    "no such language": Case(
        Fault.CONFIG,
        "the settings: interview.languages names xx, qq-AQ: the booth's words are in ar, de, "
        "en, es, fr, hi, ja, zh, and another language must stand in the script's list.",
        more='languages = ["en", "xx", "de-CH", "qq-AQ"]',
        ends=True,
    ),
    "broken script": Case(
        Fault.SCRIPT,
        "the first sentence of 'greeting' must say that this is an AI",
        script=SCRIPT.replace("an AI", "somebody"),
        ends=True,
    ),
}
each_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(autouse=True)
def _script(tmp_path: Path) -> None:
    write_script(tmp_path)


def prepare(folder: Path, case: Case) -> None:
    if case.script:
        (folder / "interviews" / "short.toml").write_text(case.script)


def check_output(booth: BoothProcess) -> None:
    assert "Traceback" not in booth.output
    for secret in (KEY, WRONG_KEY, "ek_"):
        assert secret not in booth.output


@each_case
def test_a_person_reads_one_clear_sentence(tmp_path: Path, case: Case, running: Service) -> None:
    prepare(tmp_path, case)
    with person(tmp_path, case.config(running), DIRECT | case.environ) as booth:
        if case.ends:
            assert booth.wait() == ExitStatus.CONFIG
            assert len(booth.lines) == 1
        else:
            booth.until(f"[{case.fault.remedy.code}] out of service")
            booth.stop(signal.SIGINT)
            assert booth.wait() == ExitStatus.DONE
        assert case.sentence in booth.output
        check_output(booth)


@each_case
def test_a_service_shows_the_code_and_stays(tmp_path: Path, case: Case, running: Service) -> None:
    prepare(tmp_path, case)
    folder = tmp_path / STATUS_FILE.parent
    folder.mkdir(parents=True)
    environ = case.environ | {"RUNTIME_DIRECTORY": str(folder)}
    with systemd(tmp_path, case.config(running), environ) as booth:
        remedy = case.fault.remedy
        booth.until("READY=1")
        booth.until(f"STATUS=Out of service [{remedy.code}] {remedy.what} {remedy.do}")
        until(lambda: (read_status(tmp_path) or {}).get("code") == remedy.code)
        assert booth.process.poll() is None
        assert "STOPPING=1" not in booth.output
        assert booth.stop() < STOP_S
        assert booth.wait() == ExitStatus.DONE
        booth.until("STOPPING=1")
        assert booth.output.count("READY=1") == 1
        check_output(booth)


def test_a_service_without_a_screen_says_so_and_is_started_again(
    tmp_path: Path, running: Service
) -> None:
    environ = {"KIOSK_SCREEN_DRIVER": "x11", "DISPLAY": ":987"}
    for key in ("", KEY):
        config = CASES["no key"].config(running)
        with systemd(tmp_path, config, {"OPENAI_API_KEY": key, **environ}) as booth:
            booth.until("STATUS=The screen cannot be opened (x11:")
            assert booth.wait() == ExitStatus.RESTART
            check_output(booth)


def test_a_broken_installation_is_not_started_again(tmp_path: Path, running: Service) -> None:
    broken = tmp_path / "broken"
    (broken / "pangocairocffi").mkdir(parents=True)
    (broken / "pangocairocffi" / "__init__.py").write_text("raise OSError('no such library')")
    environ = {"OPENAI_API_KEY": KEY, "PYTHONPATH": f"{broken}:{ROOT}"}
    with systemd(tmp_path, CASES["no key"].config(running), environ) as booth:
        assert booth.wait() == ExitStatus.NOTHING_TO_BE_DONE
        assert booth.lines[-1] == "Text cannot be drawn: install libpangocairo-1.0-0."
        check_output(booth)


def test_a_face_that_cannot_be_drawn_ends_a_person_s_booth_and_not_a_service(
    tmp_path: Path, running: Service
) -> None:
    face = Path(shutil.copytree(AVATAR, tmp_path / "face"))
    for path in face.glob("*.json"):
        drawing = json.loads(path.read_text())
        for layer in drawing.get("layers", ()):
            layer["shapes"] = []
        path.write_text(json.dumps(drawing))
    (tmp_path / "fair.toml").write_text('avatar = "face"')
    config = CASES["no key"].config(running) + f'[screen]\ntheme = "{tmp_path}/fair.toml"'
    with systemd(tmp_path, config, {"OPENAI_API_KEY": KEY}) as booth:
        booth.until(f"STATUS=Ready for a candidate; [{Fault.THEME.remedy.code}]")
        assert "idle.json" in booth.output
        assert booth.stop() < STOP_S
        check_output(booth)
    with person(tmp_path, config, DIRECT | {"OPENAI_API_KEY": KEY}) as booth:
        assert booth.wait() == ExitStatus.NOTHING_TO_BE_DONE
        assert "idle.json" in booth.lines[-1]
        check_output(booth)


FACELESS = (
    "-c",
    """
import sys
from pathlib import Path
from kiosk import start
from kiosk.screen import picture

def damaged(*_, **__):
    raise picture.ScreenError("idle.json is damaged.")

picture.Avatar = damaged
sys.exit(start.main(Path(sys.argv[1])))
""",
)
"""A booth whose own face cannot be drawn."""


def test_a_service_whose_own_face_is_damaged_begins_anew_until_it_gives_up(
    tmp_path: Path, running: Service
) -> None:
    config = CASES["no key"].config(running)
    with systemd(tmp_path, config, {"OPENAI_API_KEY": KEY}, FACELESS) as booth:
        assert booth.wait() == ExitStatus.RESTART
        assert "idle.json is damaged." in booth.output
        check_output(booth)


def test_a_code_is_shown_without_the_face_where_that_is_damaged(tmp_path: Path) -> None:
    with systemd(tmp_path, "[audio", {}, FACELESS) as booth:
        booth.until("idle.json is damaged.")
        booth.until(f"STATUS=Out of service [{Fault.CONFIG.remedy.code}]")
        booth.until("READY=1")
        assert booth.stop() < STOP_S
        assert booth.wait() == ExitStatus.DONE


def test_a_service_may_not_hold_the_key_itself(tmp_path: Path, running: Service) -> None:
    config = CASES["no key"].config(running) + '[token]\nsource = "direct"'
    with systemd(tmp_path, config, {"OPENAI_API_KEY": KEY}) as booth:
        booth.until(f"STATUS=Out of service [{Fault.CONFIG.remedy.code}]")
        assert booth.stop() < STOP_S
        check_output(booth)


def test_a_booth_whose_token_service_is_gone_says_so_and_never_looks_ready(
    tmp_path: Path, running: Service
) -> None:
    gone = {"KIOSK_TOKEN_SOCKET": str(tmp_path / "none")}
    config = CASES["no key"].config(running)
    with systemd(tmp_path, config, gone) as booth:
        booth.until(f"STATUS=Out of service [{Fault.KEY_SERVICE.remedy.code}]")
        assert "STATUS=Ready" not in booth.output
        assert booth.stop() < STOP_S


@pytest.mark.parametrize("environ", [{}, {"OPENAI_API_KEY": KEY}])
def test_a_person_without_a_token_service_is_told_how_to_do_without(
    tmp_path: Path, running: Service, environ: dict[str, str]
) -> None:
    config = CASES["no key"].config(running) + f'[token]\nsocket = "{tmp_path}/none"'
    with person(tmp_path, config, environ) as booth:
        assert booth.wait() == ExitStatus.CONFIG
        assert len(booth.lines) == 1
        assert booth.output == (
            f"{tmp_path}/none: There is no token service. To do without one, set "
            "KIOSK_TOKEN_SOURCE=direct and OPENAI_API_KEY, in .env or as variables."
        )


def test_a_service_that_comes_back_is_noticed(tmp_path: Path, running: Service) -> None:
    running.set_faults(Faults(mint="503"))
    case = CASES["wrong key"]
    with systemd(tmp_path, case.config(running), {"OPENAI_API_KEY": KEY}) as booth:
        out = booth.until(f"[{Fault.SERVICE_DOWN.remedy.code}]")
        running.set_faults(Faults())
        booth.until("STATUS=Ready for a candidate", after=out)


# --- the screen -----------------------------------------------------------------------------------


def seen(folder: Path, base_url: str, key: str, microphone: str, phase: Phase) -> "Sight":
    """Run a booth until its screen has shown `phase` for a while."""
    settings = Settings(
        realtime=RealtimeSettings(base_url=base_url),
        audio=AudioSettings(backend="file", input=(microphone,), output=("file:",)),
        screen=ScreenSettings(driver="offscreen", width=640, height=360),
        token=TokenSettings(source="direct"),
    )
    script = load_script("short", folder / "interviews")
    sight = Sight(phase)
    extras = Extras(observe=lambda state, *_: sight.note(view(state)), on_frame=sight.frame)
    booth = Booth(Reading(settings, script), Secret(key) if key else None, {}, extras)
    sight.enough = booth.stop
    assert booth.run() == ExitStatus.DONE
    return sight


SHOWN_FRAMES = 20
"""By then everything that glides has arrived."""


class Sight:
    """The last frame of a phase, and what the booth wanted it to show."""

    def __init__(self, phase: Phase) -> None:
        self.phase = phase
        self.fault: Fault | None = None
        self.pixels = np.zeros(0, np.int16)
        self.enough: Callable[[], None] = lambda: None
        self._now: Snapshot | None = None
        self._frames = 0

    def note(self, snapshot: Snapshot) -> None:
        self._now = snapshot

    def frame(self, surface: pygame.Surface, _: float) -> None:
        now = self._now
        self._frames = self._frames + 1 if now is not None and now.phase is self.phase else 0
        if self._frames == SHOWN_FRAMES:
            assert now is not None
            self.fault = now.fault
            pixels = pygame.image.tobytes(surface, "RGB")
            self.pixels = np.frombuffer(pixels, np.uint8).astype(np.int16)
            self.enough()

    def differs(self, other: "Sight") -> float:
        """Return the share of bytes in which two pictures differ."""
        return float((np.abs(self.pixels - other.pixels) > 16).mean())


def test_each_fault_has_a_picture_of_its_own(tmp_path: Path, running: Service) -> None:
    idle = seen(tmp_path, running.base_url, KEY, "file:", Phase.IDLE)
    again = seen(tmp_path, running.base_url, KEY, "file:", Phase.IDLE)
    assert idle.fault is None
    for name in ("no key", "wrong key", "dead base URL", "no microphone"):
        case = CASES[name]
        url = case.base_url or running.base_url
        sight = seen(tmp_path, url, case.key, case.microphone, Phase.OUT_OF_SERVICE)
        assert sight.fault is case.fault
        assert sight.differs(idle) > again.differs(idle) + 0.03, name
