"""The booth's settings as frozen groups; `kiosk.config` reads them from file and environment."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

ProfileName = Literal["open", "loud hall", "speakerphone", "headset"]
"""What kind of room the sound is in; `kiosk.audio.profiles` says what follows from it."""


@dataclass(frozen=True, slots=True)
class BoothSettings:
    """`[booth]`."""

    name: str = "Booth"
    """Shown small on the screen."""


@dataclass(frozen=True, slots=True)
class RealtimeSettings:
    """`[realtime]`: the service on the other end of the line."""

    base_url: str = "https://api.openai.com"
    """Without `/v1`; both requests go there.  An Azure URL ends in `/openai`."""
    auth: Literal["bearer", "api-key"] = "bearer"
    """How the key is presented when minting: OpenAI's header, or Azure's."""
    model: str = "gpt-realtime-2.1"
    voice: str = "marin"
    transcription_model: str = "gpt-transcribe"
    """Empty switches the candidate's subtitles off."""
    noise_reduction: Literal["far_field", "near_field", "off"] = "far_field"
    turn_detection: Literal["semantic_vad", "server_vad"] = "semantic_vad"
    silence_ms: int = 1200
    """How long a pause ends a turn under `server_vad`."""
    connect_timeout_s: float = 15.0
    """From the press to an open channel."""
    stun_server: str = ""
    """`host` or `host:port`, which `kiosk doctor` asks whether UDP gets through; calls never do."""


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """`[token]`: who holds the API key."""

    source: Literal["service", "direct"] = "service"
    """A service of its own, or this very process, which no service of systemd may be."""
    socket: Path = Path("/run/kiosk-token/socket")
    lifetime_s: int = 600


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """`[audio]`."""

    backend: Literal["portaudio", "file"] = "portaudio"
    input: tuple[str, ...] = ("default",)
    """Microphones in order of preference, each as `kiosk.audio.candidates` reads it; under `file`
    one path (WAV, or a pipe of 48 kHz mono s16)."""
    output: tuple[str, ...] = ("default",)
    """Loudspeakers, likewise."""
    profile: ProfileName = "open"
    volume_db: float = 0.0
    """Louder or softer than the profile's voice; its ceiling holds all the same."""


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """`[screen]`."""

    driver: Literal["auto", "kmsdrm", "wayland", "x11", "offscreen"] = "auto"
    diagonal_inch: float = 24.0
    width: int = 0
    """Pixels; 0 takes the screen's own size (1280 offscreen), and without a desktop at most
    1920x1080, lying or upright, where the screen offers that."""
    height: int = 0
    fps: int = 0
    """Frames a second; 0 chooses by what one costs."""
    fullscreen: bool = True
    theme: str = "booth"
    """A file in `config/themes` (or `/etc/kiosk/themes`) without `.toml`, or a path."""
    show_candidate_words: bool = True
    reduced_motion: bool = False


@dataclass(frozen=True, slots=True)
class ButtonSettings:
    """`[button]`."""

    sources: tuple[str, ...] = ("auto",)
    """Any of `auto`, `gpio`, `keyboard`, `pipe`, `none`."""
    gpio_pin: int = 17
    lamp_pin: int = 0
    """The lamp in the button; 0 is none."""
    key: str = "space"
    """A key's SDL name, or `any`."""
    pipe: Path = Path("/run/kiosk/button")
    """Takes `down` and `up` from any program; not part of `auto`."""
    hold_s: float = 1.5


@dataclass(frozen=True, slots=True)
class InterviewSettings:
    """`[interview]`: what is asked and how patient the booth is."""

    script: str = "early-career"
    """A file in `config/interviews` without `.toml`, or a path."""
    languages: tuple[str, ...] = ("en",)
    consent: bool = False
    """Ask for a yes before the call also where there is only one language to choose."""
    limit_min: float = 10.0
    """After this long the interviewer is asked to come to the last question."""
    silence_prompt_s: float = 15.0
    """Nobody answers: a gentle word."""
    silence_goodbye_s: float = 20.0
    """Still nobody after it: the ring starts."""
    silence_ring_s: float = 10.0
    """The ring is full: goodbye."""
    greeting_timeout_s: float = 10.0
    """From the open channel to the first sound of the greeting."""
    farewell_s: float = 8.0
    """How long the farewell stays on the screen."""
    line_patience_s: float = 120.0
    """How long a candidate waits for a lost line; they may leave at any time."""
    when_line_dies: Literal["goodbye", "standin"] = "goodbye"
    """What follows: an apology, or the stand-in of this machine goes on (in English)."""


@dataclass(frozen=True, slots=True)
class PriceSettings:
    """`[prices]`: what the service charges for a million tokens; 0 is not known."""

    model: str = "gpt-realtime-2.1"
    """What another model uses has no known cost."""
    currency: str = "USD"
    text_input: float = 4.0
    cached_text_input: float = 0.4
    audio_input: float = 32.0
    cached_audio_input: float = 0.4
    text_output: float = 24.0
    audio_output: float = 64.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a booth is told."""

    booth: BoothSettings = field(default_factory=BoothSettings)
    realtime: RealtimeSettings = field(default_factory=RealtimeSettings)
    token: TokenSettings = field(default_factory=TokenSettings)
    audio: AudioSettings = field(default_factory=AudioSettings)
    screen: ScreenSettings = field(default_factory=ScreenSettings)
    button: ButtonSettings = field(default_factory=ButtonSettings)
    interview: InterviewSettings = field(default_factory=InterviewSettings)
    prices: PriceSettings = field(default_factory=PriceSettings)
