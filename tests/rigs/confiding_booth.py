"""A pressed booth whose staff want it while there is a file `maintenance` beside its configuration.

`python -m tests.rigs.confiding_booth FILE` is `tests.rigs.pressed_booth` but for that.
"""

import sys
from functools import partial
from pathlib import Path

from kiosk import live
from kiosk.host.control import Control, Watcher
from tests.rigs import pressed_booth


def main(path: Path) -> int:
    """Be the booth."""
    vars(live)["Watcher"] = partial(Watcher, control=Control(path.parent))
    return pressed_booth.main(path)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
