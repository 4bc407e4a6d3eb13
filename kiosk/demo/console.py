"""What a demo tells the person who started it."""

import sys


def say(text: str) -> None:
    """Tell how far the demo is; what it prints as its result goes elsewhere."""
    print(text, file=sys.stderr, flush=True)
