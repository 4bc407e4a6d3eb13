"""A pressed booth whose staff want it while there is a file `maintenance` beside its configuration.

`python -m tests.rigs.confiding_booth FILE` is `tests.rigs.pressed_booth` but for that, and for its
recogniser, which finds a candidate's words in their hum.
"""

import sys
from functools import partial
from pathlib import Path

from kiosk import live
from kiosk.host.control import Control, Watcher
from kiosk.realtime import putting_back
from kiosk.realtime.recognising import Recogniser
from tests.rigs import pressed_booth


def main(path: Path) -> int:
    """Be the booth."""
    vars(live)["Watcher"] = partial(Watcher, control=Control(path.parent))
    ears = (sys.executable, "-P", "-m", "tests.rigs.confided")
    vars(putting_back)["Recogniser"] = partial(Recogniser, ears)
    return pressed_booth.main(path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
