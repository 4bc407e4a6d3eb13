"""What a response used, as the service bills it (pure)."""

from collections.abc import Mapping

from kiosk.core.events import Usage

Message = Mapping[str, object]
MOST_TOKENS = 10**9
"""No response uses more; a larger number is none."""


def read_usage(response: Message) -> Usage:
    """Return what a response used: each token once, whatever the totals leave unexplained apart.

    Cached tokens are a part of the input's text and audio.  Output that is no audio is text: the
    model may think before it speaks.
    """
    usage = part(response, "usage")
    inputs, outputs = part(usage, "input_token_details"), part(usage, "output_token_details")
    cached = part(inputs, "cached_tokens_details")
    text, audio = _count(inputs, "text_tokens"), _count(inputs, "audio_tokens")
    cached_text = min(text, _count(cached, "text_tokens"))
    cached_audio = min(audio, _count(cached, "audio_tokens"))
    written, spoken = _count(outputs, "text_tokens"), _count(outputs, "audio_tokens")
    total_in, total_out = _count(usage, "input_tokens"), _count(usage, "output_tokens")
    rest_in = max(0, total_in - text - audio)
    rest_out = max(0, total_out - written - spoken)
    return Usage(
        text_input=text - cached_text,
        audio_input=audio - cached_audio,
        cached_text_input=cached_text,
        cached_audio_input=cached_audio,
        text_output=written + (rest_out if outputs else 0),
        audio_output=spoken,
        other=rest_in + (0 if outputs else rest_out),
        told=bool(usage),
    )


def part(message: Message, key: str) -> Message:
    """Return an object that a service may leave out."""
    value = message.get(key)
    return value if isinstance(value, dict) else {}


def _count(message: Message, key: str) -> int:
    value = message.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        return 0
    return value if 0 <= value <= MOST_TOKENS else 0
