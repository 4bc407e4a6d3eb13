"""How a booth starts: what is loaded before its first words, and what a stop finds on the way."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import ExitStatus
from kiosk.startup import Startup, age_s
from tests.rigs.booth_process import DIRECT, STOP_S, person, systemd

HEAVY = (
    "aiohttp",
    "aiortc",
    "av",
    "cryptography",
    "httpx",
    "livekit",
    "numpy",
    "segno",
    "thorvg_python",
    "kiosk.audio.link",
    "kiosk.core.machine",
    "kiosk.realtime.peer",
)
"""Nothing of this is loaded before the first words are on the screen."""
CONFIG = """
[realtime]
base_url = "http://127.0.0.1:9"
[audio]
backend = "file"
input = "file:"
output = "file:"
[screen]
width = 320
height = 240
"""
PROGRAM = """
import sys
from pathlib import Path
from kiosk import start

def watch(step):
    loaded = " ".join(name for name in {heavy!r} if name in sys.modules)
    print(f"{{step}}: {{loaded}}", flush=True)

sys.exit(start.main(Path(sys.argv[1]), watch))
"""
ENVIRON = {"OPENAI_API_KEY": "sk-nobody-answers"}
WATCHED = ("-c", PROGRAM.format(heavy=HEAVY))


def test_nothing_heavy_is_loaded_before_the_first_words_are_seen(tmp_path: Path) -> None:
    with person(tmp_path, CONFIG, DIRECT | ENVIRON, WATCHED) as booth:
        booth.until("up: ")
        booth.stop()
        seen = [line for line in booth.lines if line.startswith("first frame:")]
        assert seen == ["first frame: "]
        up = next(line for line in booth.lines if line.startswith("up: "))
        assert set(up.removeprefix("up: ").split()) >= {"aiortc", "httpx", "numpy"}


@pytest.mark.parametrize("step", ["first frame", "line", "face"])
def test_a_booth_that_is_stopped_on_its_way_up_ends_cleanly(tmp_path: Path, step: str) -> None:
    with systemd(tmp_path, CONFIG, ENVIRON, WATCHED) as booth:
        booth.until(f"{step}: ")
        assert booth.stop() < STOP_S
        assert booth.wait() == ExitStatus.DONE
        assert "Traceback" not in booth.output
        assert "dropped" not in booth.output


def test_a_booth_that_cannot_be_configured_is_stopped_as_early(tmp_path: Path) -> None:
    with systemd(tmp_path, "[audio", ENVIRON, WATCHED) as booth:
        booth.until("STATUS=Out of service [CFG1]")
        assert booth.stop() < STOP_S
        assert booth.wait() == ExitStatus.DONE


def test_the_journal_has_one_line_on_how_long_it_took() -> None:
    seen: list[str] = []
    startup = Startup(seen.append)
    startup.reach("read")
    startup.reach("first frame")
    again = startup.steps["read"]
    startup.reach("read")
    assert startup.steps["read"] == again > 0
    assert seen == ["read", "first frame"]
    assert re.fullmatch(r"seconds since the start: read [\d.]+, first frame [\d.]+", startup.line)


def test_a_process_knows_its_age(tmp_path: Path) -> None:
    asked = "from kiosk.startup import age_s; print(age_s())"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert 0 < float(done.stdout) < 60
    for content in ("", "1 (a) b) S 1", "1 (x) " + "x " * 30):
        (tmp_path / "stat").write_text(content)
        assert age_s(tmp_path / "stat") == 0
    assert age_s(tmp_path / "none") == 0
