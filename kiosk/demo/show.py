"""`kiosk demo`: which of its two kinds is played."""

import signal

from kiosk.demo import cloud, play
from kiosk.demo.network import LIST, listed
from kiosk.demo.options import DemoOptions
from kiosk.errors import ExitStatus, UsageError


def main(options: DemoOptions) -> int:
    """Play one demo; returns the exit status.  Whatever ends it takes its processes along."""
    if options.network == LIST:
        print(listed(options.config))
        return ExitStatus.DONE
    if options.network is not None and options.cloud:
        raise UsageError(["--network is for the stand-in; the hosted service is elsewhere."])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return cloud.main(options) if options.cloud else play.main(options)
