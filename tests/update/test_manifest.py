import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.update.manifest import Manifest, UpdateError, as_json, read_manifest

SUM = "a" * 64
GOOD = Manifest("1.2.3-abc", 1.5, "3.11", "x86_64", {"source/kiosk/a.py": SUM, "wheels/b.whl": SUM})
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def changed(**fields: object) -> bytes:
    return json.dumps(json.loads(as_json(GOOD)) | fields).encode()


def test_what_was_written_is_read() -> None:
    assert read_manifest(as_json(GOOD).encode()) == GOOD


@pytest.mark.parametrize(
    "path",
    [
        "",
        "source",
        "source/",
        "wheels/../../etc/passwd",
        "source//a",
        "source/./a",
        "/source/a",
        "../source/a",
        "source/a\nb",
        "source/a\\b",
        "manifest.json",
    ],
)
def test_a_file_outside_the_release_is_refused(path: str) -> None:
    with pytest.raises(UpdateError, match="outside the release"):
        read_manifest(changed(files={path: SUM}))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"id": "../x"}, "has no id"),
        ({"id": ".."}, "has no id"),
        ({"id": 3}, "has no id"),
        ({"python": ""}, "has no python"),
        ({"machine": None}, "has no machine"),
        ({"built_at": "now"}, "when it was built"),
        ({"built_at": True}, "when it was built"),
        ({"files": {}}, "lists no files"),
        ({"files": {"source/a": "1"}}, "without its sum"),
    ],
)
def test_each_flaw_has_a_sentence(fields: dict[str, object], said: str) -> None:
    with pytest.raises(UpdateError, match=said):
        read_manifest(changed(**fields))


@given(st.binary() | JSON.map(lambda told: json.dumps(told).encode()))
def test_anything_else_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(UpdateError) as error:
        read_manifest(data)
    assert len(error.value.sentences) == 1


@given(st.sampled_from(["id", "built_at", "python", "machine", "files"]), JSON)
def test_any_value_of_a_field_is_taken_or_refused(field: str, value: object) -> None:
    with suppress(UpdateError):
        read_manifest(changed(**{field: value}))
