"""How patient playout is: every number that decides between delay and damage.

NetEq is WebRTC's jitter buffer; its scheme, not its code, is followed where a line names it.
Figures "measured" are those of `scripts/bench sound playout`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """Settings of `Playout`; the defaults are what a booth uses."""

    # How much is waited for.
    window_s: float = 2.0
    """A packet's delay is taken relative to the fastest of so long before it (NetEq: 2 s)."""
    bucket_ms: int = 5
    """Width of a histogram's bucket; NetEq's 20 would cost a clean line 15 ms."""
    forget: float = 0.998
    """Weight of the past after each packet: half of it is gone after 7 s of speech, so that one
    stall costs delay for a dozen seconds and a line that stalls every few seconds gets what it
    needs.  NetEq takes 0.983 a packet, and later one value in 500 ms; measured, 0.995 swung to and
    fro."""
    quantile: float = 0.99
    """So many packets shall be in time.  NetEq takes 0.95 to 0.97; measured on a line that stalls
    for 350 ms, 0.98 saves 45 ms and costs half a point of PESQ, and good lines do not tell."""
    margin_ms: int = 10
    """Beyond the quantile: the sound card takes 10 ms at once."""
    start_ms: int = 40
    """Least target until `start_packets` have come: two packets.  Where a call begins with speech
    its line is not known; nobody hears 25 ms there that the first pause takes back, and everybody
    hears a gap.  A sender that sends silence first has made its line known by then."""
    start_packets: int = 50
    """Packets after which a line is known, a second of them; before the first it is taken for a
    line that delayed none of so many."""
    lossy: float = 0.003
    """Share of lost packets from which one packet more waits, so that the one after a lost one is
    there to repair it: two losses in ten seconds."""
    repairing: float = 0.02
    """Share of packets that carry repair from which it is worth that; speech does in most."""
    loss_memory: float = 0.998
    """Weight of the past after each packet, for both shares: ten seconds of packets."""
    longest_ms: int = 400
    """Most that is waited for; later packets are rather concealed than to make people wait."""
    jump_ms: int = 1000
    """A packet later than that was not delayed: its sender paused, or counts time anew."""

    # What is made up.
    conceal_ms: int = 240
    """Longest stretch that is made up; after it a hole is silence."""
    hold_ms: int = 40
    """Made-up sound keeps its level for so long before it fades: a hole of two packets."""
    resume_ms: int = 5
    """How fast sound comes back after silence or a fade: a step would click."""
    fade_ms: int = 12
    """How fast a flush fades: too slow to click, too fast to hear."""

    # How time is stretched.
    memory: float = 0.95
    """Weight of the past after each packet, for the delay that is held now: 0.4 s of packets."""
    slack_quiet_ms: int = 5
    """Distance from the target that is made good where the voice is quiet."""
    slack_speech_ms: int = 20
    """Distance that is made good within speech."""
    slack_urgent_ms: int = 100
    """Distance from which speech that repeats itself less well is cut too, and more often."""
    alike: float = 0.85
    """Least correlation of the two periods that are faded into each other within speech (NetEq:
    0.9)."""
    alike_urgent: float = 0.6
    """The same when it is urgent."""
    pace_frames: int = 4
    """Within speech at most one period in so many packets: 10 % faster or slower, unnoticed."""
    pace_urgent_frames: int = 2
    """The same when it is urgent: 25 %."""

    # What is silence.
    idle_ms: int = 500
    """Silence longer than that is a sender that idles, not a voice that pauses."""
    idle_dbfs: float = -60.0
    """Quieter is silence, for `idle_ms`."""
    quiet_dbfs: float = -50.0
    """Quieter is a pause, whatever the voice."""
    quiet_below_db: float = 25.0
    """So far below the voice is a pause too: breath and room."""

    # What is kept, and who is followed.
    limit_ms: int = 5000
    """Voice the queue holds; more means that a sender outruns real time."""
    jump_packets: int = 1500
    """A sequence number further away than 30 s belongs to another stream."""
    restart_packets: int = 25
    """So many late packets in unbroken order are a sender that began again."""
