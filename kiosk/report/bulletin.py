"""What `/run/kiosk/status.json` says, for any monitoring agent (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.core.snapshot import CALL_PHASES, Snapshot
from kiosk.report.cost import cost
from kiosk.report.status import status_line
from kiosk.report.tally import COUNTERS, FAULT, Counts, Tally, minutes, so_far
from kiosk.settings import PriceSettings

FORMAT = 1
"""Grows when a field is renamed or means something else, not when one is added."""
FIELDS: Mapping[str, str] = {
    "format": "1; another number where a field is renamed or means something else",
    "written_at": "when this was written; at least every 10 s while the booth lives",
    "booth": "`[booth] name`",
    "version": "the booth's version",
    "boot_id": "the machine's boot, as in `/proc/sys/kernel/random/boot_id`",
    "started_at": "when the process began",
    "status": "the line of `systemctl status`",
    "phase": "where the booth is in its day, as in docs/phases.md",
    "phase_since": "since when",
    "in_interview": "true from the yes to the end of an interview",
    "question": "number of the question being asked; 0 for none",
    "questions": "how many the interview has",
    "line": "how the call is: well, slow or lost; well where there is none",
    "line_since": "since when",
    "standin": "true while the stand-in of this machine goes on with an interview",
    "waits_for": "code of the microphone or loudspeaker that an interview waits for, else null",
    "tries_at": "when a booth out of service tries again by itself, else null",
    "code": "why the booth is out of service or an interview ended early, else null",
    "advice": "codes of what staff should mend though interviews go on",
    "last_code": "`code` and `at` of the code that came up last, also if it is over; else null",
    "today": "`date`, and what was counted since midnight, also before a restart",
    "since_start": "what was counted since the process began",
    "interview": "what was counted in this interview or the last one; null before the first",
    "sound": "the sound engine since the process began, see below",
    "network": "the line to the service, see below",
    "currency": "of every `cost`",
}
"""Every field at the top, and what it says; times are Unix seconds."""
COUNTED: Mapping[str, str] = {
    **COUNTERS,
    "faults": "how many interviews each code ended, by code",
    "cost": "what that costs, in `currency`; null where a price or the tokens are not known",
    "cost_whole": "false where more was used than the service told, so that it costs more",
}
"""What `today`, `since_start` and `interview` hold."""

SOUND: Mapping[str, str] = {
    "underruns": "times the loudspeaker wanted voice and there was none",
    "overruns": "times sound of the microphone was dropped",
    "engine_restarts": "sound engines that died at work and were replaced",
    "dropped_packets": "packets of the voice that a busy engine did not take",
}
"""What `sound` holds."""
NETWORK: Mapping[str, str] = {
    "line": "disconnected, connecting or connected",
    "connect_ms": "how long each step of the last connect took",
    "round_trip_ms": "to the service and back, where it tells that",
    "jitter_ms": "how unevenly the microphone's packets arrive there",
    "lost_percent": "how many of them did not arrive, of the last few seconds",
}
"""What `network` holds; the last three only in a call, once the service has told them."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What stays the same while the process lives."""

    version: str
    boot_id: str
    started_s: float
    """Monotonic second at which the process began."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What holds just now."""

    snapshot: Snapshot
    now: float
    """Monotonic seconds."""
    unix_s: float
    day: str
    """The date here, ISO 8601."""
    sound: Mapping[str, object]
    network: Mapping[str, object]


def bulletin(
    facts: Facts, booth: str, prices: PriceSettings | None, currency: str, tally: Tally, at: Moment
) -> Mapping[str, object]:
    """Return one report, ready for JSON; every key of it is in `FIELDS`."""
    snapshot = at.snapshot

    def unix(monotonic_s: float) -> float:
        return round(at.unix_s - at.now + monotonic_s, 3)

    def counted(counts: Counts) -> dict[str, object]:
        price = cost(counts, prices)
        return {
            **{name: _number(counts.get(name, 0)) for name in COUNTERS},
            "faults": {found[1]: n for name, n in counts.items() if (found := FAULT.match(name))},
            "cost": round(price.amount, 4) if price else None,
            "cost_whole": price.whole if price else False,
        }

    today, code = tally.days.get(at.day, {}), snapshot.fault
    return {
        "format": FORMAT,
        "written_at": round(at.unix_s, 3),
        "booth": booth,
        "version": facts.version,
        "boot_id": facts.boot_id,
        "started_at": unix(facts.started_s),
        "status": status_line(snapshot, minutes(tally, at.now)),
        "phase": snapshot.phase.value,
        "phase_since": unix(tally.phase_s),
        "in_interview": snapshot.phase in CALL_PHASES,
        "question": snapshot.question,
        "questions": snapshot.questions,
        "line": snapshot.line,
        "line_since": unix(tally.line_s or facts.started_s),
        "standin": snapshot.standin,
        "waits_for": snapshot.deaf.remedy.code if snapshot.deaf else None,
        "tries_at": None if snapshot.again_s is None else unix(snapshot.again_s),
        "code": code.remedy.code if code else None,
        "advice": [fault.remedy.code for fault in snapshot.advice],
        "last_code": {"code": tally.code, "at": unix(tally.code_s)} if tally.code else None,
        "today": {"date": at.day, **counted(so_far(tally, today, at.now))},
        "since_start": counted(so_far(tally, tally.start, at.now)),
        "interview": (
            counted(so_far(tally, tally.interview, at.now))
            if tally.start.get("interviews")
            else None
        ),
        "sound": at.sound,
        "network": at.network,
        "currency": currency,
    }


def _number(value: float) -> float:
    return value if isinstance(value, int) else round(value, 1)
