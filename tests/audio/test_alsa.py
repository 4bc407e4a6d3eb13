"""What libasound is told, as libasound and PortAudio understand it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.alsa import PREFIX, configuration, own_name
from tests.rigs.pulse import Pulse

IDS = st.from_regex(r"[A-Za-z0-9_-]{1,15}", fullmatch=True)


@given(st.lists(st.tuples(IDS, st.integers(0, 31)), max_size=8))
def test_every_device_has_a_pcm_of_its_own(devices: list[tuple[str, int]]) -> None:
    text = configuration(devices)
    assert text.count("\n") == len(set(devices))
    for device in devices:
        assert f'pcm."{own_name(*device)}" {{ type plug ' in text
        assert f'"hw:CARD={device[0]},DEV={device[1]}"' in text


LISTS = """
import json, sys
from kiosk.audio.alsa import OwnConfiguration, configuration
from kiosk.audio.backends.finding import Finder
own, finder, seen = OwnConfiguration(), Finder(), []
for devices in json.loads(sys.argv[1]):
    pairs = [(name, 0) for name in devices]
    own.write(configuration(pairs, body=lambda *_: 'type plug slave.pcm "null"'))
    seen.append([listed.name for listed in finder.devices("input")])
    finder.refresh()
print(json.dumps(seen))
"""


def names_listed(*lists: list[str]) -> list[list[str]]:
    """What PortAudio lists after each of several configurations, in one process."""
    done = subprocess.run(
        [sys.executable, "-c", LISTS, json.dumps(lists)],
        env=dict(os.environ),
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )
    return list(json.loads(done.stdout))


def test_portaudio_lists_our_pcms_beside_the_systems_and_notices_new_ones(pulse: Pulse) -> None:
    first, second, none = names_listed(["a-b", "c_d"], ["e"], [])
    assert {own_name("a-b", 0), own_name("c_d", 0), "vmic", "default"} <= set(first)
    assert [name for name in second if name.startswith(PREFIX)] == [own_name("e", 0)]
    assert [name for name in none if name.startswith(PREFIX)] == []
    assert "vmic" in none


def test_a_configuration_that_staff_gave_the_process_is_kept(
    pulse: Pulse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "theirs.conf"
    theirs.write_text("</usr/share/alsa/alsa.conf>\npcm.theirs { type pulse device mic.monitor }\n")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(theirs))
    (names,) = names_listed(["a"])
    assert {"theirs", own_name("a", 0)} <= set(names)
