"""A manifest is read whole, and all that is wrong with it is told at once."""

import copy
import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screen.assets import AVATAR
from kiosk.screen.avatar_manifest import EVERY_S, Clip, read

LAYERS = "looks.idle.layers"
GOOD: dict[str, Any] = json.loads((AVATAR / "manifest.json").read_text())


def damaged(change: str, value: object = None) -> Any:
    """Our manifest with one value put, or taken out, at a dotted place."""
    manifest = copy.deepcopy(GOOD)
    *way, last = change.split(".")
    at: Any = manifest
    for key in way:
        at = at[int(key) if key.isdigit() else key]
    if value is None:
        del at[last]
    else:
        at[int(last) if last.isdigit() else last] = value
    return manifest


def test_ours_is_good() -> None:
    manifest, faults = read(GOOD)
    assert faults == ()
    assert manifest is not None
    assert (manifest.openings, manifest.widths) == (7, 3)
    idle = manifest.looks["idle"]
    assert [layer.name for layer in idle.layers] == ["body", "eyes", "brows", "mouth"]
    assert idle.layers[1].clips == ("rest", "enter", "blink", "glance")
    assert manifest.looks["happy"].every_s == EVERY_S
    assert manifest.looks["listening"].every_s["nod"] == (3.2, 7.0)


@pytest.mark.parametrize(
    ("manifest", "fault"),
    [
        (damaged("looks.thinking"), "manifest.json has no look named thinking."),
        (damaged("looks"), "manifest.json has no table looks."),
        (damaged("format", 1), "manifest.json must say format: 2."),
        (
            damaged("frames_per_s", 0),
            "manifest.json wants a number from 1 to 120 as frames_per_s.",
        ),
        (
            damaged("mouth.openings", "seven"),
            "manifest.json wants a number from 2 to 16 as mouth.openings.",
        ),
        (
            damaged("looks.idle.source", "../idle.json"),
            "manifest.json wants a file or folder beside it as looks.idle.source.",
        ),
        (
            damaged("looks.idle.layers", []),
            "manifest.json wants one to sixteen layers as looks.idle.layers.",
        ),
        (
            damaged("looks.idle.layers.1.name", "body"),
            "manifest.json has two layers of one name in looks.idle.layers.",
        ),
        (
            damaged("looks.idle.layers.3.clips", ["enter"]),
            "manifest.json must give the clip mouth to exactly one layer of looks.idle.",
        ),
        (
            damaged("looks.idle.layers.1.clips", ["blnk"]),
            f"manifest.json wants a list of {', '.join(get_args(Clip))} as {LAYERS}[1].clips.",
        ),
        (
            damaged("looks.idle.every_s.blink", [6, 2]),
            "manifest.json wants shortest and longest seconds as looks.idle.every_s.blink.",
        ),
        (
            damaged("looks.idle.breathe", 0.01),
            "manifest.json has the unknown key looks.idle.breathe; did you mean breath?",
        ),
        (
            damaged("looks.thinking.layers.0.colour", "mint"),
            "manifest.json wants a colour of the themes as looks.thinking.layers[0].colour.",
        ),
    ],
)
def test_a_mistake_is_told_in_a_sentence(manifest: object, fault: str) -> None:
    assert read(manifest) == (None, (fault,))


def test_all_mistakes_are_told_at_once() -> None:
    manifest = damaged("looks.idle.layers.2.depth", 9)
    del manifest["looks"]["happy"]["source"], manifest["looks"]["sorry"]
    _, faults = read(manifest)
    assert len(faults) == 3


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [path] if path else []
    if isinstance(value, dict | list):
        for key, item in inner if value else ():
            found += places(item, (*path, key)) if isinstance(item, dict | list) else [(*path, key)]
    return found


@given(st.lists(st.tuples(st.sampled_from(places(GOOD)), values), min_size=1, max_size=4))
def test_whatever_stands_in_a_manifest_is_read_or_told(
    changes: list[tuple[tuple[Any, ...], object]],
) -> None:
    manifest: Any = copy.deepcopy(GOOD)
    for path, value in changes:
        at = manifest
        for key in path[:-1]:
            try:
                at = at[key]
            except (KeyError, IndexError, TypeError):
                break
        else:
            if isinstance(at, dict) or (isinstance(at, list) and path[-1] in range(len(at))):
                at[path[-1]] = value
    good, faults = read(manifest)
    assert (good is None) == bool(faults)
    assert all(fault.startswith("manifest.json ") and fault[-1] in ".?" for fault in faults)
    assert all("\n" not in fault for fault in faults)


@given(values)
def test_no_value_at_all_is_a_traceback(value: object) -> None:
    assert read(value)[0] is None
