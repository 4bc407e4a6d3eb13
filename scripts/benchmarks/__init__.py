"""The booth's figures, measured: `scripts/bench`."""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # The figures stand alone on the output.
