"""`scripts/pi-check`: its verdicts, what it reads of a machine, and its short form as a whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "scripts"))

from benchmarks import pi_machine, pi_rows, pi_talk  # noqa: E402 - scripts are no package

from kiosk.audio.port import Clock  # noqa: E402 - stays below it

CONFIG = """
[realtime]
base_url = "http://127.0.0.1:9"
[screen]
driver = "offscreen"
width = 320
height = 240
[audio]
backend = "file"
input = "file:"
output = "file:"
"""


def test_the_short_form_measures_what_it_can_and_says_why_the_rest_is_missing(
    tmp_path: Path,
) -> None:
    (tmp_path / "kiosk.toml").write_text(CONFIG)
    command = [sys.executable, "-m", "benchmarks.pi_check", "--quick", "--json", "--config"]
    done = subprocess.run(
        [*command, str(tmp_path / "kiosk.toml")],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'scripts'}:{ROOT}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    told = json.loads(done.stdout)
    figures = told["figures"]
    assert list(figures) == list(pi_rows.ROWS)
    measured = {name for name, each in figures.items() if each["here"] is not None}
    parts = {row.part for name, row in pi_rows.ROWS.items() if name in measured}
    assert parts >= {"start", "talk", "idle", "machine"}, done.stderr
    assert figures["first_frame_ms"]["here"] < figures["idle_ms"]["here"]
    assert told["not_measured"]["echo"] == "The sound comes from files."
    assert set(told["not_measured"]) >= {"clock", "echo", "network"}
    for name in pi_rows.ROWS:
        assert (figures[name]["verdict"] == "not measured") == (name not in measured)


def test_the_development_machine_has_measured_what_it_can() -> None:
    kept = json.loads((ROOT / "scripts/benchmarks/development.json").read_text("utf-8"))
    assert set(kept["figures"]) <= set(pi_rows.ROWS)
    known = {pi_rows.ROWS[name].part for name in kept["figures"]}
    assert known >= {"start", "talk", "idle", "clock", "echo"}


@pytest.mark.parametrize(
    ("good", "fair", "value", "verdict"),
    [
        (10, 20, 10, "good"),
        (10, 20, 10.1, "fair"),
        (10, 20, 20.1, "bad"),
        (0, 0, 0, "good"),
        (0, 0, 1, "bad"),
        (20, 10, 20, "good"),
        (20, 10, 19, "fair"),
        (20, 10, 9, "bad"),
        (-60, -45, -61, "good"),
        (-60, -45, -44, "bad"),
        (10, 20, None, "not measured"),
    ],
)
def test_a_verdict_goes_by_both_limits(
    good: float, fair: float, value: float | None, verdict: str
) -> None:
    assert pi_rows.Row("talk", "x", "", good, fair).verdict(value) == verdict


def test_the_report_has_a_line_for_each_figure_and_each_reason() -> None:
    figures = {"fps": 30.0, "undervoltage": 2.0}
    lines = list(pi_rows.lines(figures, {"fps": 29.5}, {"echo": "There is no room."}))
    assert len(lines) == 1 + len(pi_rows.ROWS) + 1
    assert [line.split()[-3:] for line in lines if line.startswith("frames a sec")] == [
        ["30", "29.5", "good"]
    ]
    assert lines[-1] == "not measured: echo: There is no room."
    assert pi_rows.worst(figures) == "bad"
    assert pi_rows.worst({"fps": 30.0}) == "good"
    assert pi_rows.worst({}) == "not measured"


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def test_a_pi_tells_heat_and_a_weak_supply(tmp_path: Path) -> None:
    write(tmp_path, "sys/class/thermal/thermal_zone0/temp", "81500\n")
    write(tmp_path, "sys/class/thermal/thermal_zone1/temp", "broken")
    write(tmp_path, "sys/class/hwmon/hwmon2/name", "rpi_volt\n")
    write(tmp_path, "sys/class/hwmon/hwmon2/in0_lcrit_alarm", "1\n")
    write(tmp_path, "sys/devices/platform/soc/soc:firmware/get_throttled", "0x50005\n")
    write(tmp_path, "proc/meminfo", "MemTotal: 4000000 kB\nMemAvailable:  2048000 kB\n")
    with pi_machine.Sampler(tmp_path) as sampler:
        figures = sampler.figures
    assert figures["temperature_c"] == 81.5
    assert figures["memory_free_mib"] == 2000
    assert figures["undervoltage"] >= 1
    assert figures["slowed_down"] >= 1


def test_a_machine_that_tells_nothing_is_not_judged(tmp_path: Path) -> None:
    with pi_machine.Sampler(tmp_path) as sampler:
        pass
    assert sampler.figures == {}


def test_a_burst_is_late_by_what_lies_between_the_played_clock_and_the_microphone() -> None:
    heard = pi_talk.Heard()
    heard.sent = [1.0 + 0.02 * n for n in range(160)]
    second_s = heard.sent[80]
    heard.clocks = [clock(second_s - 0.1, 400), clock(second_s, 400), clock(second_s + 0.1, 450)]
    began_s = second_s + 0.1 - 0.05
    heard.frames = [
        (at_s, -20.0 if at_s >= began_s + 0.03 else -70.0)
        for at_s in (second_s - 0.4 + 0.01 * n for n in range(100))
    ]
    (late_ms,) = pi_talk.lateness_ms(heard, 80)
    assert late_ms == pytest.approx(30, abs=10.1)


def clock(at_s: float, played_ms: int) -> Clock:
    return Clock(at_s, played_ms, 0, False, -70.0, False, 0, 0)
