"""The quiet noise from the loudspeaker to the microphone, in simulated rooms and a sound server."""

from dataclasses import replace

import numpy as np
import pytest

from kiosk.audio import loop
from kiosk.audio.loop import Heard, judge, listen, noise
from kiosk.audio.outside import DevicesError
from kiosk.audio.pcm import Pcm, dbfs, silence
from kiosk.audio.profiles import PROFILES
from kiosk.settings import AudioSettings, ProfileName
from tests.rigs.double_talk import blocks
from tests.rigs.pulse import MICROPHONE, SPEAKER, Pulse
from tests.rigs.room import hear, plain

pytestmark = pytest.mark.timeout(60)

FAR = np.concatenate(noise())
ECHO = hear(replace(plain(), echo_db=0), FAR).microphone


def heard(microphone: Pcm, profile: ProfileName = "open") -> Heard:
    pairs = [([far], near) for far, near in zip(blocks(FAR), blocks(microphone), strict=True)]
    return judge(pairs, PROFILES[profile])


def test_the_noise_is_short_quiet_and_begins_softly() -> None:
    assert len(FAR) / 48_000 < 3
    assert dbfs(FAR) < -34
    assert int(np.abs(FAR).max()) < 4000
    first = np.flatnonzero(FAR)[0]
    assert dbfs(FAR[first : first + 480]) < dbfs(FAR[48_000:96_000]) - 6


def test_an_echo_is_found_with_its_delay_and_what_is_left_of_it() -> None:
    found = heard(ECHO)
    assert found.delay_ms == pytest.approx(40, abs=1)
    assert found.echo_dbfs == pytest.approx(dbfs(ECHO[48_000:]), abs=3)
    assert found.left_dbfs < found.echo_dbfs - 10
    assert (found.verdict, found.failure, found.clipped) == ("CLEAN", "", False)


def test_without_a_canceller_the_echo_is_found_all_the_same() -> None:
    found = heard(ECHO, "headset")
    assert found.delay_ms == pytest.approx(40, abs=1)
    assert found.left_dbfs == pytest.approx(found.echo_dbfs, abs=1)


def test_a_microphone_that_hears_only_itself_has_a_level_and_no_echo() -> None:
    hiss = np.random.default_rng(2).normal(0, 20, len(FAR)).astype(np.int16)
    found = heard(hiss)
    assert found.delay_ms is None
    assert found.quiet_dbfs == pytest.approx(dbfs(hiss), abs=1)
    assert not found.zeros


def test_zeros_and_overdriven_sound_are_told() -> None:
    assert heard(silence(len(FAR))) == Heard(zeros=True)
    wave = 60_000 * np.sin(np.arange(len(FAR)) / 30)
    assert heard(np.clip(wave, -32_768, 32_767).astype(np.int16)).clipped


def test_a_microphone_that_gives_nothing_at_all_is_trouble() -> None:
    (trouble,) = judge([], PROFILES["open"]).troubles
    assert trouble.code == "MIC3"


def on(microphone: str, loudspeaker: str, profile: ProfileName = "open") -> AudioSettings:
    return AudioSettings("portaudio", (microphone,), (loudspeaker,), profile)


def test_the_way_through_a_sound_server_is_measured(pulse: Pulse) -> None:
    with pulse.one_room(), pulse.listen() as recording:
        found = listen(on(MICROPHONE, SPEAKER))
    assert not found.troubles
    assert found.real
    assert found.delay_ms is not None
    assert 0 < found.delay_ms < 500
    assert found.echo_dbfs == pytest.approx(loop.NOISE_DBFS, abs=6)
    played = np.frombuffer(recording.read_bytes(), "<i2")
    assert 1.5 < np.count_nonzero(np.abs(played) > 30) / 48_000 < 3


def test_a_loudspeaker_that_nobody_hears_leaves_a_microphone_of_zeros(pulse: Pulse) -> None:
    assert listen(on(MICROPHONE, SPEAKER)).zeros


def test_devices_that_are_not_there_are_named_both(pulse: Pulse) -> None:
    found = listen(on("pcm:nowhere", "pcm:nobody"))
    assert [each.code for each in found.troubles] == ["SPK2", "MIC2"]
    assert "nobody" in found.troubles[0].why


def test_files_are_no_room() -> None:
    assert not listen(AudioSettings("file", ("file:",), ("file:",))).real


def test_a_driver_that_hangs_or_breaks_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LIMIT_S", 0.01)
    with pytest.raises(DevicesError, match="did not answer"):
        listen(AudioSettings())
    monkeypatch.setattr(loop, "LIMIT_S", 60.0)
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(DevicesError, match="failed"):
        listen(AudioSettings())
