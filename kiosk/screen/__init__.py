"""What the candidate sees: pure layout, drawing, and the window."""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
