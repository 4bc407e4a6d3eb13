"""How patient the booth is with everybody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """How patient the booth is; all numbers in seconds."""

    hold_s: float = 1.5
    invite_s: float = 7.0
    """How long an idle booth speaks one language before the next."""
    choice_s: float = 6.0
    consent: bool = False
    """Ask before the call also where there is nothing to choose."""
    consent_s: float = 30.0
    """How long the booth waits for a yes."""
    consent_shown_s: float = 0.7
    """A press sooner than this was not meant for the question that has just come up."""
    connect_s: float = 20.0
    greeting_s: float = 10.0
    protect_s: float = 2.0
    """How long nobody is heard after the first sound of the greeting: who talks on while pressing
    the button must not cut it off before it began."""
    answer_s: float = 15.0
    """From the end of a turn to the first sound of the answer."""
    voice_s: float = 3.0
    """From the announcement of a voice to its first sound."""
    hush_s: float = 1.0
    """How long voice is dropped after a barge-in that the service does not confirm."""
    silence_prompt_s: float = 15.0
    silence_goodbye_s: float = 20.0
    silence_ring_s: float = 10.0
    limit_s: float = 600.0
    """When the interviewer is told that the next question is the last."""
    wrap_up_s: float = 120.0
    """How long the last question may take."""
    hard_end_s: float = 30.0
    """How long the goodbye may take."""
    stall_s: float = 6.0
    """A first call that fails sooner is dialled again: a short stall of the network is no fault."""
    redial_s: float = 0.4
    """Pause between tries to get through a network that lets nothing through."""
    busy_s: float = 1.0
    """Pause before a service that could not help is called again; it doubles each time."""
    busiest_s: float = 15.0
    """The longest of these pauses."""
    tries: int = 4
    """How many calls may reach the service in a row without the interviewer being heard."""
    line_patience_s: float = 120.0
    """How long a candidate waits for a lost line."""
    standin_s: float = 20.0
    """How long the stand-in may take to take over."""
    put_back_s: float = 18.0
    """How long it may take to tell a new call what was said meanwhile."""
    noticed_s: float = 4.0
    """How soon the service must show that it heard it."""
    voice_limit_s: float = 90.0
    """How long the interviewer may speak at a stretch."""
    turn_limit_s: float = 180.0
    """How long the candidate may, without a pause that the service hears."""
    sound_s: float = 30.0
    """How long an interview waits for a device that is away."""
    blip_s: float = 1.0
    """A microphone that was away for less has missed nothing worth asking for again."""
    farewell_s: float = 8.0
    wiping_s: float = 2.5
    goodbye_s: float = 1.5
    """How long a booth that stops says so to the candidate it leaves; the process, the line and the
    sound must be gone soon after it."""
    curtain_s: float = 0.3
    """The same where nobody is in the booth: long enough to be drawn."""
    recheck_s: float = 15.0
    """How long a fault that only a call can show keeps the booth out of service; it doubles with
    each interview that comes to nothing."""
    mending_s: float = 30.0
    """The same where only somebody can mend it."""
    longest_recheck_s: float = 60.0
    """The longest of both."""
    rest_s: float = 5.0
    """How long after a call that failed no press has the next one tried."""
