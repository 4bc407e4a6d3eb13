"""`kiosk demo` whose every message to and from the service is judged by the service's own types.

`python -m tests.rigs.judged_demo ARGUMENTS` prints how many messages passed, and each that should
not have.
"""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal
from unittest.mock import patch

from kiosk import cli
from kiosk.booth import Booth
from kiosk.demo import play
from kiosk.extras import Extras
from kiosk.reading import Reading
from kiosk.secret import Secret
from tests.openai_oracle import check_client_event, check_server_event


class Judge:
    """Counts messages."""

    def __init__(self) -> None:
        self.passed = 0

    def __call__(self, direction: Literal["in", "out"], raw: str) -> None:
        check = check_server_event if direction == "in" else check_client_event
        try:
            check(raw)
        except AssertionError as wrong:
            print(f"wrong: {direction}: {wrong}", flush=True)
        else:
            self.passed += 1


def main(arguments: list[str]) -> int:
    """Play the demo."""
    judge = Judge()

    def booth(reading: Reading, key: Secret, environ: Mapping[str, str], extras: Extras) -> Booth:
        return Booth(reading, key, environ, replace(extras, on_message=judge))

    with patch.object(play, "Booth", booth):
        status = cli.main(["demo", *arguments])
    print(f"right: {judge.passed}", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
