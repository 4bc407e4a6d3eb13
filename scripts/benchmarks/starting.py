"""One start of a real `kiosk run`, which tells each step as it is reached (`kiosk.startup`)."""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from tests.rigs.booth_process import BoothProcess, systemd

DROP = Path("/proc/sys/vm/drop_caches")
PROGRAM = (
    "-c",
    """
import sys
from kiosk.startup import age_s
print(f"@interpreter {age_s():.3f}", flush=True)
from pathlib import Path
from kiosk import start
sys.exit(start.main(Path(sys.argv[1]), lambda step: print(f"@{step} {age_s():.3f}", flush=True)))
""",
)


def started(
    folder: Path,
    config: str,
    environ: Mapping[str, str],
    caches: int,
    *,
    cold: bool = False,
    rig: Callable[..., AbstractContextManager[BoothProcess]] = systemd,
) -> tuple[dict[str, float], str]:
    """Start one booth and stop it; returns the second of each step, and all that it said.

    Starts with the same number of `caches` find what the others left there; a `cold` one finds no
    file in the machine's memory, which takes root.  `rig` is how it is started: by systemd, or by a
    person.
    """
    cache = folder / f"cache-{caches}"
    cache.mkdir(exist_ok=True)
    if cold:
        os.sync()
        DROP.write_text("3")
    own = {"CACHE_DIRECTORY": str(cache), "XDG_CACHE_HOME": str(cache)}
    with rig(folder, config, {**environ, **own}, PROGRAM) as booth:
        booth.until("@up")
        booth.stop()
        marks = [line.removeprefix("@").rpartition(" ") for line in booth.lines if line[:1] == "@"]
        return {step: float(second) for step, _, second in marks}, booth.output
