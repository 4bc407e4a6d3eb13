"""How a device may be named."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.audio.candidates import (
    CardId,
    Default,
    Named,
    SoundFile,
    Usb,
    check,
    read,
)
from kiosk.audio.wire import LONGEST


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        ("default", Default()),
        ("usb:0d8c:0014", Usb("0d8c", "0014")),
        ("USB:0D8C:0014", Usb("0d8c", "0014")),
        ("usb:0d8c:0014:1-1.2", Usb("0d8c", "0014", "1-1.2")),
        ("usb:0d8c:0014:AB:12 c", Usb("0d8c", "0014", "AB:12 c")),
        ("card:kioskmic", CardId("kioskmic")),
        ("pcm:kiosk_mic", Named("kiosk_mic", whole=True)),
        ("USB PnP: Audio (hw:1,0)", Named("USB PnP: Audio (hw:1,0)")),
        ("file:", SoundFile("")),
        ("file:/tmp/a.wav", SoundFile("/tmp/a.wav")),
    ],
)
def test_every_kind_of_name_is_understood(text: str, candidate: object) -> None:
    assert read(text) == candidate


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        (("usb:",), "must name a USB device like"),
        (("usb:0d8c",), "must name a USB device like"),
        (("usb:0d8c:14",), "must name a USB device like"),
        (("usb:0d8c:0014:",), "must name a USB device like"),
        (("usb:0d8c:0014:*",), "must name a USB device like"),
        (('usb:0d8c:0014:a"b',), "must name a USB device like"),
        (("card:",), "must name a sound card like"),
        (("card:sixteen-letters-",), "must name a sound card like"),
        (("card:a b",), "must name a sound card like"),
        (("pcm: ",), "must name a PCM like"),
        (("",), "one line of text"),
        ((" ",), "one line of text"),
        (("a\nb",), "one line of text"),
        (("vmic", "file:/tmp/a.wav"), "must name a file alone"),
        (("x" * 1000, "y" * 1000), "at most 2000 letters"),
    ],
)
def test_nonsense_is_one_sentence(texts: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check(texts)


@given(st.lists(st.text(max_size=500), min_size=1, max_size=20))
def test_any_texts_are_candidates_that_fit_the_first_message_or_are_refused(
    texts: list[str],
) -> None:
    with contextlib.suppress(ValueError):
        check(tuple(texts))
        assert 2 * len(json.dumps(texts)) < LONGEST - 1000
        for text in texts:
            read(text)


@given(st.from_regex(r"usb:[0-9a-f]{4}:[0-9a-f]{4}(:[a-zA-Z0-9][a-zA-Z0-9.:-]*)?", fullmatch=True))
def test_a_usb_identity_is_written_as_it_is_read(text: str) -> None:
    assert str(read(text)) == text
