"""The report of a booth that cannot begin: one snapshot, told again and again until it ends."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from kiosk.core.snapshot import Connection, Snapshot
from kiosk.report.bulletin import SOUND, Facts, Moment, bulletin
from kiosk.report.tally import Tally, days_from
from kiosk.report.telling import EVERY_S, Paper
from kiosk.settings import Settings


@contextmanager
def standing(paper: Paper, settings: Settings, facts: Facts, snapshot: Snapshot) -> Iterator[None]:
    """Publish the report at once and every `EVERY_S`, on a thread of its own."""
    tally = Tally(days=days_from(paper.saved()), phase=snapshot.phase, phase_s=facts.started_s)
    over = threading.Event()

    def publish() -> None:
        while True:
            now = Moment(
                snapshot,
                time.monotonic(),
                time.time(),
                date.today().isoformat(),  # noqa: DTZ011 - the day of those who stand around it
                sound=dict.fromkeys(SOUND, 0),
                network={"line": Connection.DISCONNECTED.value, "connect_ms": {}},
            )
            name, currency = settings.booth.name, settings.prices.currency
            paper.publish(bulletin(facts, name, None, currency, tally, now))
            if over.wait(EVERY_S):
                return

    teller = threading.Thread(target=publish, name="standing", daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join(EVERY_S)
