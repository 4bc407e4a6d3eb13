"""Interview scripts: the shipped ones are whole, and bad ones say everything at once."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.errors import ExitStatus
from kiosk.interview.script import NEVER_ASK, Script, ScriptError, load_script, spoken_lines

SCRIPTS = Path(__file__).parents[2] / "config" / "interviews"
SHIPPED = sorted(path.stem for path in SCRIPTS.glob("*.toml"))

SMALL = """\
title = "Small"
role = "a test"
persona = "calm"
greeting = "Hello, I am an AI. Welcome."
silence_prompt = "Still there?"
last_question = "One last question."
closing = "Thank you, goodbye!"
early_closing = "Let us stop, goodbye!"
clarification = "Pardon?"
repeat = "Again:"
neutral = ["Thanks."]
[[question]]
id = "one"
text = "What now?"
"""


def load(tmp_path: Path, source: str | bytes) -> Script:
    path = tmp_path / "x.toml"
    path.write_bytes(source.encode() if isinstance(source, str) else source)
    return load_script(str(path), tmp_path)


def flaws(tmp_path: Path, source: str) -> list[str]:
    with pytest.raises(ScriptError) as caught:
        load(tmp_path, source)
    prefix = f"{tmp_path / 'x.toml'}"
    return [sentence.removeprefix(prefix) for sentence in caught.value.sentences]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scripts_are_fit_to_be_spoken(name: str) -> None:
    script = load_script(name, SCRIPTS)
    assert script.id == name
    assert 1 <= len(script.questions) <= 5
    assert script.never_ask == NEVER_ASK
    assert sum(question.minutes for question in script.questions) <= 8
    for question in script.questions:
        sentences = re.findall(r"[.?!](?:\s|$)", question.text)
        assert 1 <= len(sentences) <= 2
        assert question.text.endswith("?")
        assert len(question.probe) >= question.follow_ups
    for line in spoken_lines(script):
        assert line[-1] in ".?!"
        assert '"' not in line


def test_the_default_script_of_the_settings_is_shipped() -> None:
    assert {"early-career", "demo"} <= set(SHIPPED)


def test_defaults(tmp_path: Path) -> None:
    script = load(tmp_path, SMALL)
    (question,) = script.questions
    assert (question.probe, question.follow_ups, question.minutes) == ((), 1, 2.0)
    assert script.never_ask == NEVER_ASK
    assert script.languages == ("en",)
    assert script.voice == ""
    assert script.acknowledge == ()


def test_spoken_lines_are_all_texts_once(tmp_path: Path) -> None:
    extra = '[[question]]\nid="two"\ntext="Why?"\nprobe=["How?","What now?"]\n'
    extra += '[[acknowledge]]\nwhen=["team"]\nsay="A team."\n'
    script = load(tmp_path, SMALL + extra)
    assert spoken_lines(script) == (
        "Hello, I am an AI. Welcome.",
        "What now?",
        "Why?",
        "How?",
        "A team.",
        "Thanks.",
        "Pardon?",
        "Again:",
        "Still there?",
        "One last question.",
        "Thank you, goodbye!",
        "Let us stop, goodbye!",
    )


def test_all_flaws_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    source = SMALL.replace("title =", "titel =").replace('"calm"', "3").replace('"one"', '"O ne"')
    assert flaws(tmp_path, source + 'minuets = 1\n[[acknowledge]]\nsay = "x"\n') == [
        ": 'title' is missing.",
        ", line 1: 'titel' is not a known key; did you mean title?",
        ", line 3: 'persona' must be text.",
        ", line 13: 'id' may have small letters, digits and hyphens only.",
        ", line 15: 'minuets' is not a known key; did you mean minutes?",
        ", line 16: 'when' must name at least one word.",
    ]


@pytest.mark.parametrize(
    ("change", "to", "reason"),
    [
        ("Hello, I am an AI.", "Hello. I am an AI.", "must say that this is an AI"),
        ("I am an AI", "I am Maria", "must say that this is an AI"),
        ('["Thanks."]', "[]", "'neutral' must have at least one sentence"),
        ('neutral = ["Thanks."]', "", "'neutral' is missing"),
        ("title", 'voice = "a voice"\ntitle', "'voice' must be the name of a voice"),
        ("title", 'languages = []\ntitle', "must name at least one language"),
        ("title", 'languages = ["english"]\ntitle', "'english' is not a language tag"),
        ("[[question]]", '[[question]]\nid="one"\ntext="Who?"\n[[question]]', "two questions have"),
        ('"What now?"', '"What now?"\nminutes = 30\n[[question]]\nid="b"\ntext="x"\nminutes=30',
         "the questions take 60 minutes"),
        ("[[question]]", "[question]", "write 'question' as [[question]] tables"),
        ('[[question]]\nid = "one"\ntext = "What now?"', "", "there must be 1 to 20 [[question]]"),
    ],
)  # fmt: skip
def test_what_single_keys_cannot_show(tmp_path: Path, change: str, to: str, reason: str) -> None:
    assert change in SMALL
    told = flaws(tmp_path, SMALL.replace(change, to, 1))
    assert len(told) == 1
    assert reason in told[0]


@pytest.mark.parametrize(
    "greeting",
    [
        "Guten Tag, ich bin eine KI. Schön, dass du da bist.",
        "Bonjour, je suis une intelligence artificielle.",
        "Hola, soy una IA. Bienvenida.",
        "Hello, I am an artificial interviewer!",
        "こんにちは、人工知能の面接官です。ようこそ。",
    ],
)
def test_other_languages_may_say_it_their_way(tmp_path: Path, greeting: str) -> None:
    assert load(tmp_path, SMALL.replace("Hello, I am an AI. Welcome.", greeting)).greeting


def test_a_thousand_flaws_stay_readable(tmp_path: Path) -> None:
    told = flaws(tmp_path, "\n".join(f"{'k' * 60}{number} = 1" for number in range(900)))
    assert len(told) == 31
    assert told[-1].endswith("more.")
    assert max(map(len, told)) < 200


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("demmo", "there is no such script; did you mean demo?"),
        ("zzz", "there is no such script; there are: demo, early-career"),
        ("/dev/zero", "there is no such script"),
        (".", "there is no such script"),
        ("a\0b", ""),
        ("x" * 5000, ""),
    ],
)
def test_a_script_that_cannot_be_found(name: str, reason: str) -> None:
    with pytest.raises(ScriptError) as caught:
        load_script(name, SCRIPTS)
    assert reason in str(caught.value)
    assert len(caught.value.sentences) == 1
    assert caught.value.status is ExitStatus.CONFIG


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    assert flaws(tmp_path, "#" * 70_000) == [": is larger than 64 KiB."]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert load(tmp_path, b"\xef\xbb\xbf" + SMALL.encode()).title == "Small"


def test_a_name_is_looked_up_in_the_directory_and_a_path_is_not(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(SMALL)
    assert load_script("mine", tmp_path).id == "mine"
    assert load_script(str(tmp_path / "mine.toml"), SCRIPTS).id == "mine"


def only_script_errors(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        load_script(str(path), path.parent)
        sentences: tuple[str, ...] = ("It can be used.",)
    except ScriptError as error:
        sentences = error.sentences
    assert sentences
    assert all(sentence and "\n" not in sentence for sentence in sentences)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scripts") / "fuzz.toml"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
@example(b"\xef\xbb\xbf")
@example(b"a = " + b"{a=" * 5000)
@example(b"question = [1]")
@example(b"question = [[{}]]")
@example(b"acknowledge.x = 1")
def test_any_bytes_give_a_script_or_a_script_error(scratch: Path, content: bytes) -> None:
    only_script_errors(scratch, content)


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_any_mutation_gives_a_script_or_a_script_error(scratch: Path, data: st.DataObject) -> None:
    content = bytearray(SMALL.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        width = data.draw(st.integers(0, 30))
        piece = data.draw(
            st.one_of(
                st.binary(max_size=6),
                st.sampled_from(
                    [b"[[", b"]]", b'"""', b"= [", b"= {", b"nan", b"1e999", b"\n[question]\n",
                     b"\ntitle.x = 1\n", b"= 1979-05-27\n", b"= 0x7fffffffffffffffffff\n"]
                ),
            )
        )  # fmt: skip
        content[at : at + width] = piece
    only_script_errors(scratch, bytes(content))
