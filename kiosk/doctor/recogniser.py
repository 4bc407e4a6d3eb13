"""Looks whether speech can be recognised on this machine, as a dead line may need it."""

from collections.abc import Callable, Iterator

from kiosk.doctor.finding import Finding
from kiosk.doctor.patient import Patient
from kiosk.realtime.recognising import has_model

REMEDY = 'Run scripts/install with --standin, or set [interview] when_line_dies to "goodbye".'


def recogniser(patient: Patient, there: Callable[[], bool] = has_model) -> Iterator[Finding]:
    """Whether the stand-in can take over where it is wanted; loads nothing."""
    if there():
        yield Finding("pass", "English is recognised on this machine.")
    elif patient.settings.interview.when_line_dies == "standin":
        what = "Nothing recognises speech here, so the stand-in cannot take over from a dead line."
        yield Finding("warn", what, REMEDY)
    else:
        yield Finding("skip", "Nothing recognises speech here, and nothing has to.")
