import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import CommandError, ExitStatus
from kiosk.host.stick import StickError
from kiosk.places import SCRIPTS
from kiosk.provision import key as keys
from kiosk.provision import visit
from kiosk.provision.parcels import Machine
from kiosk.provision.visit import Surroundings
from kiosk.secret import Secret

KEY = "sk-right-0123456789abcdef"
WIFI = 'country = "DE"\nssid = "Fair"\npassword = "hunter-two"\n'
SETTINGS = '[booth]\nname = "Hall 3"\n[interview]\nscript = "early-career"\n'


class Venue:
    """A booth's machine in a folder, with what is plugged into it, and what staff read of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.boot = root / "boot" / "firmware"
        self.media = root / "media"
        self.etc = root / "etc" / "kiosk"
        for folder in (self.boot, self.media, self.etc, root / "etc/NetworkManager"):
            folder.mkdir(parents=True)
        self.plugged = True
        self.broken = ""
        self.active = True
        self.nmcli = True
        self.sealed: list[Secret] = []
        self.services: list[str] = []
        self.asked: list[tuple[str, ...]] = []
        self.renewed = 0
        self.told: list[tuple[str, str]] = []

    def is_there(self) -> bool:
        return self.plugged

    @contextmanager
    def mounted(self) -> Iterator[Path]:
        if self.broken == "mount":
            raise StickError(["The stick KIOSK cannot be read."])
        yield self.media
        if self.broken == "umount":
            raise StickError(["The stick KIOSK is still written to."])

    def programs(self, words: Sequence[str]) -> bool:
        self.asked.append(tuple(words))
        if words[:3] == ("systemctl", "--quiet", "is-active"):
            return self.active
        return words[0] != "nmcli" or self.nmcli

    def seal(self, key: Secret, service: str, root: Path) -> None:
        if self.broken == "seal":
            raise CommandError(["systemd-creds failed."])
        assert root == self.root
        self.sealed.append(key)
        self.services.append(service)

    def renew(self) -> None:
        self.renewed += 1

    def status(self, *, in_interview: bool) -> None:
        path = self.root / "run/kiosk/status.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        told = {"written_at": time.time(), "phase": "idle", "in_interview": in_interview}
        path.write_text(json.dumps(told))

    def visit(self, *, again: bool = False) -> int:
        machine = Machine(self.root, self.programs, self.seal)
        return visit.main(
            again=again, surroundings=Surroundings(machine, self, self.renew, lambda: True)
        )

    def orders(self) -> list[str]:
        return [words[2] for words in self.asked if words[:2] == ("systemctl", "--no-block")]


@pytest.fixture
def venue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Venue:
    made = Venue(tmp_path)
    monkeypatch.setattr(visit, "tell", lambda _, *words: made.told.append(words))
    return made


def test_a_stick_brings_settings_wifi_and_key(venue: Venue) -> None:
    (venue.etc / "kiosk.toml").write_text("# by staff\n")
    for name, text in (("kiosk.toml", SETTINGS), ("wifi.toml", WIFI), ("openai.key", f"{KEY}\r\n")):
        (venue.media / name).write_text(text)
    venue.status(in_interview=False)
    assert venue.visit() == ExitStatus.DONE
    imported = "settings (kiosk.toml), key, which is deleted there, Wi-Fi (1 network, DE)"
    assert venue.told == [("pass", f"Stick KIOSK: imported {imported}.")]
    assert (venue.etc / "kiosk.toml").read_text() == SETTINGS
    assert (venue.etc / "kiosk.toml").stat().st_mode & 0o777 == 0o644
    assert (venue.etc / "kiosk.toml.old").read_text() == "# by staff\n"
    assert venue.sealed == [Secret(KEY)]
    assert sorted(path.name for path in venue.media.iterdir()) == ["kiosk.toml", "wifi.toml"]
    (profile,) = (venue.root / "etc/NetworkManager/system-connections").iterdir()
    assert profile.stat().st_mode & 0o777 == 0o600
    option = (venue.root / "etc/modprobe.d/kiosk-wifi.conf").read_text()
    assert option == "options cfg80211 ieee80211_regdom=DE\n"
    for words in (
        ("raspi-config", "nonint", "do_wifi_country", "DE"),
        ("iw", "reg", "set", "DE"),
        ("nmcli", "connection", "reload"),
    ):
        assert words in venue.asked
    assert venue.renewed == 1
    assert venue.orders() == ["reload"]


def test_at_boot_the_boot_partition_is_read_and_nothing_is_restarted(venue: Venue) -> None:
    venue.plugged = venue.active = False
    (venue.boot / "kiosk").mkdir()
    (venue.boot / "kiosk" / "kiosk.toml").write_text("[screen]\nfps = 25\n")
    assert venue.visit() == ExitStatus.DONE
    assert venue.told == [("pass", "Boot partition: imported settings (kiosk.toml).")]
    assert venue.orders() == []


def test_what_was_imported_once_leaves_later_changes_of_staff_alone(
    venue: Venue, capsys: pytest.CaptureFixture[str]
) -> None:
    venue.plugged = False
    (venue.boot / "kiosk.toml").write_text(SETTINGS)
    venue.visit()
    (venue.etc / "kiosk.toml").write_text("# by staff\n")
    venue.told.clear()
    assert venue.visit() == ExitStatus.DONE
    assert (venue.etc / "kiosk.toml").read_text() == "# by staff\n"
    assert venue.told == []
    assert capsys.readouterr().out == "Nothing new on the boot partition, and no stick KIOSK.\n"
    venue.visit(again=True)
    assert (venue.etc / "kiosk.toml").read_text() == SETTINGS
    (venue.boot / "kiosk.toml").write_text("[screen]\nfps = 25\n")
    venue.visit()
    assert (venue.etc / "kiosk.toml").read_text() == "[screen]\nfps = 25\n"


THEFT = '[realtime]\nbase_url = "https://evil.example"\n'


def test_a_stick_cannot_have_the_key_sent_elsewhere(venue: Venue) -> None:
    (venue.media / "kiosk.toml").write_text(THEFT)
    assert venue.visit() != ExitStatus.DONE
    ((level, text),) = venue.told
    assert level == "fail"
    assert "names another service" in text
    assert not (venue.etc / "kiosk.toml").exists()
    (venue.etc / "kiosk.toml").write_text(THEFT)
    (venue.media / "kiosk.toml").write_text('[realtime]\nauth = "api-key"\n')
    venue.visit()
    assert (venue.etc / "kiosk.toml").read_text() == THEFT


def test_another_service_holds_once_its_own_key_is_sealed(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal, held = venue.seal, []

    def sealed(key: Secret, service: str, root: Path) -> None:
        held.append((venue.etc / "kiosk.toml").exists())
        seal(key, service, root)

    monkeypatch.setattr(venue, "seal", sealed)
    (venue.media / "kiosk.toml").write_text(THEFT)
    (venue.media / "openai.key").write_text(KEY)
    assert venue.visit() == ExitStatus.DONE
    assert (held, venue.sealed) == ([False], [Secret(KEY)])
    assert venue.services == ["https://evil.example"]
    assert (venue.etc / "kiosk.toml").read_text() == THEFT
    assert not (venue.media / "openai.key").exists()


def test_another_service_whose_key_cannot_be_sealed_does_not_hold(venue: Venue) -> None:
    venue.broken = "seal"
    (venue.media / "kiosk.toml").write_text(THEFT)
    (venue.media / "openai.key").write_text(KEY)
    assert venue.visit() != ExitStatus.DONE
    assert not (venue.etc / "kiosk.toml").exists()
    assert (venue.media / "openai.key").exists()


def test_a_mistake_in_one_part_has_no_other_imported_again(venue: Venue) -> None:
    (venue.media / "kiosk.toml").write_text("[nowhere]\n")
    (venue.media / "wifi.toml").write_text(WIFI)
    venue.visit()
    venue.visit()
    assert ["Wi-Fi" in text for _, text in venue.told] == [True, False]


def test_an_empty_or_known_stick_says_so(venue: Venue) -> None:
    venue.visit()
    (venue.media / "wifi.toml").write_text(WIFI)
    venue.visit()
    venue.visit()
    assert [text for _, text in venue.told] == [
        "Stick KIOSK: nothing to import.",
        "Stick KIOSK: imported Wi-Fi (1 network, DE).",
        "Stick KIOSK: nothing new.",
    ]


@pytest.mark.parametrize(
    ("in_interview", "order", "told"),
    [
        (False, "try-restart", "imported settings (kiosk.toml)."),
        (True, "reload", "imported settings (kiosk.toml). screen.fps: systemctl restart kiosk."),
        (None, "reload", "imported settings (kiosk.toml). screen.fps: systemctl restart kiosk."),
    ],
)
def test_nobody_s_interview_is_cut_off(
    venue: Venue, in_interview: bool | None, order: str, told: str
) -> None:
    (venue.etc / "kiosk.toml").write_text("[screen]\nfps = 30\n")
    (venue.media / "kiosk.toml").write_text("[screen]\nfps = 25\n")
    if in_interview is not None:
        venue.status(in_interview=in_interview)
    venue.visit()
    assert venue.orders() == [order]
    assert venue.told == [("pass", f"Stick KIOSK: {told}")]


def test_an_event_s_interview_and_theme_come_with_the_settings(venue: Venue) -> None:
    for folder in ("interviews", "themes"):
        (venue.media / folder).mkdir()
    interview = (SCRIPTS / "demo.toml").read_text()
    (venue.media / "interviews" / "fair.toml").write_text(interview)
    (venue.media / "themes" / "fair.toml").write_text("text_scale = 1.2\n")
    (venue.media / "kiosk.toml").write_text(
        '[interview]\nscript = "fair"\n[screen]\ntheme = "fair"\n'
    )
    assert venue.visit() == ExitStatus.DONE
    assert (venue.etc / "interviews" / "fair.toml").read_text() == interview
    assert (venue.etc / "themes" / "fair.toml").is_file()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"kiosk.toml": "[screen"}, "kiosk.toml: This is not TOML"),
        ({"kiosk.toml": "[screen]\nfsp = 3\n"}, "There is no setting screen.fsp; did you mean"),
        ({"kiosk.toml": '[interview]\nscript = "x"\n'}, "interviews/x.toml: there is no such"),
        ({"kiosk.toml": '[screen]\ntheme = "x"\n'}, "themes/x.toml: there is no such theme"),
        ({"interviews/x.toml": "title = 3\n"}, "interviews/x.toml"),
        ({"kiosk.toml": SETTINGS, "themes/x.toml": "text_scale = 9\n"}, "themes/x.toml, line 1"),
        ({"kiosk.toml": f'[booth]\nname = "{KEY}"\n'}, "A key does not belong in this file"),
        ({"wifi.toml": 'country = 1\nssid = "x"\n'}, "wifi.toml, line 1: 'country' must be"),
        ({"openai.key": ""}, "openai.key must hold the key alone"),
        ({"openai.key": f'"{KEY}"\n'}, "openai.key must hold the key alone"),
        ({"openai.key": f"OPENAI_API_KEY={KEY}\n"}, "openai.key must hold the key alone"),
        ({"openai.key": f"the key is\n{KEY}\n"}, "openai.key must hold the key alone"),
        ({"openai.key": "schlüssel"}, "openai.key must hold the key alone"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    venue: Venue, files: dict[str, str], sentence: str
) -> None:
    (venue.etc / "kiosk.toml").write_text("# by staff\n")
    for name, text in files.items():
        path = venue.media / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert venue.visit() == ExitStatus.NOTHING_TO_BE_DONE
    ((level, told),) = venue.told
    assert level == "fail"
    assert sentence in told
    assert KEY not in told
    assert str(venue.root) not in told
    assert [path.name for path in venue.etc.iterdir()] == ["kiosk.toml"]
    assert (venue.etc / "kiosk.toml").read_text() == "# by staff\n"
    assert venue.sealed == []
    assert not (venue.root / "etc/NetworkManager/system-connections").exists()
    assert all((venue.media / name).read_text() == text for name, text in files.items())
    assert venue.orders() == []


def test_what_is_in_order_is_imported_beside_what_is_not(
    venue: Venue, capsys: pytest.CaptureFixture[str]
) -> None:
    (venue.media / "wifi.toml").write_text("x = 1\ny = 2\n")
    (venue.media / "openai.key").write_text(KEY)
    assert venue.visit() == ExitStatus.NOTHING_TO_BE_DONE
    ((_, told),) = venue.told
    assert told.startswith("Stick KIOSK: imported key, which is deleted there. wifi.toml")
    assert told.endswith("(and 3 more mistakes)")
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert venue.sealed == [Secret(KEY)]


def test_a_key_that_cannot_be_sealed_stays_where_it_is(venue: Venue) -> None:
    venue.broken = "seal"
    (venue.media / "openai.key").write_text(KEY)
    assert venue.visit() == ExitStatus.NOTHING_TO_BE_DONE
    assert venue.told == [("fail", "Stick KIOSK: systemd-creds failed.")]
    assert (venue.media / "openai.key").read_text() == KEY


def test_a_key_on_a_locked_stick_is_sealed_and_asked_to_be_deleted(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(keys, "erase", locked)
    (venue.media / "openai.key").write_text(KEY)
    assert venue.visit() == ExitStatus.NOTHING_TO_BE_DONE
    assert venue.sealed == [Secret(KEY)]
    assert venue.renewed == 1
    assert venue.told[0][1] == (
        "Stick KIOSK: imported key."
        " openai.key is sealed, but not deleted: Read-only file system. Delete it!"
    )


def test_a_stick_that_cannot_be_written_brings_another_service_all_the_same(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(keys, "erase", locked)
    (venue.media / "kiosk.toml").write_text(THEFT)
    (venue.media / "openai.key").write_text(KEY)
    venue.visit()
    assert "Delete it!" in venue.told[-1][1]
    assert (venue.etc / "kiosk.toml").read_text() == THEFT


def test_a_key_waits_for_settings_with_a_mistake(venue: Venue) -> None:
    (venue.media / "kiosk.toml").write_text(f"{THEFT}x = 1\n")
    (venue.media / "openai.key").write_text(KEY)
    assert venue.visit() == ExitStatus.NOTHING_TO_BE_DONE
    assert venue.sealed == []
    assert (venue.media / "openai.key").read_text() == KEY


def test_a_key_is_overwritten_before_it_is_deleted(tmp_path: Path) -> None:
    path, other = tmp_path / "openai.key", tmp_path / "same"
    path.write_text(KEY)
    other.hardlink_to(path)
    keys.erase(path)
    assert not path.exists()
    assert other.read_bytes() == bytes(len(KEY))


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("mount", "Stick KIOSK: The stick KIOSK cannot be read."),
        (
            "umount",
            "Stick KIOSK: imported Wi-Fi (1 network, DE). The stick KIOSK is still written to.",
        ),
    ],
)
def test_a_broken_stick_is_one_sentence(venue: Venue, broken: str, told: str) -> None:
    venue.broken = broken
    (venue.media / "wifi.toml").write_text(WIFI)
    assert venue.visit() == ExitStatus.NOTHING_TO_BE_DONE
    assert venue.told == [("fail", told)]


def test_earlier_networks_of_ours_go_and_others_stay(venue: Venue) -> None:
    profiles = venue.root / "etc/NetworkManager/system-connections"
    (venue.media / "wifi.toml").write_text(WIFI)
    venue.visit()
    (first,) = profiles.iterdir()
    (profiles / "preconfigured.nmconnection").touch()
    (venue.media / "wifi.toml").write_text(WIFI.replace("Fair", "Hall"))
    venue.visit()
    assert not first.exists()
    assert len(list(profiles.iterdir())) == 2
    assert (profiles / "preconfigured.nmconnection").exists()


def test_where_networkmanager_is_missing_or_does_not_answer_it_is_said(venue: Venue) -> None:
    (venue.media / "wifi.toml").write_text(WIFI)
    venue.nmcli = False
    assert venue.visit() == ExitStatus.NOTHING_TO_BE_DONE
    assert "NetworkManager takes it up when the machine restarts" in venue.told[-1][1]
    venue.active = False
    assert venue.visit(again=True) == ExitStatus.DONE
    (venue.root / "etc/NetworkManager/system-connections").rename(venue.root / "gone")
    (venue.root / "etc/NetworkManager").rmdir()
    assert venue.visit(again=True) == ExitStatus.NOTHING_TO_BE_DONE
    assert "NetworkManager is not installed" in venue.told[-1][1]


def test_only_root_may(venue: Venue) -> None:
    surroundings = Surroundings(Machine(venue.root), venue, venue.renew, lambda: False)
    with pytest.raises(CommandError, match="systemctl start kiosk-provision"):
        visit.main(again=False, surroundings=surroundings)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(["kiosk.toml", "wifi.toml", "openai.key", "interviews/a.toml"]),
    data=st.binary(max_size=300) | st.text(max_size=300).map(str.encode),
)
def test_whatever_is_on_a_stick_nothing_breaks(venue: Venue, name: str, data: bytes) -> None:
    (venue.media / "interviews").mkdir(exist_ok=True)
    for path in venue.media.rglob("*.*"):
        path.unlink()
    (venue.media / name).write_bytes(data)
    venue.visit()
    good = ("imported", "nothing new")
    assert (venue.told[-1][0] == "pass") == any(each in venue.told[-1][1] for each in good)
