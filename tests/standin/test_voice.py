import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from kiosk.interview.recordings import load_recordings
from kiosk.interview.script import load_script, spoken_lines
from kiosk.places import ASSETS, SCRIPTS
from kiosk.standin.voice import RATE_HZ, SpokenLines, Synthesiser, VoiceError, open_voice

LINE = "Thank you for sharing that."


def _nothing(name: str) -> None:
    """Nothing is installed, whatever its name."""


async def test_recorded_lines_are_spoken_as_recorded() -> None:
    voice = open_voice(ASSETS, "en-GB", None)
    pcm = await voice.say("  Thank you for\nsharing that. ", 1.0)
    assert pcm.dtype == np.int16
    assert len(pcm) / RATE_HZ == pytest.approx(1.58, abs=0.1)
    assert np.abs(pcm).max() > 3000


@pytest.mark.parametrize("name", ["demo", "early-career"])
def test_every_line_of_the_shipped_scripts_is_recorded(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", _nothing)
    voice = open_voice(ASSETS, "en", None)
    assert voice.mute_on(spoken_lines(load_script(name, SCRIPTS))) == ()
    assert voice.mute_on(["Something else."]) == ("Something else.",)


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.5])
async def test_speed_changes_the_length_and_not_the_pitch(speed: float) -> None:
    voice = open_voice(ASSETS, "en", None)
    usual, changed = await voice.say(LINE, 1.0), await voice.say(LINE, speed)
    assert len(changed) / len(usual) == pytest.approx(1 / speed, rel=0.08)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
async def test_any_other_line_is_spoken_by_espeak(tmp_path: Path) -> None:
    voice = open_voice(tmp_path, "en", None)
    short, long = await voice.say("Yes.", 1.0), await voice.say("Yes. " * 8, 1.0)
    assert len(long) > 3 * len(short) > 0
    assert np.abs(short).max() > 3000
    german = open_voice(tmp_path, "de-DE", None)
    assert len(await german.say("-v ist kein Schalter.", 1.0)) > RATE_HZ // 2


async def test_a_voice_path_is_spoken_by_piper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program is stood in for: it must be given the voice, the file and the text."""
    piper = tmp_path / "piper"
    piper.write_text(
        f"#!{sys.executable}\n"
        "import sys, wave\n"
        "assert sys.argv[1] == '-m' and sys.argv[2].endswith('kathleen.onnx')\n"
        "assert sys.argv[3] == '-f'\n"
        "with wave.open(sys.argv[4], 'wb') as out:\n"
        "    out.setparams((1, 2, 22050, 0, 'NONE', ''))\n"
        "    out.writeframes(b'\\x00\\x20' * 2205 * len(sys.stdin.read().split()))\n"
    )
    piper.chmod(0o755)
    (tmp_path / "kathleen.onnx").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    voice = open_voice(tmp_path, "en", tmp_path / "kathleen.onnx")
    assert len(await voice.say("four words of text", 1.0)) / RATE_HZ == pytest.approx(0.4, abs=0.01)


async def test_lines_are_synthesised_once_and_ahead_where_not_recorded(tmp_path: Path) -> None:
    log = tmp_path / "log"
    wav = ASSETS / "voice" / "en" / load_recordings(ASSETS / "voice" / "en")[0].path.name
    robot = Synthesiser("robot", ("sh", "-c", f"(cat; echo) >> {log}; cp {wav} {{wav}}"))
    recorded = {line.text: line for line in load_recordings(ASSETS / "voice" / "en")}
    voice = SpokenLines(recorded, robot)
    await voice.prepare([LINE, "Not recorded.", "Nor is this."])
    await voice.say("Not  recorded.", 1.0)
    await voice.say(LINE, 1.0)
    assert log.read_text().split("\n")[:-1] == ["Not recorded.", "Nor is this."]


async def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", _nothing)
    monkeypatch.setattr("importlib.util.find_spec", _nothing)
    with pytest.raises(VoiceError, match="install espeak-ng, or Piper"):
        await open_voice(tmp_path, "en", None).say(LINE, 1.0)
    with pytest.raises(VoiceError, match="Piper is not installed"):
        open_voice(tmp_path, "en", tmp_path / "voice.onnx")


async def test_a_synthesiser_that_fails_is_named(tmp_path: Path) -> None:
    for command, says in (
        (("false",), "failed"),
        (("true",), "failed"),
        (("/nonexistent/espeak",), "cannot be started"),
        (("sh", "-c", "echo no audio > {wav}"), "not audio"),
    ):
        with pytest.raises(VoiceError, match=says):
            await Synthesiser("robot", command).say(LINE)


async def test_broken_recordings_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "voice" / "en"
    folder.mkdir(parents=True)
    manifest = folder / "manifest.json"
    entry = {"id": "a", "text": LINE, "file": "a.ogg", "seconds": 1.0}
    manifest.write_text(json.dumps({"lines": [entry]}))
    voice = open_voice(tmp_path, "en", None)
    with pytest.raises(VoiceError, match=r"a\.ogg cannot be read"):
        await voice.say(LINE, 1.0)
    (folder / "a.ogg").write_bytes(b"OggS, or so it says")
    with pytest.raises(VoiceError, match=r"a\.ogg cannot be read"):
        await voice.say(LINE, 1.0)
    manifest.write_text('{"lines": [{"text": 1}]}')
    with pytest.raises(VoiceError, match="is broken"):
        open_voice(tmp_path, "en", None)


def test_a_voice_without_anything_is_mute_on_everything() -> None:
    assert SpokenLines({}, None).mute_on(["One.", "Two."]) == ("One.", "Two.")
