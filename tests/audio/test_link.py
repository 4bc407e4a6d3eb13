"""The engine process behind its link, with the file backend: real processes, real time."""

import asyncio
import itertools
import json
import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from kiosk.audio.engine import NICE
from kiosk.audio.link import EngineLink
from kiosk.audio.port import FRAME_BYTES, Clock, Sound, SoundAdvised, SoundFailed, SoundReady
from kiosk.core.faults import Fault
from kiosk.settings import AudioSettings
from tests.audio.booth import booth
from tests.audio.voice import packets, read_wav, strength, tone, write_wav


def files(microphone: Path | str = "", loudspeaker: Path | str = "") -> AudioSettings:
    return AudioSettings(backend="file", input=(str(microphone),), output=(str(loudspeaker),))


async def test_a_voice_goes_through_to_the_loudspeaker(tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    async with booth(files(loudspeaker=out)) as it:
        it.link.open()
        await it.speak(list(packets(tone(440, 1.0))))
        await it.until(lambda: it.clocks[-1].queued_ms == 0 and it.clocks[-1].played_ms > 0)
        assert it.clocks[-1].played_ms == 1000
        await it.until(lambda: not it.clocks[-1].audible)
    heard = read_wav(out)
    begin = int(np.argmax(np.abs(heard) > 1000))
    middle = heard[begin + 4800 : begin + 43200]
    assert strength(middle, 440) == pytest.approx(0.3, rel=0.05)
    assert np.abs(middle).reshape(-1, 480).max(axis=1).min() > 8000


async def test_nothing_is_heard_before_open_or_after_close(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "in.wav", tone(440, 5.0))
    async with booth(files(source)) as it:
        assert isinstance(it.reports[0], SoundReady)
        await asyncio.sleep(0.3)
        assert not it.frames
        it.link.open()
        await it.until(lambda: len(it.frames) >= 20)
        it.link.close()
        count = len(it.frames)
        await asyncio.sleep(0.3)
        assert len(it.frames) == count
        assert all(len(pcm) == FRAME_BYTES for pcm, _ in it.frames)


async def test_microphone_frames_keep_real_time(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "in.wav", tone(440, 5.0))
    async with booth(files(source)) as it:
        it.link.open()
        await it.until(lambda: len(it.frames) >= 150)
        now_s = time.monotonic()
    times = np.array([at_s for _, at_s in it.frames[:150]])
    assert np.allclose(np.diff(times), 0.01, atol=1e-6)
    assert 0 <= now_s - times[-1] < 0.25
    assert strength(it.heard[4800:48000], 440) == pytest.approx(0.3, rel=0.01)


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
async def test_files_of_any_usual_form_can_be_the_microphone(
    tmp_path: Path, rate_hz: int, channels: int
) -> None:
    sound = tone(1000, 0.5, rate_hz=rate_hz)
    source = write_wav(tmp_path / "in.wav", sound, rate_hz=rate_hz, channels=channels)
    async with booth(files(source)) as it:
        it.link.open()
        await it.until(lambda: len(it.frames) >= 60)
    assert strength(it.heard[2400:21600], 1000) == pytest.approx(0.3, rel=0.02)
    assert not it.heard[24960:].any()


async def test_a_flush_is_silence_at_once(tmp_path: Path) -> None:
    out = tmp_path / "out.wav"
    async with booth(files(loudspeaker=out), record=tmp_path) as it:
        it.link.open()
        for packet in packets(tone(440, 3.0)):
            it.link.play(packet)
        await it.until(lambda: bool(it.clocks) and it.clocks[-1].played_ms > 200)
        asked_s = time.monotonic()
        it.link.flush()
        clock = await it.report(Clock)
        assert isinstance(clock, Clock)
        assert clock.queued_ms <= 30, "the fade, and a block in the card"
        assert clock.at_s >= asked_s
        await it.until(lambda: not it.clocks[-1].audible)
        played_ms = it.clocks[-1].played_ms
        for packet in packets(tone(880, 0.5), first=150):
            it.link.play(packet)
        await it.until(lambda: it.clocks[-1].played_ms >= played_ms + 500)
    heard = read_wav(out)
    parts = np.abs(heard[: len(heard) // 480 * 480].reshape(-1, 480)).max(axis=1) > 300
    edges = np.flatnonzero(np.diff(parts.astype(int)))
    assert len(edges) >= 3, "sound, silence, sound"
    first_ms = 10 * (edges[1] - edges[0])
    assert abs(first_ms - played_ms) <= 50
    assert np.abs(np.diff(heard.astype(int))).max() < 3000, "no click"


async def test_stale_reports_are_dropped_after_a_flush() -> None:
    async with booth(files()) as it:
        it.link.open()
        for packet in packets(tone(440, 3.0)):
            it.link.play(packet)
        await it.until(lambda: bool(it.clocks) and it.clocks[-1].queued_ms > 1000)
        for _ in range(20):
            it.link.flush()
            before = len(it.reports)
            await it.report(Clock)
            fresh = [r for r in it.reports[before:] if isinstance(r, Clock)]
            assert all(clock.queued_ms <= 20 for clock in fresh)


async def test_a_killed_engine_is_replaced_and_nobody_but_the_journal_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    source = write_wav(tmp_path / "in.wav", tone(440, 30.0))
    async with booth(files(source)) as it:
        it.link.open()
        await it.spare()
        await it.speak(list(packets(tone(440, 0.5))))
        await it.until(lambda: it.clocks[-1].played_ms == 500)
        assert it.link.pid is not None
        os.kill(it.link.pid, signal.SIGKILL)
        await it.report(SoundReady)
        frames = len(it.frames)
        await it.until(lambda: len(it.frames) > frames + 10)
        await it.speak(list(packets(tone(440, 0.5), first=25)))
        await it.until(lambda: it.clocks[-1].played_ms == 1000)
        assert it.link.restarts == 1
        assert not it.failures
    assert "ended by itself" in caplog.text


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
async def test_no_word_is_lost_with_an_engine(number: signal.Signals) -> None:
    async with booth(files()) as it:
        it.link.open()
        await it.spare()
        voice = list(packets(tone(440, 3.0)))
        speaking = asyncio.create_task(it.speak(voice))
        await it.until(lambda: bool(it.clocks) and it.clocks[-1].played_ms > 300)
        assert it.link.pid is not None
        os.kill(it.link.pid, number)
        await speaking
        await it.until(lambda: it.clocks[-1].queued_ms == 0 and not it.clocks[-1].audible)
        played = [clock.played_ms for clock in it.clocks]
        assert played == sorted(played), "the clock never goes back"
        if number is signal.SIGKILL:
            assert played[-1] == 3000
        else:
            assert played[-1] <= 3000
        assert it.link.restarts == 1


async def test_voice_that_was_flushed_is_not_played_by_the_next_engine() -> None:
    async with booth(files()) as it:
        it.link.open()
        await it.spare()
        for packet in packets(tone(440, 1.0)):
            it.link.play(packet)
        await it.until(lambda: bool(it.clocks) and it.clocks[-1].played_ms > 100)
        it.link.flush()
        assert it.link.pid is not None
        os.kill(it.link.pid, signal.SIGKILL)
        await it.report(SoundReady)
        for _ in range(5):
            clock = await it.report(Clock)
            assert isinstance(clock, Clock)
            assert clock.queued_ms == 0
            assert not clock.audible


async def test_an_engine_that_hangs_is_replaced(caplog: pytest.LogCaptureFixture) -> None:
    async with booth(files()) as it:
        it.link.open()
        await it.spare()
        await it.report(Clock)
        hanging = it.link.pid
        assert hanging is not None
        os.kill(hanging, signal.SIGSTOP)
        await it.report(SoundReady)
        await it.report(Clock)
        assert not alive(hanging)
    assert "nothing" in caplog.text


async def test_a_busy_engine_costs_packets_but_no_time(caplog: pytest.LogCaptureFixture) -> None:
    async with booth(files()) as it:
        it.link.open()
        await it.spare()
        await it.report(Clock)
        assert it.link.pid is not None
        os.kill(it.link.pid, signal.SIGSTOP)
        packet = next(packets(tone(440, 0.02)))
        for _ in range(3000):
            it.link.play(packet)
        assert it.link.dropped_packets > 0
        it.link.flush()
        await it.report(SoundReady)
        await it.report(Clock)
    assert "orders" in caplog.text


async def test_an_engine_without_a_successor_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    async with booth(files()) as it:
        spare = await it.spare()
        monkeypatch.setattr(sys, "executable", "/bin/false")
        assert it.link.pid is not None
        for pid in (it.link.pid, spare):
            os.kill(pid, signal.SIGKILL)
        failed = await it.report(SoundFailed)
        assert isinstance(failed, SoundFailed)
        assert failed.fault is Fault.ENGINE_DEAD
        monkeypatch.undo()
        await it.report(SoundReady)


async def test_the_engine_loads_nothing_it_does_not_need() -> None:
    heavy = {"av", "aiortc", "pygame", "pyaudio", "httpx", "aiohttp"}
    script = "import sys, kiosk.audio.engine; print(*sys.modules)"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await child.communicate()
    loaded = set(output.decode().split())
    assert "numpy" in loaded
    assert not heavy & loaded


async def test_the_engine_ends_with_its_daemon(tmp_path: Path) -> None:
    script = (
        "import asyncio, os\n"
        "from kiosk.audio.link import EngineLink\n"
        "from kiosk.settings import AudioSettings\n"
        "async def main():\n"
        "    link = EngineLink(AudioSettings(backend='file', input=('',), output=('',)))\n"
        "    ready = asyncio.Event()\n"
        "    link.on_report = lambda _: ready.set()\n"
        "    await link.start()\n"
        "    await ready.wait()\n"
        "    print(link.pid, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())\n"
    )
    daemon = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await daemon.communicate()
    await ended(int(output))


async def ended(pid: int) -> None:
    """Wait for the end of any process."""
    try:
        watch = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop, gone = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(watch, gone.set)
    try:
        async with asyncio.timeout(5):
            await gone.wait()
    finally:
        loop.remove_reader(watch)
        os.close(watch)


def alive(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


async def test_stop_ends_the_engine_within_a_second() -> None:
    async with booth(files()) as it:
        it.link.open()
        pid = it.link.pid
        assert pid is not None
        began_s = time.monotonic()
        await it.link.stop()
        assert time.monotonic() - began_s < 1.0
        assert not alive(pid)


async def test_a_microphone_held_back_is_so_in_the_next_engine_too(tmp_path: Path) -> None:
    async with booth(files(write_wav(tmp_path / "in.wav", tone(440, 30.0)))) as it:
        it.link.open()
        await it.speak(list(packets(tone(440, 0.3))))
        assert not any(clock.microphone_gated for clock in it.clocks)
        it.link.hold_back()
        for _ in range(2):
            await it.speak(list(packets(tone(440, 0.3))))
            await it.until(lambda: it.clocks[-1].microphone_gated)
            await it.until(lambda: not it.clocks[-1].microphone_gated)
            assert SoundAdvised(frozenset({Fault.ECHO})) in it.reports
            assert it.link.pid is not None
            os.kill(it.link.pid, signal.SIGKILL)
            await it.report(SoundReady)


async def test_a_missing_microphone_is_told_and_then_found(tmp_path: Path) -> None:
    source = tmp_path / "in.wav"
    async with booth(files(source)) as it:
        (failed,) = it.reports
        assert isinstance(failed, SoundFailed)
        assert failed.fault is Fault.MIC_MISSING
        assert str(source) in failed.why
        it.link.open()
        write_wav(source, tone(440, 3.0))
        await it.report(SoundReady)
        await it.until(lambda: bool(it.heard.any()))


async def test_a_microphone_that_is_no_wav_is_told_in_one_sentence(tmp_path: Path) -> None:
    source = tmp_path / "in.wav"
    source.write_text("not a WAV")
    async with booth(files(source)) as it:
        it.link.open()
        failed = await it.report(SoundFailed)
        assert isinstance(failed, SoundFailed)
        assert failed.fault is Fault.MIC_MISSING
        assert failed.why.count(".") <= 2


async def test_an_engine_that_follows_does_not_promise_what_it_cannot_open(tmp_path: Path) -> None:
    source = tmp_path / "in.wav"
    source.write_text("not a WAV")
    async with booth(files(source)) as it:
        it.link.open()
        await it.report(SoundFailed)
        await it.spare()
        before = len(it.reports)
        assert it.link.pid is not None
        os.kill(it.link.pid, signal.SIGKILL)
        await it.until(lambda: it.link.restarts == 1)
        await it.report(SoundFailed)
        assert not any(isinstance(report, SoundReady) for report in it.reports[before:])


async def test_a_folder_that_is_not_there_is_a_missing_loudspeaker(tmp_path: Path) -> None:
    async with booth(files(loudspeaker=tmp_path / "none" / "out.wav")) as it:
        (failed,) = it.reports
        assert isinstance(failed, SoundFailed)
        assert failed.fault is Fault.SPEAKER_MISSING


async def test_recordings_stand_at_their_time_and_have_one_length(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "in.wav", tone(440, 0.3))
    async with booth(files(source), record=tmp_path / "rec") as it:
        it.link.open()
        opened_s = time.monotonic()
        await it.until(lambda: len(it.frames) >= 40)
        it.link.close()
        assert it.link.pid is not None
        await it.spare()
        os.kill(it.link.pid, signal.SIGKILL)
        await it.report(SoundReady)
        it.link.open()
        again_s = time.monotonic()
        await it.until(lambda: len(it.frames) >= 80)
    began_s = json.loads((tmp_path / "rec" / "sound.json").read_text())["began_s"]
    microphone = read_wav(tmp_path / "rec" / "microphone.wav")
    assert len(microphone) == len(read_wav(tmp_path / "rec" / "speaker.wav"))
    loud = np.flatnonzero(np.abs(microphone) > 1000)
    assert loud[0] / 48000 == pytest.approx(opened_s - began_s, abs=0.1)
    second = loud[int(np.argmax(np.diff(loud) > 2400)) + 1]
    assert second / 48000 == pytest.approx(again_s - began_s, abs=0.1)


async def test_a_pipe_is_heard_when_somebody_speaks_into_it(tmp_path: Path) -> None:
    pipe = tmp_path / "mic"
    os.mkfifo(pipe)
    async with booth(files(pipe)) as it:
        it.link.open()
        await it.until(lambda: len(it.frames) >= 20)
        assert not it.heard.any()
        writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        sound = tone(440, 0.3)
        began_s = time.monotonic()
        for i in range(15):
            await asyncio.sleep(max(0.0, began_s + i * 0.02 - time.monotonic()))
            os.write(writer, sound[960 * i : 960 * (i + 1)].tobytes())
        os.close(writer)
        await it.until(lambda: len(it.frames) >= 80)
    loud = np.flatnonzero(it.heard)
    spoken = it.heard[loud[0] - 1 : loud[0] - 1 + len(sound)]
    assert np.array_equal(spoken, sound), "nothing lost, nothing inserted"


async def test_the_monitor_hears_what_leaves_the_loudspeaker(tmp_path: Path) -> None:
    pipe = tmp_path / "monitor"
    os.mkfifo(pipe)
    async with booth(files(), monitor=pipe) as it:
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        it.link.open()
        await it.speak(list(packets(tone(440, 0.4))))
        await it.until(lambda: it.clocks[-1].played_ms == 400)
        heard = np.frombuffer(os.read(reader, 1 << 16), "<i2")
        os.close(reader)
        clock = await it.report(Clock)
        assert isinstance(clock, Clock), "the engine lives on without a listener"
    assert len(heard) % 480 == 0
    loud = np.flatnonzero(np.abs(heard) > 1000)
    voice = heard[loud[0] : loud[-1]]
    assert len(voice) > 9600
    assert strength(voice[2400:-2400], 440) == pytest.approx(0.3, rel=0.1)


def test_the_link_is_a_sound() -> None:
    sound: Sound = EngineLink(files())
    assert callable(sound.open)


def children() -> set[int]:
    """The processes that this one has started and not yet buried."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_the_engine_at_work_goes_before_the_drawing_where_that_is_allowed() -> None:
    async with booth(files()) as it:
        spare, own = await it.spare(), os.getpriority(os.PRIO_PROCESS, 0)
        assert it.link.pid is not None
        allowed = os.geteuid() == 0
        assert os.getpriority(os.PRIO_PROCESS, it.link.pid) == (NICE if allowed else own)
        assert os.getpriority(os.PRIO_PROCESS, spare) == own


async def test_a_renewed_engine_is_another_process() -> None:
    async with booth(files()) as it:
        spare, old = await it.spare(), it.link.pid
        assert old is not None
        it.link.renew()
        await it.report(SoundReady)
        assert it.link.pid == spare
        assert not alive(old)
        it.link.open()
        await it.until(lambda: bool(it.frames))
        assert it.link.restarts == 0
        assert not it.failures


@pytest.mark.parametrize("seed", range(3))
async def test_engines_may_die_at_any_moment_and_nothing_is_left_of_them(seed: int) -> None:
    chance = random.Random(seed)
    before, fds = children(), descriptors()
    async with booth(files()) as it:
        it.link.open()
        voice = packets(tone(440, 30.0))
        for _ in range(12):
            for packet in itertools.islice(voice, chance.randrange(20)):
                it.link.play(packet)
            victims = [pid for pid in (it.link.pid, it.link.spare_pid) if pid is not None]
            for pid in chance.sample(victims, chance.randrange(len(victims) + 1)):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            match chance.randrange(5):
                case 0:
                    it.link.flush()
                case 1:
                    it.link.close()
                    it.link.renew()
                    it.link.open()
                case _:
                    await asyncio.sleep(chance.random() / 4)
        frames = len(it.frames)
        await it.until(lambda: len(it.frames) > frames + 20, within_s=30)
        await it.report(Clock)
        await it.spare()
        if seed == 0:
            assert it.link.pid is not None
            os.kill(it.link.pid, signal.SIGKILL)
    assert children() == before
    assert descriptors() == fds
