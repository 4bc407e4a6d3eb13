"""What a setting may be: one reading of the types in `kiosk.settings`, and the table of limits.

Nothing here repeats a value it refuses: it may be a key that was pasted into the wrong place.
"""

import difflib
import math
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from kiosk.audio import candidates
from kiosk.hosts import is_loopback
from kiosk.keys import ANY_KEY, KEY_NAMES, is_key

RANGES: dict[str, tuple[float, float]] = {
    "realtime.silence_ms": (200, 10_000),
    "realtime.connect_timeout_s": (2, 120),
    "token.lifetime_s": (10, 7200),
    "audio.volume_db": (-30, 6),
    "screen.diagonal_inch": (3, 200),
    "screen.width": (0, 7680),
    "screen.height": (0, 4320),
    "screen.fps": (0, 120),
    "button.gpio_pin": (0, 27),
    "button.lamp_pin": (0, 27),
    "button.hold_s": (0.3, 10),
    "interview.limit_min": (0.5, 120),
    "interview.silence_prompt_s": (2, 300),
    "interview.silence_goodbye_s": (2, 300),
    "interview.silence_ring_s": (2, 120),
    "interview.greeting_timeout_s": (2, 60),
    "interview.farewell_s": (1, 120),
    "interview.line_patience_s": (5, 600),
    "prices.text_input": (0, 100_000),
    "prices.cached_text_input": (0, 100_000),
    "prices.audio_input": (0, 100_000),
    "prices.cached_audio_input": (0, 100_000),
    "prices.text_output": (0, 100_000),
    "prices.audio_output": (0, 100_000),
}
"""Lowest and highest value of every number."""

LEAST_FPS = 5
"""Fewer frames a second would make the button late."""
MOST_LANGUAGES = 12
"""Of those with the longest names, so many fit on every screen."""
BUTTON_SOURCES = ("auto", "gpio", "keyboard", "pipe", "none")
MAY_BE_EMPTY = frozenset({"realtime.transcription_model", "realtime.stun_server"})
ONE_WILL_DO = frozenset({"audio.input", "audio.output"})
"""Lists that a text alone may stand for."""


def convert(name: str, kind: object, raw: object, *, from_text: bool) -> object:
    """Return `raw` as the setting `name` of type `kind` wants it.

    `raw` is a TOML value, or the text of an environment variable when `from_text`.
    Raises `ValueError` with the end of a sentence that begins with the setting's name.
    """
    if name in ONE_WILL_DO and isinstance(raw, str) and not from_text:
        raw = [raw] if raw else []
    value = _of_kind(kind, raw, from_text=from_text)
    if isinstance(value, str | tuple) and not value and name not in MAY_BE_EMPTY:
        raise ValueError("must not be empty")
    if name in RANGES and isinstance(value, int | float):
        low, high = RANGES[name]
        if not low <= value <= high:
            raise ValueError(f"must be between {low:g} and {high:g}")
    if name in CHECKS:
        CHECKS[name](value)
    return value


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean …?` for the nearest known word, else an empty text."""
    by_lower = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word[:100].lower(), by_lower, n=1)
    return f"; did you mean {by_lower[near[0]]}?" if near else ""


def _of_kind(kind: object, raw: object, *, from_text: bool) -> object:
    if get_origin(kind) is Literal:
        return choice(raw, get_args(kind))
    if get_origin(kind) is tuple:
        return _texts(raw, from_text=from_text)
    return _READERS[kind](raw, from_text=from_text)


def choice(raw: object, choices: tuple[str, ...]) -> str:
    """Return `raw` where it is one of the choices; else raise `ValueError` as `convert` does."""
    if isinstance(raw, str) and raw in choices:
        return raw
    listed = ", ".join(f'"{each}"' for each in choices)
    raise ValueError(f"must be one of {listed}{did_you_mean(str(raw), choices)}")


_COMMA = re.compile(r",(?![^()]*\))")
"""Not one inside brackets, which belongs to a name: sound cards are listed as `… (hw:1,0)`."""


def _texts(raw: object, *, from_text: bool) -> tuple[str, ...]:
    if from_text and isinstance(raw, str):
        return tuple(part.strip() for part in _COMMA.split(raw) if part.strip())
    if isinstance(raw, list) and all(isinstance(part, str) and part for part in raw):
        return tuple(raw)
    raise ValueError('must be a list of texts, like ["one", "two"]')


def _text(raw: object, *, from_text: bool) -> str:  # noqa: ARG001 - one signature for all readers
    if isinstance(raw, str) and raw.isprintable():
        return raw
    raise ValueError("must be one line of text in quotes")


def _path(raw: object, *, from_text: bool) -> Path:
    return Path(_text(raw, from_text=from_text))


def _whole_number(raw: object, *, from_text: bool) -> int:
    if from_text and isinstance(raw, str) and re.fullmatch(r"[+-]?[0-9]{1,9}", raw.strip()):
        return int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    raise ValueError("must be a whole number")


def _number(raw: object, *, from_text: bool) -> float:
    kinds = (float, int, str) if from_text else (float, int)
    try:
        number = float(raw) if isinstance(raw, kinds) and not isinstance(raw, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("must be a number")
    return number


_SWITCH = {"true": True, "yes": True, "on": True, "1": True}
_SWITCH |= {"false": False, "no": False, "off": False, "0": False}


def _switch(raw: object, *, from_text: bool) -> bool:
    if from_text and isinstance(raw, str) and raw.strip().lower() in _SWITCH:
        return _SWITCH[raw.strip().lower()]
    if isinstance(raw, bool):
        return raw
    raise ValueError("must be true or false")


_READERS: dict[object, Callable[..., object]] = {
    str: _text,
    Path: _path,
    int: _whole_number,
    float: _number,
    bool: _switch,
}


def _check_base_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", url):
        raise ValueError("must be a URL like https://api.openai.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must be only a URL, without name, password or parameters")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must begin with https:// (http:// is for a service on this machine)")
    if parts.path.rstrip("/").endswith("/v1"):
        raise ValueError("must end before /v1; the booth adds it")


def _check_stun_server(place: str) -> None:
    try:
        parts = urlsplit(f"//{place}")
        bare = parts.netloc == place and "@" not in place and parts.port != 0
    except ValueError:
        bare = False
    if place and not (bare and parts.hostname):
        raise ValueError('must be a host such as "stun.example.org:3478", or empty')


def _check_sources(sources: tuple[str, ...]) -> None:
    for source in sources:
        choice(source, BUTTON_SOURCES)


def _check_key(name: str) -> None:
    if name != ANY_KEY and not is_key(name):
        hint = did_you_mean(name, KEY_NAMES)
        raise ValueError(f'must be the name of a key, like "space" or "f1", or "{ANY_KEY}"{hint}')


def _check_languages(tags: tuple[str, ...]) -> None:
    if not all(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) for tag in tags):
        raise ValueError('must be language tags like "en" or "pt-BR"')
    if len(tags) > MOST_LANGUAGES:
        raise ValueError(f"must be {MOST_LANGUAGES} languages at most: more do not fit on a screen")


def _check_fps(fps: int) -> None:
    if 0 < fps < LEAST_FPS:
        raise ValueError(f"must be 0, for a rate that is chosen, or {LEAST_FPS} and more")


CHECKS: dict[str, Callable[[Any], None]] = {
    "audio.input": candidates.check,
    "audio.output": candidates.check,
    "realtime.base_url": _check_base_url,
    "realtime.stun_server": _check_stun_server,
    "screen.fps": _check_fps,
    "button.sources": _check_sources,
    "button.key": _check_key,
    "interview.languages": _check_languages,
}
"""What no type and no range can say; each raises `ValueError`."""
