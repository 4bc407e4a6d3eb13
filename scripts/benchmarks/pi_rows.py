"""What `scripts/pi-check` measures, and what it makes of a figure (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["good", "fair", "bad", "not measured"]
"""As it should be · interviews can be held · they suffer, or cannot be held · nobody knows."""
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, and how it is judged."""

    part: str
    """What it is measured with; a part that fails says why once."""
    what: str
    unit: str
    good: float
    """Good up to here, or from here on where `fair` is less."""
    fair: float
    """Bearable up to here, or from here on."""

    def verdict(self, value: float | None) -> Verdict:
        """Judge a figure; None was not measured."""
        if value is None:
            return "not measured"
        sign = 1 if self.fair >= self.good else -1
        if sign * value <= sign * self.good:
            return "good"
        return "fair" if sign * value <= sign * self.fair else "bad"


ROWS: Mapping[str, Row] = {
    "first_frame_ms": Row("start", "from the process to the first words", "ms", 2500, 5000),
    "idle_ms": Row("start", "from the process to a booth that is up", "ms", 6000, 15000),
    "boot_s": Row("boot", "from the kernel to the end of the boot", "s", 25, 60),
    "service_s": Row("boot", "from the kernel to kiosk.service ready", "s", 30, 90),
    "frame_ms_p50": Row("talk", "half of all frames are drawn in", "ms", 10, 20),
    "frame_ms_p95": Row("talk", "95 of 100 frames are drawn in", "ms", 20, 33),
    "frame_ms_p99": Row("talk", "99 of 100 frames are drawn in", "ms", 33, 66),
    "fps": Row("talk", "frames a second", "", 29, 20),
    "frames_dropped_pct": Row("talk", "frames that came too late", "%", 1, 5),
    "screen_cpu_pct": Row("talk", "CPU of the screen in conversation", "% of a core", 40, 80),
    "screen_pss_mib": Row("talk", "memory of the screen", "MiB", 150, 300),
    "underruns_a_min": Row("talk", "times the loudspeaker ran dry in a minute", "", 0, 2),
    "overruns_a_min": Row("talk", "times captured sound was lost in a minute", "", 0, 2),
    "mic_missing_pct": Row("talk", "microphone frames that did not come", "%", 0.5, 2),
    "engine_cpu_pct": Row("talk", "CPU of the sound engine in conversation", "% of a core", 50, 85),
    "engine_pss_mib": Row("talk", "memory of the sound engine", "MiB", 70, 140),
    "idle_cpu_pct": Row(
        "idle", "CPU of screen and engines while nobody is here", "% of a core", 10, 25
    ),
    "clock_error_ms": Row("clock", "voice heard later than the played clock says", "ms", 40, 100),
    "clock_jitter_ms": Row("clock", "by which that varies (95 of 100)", "ms", 10, 30),
    "loop_delay_ms": Row("echo", "from booth to loudspeaker to microphone", "ms", 150, 400),
    "echo_removed_db": Row("echo", "of the echo is removed", "dB", 20, 10),
    "echo_left_dbfs": Row("echo", "is left of it", "dBFS", -60, -45),
    "temperature_c": Row("machine", "hottest in the whole run", "°C", 70, 80),
    "slowed_down": Row("machine", "times it was seen slowed down", "", 0, 0),
    "undervoltage": Row("machine", "times its voltage was seen too low", "", 0, 0),
    "memory_free_mib": Row("machine", "free memory at its least", "MiB", 400, 150),
    "round_trip_ms_p50": Row("network", "to the service and back, half of all", "ms", 60, 150),
    "round_trip_ms_p95": Row("network", "to the service and back, 95 of 100", "ms", 120, 300),
}
"""Limits are for a Raspberry Pi 4 at 1920x1080 and 30 frames a second."""


def lines(figures: Figures, development: Figures, reasons: Mapping[str, str]) -> Iterator[str]:
    """The report: a line for each figure, and under them why some are missing."""
    yield f"{'':56}{'here':>10}{'development':>14}  verdict"
    for name, row in ROWS.items():
        what = f"{row.what}{f' ({row.unit})' if row.unit else ''}"
        here, there = told(figures.get(name)), told(development.get(name))
        yield f"{what:56}{here:>10}{there:>14}  {row.verdict(figures.get(name))}"
    for part, why in reasons.items():
        yield f"not measured: {part}: {why}"


def as_data(
    figures: Figures, development: Figures, reasons: Mapping[str, str]
) -> dict[str, object]:
    """The same for programs."""
    return {
        "figures": {
            name: {
                "here": figures.get(name),
                "development": development.get(name),
                "verdict": row.verdict(figures.get(name)),
            }
            for name, row in ROWS.items()
        },
        "not_measured": dict(reasons),
    }


def worst(figures: Figures) -> Verdict:
    """The worst verdict on what was measured."""
    found = {row.verdict(figures.get(name)) for name, row in ROWS.items()}
    order: tuple[Verdict, ...] = ("bad", "fair", "good")
    return next((each for each in order if each in found), "not measured")


def told(value: float | None) -> str:
    """A figure as people read it."""
    return "-" if value is None else f"{value:.10g}"
