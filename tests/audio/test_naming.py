"""The udev rule and the part of asound.conf, as text and as `scripts/name-sound-devices` writes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio import naming
from kiosk.audio.candidates import Usb, read
from tests.rigs.sound_cards import FakeCard, FakeMachine

SCRIPT = Path(__file__).parents[2] / "scripts" / "name-sound-devices"
MIC, SPEAKER = Usb("0d8c", "0014", "1-1.2"), Usb("08bb", "2902", "A1 b")
RULES, ASOUND = "etc/udev/rules.d/85-kiosk-sound.rules", "etc/asound.conf"
THEIRS = "defaults.pcm.card 1\n# mine\n"


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), "--root", str(root), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_rules_match_one_device_and_give_it_its_id() -> None:
    comment, microphone, loudspeaker = naming.udev_rules(
        naming.name({"input": MIC, "output": SPEAKER})
    ).splitlines()
    assert comment.startswith("#")
    sound = 'ACTION=="add", SUBSYSTEM=="sound", KERNEL=="card*", '
    assert microphone == (
        sound + 'KERNELS=="1-1.2", ATTRS{idVendor}=="0d8c", ATTRS{idProduct}=="0014", '
        'ATTR{id}="kioskmic"'
    )
    assert loudspeaker == (
        sound + 'ATTRS{serial}=="A1 b", ATTRS{idVendor}=="08bb", ATTRS{idProduct}=="2902", '
        'ATTR{id}="kioskspeaker"'
    )


def test_one_device_that_is_both_gets_one_id_and_two_pcms() -> None:
    named = naming.name({"input": MIC, "output": MIC})
    assert naming.udev_rules(named).count("ATTR{id}=") == 1
    assert naming.asound_part(named).count('"hw:CARD=kiosksound,DEV=0"') == 2
    assert list(naming.settings_lines(named)) == [
        'input = "card:kiosksound"',
        'output = "card:kiosksound"',
    ]


@pytest.mark.parametrize("place", ["", "1-1.3"])
def test_rules_that_could_both_fit_one_device_are_refused(place: str) -> None:
    anywhere = Usb("0d8c", "0014")
    with pytest.raises(ValueError, match="could be both"):
        naming.name({"input": anywhere, "output": Usb("0d8c", "0014", place or "1-1.2")})


TEXTS = st.text(alphabet="ab# {}\n", max_size=80)
PARTS = st.sampled_from(
    [naming.asound_part(naming.name({"input": MIC})), naming.asound_part(naming.name({}))]
)


@given(TEXTS, PARTS, PARTS)
def test_all_else_in_a_configuration_stays(text: str, part: str, another: str) -> None:
    once = naming.with_part(text, part)
    assert naming.with_part(once, part) == once
    assert naming.with_part(once, another) == naming.with_part(text, another)
    whole = text if not text or text.endswith("\n") else text + "\n"
    assert naming.with_part(once, "") == whole


SAFE = "ab9-. :+/_"


@given(st.text(SAFE, max_size=12) | st.text(SAFE + '"\n,=\\$%{}é٣', min_size=1, max_size=5))
def test_no_place_says_more_in_a_rule_than_itself(place: str) -> None:
    try:
        usb = read(f"usb:0d8c:0014:{place}")
    except ValueError:
        return
    assert isinstance(usb, Usb)
    _, rule = naming.udev_rules(naming.name({"input": usb})).splitlines()
    assert rule.count(f'"{usb.place}"') == 1
    assert (rule.count('"'), rule.count("==")) == (2 * 7, 6)


def test_a_part_whose_end_was_lost_is_written_over() -> None:
    part = naming.asound_part(naming.name({"input": MIC}))
    assert naming.with_part(THEIRS + naming.BEGIN + "\npcm.x", part) == THEIRS + part


def udev_verifies() -> bool:
    if not shutil.which("udevadm"):
        return False
    told = subprocess.run(["udevadm", "--help"], capture_output=True, text=True, check=False)
    return "verify" in told.stdout


@pytest.mark.skipif(not udev_verifies(), reason="udevadm verify came with systemd 254")
def test_udev_itself_finds_no_mistake_in_the_rules(tmp_path: Path) -> None:
    path = tmp_path / "85-test.rules"
    path.write_text(naming.udev_rules(naming.name({"input": MIC, "output": SPEAKER})))
    subprocess.run(["udevadm", "verify", str(path)], check=True)


def test_the_script_writes_once_and_takes_back_what_it_wrote(tmp_path: Path) -> None:
    FakeMachine(tmp_path).plug(FakeCard("Device"), FakeCard("Other", usb="08bb:2902", port="1-2"))
    (tmp_path / "etc").mkdir()
    asound, rules = tmp_path / ASOUND, tmp_path / RULES
    asound.write_text(THEIRS)
    words = ("--mic", "usb:0d8c:0014", "--speaker", "usb:08bb:2902")

    shown = run(tmp_path, *words, "--dry-run")
    assert shown.returncode == 0
    assert 'ATTR{id}="kioskmic"' in shown.stdout
    assert (asound.read_text(), rules.exists()) == (THEIRS, False)

    done = run(tmp_path, *words)
    assert done.returncode == 0
    assert 'input = "card:kioskmic"' in done.stdout
    assert "udevadm control --reload" in done.stdout
    written = (asound.read_text(), rules.read_text())
    assert written[0].startswith(THEIRS)
    assert rules.stat().st_mode & 0o777 == 0o644

    again = run(tmp_path, *words)
    assert again.stdout.count("nothing to change") == 2
    assert (asound.read_text(), rules.read_text()) == written

    assert run(tmp_path, "--remove").returncode == 0
    assert (asound.read_text(), rules.exists()) == (THEIRS, False)
    assert run(tmp_path, "--remove").stdout.count("nothing to change") == 2


def test_a_device_that_is_not_plugged_in_is_told_and_waited_for(tmp_path: Path) -> None:
    done = run(tmp_path, "--mic", "usb:0d8c:0014:1-1.2")
    assert done.returncode == 0
    assert "not plugged in" in done.stdout
    assert 'KERNELS=="1-1.2"' in (tmp_path / RULES).read_text()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Name --mic"),
        (("--remove", "--mic", "usb:0d8c:0014"), "or say --remove alone"),
        (("--mic", "card:x"), "must name a USB device"),
        (("--mic", "usb:0d8c"), "must name a USB device"),
        (("--mic", 'usb:0d8c:0014:a"'), "must name a USB device"),
        (("--mic", "usb:0d8c:0014"), "fits several devices; name one of usb:0d8c:0014:1-1.2"),
        (("--mic", "usb:08bb:2902"), "is no microphone"),
        (("--mic", "usb:1:2", "--what"), "unrecognized"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    FakeMachine(tmp_path).plug(
        FakeCard("Device"),
        FakeCard("Device_1", port="1-1.3"),
        FakeCard("Out", usb="08bb:2902", port="1-2", capture=""),
    )
    refused = run(tmp_path, *words)
    assert refused.returncode == 64
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "etc").exists()


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "etc").write_text("no folder")
    refused = run(tmp_path, "--mic", "usb:0d8c:0014")
    assert refused.returncode == 69
    assert refused.stderr.endswith("cannot be used: Not a directory.\n")
