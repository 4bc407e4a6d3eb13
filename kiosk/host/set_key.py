"""`kiosk set-key`: takes the API key from whoever sets a booth up."""

import getpass
import os
import sys

from kiosk import config, log
from kiosk.errors import CommandError, ExitStatus
from kiosk.host.credentials import LONGEST, read_key, renew, seal

MOST_LETTERS = 4 * LONGEST
"""More than this is not read: it is no key."""


def main() -> int:
    """Read the key from standard input, seal it, and say what comes next; raises `CommandError`."""
    if os.geteuid() != 0:
        raise CommandError(["Only root can seal a key: sudo kiosk set-key."])
    key = read_key(_ask())
    log.hide(key)
    service = config.service_of(config.INSTALLED)
    path = seal(key, service)
    print(f"The key for {service} is sealed in {path}.")
    print("Root can open it, and so can whoever holds the card.")
    if renew():
        print("A booth that runs takes it by itself; systemctl restart kiosk has it do so now.")
        print("sudo kiosk doctor says whether the service accepts it.")
    else:
        print("The token service could not be told: systemctl start kiosk-token.socket.")
    return ExitStatus.DONE


def _ask() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("The API key (it is not shown): ")
    return sys.stdin.read(MOST_LETTERS)
