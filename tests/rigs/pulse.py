"""A private PulseAudio with a loudspeaker and a microphone that exist only as sinks.

What is played on `vspk` can be heard with `listen`, what is said with `speak` is captured from
`vmic`.  PortAudio lists both under these names.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

SPEAKER, MICROPHONE = "vspk", "vmic"
"""What PortAudio calls them."""
MISSING = [name for name in ("pulseaudio", "pactl", "pacat", "parec") if not shutil.which(name)]
"""Programs that the rig needs and this machine has not."""
_SETTLE_S = 2.0
"""A fresh null sink stalls for as long at its first sound."""
_ASOUNDRC = """
pcm.vspk { type pulse device "spk" hint { show on description "vspk" } }
pcm.vmic { type pulse device "mic.monitor" hint { show on description "vmic" } }
pcm.!default { type pulse hint { show on description "default" } }
"""
_RAW = ["--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=20"]
_SINK = "module-null-sink"
_START_LIMIT_S = 10.0
_COMMAND = [
    "pulseaudio",
    "--daemonize=no",
    "--exit-idle-time=-1",
    "-n",
    "--log-target=stderr",
    "--load=module-native-protocol-unix",
    f"--load={_SINK} sink_name=spk rate=48000",
    f"--load={_SINK} sink_name=mic rate=48000",
]


@dataclass(slots=True)
class Pulse:
    """The server."""

    folder: Path
    environment: dict[str, str]
    """What a process needs to find it."""
    server: "subprocess.Popen[bytes] | None" = None
    keepers: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)
    """Play silence to every sink: one that nobody plays to stalls for two seconds at first."""

    def start(self) -> None:
        """Start it with both sinks; returns when they are past their first stall."""
        log = self.folder / "log"
        with log.open("ab") as errors:
            self.server = subprocess.Popen(
                _COMMAND, env=self.environment, stdin=subprocess.DEVNULL, stderr=errors
            )
        deadline_s = time.monotonic() + _START_LIMIT_S
        while not self._answers():
            if time.monotonic() > deadline_s or self.server.poll() is not None:
                raise RuntimeError("PulseAudio does not start: " + log.read_text()[-500:])
            time.sleep(0.05)
        for sink in ("spk", "mic"):
            self._keep(sink)
        time.sleep(_SETTLE_S)

    def stop(self) -> None:
        """Kill it."""
        for sink in list(self.keepers):
            self._leave(sink)
        if self.server is not None:
            self.server.kill()
            self.server.wait()
            self.server = None

    def _keep(self, sink: str) -> None:
        self.keepers[sink] = subprocess.Popen(
            ["pacat", "-p", "-d", sink, *_RAW, "/dev/zero"], env=self.environment
        )

    def _leave(self, sink: str) -> None:
        keeper = self.keepers.pop(sink)
        keeper.kill()
        keeper.wait()

    def _answers(self) -> bool:
        asked = subprocess.run(
            ["pactl", "info"], env=self.environment, capture_output=True, check=False
        )
        return asked.returncode == 0

    def pactl(self, *words: str) -> str:
        """Run a command of the server."""
        done = subprocess.run(
            ["pactl", *words], env=self.environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def plug(self, sink: str) -> None:
        """Add a sink, with its monitor, which gives sound at once as a plugged card does.

        A new one begins with a block of two seconds; it forgets that when it is suspended.
        """
        self.pactl("load-module", _SINK, f"sink_name={sink}", "rate=48000")
        self._keep(sink)
        while not self._is_played(sink):
            time.sleep(0.005)
        for suspended in ("1", "0"):
            self.pactl("suspend-sink", sink, suspended)

    def _is_played(self, sink: str) -> bool:
        """Tell whether anybody plays to it."""
        lines = [line.split("\t") for line in self.pactl("list", "short", "sinks").splitlines()]
        number = next(fields[0] for fields in lines if fields[1] == sink)
        inputs = self.pactl("list", "short", "sink-inputs").splitlines()
        return any(line.split("\t")[1] == number for line in inputs)

    def unplug(self, sink: str) -> None:
        """Take a sink away."""
        self._leave(sink)
        for line in self.pactl("list", "short", "modules").splitlines():
            number, *rest = line.split("\t")
            if f"sink_name={sink}" in " ".join(rest):
                self.pactl("unload-module", number)

    @contextmanager
    def speak(self, pcm: npt.NDArray[np.int16], sink: str = "mic") -> Iterator[None]:
        """Play sound into the microphone while the block runs."""
        raw = self.folder / f"{sink}-{time.monotonic_ns()}.raw"
        raw.write_bytes(pcm.tobytes())
        player = subprocess.Popen(
            ["pacat", "-p", "-d", sink, *_RAW, str(raw)], env=self.environment
        )
        try:
            yield
        finally:
            player.kill()
            player.wait()
            raw.unlink()

    @contextmanager
    def one_room(self) -> Iterator[None]:
        """Let the microphone hear the loudspeaker, as loud as it is, while the block runs.

        No rate is adjusted: by default the loop changes its speed by up to 1 %, as no room does.
        """
        loop = ("module-loopback", "source=spk.monitor", "sink=mic", "adjust_time=0")
        module = self.pactl("load-module", *loop)
        try:
            yield
        finally:
            self.pactl("unload-module", module)

    @contextmanager
    def listen(self, sink: str = "spk") -> Iterator[Path]:
        """Record the loudspeaker, as raw 48 kHz mono s16, while the block runs."""
        raw = self.folder / f"heard-{time.monotonic_ns()}.raw"
        with raw.open("wb") as out:
            recorder = subprocess.Popen(
                ["parec", "-d", f"{sink}.monitor", *_RAW], env=self.environment, stdout=out
            )
            try:
                yield raw
            finally:
                recorder.terminate()
                recorder.wait()


@contextmanager
def pulse() -> Iterator[Pulse]:
    """Run a server with both sinks, past their first stall."""
    folder = Path(tempfile.mkdtemp(prefix="pulse-"))
    home = folder / "home"
    home.mkdir()
    (home / ".asoundrc").write_text(_ASOUNDRC)
    environment = os.environ | {
        "XDG_RUNTIME_DIR": str(folder),
        "HOME": str(home),
        "PULSE_SERVER": f"unix:{folder}/pulse/native",
    }
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    it = Pulse(folder, environment)
    try:
        it.start()
        yield it
    finally:
        it.stop()
        shutil.rmtree(folder)
