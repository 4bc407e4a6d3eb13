"""What the token service answers, written and read: a token, or a staff code (no I/O)."""

import json
import math

from kiosk.core.faults import Fault
from kiosk.realtime.errors import LineError, label
from kiosk.realtime.token import LATEST_S, LIFETIMES_S, Token, is_token
from kiosk.secret import Secret, redact

TOKEN, HANG_UP, STATE = "/token", "/hangup", "/state"
"""What can be asked, as paths."""
MOST_BYTES = 1 << 20
"""No answer is longer."""
LONGEST_WHY = 300
MOST_WAIT_S = 3600.0
CODES = {fault.remedy.code: fault for fault in Fault}


def written_token(token: Token) -> dict[str, object]:
    """Return a token as JSON: the only answer of the service that holds a secret."""
    return {
        "value": token.value.reveal(),
        "expires_at": token.expires_at,
        "lifetime_s": token.lifetime_s,
        "session": dict(token.session),
    }


def written_problem(problem: LineError) -> dict[str, object]:
    """Return why there is no token, as JSON."""
    return {
        "code": problem.fault.remedy.code,
        "why": redact(problem.why)[:LONGEST_WHY],
        "retry_after_s": problem.retry_after_s,
        "status": problem.status,
    }


def read_token(body: bytes) -> Token:
    """Return the token in an answer; raise LineError (KEY4) for anything else."""
    answer = _object(body)
    value, session = answer.get("value"), answer.get("session")
    expires_at, lifetime_s = _number(answer, "expires_at"), _number(answer, "lifetime_s")
    if (
        not is_token(value)
        or not isinstance(session, dict)
        or not 0.0 <= expires_at < LATEST_S
        or not 0.0 < lifetime_s <= LIFETIMES_S[1]
    ):
        raise unanswered("its answer holds no token")
    return Token(Secret(value), expires_at, session, lifetime_s)


def read_problem(body: bytes) -> LineError:
    """Return why there is no token; KEY4 where that cannot be read either."""
    try:
        answer = _object(body)
    except LineError as problem:
        return problem
    fault, why = CODES.get(label(answer.get("code"))), answer.get("why")
    if fault is None or not isinstance(why, str):
        return unanswered("it refuses in an unknown way")
    wait_s, status = _number(answer, "retry_after_s"), answer.get("status")
    return LineError(
        fault,
        redact(" ".join(why.split()))[:LONGEST_WHY],
        retry_after_s=min(wait_s, MOST_WAIT_S) if wait_s > 0.0 else None,
        status=status if isinstance(status, int) else None,
    )


def unanswered(why: str) -> LineError:
    """Return the error for a service that is not there, or not itself."""
    return LineError(Fault.KEY_SERVICE, f"The token service does not answer: {why}.")


def _object(body: bytes) -> dict[str, object]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise unanswered("its answer cannot be read")
    return answer


def _number(answer: dict[str, object], name: str) -> float:
    """Return a number of an answer; NaN, which no comparison takes, where there is none."""
    value = answer.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return math.nan
    return float(value) if abs(value) < LATEST_S else math.nan
