"""What the service's error codes and HTTP statuses mean for the booth (pure)."""

import json
import re
from collections.abc import Mapping

from kiosk.core.faults import Fault

CODE_FAULTS: Mapping[str, Fault] = {
    "beta_api_shape_disabled": Fault.REQUEST_REFUSED,
    "billing_hard_limit_reached": Fault.NO_QUOTA,
    "insufficient_quota": Fault.NO_QUOTA,
    "invalid_api_key": Fault.KEY_REFUSED,
    "model_not_found": Fault.NO_ACCESS,
    "rate_limit_exceeded": Fault.RATE_LIMITED,
    "server_error": Fault.SERVICE_DOWN,
    "session_expired": Fault.SESSION_EXPIRED,
}
"""`error.code`, or `error.type` where a service puts it there, wherever it is met."""

STATUS_FAULTS: Mapping[int, Fault] = {
    401: Fault.KEY_REFUSED,
    403: Fault.NO_ACCESS,
    404: Fault.NO_ACCESS,
    408: Fault.SERVICE_DOWN,
    429: Fault.RATE_LIMITED,
}
"""HTTP statuses that mean something of their own; the rest go by their hundred."""

HUNDRED_FAULTS: Mapping[int, Fault] = {4: Fault.REQUEST_REFUSED, 5: Fault.SERVICE_DOWN}

_LABEL_LIMIT = 64
_NOT_IN_LABEL = re.compile(r"[^\w.:\[\]-]")


class LineError(Exception):
    """The line cannot be opened: a fault, and one sentence for the journal without any secret."""

    def __init__(
        self,
        fault: Fault,
        why: str,
        *,
        retry_after_s: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(why)
        self.fault = fault
        self.why = why
        self.retry_after_s = retry_after_s
        """How long the service asked us to wait, in seconds."""
        self.status = status
        """The HTTP status of a refusal; None where there was no answer."""

    @property
    def retry(self) -> bool:
        """True when trying again may help without anybody acting."""
        return self.fault.remedy.retry


def label(value: object) -> str:
    """Return a foreign code as one short word for the journal; empty unless it is a string."""
    return _NOT_IN_LABEL.sub("_", value)[:_LABEL_LIMIT] if isinstance(value, str) else ""


def fault_of_code(error: Mapping[str, object]) -> Fault | None:
    """Return the fault that an error object's `code` or `type` names, if it names one."""
    for key in ("code", "type"):
        value = error.get(key)
        if isinstance(value, str) and value in CODE_FAULTS:
            return CODE_FAULTS[value]
    return None


def error_of_body(body: str | bytes) -> dict[str, object]:
    """Return the `error` object of a response's body; empty where there is none.  Never raises."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    error = document.get("error") if isinstance(document, dict) else None
    return error if isinstance(error, dict) else {}


def fault_of_status(status: int, body: str | bytes) -> Fault:
    """Return the fault that a refused HTTP request means; `fault.remedy.retry` says if to retry.

    A 404 without the service's error object comes from something that is not the service.
    """
    error = error_of_body(body)
    named = fault_of_code(error)
    if named is not None:
        return named
    if status == 404 and not error:
        return Fault.PROTOCOL_UNKNOWN
    return STATUS_FAULTS.get(status) or HUNDRED_FAULTS.get(status // 100, Fault.PROTOCOL_UNKNOWN)


def refusal(what: str, status: int, body: str | bytes) -> str:
    """Say in one sentence which request was refused; the service's own message is left out.

    Its message may quote the key, so only its code and the name of the parameter are told.
    """
    error = error_of_body(body)
    details = [label(error.get(key)) for key in ("code", "param")]
    named = ", ".join([f"status {status}", *(detail for detail in details if detail)])
    return f"The service refused {what} ({named})."
