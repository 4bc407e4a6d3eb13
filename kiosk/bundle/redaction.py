"""Takes out of a text whatever names a person, a place, a machine or a call (pure).

What is taken out leaves a word in brackets, such as `[address]`, so that the reader sees that
something stood there.  Identities that are worth following through a bundle, such as a session,
get a number: `[session 2]` is the same one everywhere in it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kiosk.secret import redact

ORDINARY = frozenset(
    {"booth", "debian", "kiosk", "kiosk-staff", "kiosk-token", "localhost", "raspberrypi", "root"}
)
"""Names of machines, users and booths that tell nothing, and stand in half the lines."""
PUBLIC_HOSTS = frozenset({"api.openai.com"})
"""The service that every booth calls."""


@dataclass(frozen=True, slots=True)
class Known:
    """What this machine is known to be called; each is taken out wherever it stands."""

    hosts: frozenset[str] = frozenset()
    """Names of the machine and of the service, with and without their domain."""
    users: frozenset[str] = frozenset()
    """Login names and full names of people."""
    networks: frozenset[str] = frozenset()
    """Names of Wi-Fi networks."""
    booths: frozenset[str] = frozenset()
    """What the booth is called on its screen: often the event's name."""
    serials: frozenset[str] = frozenset()
    """Serial numbers, identities of machine and boots, hardware addresses."""


Rule = tuple[re.Pattern[str], str]

_UNITS = "service|socket|target|timer|path|mount|automount|slice|scope|device|swap"
_TOP_LEVEL = (
    "com|org|net|edu|gov|mil|int|info|biz|aero|coop|museum|mobi|arpa|io|dev|app|ai|cloud|"
    "berlin|hamburg|koeln|cologne|bayern|nrw|ruhr|saarland|wien|tirol|swiss|paris|london|amsterdam|"
    "consulting|expo|tech|online|site|shop|store|solutions|systems|digital|agency|company|gmbh|global|"
    "xyz|academy|careers|jobs|university|college|school|"
    "local|localdomain|lan|home|internal|intranet|corp|private|test|example|invalid|onion|box|"
    "ac|ad|ae|ag|al|am|ar|as|at|au|az|ba|bd|be|bg|bh|br|by|bz|ca|ch|ci|cl|cm|cn|co|cr|cu|cy|cz|de|dk|"
    "do|dz|ec|ee|eg|es|et|eu|fi|fr|ge|gh|gr|gt|hk|hn|hr|hu|ie|il|in|iq|ir|is|it|jo|jp|ke|kr|kw|kz|lb|"
    "li|lk|lt|lu|lv|ly|ma|mc|me|mg|mk|mt|mu|mx|my|nl|no|np|nz|om|pa|pe|ph|pk|pl|pt|qa|ro|ru|sa|se|sg|"
    "si|sk|sn|su|sv|th|tn|tr|tt|tv|tw|ua|ug|uk|us|uy|uz|ve|vn|za|zw"
)
"""Ends of host names.  Not those that files, modules or settings end in: `py`, `sh`, `name` …"""
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?:{_LABEL}\.)+(?:{_TOP_LEVEL})"
_HEX = "[0-9A-Fa-f]"
_GROUPS = rf"{_HEX}{{1,4}}(?::{_HEX}{{1,4}}){{0,6}}"
_IS = r"""(["']?\s*[:=]\s*["']?)"""
"""Between a name and its value, in any of the ways in which programs write them."""
_REST = r"""[^"'\r\n]*"""
"""To the end of the line, or of the quoted text."""

RULES: tuple[Rule, ...] = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        # Keys and tokens, also where an escaped line break (`\nsk-…`) hides their beginning.
        (r"[se]k[-_](?=[A-Za-z0-9_-]{0,200}[0-9])[A-Za-z0-9_-]{20,}", "[secret]"),
        (r"eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+)*", "[secret]"),
        (r"\b(?=[\w+-]{0,99}[0-9])(?=[\w+-]{0,99}[A-Z])[A-Za-z0-9+_-]{40,}=*", "[secret]"),
        (r"(//)(?!\[)[^/\s@\"']+@", r"\1[secret]@"),
        (
            r"(?i:\b(\w{0,20}(?:password|passwd|passphrase|psk|pwd)))" + _IS + r"(?!\[)[^\s\"',;]+",
            r"\1\2[secret]",
        ),
        (r"(?i:([?&]\w{0,20}(?:token|key|secret|sig)=))(?!\[)[^\s&\"']+", r"\1[secret]"),
        # Calls: what the two ends told each other of themselves.
        (rf"(?:a=)?\bcandidate:{_REST}", "[call setup]"),
        (rf"(?i:\ba=(?:ice-|fingerprint|ssrc|msid|identity)){_REST}", "[call setup]"),
        (rf"\b[oc]=[^\s\"']*(?: [0-9]+ [0-9]+)? ?IN IP[46]{_REST}", "[call setup]"),
        (r"(?i:\bice[-_](?:ufrag|pwd)\b)[\"']?\s*[:=]\s*[\"']?[^\s\"',;]+", "[call setup]"),
        # People.
        (r"/home/[^\s/\"':]+", "/home/[user]"),
        # Networks.
        (rf"(?i:\b(e?ssid)\b){_IS}[^\"',;\r\n\]]+\]?", r"\1\2[network]"),
        # Serial numbers and identities that are called so.
        (
            r"(?i:\b(serial(?:[ _-]?(?:number|no))?|(?:machine|boot)[ _-]?id|(?:part)?uuid))"
            + _IS
            + r"(?!\[)[^\s\"',;]+",
            r"\1\2[serial]",
        ),
        # Addresses.
        (rf"(?:{_HEX}{{2}}[:-]){{5,7}}{_HEX}{{2}}", "[hardware address]"),
        (rf"{_HEX}{{4}}\.{_HEX}{{4}}\.{_HEX}{{4}}", "[hardware address]"),
        (r"\b(wlx|enx)[0-9a-f]{12}\b", r"\1-[hardware address]"),
        (r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}", "[address]"),
        (rf"(?:{_HEX}{{1,4}}:){{7}}{_HEX}{{1,4}}(?:%[\w.-]+)?", "[address]"),
        (rf"(?:{_GROUPS}::(?:{_GROUPS})?|::{_GROUPS})(?:%[\w.-]+)?", "[address]"),
    )
)
"""What each kind looks like, in this order, and what stands in its place."""

_EMAIL = re.compile(r"[^\s@<>\"',;:()\[\]]{0,64}[\w+-]@([A-Za-z][A-Za-z0-9.-]*)")
_URL = re.compile(
    r"\b((?:https?|wss?|stuns?|turns?|ftp):(?://)?)([^\s/\"'<>:,;\[\]]+)", re.IGNORECASE
)
_NAMED_HOST = re.compile(rf"(?<![A-Za-z0-9-]){_HOST}(?![A-Za-z0-9-]|\.[A-Za-z])", re.IGNORECASE)
_NUMBERED: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?:sess|rtc|call|conv|resp|item|event|evt|msg|req)_"
            r"(?=[A-Za-z0-9]*[0-9A-Z])[A-Za-z0-9]{10,}"
        ),
        "session",
    ),
    (
        re.compile(
            rf"(?<![A-Za-z0-9]){_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}(?![A-Za-z0-9])"
            rf"|(?<![A-Za-z0-9])(?={_HEX}*[0-9]){_HEX}{{16,}}(?![A-Za-z0-9])"
        ),
        "identity",
    ),
)
"""What is worth telling apart: sessions of the service; boots, machines and other hexadecimals."""


class Redaction:
    """One reading of all texts of a bundle: the same identity has the same number throughout."""

    def __init__(self, known: Known = Known()) -> None:
        self._known = [
            *_whole_words(known.serials, "[serial]", ignore_case=True),
            *_whole_words(known.hosts, "[host]", ignore_case=True),
            *_whole_words(known.networks, "[network]"),
            *_whole_words(known.booths, "[booth]"),
            *_whole_words(known.users, "[user]"),
        ]
        self._numbers: dict[str, dict[str, int]] = {}

    def text(self, text: str) -> str:
        """Return `text` without what must not leave the booth."""
        for pattern, word in self._known:
            text = pattern.sub(word, text)
        text = redact(text)
        for pattern, word in RULES:
            text = pattern.sub(word, text)
        text = _EMAIL.sub(_email, text)
        text = _URL.sub(_url, text)
        text = _NAMED_HOST.sub(_host, text)
        for pattern, kind in _NUMBERED:
            text = pattern.sub(self._numbering(kind), text)
        return text

    def value(self, value: object) -> object:
        """Return a JSON value, in all of its texts and names."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.value(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(each) for each in value]
        return value

    def pseudonym(self, kind: str, identity: str) -> str:
        """Return `[kind N]`, where N tells this identity from others of its kind."""
        numbers = self._numbers.setdefault(kind, {})
        return f"[{kind} {numbers.setdefault(identity.lower(), len(numbers) + 1)}]"

    def _numbering(self, kind: str) -> Callable[[re.Match[str]], str]:
        return lambda found: self.pseudonym(kind, found[0])


def _whole_words(
    names: Iterable[str], word: str, *, ignore_case: bool = False
) -> list[tuple[re.Pattern[str], str]]:
    """Longest first, so that a name that holds another is taken out whole."""
    telling = {name.strip() for name in names} - ORDINARY - PUBLIC_HOSTS - {""}
    flags = re.IGNORECASE if ignore_case else 0
    return [
        (re.compile(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", flags), word)
        for name in sorted(telling, key=lambda name: (-len(name), name))
    ]


def _email(found: re.Match[str]) -> str:
    """Keep units such as getty@tty1.service."""
    return found[0] if re.search(rf"\.(?:{_UNITS})\.?$", found[1]) else "[e-mail]"


def _url(found: re.Match[str]) -> str:
    host = found[2].rpartition("@")[2].lower()
    return found[0] if host in PUBLIC_HOSTS | {"localhost"} else f"{found[1]}[host]"


def _host(found: re.Match[str]) -> str:
    return found[0] if found[0].lower() in PUBLIC_HOSTS else "[host]"
