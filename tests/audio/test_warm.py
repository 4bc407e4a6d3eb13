"""What a spare engine has loaded, and what it has not touched."""

import asyncio
import sys

import pytest

from kiosk.settings import ProfileName

SCRIPT = (
    "import sys\n"
    "from kiosk.audio.warm import warm_up\n"
    "from kiosk.settings import AudioSettings\n"
    "warm_up(AudioSettings({0!r}, 'mic', 'speaker', {1!r}))\n"
    "maps = open('/proc/self/maps').read()\n"
    "print('pyaudio' in sys.modules, 'livekit.rtc' in sys.modules, 'opus' in maps,\n"
    "      'libpulse' in maps)\n"
)


@pytest.mark.parametrize(
    ("backend", "profile", "loaded"),
    [
        ("file", "open", "False False True False"),
        ("portaudio", "headset", "True False True False"),
        ("portaudio", "open", "True True True False"),
        ("portaudio", "loud hall", "True True True False"),
    ],
)
async def test_a_spare_loads_what_its_profile_needs_and_asks_no_sound_server(
    backend: str, profile: ProfileName, loaded: str
) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SCRIPT.format(backend, profile),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await child.communicate()
    assert output.decode().strip() == loaded
