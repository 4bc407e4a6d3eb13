"""Everything that can be wrong with a booth: one table, one place.

Each fault has a 4-character code for staff and two sentences that say what is wrong and what to do.
What the candidate reads is chosen by `apology` from `interview.words`, in their language.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal

Apology = Literal["deaf", "mute", "line", "setup"]
"""Which sentence the candidate reads: cannot hear · cannot speak · no connection · not set up."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What staff are told about a fault."""

    code: str
    """Four characters, shown on the screen and in the journal."""
    apology: Apology
    what: str
    """What is wrong, for staff: one short sentence."""
    do: str
    """What to do about it: one short sentence."""
    retry: bool
    """True when trying again may help without anybody acting."""
    advice: bool = False
    """True when interviews go on all the same: staff are told, and no candidate is."""


class Fault(Enum):
    """Every fault, with its remedy as the value."""

    CONFIG = Remedy(
        "CFG1", "setup", "The configuration has a mistake.", "The journal names the line.", False
    )
    SCRIPT = Remedy(
        "CFG2", "setup", "The interview script has a mistake.", "The journal names the line.", False
    )
    CONFIG_KEPT = Remedy(
        "CFG3",
        "setup",
        "The changed configuration has a mistake, so the old one holds.",
        "The journal names the line; mend it, then reload.",
        False,
        advice=True,
    )
    THEME = Remedy(
        "THM1",
        "setup",
        "The theme has a mistake, so another look is shown.",
        "Run kiosk doctor, mend what it names, then reload.",
        False,
        advice=True,
    )
    GAVE_UP = Remedy(
        "APP1",
        "setup",
        "The booth failed several times in the same way.",
        "Restart it; if it fails again, see the journal.",
        False,
    )
    CLOCK = Remedy(
        "CLK1",
        "setup",
        "The clock, or the service's certificate, is wrong: no safe line is possible.",
        "Give the booth a network with time (NTP, UDP port 123); it will notice.",
        True,
    )
    KEY_MISSING = Remedy(
        "KEY1",
        "setup",
        "There is no API key.",
        "Put the key in place; the booth will notice.",
        True,
    )
    KEY_REFUSED = Remedy(
        "KEY2",
        "setup",
        "The service refuses the API key.",
        "Put the right key in place; the booth will notice. One in .env needs a restart.",
        False,
    )
    NO_ACCESS = Remedy(
        "KEY3",
        "setup",
        "The model is gone, or the key may not use it.",
        "Check project and model name.",
        False,
    )
    KEY_SERVICE = Remedy(
        "KEY4",
        "setup",
        "The key service does not answer.",
        "Run kiosk doctor; it names the cause.",
        True,
    )
    NO_QUOTA = Remedy(
        "PAY1",
        "setup",
        "The account has no credit left.",
        "Top it up; the booth will notice.",
        False,
    )
    REQUEST_REFUSED = Remedy(
        "API1",
        "setup",
        "The service refuses the booth's request.",
        "Update the booth; see the journal.",
        False,
    )
    PROTOCOL_UNKNOWN = Remedy(
        "API2",
        "line",
        "The service answers in an unknown way.",
        "Check the base URL; see the journal.",
        False,
    )
    RATE_LIMITED = Remedy(
        "NET4", "line", "Too many calls at once.", "Wait a minute; the booth will retry.", True
    )
    SERVICE_DOWN = Remedy(
        "NET3", "line", "The service has a fault.", "Wait; the booth will retry.", True
    )
    UNREACHABLE = Remedy(
        "NET1", "line", "The service cannot be reached.", "Check the network cable or Wi-Fi.", True
    )
    VOICE_BLOCKED = Remedy(
        "NET2",
        "line",
        "Internet works, but voice is blocked.",
        "Ask the venue to allow UDP port 3478.",
        True,
    )
    LINE_LOST = Remedy(
        "NET5", "line", "The call was lost.", "Check the network; the booth will retry.", True
    )
    SESSION_EXPIRED = Remedy("NET6", "line", "The service ended the call.", "Nothing to do.", True)
    NO_GREETING = Remedy(
        "NET7",
        "line",
        "The interviewer did not begin to speak.",
        "Press again; then check the service.",
        True,
    )
    NAME_NOT_FOUND = Remedy(
        "NET8",
        "line",
        "The service's name is not found (DNS).",
        "Check the network cable or Wi-Fi; then ask the venue for DNS.",
        True,
    )
    LOG_IN_PAGE = Remedy(
        "NET9",
        "line",
        "A log-in page, or somebody else, answers in the service's place.",
        "Ask the venue for a network without a log-in page.",
        True,
    )
    MIC_MISSING = Remedy(
        "MIC2", "deaf", "The microphone is not there.", "Plug it in; the booth will notice.", True
    )
    MIC_SILENT = Remedy(
        "MIC3",
        "deaf",
        "The microphone gives only silence.",
        "Check its mute switch and plug.",
        True,
    )
    SPEAKER_MISSING = Remedy(
        "SPK2", "mute", "The loudspeaker is not there.", "Plug it in; the booth will notice.", True
    )
    ENGINE_DEAD = Remedy("SND1", "mute", "The sound engine stopped.", "Restart the booth.", True)
    MIC_CLIPPING = Remedy(
        "MIC4",
        "deaf",
        "The microphone is overdriven.",
        "Turn it down, or move it further away.",
        True,
        advice=True,
    )
    MIC_QUIET = Remedy(
        "MIC5",
        "deaf",
        "Candidates are hardly heard.",
        "Turn the microphone up, or move it closer.",
        True,
        advice=True,
    )
    ECHO = Remedy(
        "SND2",
        "deaf",
        "The booth hears its own voice, so nobody can interrupt it.",
        "Turn the loudspeaker down, then restart.",
        True,
        advice=True,
    )
    NO_CANCELLER = Remedy(
        "SND4",
        "deaf",
        "Echo cannot be removed, so nobody can interrupt the booth.",
        "Install the booth anew; the journal names what is missing.",
        True,
        advice=True,
    )
    SOUND_STRAINED = Remedy(
        "SND3",
        "mute",
        "The sound stutters.",
        "Check cooling and USB plugs, then restart.",
        True,
        advice=True,
    )
    SCREEN_GONE = Remedy(
        "SCR1",
        "setup",
        "No screen is there, or it is off.",
        "Plug it in and switch it on; the booth will notice.",
        True,
        advice=True,
    )
    BUTTON_MISSING = Remedy(
        "BTN1", "setup", "There is no button.", "Plug it in, then restart.", False
    )
    BUTTON_STUCK = Remedy(
        "BTN2", "setup", "The button is stuck.", "Free it; the booth will notice.", True
    )
    POWER = Remedy(
        "PWR1",
        "setup",
        "The power supply is too weak.",
        "Use the Raspberry Pi's own supply and a short cable, then switch off and on.",
        True,
        advice=True,
    )
    HOT = Remedy(
        "TMP1",
        "setup",
        "The computer is too hot, so it slows down.",
        "Give it air, a fan or shade.",
        True,
        advice=True,
    )
    DISK_FULL = Remedy(
        "DSK1",
        "setup",
        "The storage is nearly full.",
        "Run kiosk doctor; delete what is not needed.",
        True,
        advice=True,
    )
    DISK_FAILING = Remedy(
        "DSK2",
        "setup",
        "The SD card or disk is failing.",
        "Replace it soon, and install the booth anew.",
        False,
        advice=True,
    )
    UNITS_CHANGED = Remedy(
        "UNT1",
        "setup",
        "Files of the installation are changed or stale.",
        "Run kiosk doctor, then install the booth anew.",
        False,
        advice=True,
    )

    @property
    def remedy(self) -> Remedy:
        """What staff are told."""
        return self.value
