"""Listens whether the microphone is alive, the loudspeaker heard, and the echo removed."""

from collections.abc import Callable, Iterator

from kiosk.audio.loop import Heard, listen
from kiosk.audio.outside import DevicesError
from kiosk.audio.profiles import PROFILES
from kiosk.core.faults import Fault
from kiosk.core.snapshot import STAFF_PHASES
from kiosk.doctor.finding import Finding, Level
from kiosk.doctor.patient import Patient
from kiosk.settings import AudioSettings

FAINT_DBFS = -85.0
"""A microphone that is alive hears more, if only its own hiss."""
LONG_MS = 400.0
"""The canceller looks for an echo within half a second."""

Listen = Callable[[AudioSettings], Heard]
"""Opens the devices, plays and listens; raises `DevicesError`."""


def sound(patient: Patient, listen: Listen = listen) -> Iterator[Finding]:
    """Whether both devices work, at what level, and how the one is heard by the other."""
    booth = patient.booth
    if booth and booth["phase"] not in {each.value for each in STAFF_PHASES}:
        what = "Somebody is in the booth, so it keeps its microphone and loudspeaker."
        yield Finding("skip", what, "Run kiosk doctor again afterwards.")
        return
    try:
        heard = listen(patient.settings.audio)
    except DevicesError as error:
        yield _found(Fault.ENGINE_DEAD, "fail", str(error))
        return
    if heard.troubles:
        faults = {fault.remedy.code: fault for fault in Fault}
        for trouble in heard.troubles:
            yield _found(faults[trouble.code], "fail", trouble.why)
    elif not heard.real:
        yield Finding("skip", "The sound comes from files, as configured; no room is heard.")
    else:
        yield _microphone(heard)
        if not heard.zeros:
            yield _loop(heard, patient.settings.audio)


def _found(fault: Fault, level: Level, what: str) -> Finding:
    return Finding(level, what, fault.remedy.do, fault.remedy.code)


def _microphone(heard: Heard) -> Finding:
    if heard.zeros:
        return _found(Fault.MIC_SILENT, "fail", "The microphone gives nothing but zeros.")
    if heard.clipped:
        return _found(Fault.MIC_CLIPPING, "warn", "The microphone is overdriven.")
    told = f"{heard.quiet_dbfs:.0f} dBFS while nothing was played"
    if heard.quiet_dbfs < FAINT_DBFS:
        what = f"The microphone is nearly silent: {told}."
        return Finding("warn", what, Fault.MIC_SILENT.remedy.do)
    return Finding("pass", f"The microphone is alive: {told}.")


def _loop(heard: Heard, settings: AudioSettings) -> Finding:
    cancels = PROFILES[settings.profile].cancels_echo
    if heard.failure:
        return _found(Fault.NO_CANCELLER, "warn", heard.failure)
    if not heard.verdict:
        return Finding("fail", "The loudspeaker took no sound.", *_speaker())
    if heard.delay_ms is None:
        if not cancels:
            return Finding("pass", "The microphone does not hear the loudspeaker, as it should.")
        what = "The microphone does not hear the loudspeaker."
        return Finding("warn", what, "Switch the loudspeaker on, and turn its knob up.")
    told = f"{heard.delay_ms:.0f} ms late, at {heard.echo_dbfs:.0f} dBFS"
    if not cancels:
        do = 'Write profile = "open" under [audio], unless this is as it should be.'
        what = f"The microphone hears the loudspeaker {told}, and nothing removes that."
        return Finding("warn", what, do)
    removed = f"{heard.echo_dbfs - heard.left_dbfs:.0f} dB of it are removed"
    what = f"The microphone hears the loudspeaker {told}; {removed}."
    if heard.verdict == "LEAKS":
        return _found(Fault.ECHO, "warn", what)
    if heard.delay_ms > LONG_MS:
        return Finding("warn", what, "Use a sound device that is not wireless.")
    return Finding("pass", what)


def _speaker() -> tuple[str, str]:
    remedy = Fault.SPEAKER_MISSING.remedy
    return remedy.do, remedy.code
