"""A support bundle from a real machine, in which an interview was held."""

import io
import json
import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.bundle.contents import MEMBERS
from kiosk.interview.recordings import load_recordings
from kiosk.interview.script import load_script, spoken_lines
from kiosk.places import ASSETS, SCRIPTS
from tests.system import stick as sticks
from tests.system.booth import COMMAND, KEY, SCRIPT, Booth

pytestmark = pytest.mark.timeout(180)

READY = "Ready for a candidate"
PAUSE_S = 12.0
ANSWER = next(
    each for each in load_recordings(ASSETS / "candidate") if each.id == "brings-you-here"
)
HOST, USER, FULL_NAME, NETWORK = "ulm-fair-07", "mhuber", "Maria Huber", "Messe Gast"
PRIVATE = (
    *(HOST, USER, FULL_NAME, NETWORK, KEY, KEY[:12], "ek_", "10.20.30.40", "2001:db8::17"),
    *("dc:a6:32:12:34:56", "127.0.0.1", "10000000abcd1234"),
)
CONTROL = "the control text is found"
"""Stands in the journal beside all of it."""


def phrases(text: str) -> set[tuple[str, ...]]:
    """Return all runs of three words."""
    words = re.findall(r"[a-z]+", text.lower())
    return set(zip(words, words[1:], words[2:], strict=False))


def name_everything(booth: Booth) -> None:
    """Give the machine names, people and a network, and have a unit of ours write them down."""
    machine = booth.machine
    machine.run("hostname", HOST)
    machine.path("/etc/hostname").write_text(f"{HOST}\n")
    with machine.path("/etc/passwd").open("a") as file:
        file.write(f"{USER}:x:1000:1000:{FULL_NAME},,,:/home/{USER}:/bin/sh\n")
    profiles = "/etc/NetworkManager/system-connections"
    machine.shell(f"mkdir -p {profiles}")
    machine.path(f"{profiles}/fair.nmconnection").write_text(f"[wifi]\nssid={NETWORK}\n")
    private = " ".join(each for each in PRIVATE if each != "ek_")
    machine.run("systemd-run", "--quiet", "--wait", "--unit=kiosk-x", "echo", CONTROL, private)


def read(data: bytes) -> dict[str, str]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        files = {member.name: archive.extractfile(member) for member in archive.getmembers()}
        return {Path(name).name: file.read().decode() for name, file in files.items() if file}


def test_no_word_no_key_and_no_name_is_in_a_bundle(
    booth: Booth, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    machine = booth.machine
    name_everything(booth)
    booth.start_interviewer()
    booth.start()
    booth.until_status(READY)
    with sticks.made(tmp_path, {}) as stick:
        with booth.talker(ANSWER.pcm(), PAUSE_S):
            booth.press()
            booth.until_status("question 2 of")
            session = json.loads(machine.path("/run/kiosk/status.json").read_text())
            assert session["in_interview"] is True
            with stick.plugged(machine):
                machine.run("systemctl", "start", "kiosk-bundle")
            assert "In an interview" in booth.shown()["StatusText"]
        with stick.opened() as top:
            (path,) = top.glob("kiosk-bundle-*.tar.gz")
            data = path.read_bytes()
    asked = ("systemctl", "show", "--property=StatusText", "--value", "kiosk-bundle")
    kept = f"/var/lib/kiosk-bundle/{path.name}"
    assert machine.run(*asked).strip() == (
        f"The bundle is {kept}. It is on the stick KIOSK too, which may be pulled."
    )
    assert machine.path(kept).read_bytes() == data
    assert len(data) < 300_000
    figure(f"a support bundle: {len(data) / 1024:.0f} KiB")

    members = read(data)
    missing = {
        each["name"]: each["why"] for each in json.loads(members["manifest.json"])["missing"]
    }
    assert set(missing) <= {"restarts.json", "journal-before.txt"}
    assert set(MEMBERS) <= set(members) | set(missing)
    spoken = [ANSWER.text, *spoken_lines(load_script(SCRIPT, SCRIPTS))]
    said = set().union(*map(phrases, spoken))
    for name, text in members.items():
        assert [each for each in PRIVATE if each.lower() in text.lower()] == [], name
        assert not said & phrases(text), name
    assert CONTROL in members["journal.txt"]
    assert "In an interview" in members["services.txt"]
    assert re.search(r"\(conversing session:\S+", members["journal.txt"]), members["journal.txt"]
    assert json.loads(members["status.json"])["in_interview"] is True
    assert json.loads(members["doctor.json"])["findings"]
    assert members["unit-differences.txt"].startswith("The installed units are those")

    # Who is not root gets what that user may read, and is told what is missing.
    told = machine.run(
        *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
        *(COMMAND, "bundle", "--out", "/tmp/by-hand.tar.gz"),
    )
    assert told.startswith("/tmp/by-hand.tar.gz\nmissing: ")
    assert "missing: journal.txt: " in told
    by_hand = read(machine.path("/tmp/by-hand.tar.gz").read_bytes())
    assert not {"journal.txt"} & set(by_hand)
    for text in by_hand.values():
        assert [each for each in PRIVATE if each.lower() in text.lower()] == []
