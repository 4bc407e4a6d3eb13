import contextlib
import json
import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import config
from kiosk.config import ConfigError, api_key, environment, load, sealed_key
from kiosk.interview.languages import NAMES
from kiosk.limits import MOST_LANGUAGES, RANGES
from kiosk.secret import Secret
from kiosk.settings import Settings

KEY = "sk-proj-abcdefgh12345678"


def sentences(text: str | bytes, tmp_path: Path, **variables: str) -> list[str]:
    """What is wrong with a file of this text, each without the path's folder."""
    path = tmp_path / "kiosk.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load(path, variables)
    return [sentence.replace(f"{tmp_path}/", "") for sentence in caught.value.sentences]


def test_the_commented_file_says_what_holds_without_it() -> None:
    text = config.IN_SOURCE_TREE.read_text()
    assert load(config.IN_SOURCE_TREE, {}) == Settings()
    written = {group: set(table) for group, table in tomllib.loads(text).items()}
    assert written == {group: set(kinds) for group, kinds in config.KINDS.items()}


def test_the_commented_file_explains_every_setting() -> None:
    lines = config.IN_SOURCE_TREE.read_text().splitlines()
    for number, line in enumerate(lines):
        if " = " in line and not line.startswith("#"):
            block = next(n for n in range(number, -1, -1) if not re.match(r"\w+ = ", lines[n]))
            assert lines[block].startswith("#"), line


def test_every_number_has_a_range() -> None:
    numbers = {
        f"{group}.{name}"
        for group, kinds in config.KINDS.items()
        for name, kind in kinds.items()
        if kind in (int, float)
    }
    assert set(RANGES) == numbers


def test_without_a_file_the_source_tree_s_is_taken() -> None:
    assert load(None, {}) == Settings()


def test_a_variable_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text("[screen]\nfps = 60\n[interview]\nlanguages = ['de']\n")
    variables = {
        "KIOSK_SCREEN_FPS": "25",
        "KIOSK_SCREEN_FULLSCREEN": "no",
        "KIOSK_SCREEN_DIAGONAL_INCH": "31.5",
        "KIOSK_INTERVIEW_LANGUAGES": "en, pt-BR",
        "KIOSK_TOKEN_SOCKET": "/tmp/s",
        "KIOSK_AUDIO_PROFILE": "headset",
        "KIOSK_REALTIME_TRANSCRIPTION_MODEL": "",
        "UNRELATED": "x",
    }
    settings = load(path, variables)
    assert settings.screen.fps == 25
    assert settings.screen.fullscreen is False
    assert settings.screen.diagonal_inch == 31.5
    assert settings.interview.languages == ("en", "pt-BR")
    assert settings.token.socket == Path("/tmp/s")
    assert settings.audio.profile == "headset"
    assert settings.realtime.transcription_model == ""


@pytest.mark.parametrize(
    ("line", "variable", "wanted"),
    [
        ('"USB PnP: Audio (hw:1,0)"', "USB PnP: Audio (hw:1,0)", ("USB PnP: Audio (hw:1,0)",)),
        ('"usb:0d8c:0014"', "usb:0d8c:0014", ("usb:0d8c:0014",)),
        (
            '["usb:0d8c:0014", "A (hw:1,0)", "default"]',
            "usb:0d8c:0014, A (hw:1,0),default",
            ("usb:0d8c:0014", "A (hw:1,0)", "default"),
        ),
    ],
)
def test_a_sound_device_is_one_text_or_several_in_order(
    tmp_path: Path, line: str, variable: str, wanted: tuple[str, ...]
) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(f"[audio]\ninput = {line}\n")
    settings = load(path, {"KIOSK_AUDIO_OUTPUT": variable})
    assert settings.audio.input == wanted
    assert settings.audio.output == wanted


def test_all_mistakes_are_named_at_once_with_line_and_suggestion(tmp_path: Path) -> None:
    text = """
[screen]
fsp = 30
diagonal_inch = 900
driver = "kmsdr"

[butten]
key = "x"

[interview]
fps = 3
limit_min = "long"
languages = "en"
"""
    assert sentences(text, tmp_path, KIOSK_AUDIO_INPTU="x", KIOSK_SCREEN_FPS="fast") == [
        "kiosk.toml, line 3: There is no setting screen.fsp; did you mean fps?",
        "kiosk.toml, line 4: screen.diagonal_inch must be between 3 and 200.",
        (
            'kiosk.toml, line 5: screen.driver must be one of "auto", "kmsdrm", "wayland", "x11",'
            ' "offscreen"; did you mean kmsdrm?'
        ),
        "kiosk.toml, line 7: There is no group [butten]; did you mean button?",
        "kiosk.toml, line 11: There is no setting interview.fps; did you mean screen.fps?",
        "kiosk.toml, line 12: interview.limit_min must be a number.",
        'kiosk.toml, line 13: interview.languages must be a list of texts, like ["one", "two"].',
        "KIOSK_AUDIO_INPTU: There is no such setting; did you mean KIOSK_AUDIO_INPUT?",
        "KIOSK_SCREEN_FPS: screen.fps must be a whole number.",
    ]


def test_the_old_name_of_consent_leads_to_the_new_one(tmp_path: Path) -> None:
    text = "[interview]\nask_consent = true\n"
    assert sentences(text, tmp_path, KIOSK_INTERVIEW_ASK_CONSENT="true") == [
        "kiosk.toml, line 2: There is no setting interview.ask_consent; did you mean consent?",
        (
            "KIOSK_INTERVIEW_ASK_CONSENT: There is no such setting;"
            " did you mean KIOSK_INTERVIEW_CONSENT?"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[screen\n", "kiosk.toml, line 1: This is not TOML: Expected ']'"),
        ("\n[screen]\nfps = = 3", "kiosk.toml, line 3: This is not TOML: Invalid value."),
        (b"[booth]\nname = '\xff'", "kiosk.toml, line 2: This is not TOML: it is not UTF-8 text."),
        ("[a", "kiosk.toml: This is not TOML: it does not end as it should."),
        ("#" * 300_000, "kiosk.toml, line 1: This is not TOML: it is too large."),
        ("fps = 3", "kiosk.toml, line 1: fps stands outside every group, such as [booth]."),
        ("screen.fps = 300", "kiosk.toml, line 1: screen.fps must be between 0 and 120."),
        (
            "screen.fps = 3",
            "kiosk.toml, line 1: screen.fps must be 0, for a rate that is chosen, or 5 and more.",
        ),
        ("screen = {fps = 300}", "kiosk.toml, line 1: screen.fps must be between 0 and 120."),
        ("[screen]\nfps = true", "kiosk.toml, line 2: screen.fps must be a whole number."),
        (
            "[screen]\nfullscreen = 1",
            "kiosk.toml, line 2: screen.fullscreen must be true or false.",
        ),
        ("[booth]\nname = ''", "kiosk.toml, line 2: booth.name must not be empty."),
        ("[booth]\nname = 3", "kiosk.toml, line 2: booth.name must be one line of text in quotes."),
        ("[audio]\ninput = ''", "kiosk.toml, line 2: audio.input must not be empty."),
        ("[audio]\ninput = []", "kiosk.toml, line 2: audio.input must not be empty."),
        (
            "[audio]\ninput = 3",
            'kiosk.toml, line 2: audio.input must be a list of texts, like ["one", "two"].',
        ),
        (
            "[audio]\noutput = ['default', 'usb:0d8c']",
            (
                'kiosk.toml, line 2: audio.output must name a USB device like "usb:0d8c:0014" or'
                ' "usb:0d8c:0014:SERIAL".'
            ),
        ),
        (
            "[audio]\noutput = ['default', 'file:']",
            "kiosk.toml, line 2: audio.output must name a file alone, not among other devices.",
        ),
        (
            "[audio]\nbackend = 'file'\ninput = ['a.wav', 'b.wav']\noutput = 'x.wav'",
            'kiosk.toml, line 3: audio.input must be one path, because audio.backend is "file".',
        ),
        (
            "[button]\nlamp_pin = 17",
            (
                "kiosk.toml, line 2: button.lamp_pin is the pin of the button: "
                "the lamp needs one of its own."
            ),
        ),
        ("[button]\nsources = []", "kiosk.toml, line 2: button.sources must not be empty."),
        (
            "[button]\nsources = ['gpoi']",
            (
                'kiosk.toml, line 2: button.sources must be one of "auto", "gpio", "keyboard",'
                ' "pipe", "none"; did you mean gpio?'
            ),
        ),
        (
            "[interview]\nlanguages = ['English']",
            'kiosk.toml, line 2: interview.languages must be language tags like "en" or "pt-BR".',
        ),
        (
            f"[interview]\nlanguages = {[*list(NAMES)[:MOST_LANGUAGES], 'any']}",
            "kiosk.toml, line 2: interview.languages must be 12 languages at most:",
        ),
        (
            "[audio]\nbackend = 'file'\noutput = 'x.wav'",
            (
                'kiosk.toml, line 2: audio.backend is "file", so audio.input must name a WAV file'
                " or a pipe."
            ),
        ),
    ],
)
def test_one_mistake_is_one_sentence(text: str | bytes, sentence: str, tmp_path: Path) -> None:
    found = sentences(text, tmp_path)
    assert len(found) == 1
    assert found[0].startswith(sentence)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("api.openai.com", "must be a URL"),
        ("https://", "must be a URL"),
        ("https://[::1", "must be a URL"),
        ("https://h:99999", "must be a URL"),
        ("https://api.openai.com/v1", "must end before /v1"),
        ("http://api.openai.com", "must begin with https://"),
        ("https://me:pw@api.openai.com", "without name, password"),
        ("https://api.openai.com?x=1", "without name, password"),
    ],
)
def test_a_base_url_that_cannot_work_is_refused(url: str, reason: str, tmp_path: Path) -> None:
    [sentence] = sentences(f"[realtime]\nbase_url = {json.dumps(url)}", tmp_path)
    assert reason in sentence
    assert "pw" not in sentence


@pytest.mark.parametrize(
    "url",
    [
        "https://r.openai.azure.com/openai",
        "http://127.0.0.1:8080",
        "http://localhost:1",
        "http://[::1]:9",
    ],
)
def test_a_base_url_that_can_work_is_taken(url: str) -> None:
    settings = load(None, {"KIOSK_REALTIME_BASE_URL": url})
    assert settings.realtime.base_url == url


@pytest.mark.parametrize(
    "text",
    [
        f"[realtime]\napi_key = '{KEY}'",
        f"[realtime]\nmodel = '{KEY}'",
        f"OPENAI_API_KEY = '{KEY}'",
        f"[button]\nsources = ['{KEY}']",
        f"[x]\ny = {{z = ['{KEY}']}}",
        f"{KEY} = 3",
        f"[screen]\n{KEY} = 3",
        f"['{KEY}']\n['{KEY}']",
    ],
)
def test_a_key_in_the_file_is_a_mistake_and_is_not_repeated(text: str, tmp_path: Path) -> None:
    found = sentences(text, tmp_path)
    assert found
    assert KEY not in "".join(found)


def test_a_key_in_the_file_is_answered_with_the_right_place(tmp_path: Path) -> None:
    [sentence] = sentences(f"[realtime]\napi_key = '{KEY}'", tmp_path)
    assert sentence.startswith("kiosk.toml, line 2: A key does not belong in this file: ")


def test_what_could_be_read_is_kept_beside_the_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text("[screen]\ndriver = 'kmsdrm'\nfps = 900\n")
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    assert caught.value.settings.screen == replace(Settings().screen, driver="kmsdrm")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none.toml", {})
    assert str(caught.value).endswith("none.toml: It cannot be read: No such file or directory.")


@pytest.mark.parametrize(
    "environ", [{"NOTIFY_SOCKET": "/x"}, {"SYSTEMD_EXEC_PID": str(os.getpid())}]
)
def test_no_service_may_hold_the_key_itself(environ: dict[str, str]) -> None:
    direct = {"KIOSK_TOKEN_SOURCE": "direct"}
    assert load(None, direct).token.source == "direct"
    with pytest.raises(ConfigError) as refused:
        load(None, direct | environ)
    assert refused.value.sentences == (
        'KIOSK_TOKEN_SOURCE: token.source is "direct", which no service may be: write "service".',
    )
    assert load(None, environ).token.source == "service"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f" {KEY}\n", (KEY, "")),
        (f"{KEY}\nhttps://right.example\n", (KEY, "https://right.example")),
        ("  ", None),
        (None, None),
    ],
)
def test_a_service_takes_its_key_from_its_credential_and_nobody_else_does(
    text: str | None, key: tuple[str, str] | None, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / "openai-api-key").write_text(text)
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "OPENAI_API_KEY": "sk-other"}
    sealed = sealed_key(environ)
    assert ((sealed.key.reveal(), sealed.service) if sealed else None) == key
    assert sealed_key({"OPENAI_API_KEY": "sk-other"}) is None
    assert api_key(environ) == Secret("sk-other")


@pytest.mark.parametrize(("text", "key"), [(f" {KEY} ", KEY), ("  ", None), (None, None)])
def test_a_developer_s_key_is_in_the_environment(text: str | None, key: str | None) -> None:
    secret = api_key({} if text is None else {"OPENAI_API_KEY": text})
    assert (secret.reveal() if secret else None) == key


@pytest.mark.parametrize("text", [f"{KEY} two", f"{KEY}\x00", f"{KEY}\nX-Header: 1", f"„{KEY}“"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(text: str, tmp_path: Path) -> None:
    (tmp_path / "openai-api-key").write_text(text)
    for read, environ in (
        (api_key, {"OPENAI_API_KEY": text}),
        (sealed_key, {"CREDENTIALS_DIRECTORY": str(tmp_path)}),
    ):
        with pytest.raises(ConfigError) as caught:
            read(environ)
        assert "one word of plain letters" in str(caught.value)
        assert KEY not in str(caught.value)


def test_a_credential_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "openai-api-key").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        sealed_key({"CREDENTIALS_DIRECTORY": str(tmp_path)})


def test_dotenv_is_read_in_development_only_and_loses_to_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-$x-y\nKIOSK_SCREEN_FPS=20\nEMPTY=\n")
    found = environment({"KIOSK_SCREEN_FPS": "50"}, tmp_path, under_systemd=False)
    assert found == {"OPENAI_API_KEY": "sk-$x-y", "KIOSK_SCREEN_FPS": "50"}
    assert environment({"A": "b"}, tmp_path, under_systemd=True) == {"A": "b"}
    assert environment({"A": "b"}, tmp_path / "none", under_systemd=False) == {"A": "b"}


def test_a_dotenv_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"OPENAI_API_KEY=\xff\xfe\n")
    with pytest.raises(ConfigError, match=r"\.env: It cannot be read as text\.$"):
        environment({}, tmp_path, under_systemd=False)


LINES = st.sampled_from(
    ["KIOSK_SCREEN_FPS=", "OPENAI_API_KEY=", "export ", "A", "=", "'", '"', "\n", "\r", "#", "$",
     "{", "}", "\\", " ", "\x00", "é", "sk-x"]
)  # fmt: skip


@given(st.lists(LINES, max_size=15).map("".join))
def test_any_dotenv_is_variables_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / ".env").write_text(text)
    with contextlib.suppress(ConfigError):
        api_key(environment({}, folder, under_systemd=False))


SETTING = st.sampled_from(
    [(group, name) for group, kinds in config.KINDS.items() for name in kinds]
    + [("screen", "fsp"), ("x", "y")]
)
VALUE = st.one_of(
    st.text(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.lists(st.text(), max_size=3),
    st.just(KEY),
)


@given(st.binary(max_size=200))
def test_any_bytes_give_settings_or_sentences(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    assert_settled(tmp_path_factory, data, {})


@given(
    st.dictionaries(SETTING, VALUE, max_size=5),
    st.dictionaries(st.sampled_from([*config.VARIABLES, "KIOSK_SCREEN_X"]), st.text(), max_size=5),
)
def test_any_values_give_settings_or_sentences(
    tmp_path_factory: pytest.TempPathFactory,
    values: dict[tuple[str, str], object],
    variables: dict[str, str],
) -> None:
    lines = [f"{group}.{name} = {json.dumps(value)}" for (group, name), value in values.items()]
    assert_settled(tmp_path_factory, "\n".join(lines).encode(), variables)


def test_deep_nesting_and_long_numbers_are_sentences(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    assert_settled(tmp_path_factory, b"a = " + b"[" * 100_000, {})
    assert_settled(tmp_path_factory, b"a = " + b"9" * 100_000, {})
    assert_settled(tmp_path_factory, b"a." * 5_000 + b"a = 1", {})
    assert_settled(tmp_path_factory, b"screen.fps." + b"a." * 5_000 + b"a = 1", {})


def assert_settled(folders: pytest.TempPathFactory, data: bytes, variables: dict[str, str]) -> None:
    path = folders.getbasetemp() / "fuzz.toml"
    path.write_bytes(data)
    try:
        assert isinstance(load(path, variables), Settings)
    except ConfigError as error:
        found = error.sentences
    else:
        return
    assert found
    for sentence in found:
        assert sentence.endswith((".", "?"))
        assert "\n" not in sentence
        assert KEY not in sentence
