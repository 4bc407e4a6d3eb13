"""`kiosk demo`: which of its two kinds is played."""

import signal

from kiosk.demo import cloud, play
from kiosk.demo.options import DemoOptions


def main(options: DemoOptions) -> int:
    """Play one demo; returns the exit status.  Whatever ends it takes its processes along."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return cloud.main(options) if options.cloud else play.main(options)
