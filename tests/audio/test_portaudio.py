"""The engine on a real sound server, through PyAudio and ALSA's pulse plugin."""

import asyncio
import signal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.backends.portaudio import _Capture, _Play, formats
from kiosk.audio.cards import Card, Line
from kiosk.audio.choice import Listed
from kiosk.audio.pcm import Pcm, dbfs, mono, silence, spread
from kiosk.audio.port import Clock, SoundAdvised, SoundFailed, SoundReady
from kiosk.audio.tuning import Tuning
from kiosk.core.faults import Fault
from kiosk.places import ASSETS
from kiosk.settings import AudioSettings, ProfileName
from tests.audio.booth import booth
from tests.audio.voice import packets, strength, tone, write_wav
from tests.rigs.pulse import MICROPHONE, SPEAKER, Pulse
from tests.rigs.voices import talk

pytestmark = pytest.mark.timeout(60)


def cards(
    microphone: str = MICROPHONE,
    loudspeaker: str = SPEAKER,
    profile: ProfileName = "headset",
) -> AudioSettings:
    return AudioSettings("portaudio", (microphone,), (loudspeaker,), profile)


@pytest.mark.parametrize(
    ("own_hz", "first"),
    [
        ((44_100, 48_000), (48_000, 1)),
        ((44_100,), (44_100, 1)),
        ((16_000,), (16_000, 1)),
        ((96_000,), (48_000, 1)),
        ((), (48_000, 1)),
    ],
)
def test_a_cards_own_rate_is_tried_first(own_hz: tuple[int, ...], first: tuple[int, int]) -> None:
    device = Listed(0, "input", "kiosk_own_x_0", 128, 44_100)
    card = Card(0, "x", "X", lines=(Line("input", 0, (1,), own_hz),))
    tried = list(formats(device, card))
    assert tried[0] == first
    assert tried[1] == (first[0], 2)
    assert {rate_hz for rate_hz, _ in tried} == {16_000, 32_000, 44_100, 48_000}


def raw(path: Path) -> Pcm:
    return np.fromfile(path, "<i2")


def levels(pcm: Pcm) -> list[float]:
    """Level of every 10 ms."""
    return [dbfs(block) for block in pcm[: len(pcm) // 480 * 480].reshape(-1, 480)]


async def test_a_voice_is_played_whole_at_its_level(pulse: Pulse) -> None:
    async with booth(cards()) as it:
        assert isinstance(it.reports[0], SoundReady)
        with pulse.listen() as recording:
            it.link.open()
            await it.report(Clock)
            await it.speak(list(packets(tone(440, 1.5))))
            await it.until(lambda: it.clocks[-1].queued_ms == 0 and not it.clocks[-1].audible)
        heard = raw(recording)
    loud = np.flatnonzero(np.abs(heard) > 2000)
    voice = heard[loud[0] : loud[-1]]
    assert 1.4 < len(voice) / 48_000 < 1.6 + Tuning().conceal_ms / 1000
    spoken = levels(voice[4800:62_400])
    assert np.median(spoken) == pytest.approx(dbfs(tone(440, 1.0)), abs=0.5)
    assert np.mean(np.array(spoken) > -20) > 0.95, "no gap but a glitch of a busy machine"
    assert it.clocks[-1].played_ms == 1500


async def test_the_microphone_is_captured_only_while_open(pulse: Pulse) -> None:
    def captured() -> str:
        return pulse.pactl("list", "short", "source-outputs")

    async with booth(cards()) as it:
        assert captured() == ""
        it.link.open()
        await it.until(lambda: len(it.frames) > 20)
        assert captured() != ""
        with pulse.speak(tone(700, 8.0)):
            whole = pytest.approx(0.3, rel=0.1)
            await it.until(lambda: strength(it.heard[-48_000:], 700) == whole)
        it.link.close()
    assert captured() == ""
    times = np.array([at_s for _, at_s in it.frames[50:]])
    assert np.diff(times).mean() == pytest.approx(0.01, rel=0.02)


async def test_an_open_loudspeaker_is_taken_out_of_the_microphone(pulse: Pulse) -> None:
    voice = talk(ASSETS / "voice" / "en", 8.0)
    async with booth(cards(profile="open")) as it:
        with pulse.one_room():
            it.link.open()
            await it.speak(list(packets(voice)))
            await it.until(lambda: it.clocks[-1].queued_ms == 0 and not it.clocks[-1].audible)
    begin_s = next(clock.at_s for clock in it.clocks if clock.audible)
    early = [pcm for pcm, at_s in it.frames if begin_s + 0.1 < at_s < begin_s + 0.3]
    late = [np.frombuffer(pcm, "<i2") for pcm, at_s in it.frames if at_s > begin_s + 4]
    raw = [clock.heard_dbfs for clock in it.clocks if clock.at_s > begin_s + 4 and clock.audible]
    assert not any(any(pcm) for pcm in early), "nobody is heard before the canceller has learned"
    assert not it.clocks[-1].microphone_gated
    assert np.quantile(raw, 0.75) > -35, "the microphone did not hear the loudspeaker"
    # A busy machine tears the sound now and then, and the canceller needs a moment after it.
    assert np.quantile([dbfs(block) for block in late], 0.75) < -45
    assert not any(isinstance(report, SoundAdvised) for report in it.reports)


async def test_a_flush_is_silence_in_the_room(pulse: Pulse) -> None:
    async with booth(cards()) as it:
        with pulse.listen() as recording:
            it.link.open()
            await it.report(Clock)
            first = 0
            for _ in range(3):
                voice = list(packets(tone(440, 2.0), first=first, timestamp=960 * first))
                first += len(voice)
                for packet in voice:
                    it.link.play(packet)
                await it.until(lambda: it.clocks[-1].audible)
                await asyncio.sleep(0.3)
                it.link.flush()
                await it.until(lambda: it.clocks[-1].queued_ms == 0)
                await it.until(lambda: not it.clocks[-1].audible)
        heard = raw(recording)
    loud = np.array(levels(heard)) > -40
    bursts = np.flatnonzero(np.diff(loud.astype(int)) == -1)
    assert len(bursts) >= 3


async def test_devices_that_are_not_there_are_named_with_those_that_are(pulse: Pulse) -> None:
    async with booth(cards("nomic", "nospk")) as it:
        await it.until(lambda: len(it.reports) >= 2)
    failures = {r.fault: r.why for r in it.reports if isinstance(r, SoundFailed)}
    assert set(failures) == {Fault.MIC_MISSING, Fault.SPEAKER_MISSING}
    assert '"nomic"' in failures[Fault.MIC_MISSING]
    assert f'"{MICROPHONE}"' in failures[Fault.MIC_MISSING]


async def test_default_is_the_systems_own(pulse: Pulse) -> None:
    async with booth(cards("default", "default")) as it:
        assert isinstance(it.reports[0], SoundReady)
        it.link.open()
        await it.until(lambda: len(it.frames) > 10)


async def test_a_file_can_be_the_microphone_of_a_real_loudspeaker(
    pulse: Pulse, tmp_path: Path
) -> None:
    source = write_wav(tmp_path / "in.wav", tone(700, 5.0))
    async with booth(cards(f"file:{source}", profile="open")) as it:
        it.link.open()
        await it.speak(list(packets(tone(440, 0.5))))
        await it.until(lambda: it.clocks[-1].played_ms == 500)
        assert not any(clock.microphone_gated for clock in it.clocks)
    assert strength(it.heard[4800:24_000], 700) == pytest.approx(0.3, rel=0.02)


async def test_a_microphone_of_zeros_is_told_until_it_lives(pulse: Pulse) -> None:
    async with booth(cards()) as it:
        it.link.open()
        failed = await it.report(SoundFailed, within_s=15)
        assert isinstance(failed, SoundFailed)
        assert failed.fault is Fault.MIC_SILENT
        with pulse.speak(tone(700, 3.0)):
            await it.report(SoundReady)


async def test_a_microphone_that_was_unplugged_is_used_again(pulse: Pulse) -> None:
    async with booth(cards()) as it:
        it.link.open()
        await it.until(lambda: len(it.frames) > 20)
        pulse.unplug("mic")
        failed = await it.report(SoundFailed, within_s=15)
        assert isinstance(failed, SoundFailed)
        assert failed.fault is Fault.MIC_MISSING, "not silent: the server put another in its place"
        pulse.plug("mic")
        with pulse.speak(tone(700, 8.0)):
            await it.report(SoundReady, within_s=15)
            before = len(it.frames)
            await it.until(lambda: len(it.frames) > before + 20)


async def test_a_sound_server_that_hangs_is_told_and_used_again(pulse: Pulse) -> None:
    async with booth(cards()) as it:
        it.link.open()
        await it.until(lambda: len(it.frames) > 20)
        assert pulse.server is not None
        pulse.server.send_signal(signal.SIGSTOP)
        try:
            failed = await it.report(SoundFailed, within_s=20)
        finally:
            pulse.server.send_signal(signal.SIGCONT)
        assert isinstance(failed, SoundFailed)
        with pulse.speak(tone(700, 20.0)):
            await it.report(SoundReady, within_s=20)
            before = len(it.frames)
            await it.until(lambda: len(it.frames) > before + 20)


async def test_a_sound_server_that_dies_is_told_and_used_again(pulse: Pulse) -> None:
    async with booth(cards()) as it:
        it.link.open()
        await it.until(lambda: len(it.frames) > 20)
        pulse.stop()
        try:
            failed = await it.report(SoundFailed)
        finally:
            pulse.start()
        assert isinstance(failed, SoundFailed)
        with pulse.speak(tone(700, 8.0)):
            await it.report(SoundReady, within_s=15)
            before = len(it.frames)
            await it.until(lambda: len(it.frames) > before + 20)


@given(
    st.sampled_from([16_000, 32_000, 44_100, 48_000]),
    st.integers(1, 2),
    st.lists(st.integers(1, 2000), min_size=1, max_size=30),
)
def test_every_sample_of_a_card_is_accounted_for(
    rate_hz: int, channels: int, periods: list[int]
) -> None:
    times = {"current_time": 1.0, "input_buffer_adc_time": 0.99, "output_buffer_dac_time": 1.02}
    captured: list[Pcm] = []
    capture = _Capture(rate_hz, channels, lambda block, _: captured.append(block))
    pulled: list[float] = []

    def pull(leaves_s: float) -> Pcm:
        pulled.append(leaves_s)
        return silence()

    play = _Play(rate_hz, channels, pull)
    for period in periods:
        capture.callback(bytes(2 * channels * period), period, times, 0)
        out, _ = play.callback(None, period, times, 0)
        assert len(out or b"") == 2 * channels * period
    total = sum(periods)
    assert {len(block) for block in captured} <= {480}
    assert len(captured) == -(-total * 48_000 // rate_hz) // 480
    assert len(pulled) == -(-100 * total // rate_hz)


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_cards_that_cannot_do_48_khz_mono_are_converted(rate_hz: int, channels: int) -> None:
    times = {"current_time": 1.0, "input_buffer_adc_time": 0.99, "output_buffer_dac_time": 1.02}
    period = rate_hz // 100
    captured: list[Pcm] = []
    capture = _Capture(rate_hz, channels, lambda block, _: captured.append(block))
    sound = tone(1000, 1.0, rate_hz=rate_hz)
    for part in sound.reshape(-1, period):
        assert capture.callback(spread(part, channels), period, times, 0) == (None, 0)
    assert {len(block) for block in captured} == {480}
    assert 99 <= len(captured) <= 100
    assert strength(np.concatenate(captured)[4800:43_200], 1000) == pytest.approx(0.3, rel=0.01)

    voice = iter(tone(1000, 1.2).reshape(-1, 480))
    play = _Play(rate_hz, channels, lambda _: next(voice))
    played = [play.callback(None, period, times, 0)[0] or b"" for _ in range(100)]
    assert {len(part) for part in played} == {2 * channels * period}
    out = mono(b"".join(played), channels)
    assert strength(out[rate_hz // 10 :], 1000, rate_hz) == pytest.approx(0.3, rel=0.01)


async def test_without_a_canceller_the_microphone_is_held_back_and_staff_are_told(
    pulse: Pulse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "livekit"
    gone.mkdir()
    (gone / "__init__.py").write_text("raise ImportError('not installed')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    advised = SoundAdvised(frozenset({Fault.NO_CANCELLER}))
    async with booth(cards(profile="open")) as it:
        with pulse.speak(tone(700, 8.0)):
            it.link.open()
            await it.speak(list(packets(tone(440, 1.0))))
            await it.until(lambda: it.clocks[-1].microphone_gated and advised in it.reports)
            await it.until(lambda: not it.clocks[-1].microphone_gated)
            await it.until(lambda: any(it.frames[-1][0]))
        it.link.close()
        before = it.link.pid
        it.link.renew()
        await it.until(lambda: it.link.pid not in (before, None) and it.reports[-1] == SoundReady())
        assert [r for r in it.reports if isinstance(r, SoundAdvised)] == [advised]
