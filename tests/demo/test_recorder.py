"""A recording is decoded again: rate, length, and picture against sound."""

import time
import wave
from pathlib import Path

import av
import numpy as np
import pygame
import pytest

from kiosk.demo.recorder import RATE_HZ, Recorder, RecordingError

SIZE = (320, 180)
BEGAN_S = 5000.0


def write_beep(path: Path, length_s: float, beep_s: float | None) -> None:
    t = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    tone = np.zeros(len(t))
    if beep_s is not None:
        tone = np.where((t >= beep_s) & (t < beep_s + 0.2), 0.5 * np.sin(t * 1000 * 2 * np.pi), 0)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((tone * 32767).astype("<i2").tobytes())


def film(
    recorder: Recorder, length_s: float, flash_s: float, shown_fps: int = 30, *, wait: bool = True
) -> None:
    surface = pygame.Surface(SIZE, 0, 32)
    for number in range(round(length_s * shown_fps)):
        at_s = number / shown_fps
        surface.fill((250, 250, 250) if flash_s <= at_s < flash_s + 0.2 else (10, 16, 30))
        recorder.add(surface, BEGAN_S + at_s)
        deadline_s = time.monotonic() + 10
        while wait and recorder._queue.full() and time.monotonic() < deadline_s:
            time.sleep(0.001)


def seconds(frame: av.VideoFrame | av.AudioFrame) -> float:
    assert frame.time is not None
    return frame.time


def onsets(path: Path) -> tuple[float, float, float]:
    """Seconds of the flash, of the beep at the left, and of the beep at the right."""
    with av.open(str(path)) as container:
        flash = next(
            seconds(frame)
            for frame in container.decode(video=0)
            if frame.to_ndarray(format="gray").mean() > 128
        )
    with av.open(str(path)) as container:
        frames = list(container.decode(audio=0))
    first_s = seconds(frames[0])
    sound = np.concatenate([frame.to_ndarray() for frame in frames], axis=1)
    left, right = (
        first_s + int(np.argmax(np.abs(side) > 0.1 * np.abs(side).max())) / RATE_HZ
        for side in sound
    )
    return flash, left, right


@pytest.mark.parametrize(("sound_after_s", "beep_s"), [(0.4, 0.6), (-0.5, 1.5), (0.0, 1.0)])
def test_flash_and_beep_stay_together(tmp_path: Path, sound_after_s: float, beep_s: float) -> None:
    write_beep(tmp_path / "speaker.wav", 3.0, beep_s)
    write_beep(tmp_path / "mic.wav", 3.0, None)
    recorder = Recorder(tmp_path / "booth.mp4", SIZE)
    film(recorder, 2.0, flash_s=1.0)
    path = recorder.finish(tmp_path / "speaker.wav", tmp_path / "mic.wav", BEGAN_S + sound_after_s)
    flash, left, right = onsets(path)
    assert flash == pytest.approx(1.0, abs=0.041)
    assert left == pytest.approx(1.0, abs=0.04)
    assert right == pytest.approx(left, abs=0.005)


def test_is_playable_everywhere(tmp_path: Path) -> None:
    write_beep(tmp_path / "speaker.wav", 1.0, 0.2)
    recorder = Recorder(tmp_path / "booth.mp4", (321, 181))
    film(recorder, 2.0, flash_s=0.5)
    path = recorder.finish(tmp_path / "speaker.wav", None, BEGAN_S)
    with av.open(str(path)) as container:
        video, sound = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width % 2, video.height % 2) == (0, 0)
        assert video.average_rate == 25
        assert (sound.codec_context.name, sound.channels) == ("aac", 2)
        times = [seconds(frame) for frame in container.decode(video=0)]
    assert np.diff(times) == pytest.approx(0.04)
    assert times[-1] + 0.04 == pytest.approx(2.0, abs=0.05)
    assert not list(tmp_path.glob("*.silent.mp4"))
    assert recorder.dropped == 0


def test_candidate_sounds_from_the_right(tmp_path: Path) -> None:
    write_beep(tmp_path / "mic.wav", 1.0, 0.2)
    recorder = Recorder(tmp_path / "booth.mp4", SIZE)
    film(recorder, 1.0, flash_s=0.5)
    path = recorder.finish(None, tmp_path / "mic.wav", BEGAN_S)
    with av.open(str(path)) as container:
        sound = np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)
    left, right = np.sqrt((sound**2).mean(axis=1))
    assert right > 1.5 * left > 0


def test_a_gap_is_filled_with_the_picture_before_it(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "booth.mp4", SIZE)
    surface = pygame.Surface(SIZE, 0, 32)
    for at_s, grey in ((0.0, 20), (1.0, 240), (1.2, 20)):
        surface.fill((grey, grey, grey))
        recorder.add(surface, BEGAN_S + at_s)
    path = recorder.finish(None, None, BEGAN_S)
    with av.open(str(path)) as container:
        bright = [
            frame.to_ndarray(format="gray").mean() > 128 for frame in container.decode(video=0)
        ]
    assert len(bright) == 31
    assert bright.index(True) == 25
    assert sum(bright) == 5


def test_drops_rather_than_waits_when_the_encoder_is_behind(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "booth.mp4", (1920, 1080))
    surface = pygame.Surface((1920, 1080), 0, 32)
    slowest_s = 0.0
    for number in range(60):
        began_s = time.perf_counter()
        recorder.add(surface, BEGAN_S + number / 25)
        slowest_s = max(slowest_s, time.perf_counter() - began_s)
    path = recorder.finish(None, None, BEGAN_S)
    assert recorder.dropped > 0
    assert slowest_s < 0.5
    with av.open(str(path)) as container:
        assert container.streams.video[0].average_rate == 25


def test_says_when_nothing_was_shown(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no frame"):
        Recorder(tmp_path / "booth.mp4", SIZE).finish(None, None, 0.0)


def test_says_when_the_folder_is_gone(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "gone" / "booth.mp4", SIZE)
    recorder.add(pygame.Surface(SIZE, 0, 32), BEGAN_S)
    with pytest.raises(RecordingError, match="failed"):
        recorder.finish(None, None, BEGAN_S)
