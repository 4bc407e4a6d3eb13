"""What a booth's files mean to the core: its rules, and a plan for each language."""

from kiosk.core.rules import Rules
from kiosk.core.state import Setup
from kiosk.interview.session import plans
from kiosk.reading import Reading
from kiosk.settings import Settings

CONNECT_MARGIN_S = 5.0
"""The core waits so much longer than the line itself, which knows better why it failed."""


def setup(reading: Reading) -> Setup:
    """What the core is told."""
    settings = reading.settings
    asked = settings.interview
    return Setup(
        rules(settings),
        plans(reading.script, asked.languages, standin=asked.when_line_dies == "standin"),
    )


def rules(settings: Settings) -> Rules:
    """The core's patience, from the settings."""
    asked = settings.interview
    return Rules(
        hold_s=settings.button.hold_s,
        connect_s=settings.realtime.connect_timeout_s + CONNECT_MARGIN_S,
        greeting_s=asked.greeting_timeout_s,
        silence_prompt_s=asked.silence_prompt_s,
        silence_goodbye_s=asked.silence_goodbye_s,
        silence_ring_s=asked.silence_ring_s,
        limit_s=asked.limit_min * 60,
        consent=asked.consent,
        farewell_s=asked.farewell_s,
        line_patience_s=asked.line_patience_s,
    )
