"""Simulated rooms: what a microphone hears of a loudspeaker, a talker and noise, sample by sample.

Everything is mono at 48 kHz and exact: no clock runs, and the same arguments give the same sound.
Levels are RMS while somebody speaks.
"""

import warnings
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.io import wavfile
from scipy.ndimage import map_coordinates
from scipy.signal import fftconvolve

from kiosk.audio.pcm import Pcm
from kiosk.audio.port import FRAME_SAMPLES, RATE_HZ

Sound = npt.NDArray[np.float64]
"""Samples in units of 16-bit PCM, not rounded."""
Place = tuple[float, float, float]
"""Metres from one corner."""

TALKER_DBFS = -26.0
"""A candidate at arm's length, in a microphone whose gain is set well (ITU-T P.56 speech level)."""
SOUND_M_S = 343.0
STREET = Path("/usr/share/jconvolver/config-files/demo-reverbs/street2-L.wav")
"""A street in Antwerp, 48 kHz; Debian's `jconvolver-config-files`, GPL-2+, Fons Adriaensen."""


@dataclass(frozen=True, slots=True)
class Room:
    """One room with a loudspeaker and a microphone in it."""

    name: str
    echo_path: Sound = field(repr=False)
    """Impulse response from loudspeaker to microphone, without the bulk delay."""
    talker_path: Sound = field(repr=False)
    """Impulse response from mouth to microphone."""
    noise_dbfs: float = -50.0
    delay_ms: float = 40.0
    """Bulk delay from the playback callback to the loudspeaker and back from the microphone."""
    echo_db: float = 0.0
    """How much louder than the talker the echo is."""
    drift_ppm: float = 0.0
    """How much slower the capture clock runs than the playback clock."""
    clip_db: float | None = None
    """The loudspeaker clips softly so far above its RMS level; None for a linear one."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came in, and what it is made of; all of one length."""

    microphone: Pcm
    echo: Sound = field(repr=False)
    talker: Sound = field(repr=False)
    noise: Sound = field(repr=False)


def hear(room: Room, far: Pcm, talker: Pcm | None = None, *, seed: int = 1) -> Heard:
    """Play `far` while somebody says `talker`; as long as `far`.

    The echo arrives `delay_ms` after it was pulled.  Should the sum be too loud for 16 bits, all
    parts are lowered alike, as staff would turn the microphone down.
    """
    count = len(far)
    said = np.zeros(count)
    if talker is not None:
        said[: len(talker)] = talker[:count]
    delay = round(room.delay_ms * RATE_HZ / 1000)
    path = np.concatenate([np.zeros(delay), room.echo_path])
    echo = fftconvolve(_loudspeaker(far.astype(np.float64), room.clip_db), path)[:count]
    if room.drift_ppm:
        at = np.arange(count) * (1 + room.drift_ppm * 1e-6)
        echo = map_coordinates(echo, [at], order=5, mode="constant")
    parts = (
        _brought_to(echo, TALKER_DBFS + room.echo_db),
        _brought_to(fftconvolve(said, room.talker_path)[:count], TALKER_DBFS),
        np.random.default_rng(seed).standard_normal(count) * _amplitude(room.noise_dbfs),
    )
    peak = float(np.max(np.abs(sum(parts)), initial=1.0))
    echo, said, noise = (part * min(1.0, 32_000 / peak) for part in parts)
    return Heard(np.asarray(np.rint(echo + said + noise), np.int16), echo, said, noise)


def frame_dbfs(sound: Pcm | Sound, samples: int = FRAME_SAMPLES) -> npt.NDArray[np.float64]:
    """Return the RMS level of each whole frame."""
    whole = sound[: len(sound) // samples * samples].astype(np.float64).reshape(-1, samples)
    return np.asarray(10 * np.log10(np.mean(whole**2, axis=1) / 32768.0**2 + 1e-12))


def speaking(sound: Pcm | Sound, within_db: float = 20.0) -> npt.NDArray[np.bool_]:
    """Tell for each frame of 10 ms whether it is speech: not that far below the loudest tenth."""
    levels = frame_dbfs(sound)
    return np.asarray(levels > max(-70.0, float(np.quantile(levels, 0.9)) - within_db))


def active_dbfs(sound: Pcm | Sound) -> float:
    """Return the RMS level over the frames that are speech; -100 for silence."""
    active = speaking(sound)
    if not active.any():
        return -100.0
    return float(10 * np.log10(np.mean(10 ** (frame_dbfs(sound)[active] / 10))))


def _amplitude(dbfs: float) -> float:
    return float(32768 * 10 ** (dbfs / 20))


def _brought_to(sound: Sound, dbfs: float) -> Sound:
    level = active_dbfs(sound)
    return sound if level <= -100 else sound * 10 ** ((dbfs - level) / 20)


def _loudspeaker(far: Sound, clip_db: float | None) -> Sound:
    if clip_db is None:
        return far
    limit = _amplitude(active_dbfs(far) + clip_db)
    return np.asarray(limit * np.tanh(far / limit))


# --- rooms ------------------------------------------------------------------------------------


def plain() -> Room:
    """The reference's room: a decay of 150 ms behind the direct sound."""
    return Room("plain", decay(0.15, seed=7), np.ones(1))


def quiet() -> Room:
    """The same without people in it: noise at -72 dBFS."""
    return Room("quiet", decay(0.15, seed=7), np.ones(1), noise_dbfs=-72.0)


def booth() -> Room:
    """A booth of 1.8 x 1.4 x 2.2 m, the loudspeaker 15 cm from a hard wall."""
    size, walls = (1.8, 1.4, 2.2), 0.72
    microphone = (0.95, 0.75, 1.15)
    return Room(
        "booth",
        shoebox(size, walls, (0.9, 0.15, 1.3), microphone, 0.3),
        shoebox(size, walls, (0.95, 1.2, 1.45), microphone, 0.3),
    )


def hall() -> Room:
    """A hall of 40 x 25 x 9 m that rings for more than a second."""
    size, walls = (40.0, 25.0, 9.0), 0.9
    microphone = (12.4, 9.3, 1.1)
    return Room(
        "hall",
        shoebox(size, walls, (12.0, 9.0, 1.2), microphone, 1.2),
        shoebox(size, walls, (12.7, 9.8, 1.5), microphone, 1.2),
    )


def street() -> Room | None:
    """Recorded outdoors; None without Debian's `jconvolver-config-files`.

    The recording has only what the houses send back: the direct sound of a loudspeaker 0.5 m away
    is put before it, louder as the first house is further away.
    """
    if not STREET.exists():
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wavfile.WavFileWarning)
        rate_hz, recorded = wavfile.read(STREET)
    assert rate_hz == RATE_HZ
    path = recorded.astype(np.float64)
    first_m = int(np.argmax(np.abs(path))) / RATE_HZ * SOUND_M_S
    path[0] = np.max(np.abs(path)) * first_m / 0.5
    return Room("street", path / path[0], np.ones(1))


@cache
def decay(rt60_s: float, *, seed: int, direct_db: float = 6.0) -> Sound:
    """Return a direct sound and a diffuse tail that falls 60 dB in `rt60_s`.

    `direct_db` is the energy of the direct sound relative to the tail's.
    """
    count = round(rt60_s * RATE_HZ)
    fall = 10 ** (-3 * np.arange(count) / count)
    tail = np.random.default_rng(seed).standard_normal(count) * fall
    tail[: RATE_HZ // 500] = 0.0
    tail *= 10 ** (-direct_db / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(tail)


@cache
def shoebox(size: Place, reflected: float, source: Place, ear: Place, seconds: float) -> Sound:
    """Return the impulse response of a box by image sources (Allen and Berkley, 1979).

    `reflected` is the share of the pressure that a wall gives back; the direct sound has an
    amplitude of 1 and arrives first at its real distance.  Arrivals are rounded to a sample.
    """
    reach_m = seconds * SOUND_M_S
    along: list[tuple[Sound, Sound]] = []
    for length, at, here in zip(size, source, ear, strict=True):
        n = np.arange(-int(reach_m / (2 * length)) - 1, int(reach_m / (2 * length)) + 2)
        distance = np.concatenate([2 * n * length + at - here, 2 * n * length - at - here])
        bounces = np.concatenate([np.abs(2 * n), np.abs(2 * n - 1)])
        along.append((distance.astype(np.float64), bounces.astype(np.float64)))
    response = np.zeros(round(seconds * RATE_HZ))
    (x, x_walls), (y, y_walls), (z, z_walls) = along
    plane = y[:, None] ** 2 + z[None, :] ** 2
    plane_walls = y_walls[:, None] + z_walls[None, :]
    for across, walls in zip(x, x_walls, strict=True):
        path_m = np.sqrt(across**2 + plane)
        at = np.rint(path_m / SOUND_M_S * RATE_HZ).astype(np.int64)
        audible = at < len(response)
        strength = reflected ** (walls + plane_walls[audible]) / path_m[audible]
        response += np.bincount(at[audible], strength, len(response))
    first = int(np.flatnonzero(response)[0])
    return np.asarray(response / response[first])
