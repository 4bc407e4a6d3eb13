from contextlib import suppress
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.places import NETWORKS, ROOT
from kiosk.standin.venue.scenario import DIRECTIONS, Episode, Impairments, Scenario
from kiosk.standin.venue.scenario_file import LIMITS, ScenarioError, load_scenario

TEXTS = 'about = "A hall."\nsource = "A guess."\n'
SHIPPED = sorted(path.stem for path in NETWORKS.glob("*.toml"))


def load(folder: Path, content: str | bytes) -> Scenario:
    path = folder / "hall.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_scenario("hall", (folder,))


def reasons(folder: Path, content: str) -> list[str]:
    with pytest.raises(ScenarioError) as refused:
        load(folder, content)
    return [f"{flaw.line}: {flaw.reason}" for flaw in refused.value.flaws]


def test_a_network_is_read(tmp_path: Path) -> None:
    scenario = load(
        tmp_path,
        TEXTS
        + """
seed = 7
[both]
loss = 0.1
delay_ms = 30
[up]
delay_ms = 50
keeps_order = false
[[episode]]
kind = "stall"
from_s = 10
for_s = 2
every_s = 40
spread_s = 5
[[episode]]
kind = "change"
direction = "down"
traffic = "udp"
rate_kbps = 64
""",
    )
    assert scenario == Scenario(
        name="hall",
        about="A hall.",
        source="A guess.",
        seed=7,
        up=Impairments(loss=0.1, delay_ms=50, keeps_order=False),
        down=Impairments(loss=0.1, delay_ms=30),
        episodes=(
            Episode(from_s=10, for_s=2, every_s=40, spread_s=5, kind="stall"),
            Episode(
                directions=("down",), traffic="udp", kind="change", changes={"rate_kbps": 64.0}
            ),
        ),
    )


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    told = reasons(
        tmp_path,
        """about = ""
[both]
los = 0.1
loss = 1.5
keeps_order = "yes"
[up]
burst_loss = 0.6
loss_in_burst = 0.5
[[episode]]
kind = "outrage"
from_s = -1
[[episode]]
kind = "stall"
[[episode]]
kind = "change"
[[episode]]
loss = 0.1
[[episode]]
for_s = 5
every_s = 5
[[episode]]
kind = "change"
loss_in_burst = 0.2
burst_loss = 0.3
""",
    )
    assert told == [
        "None: 'source' is missing",
        "1: 'about' is empty",
        "3: 'los' is not a known key; did you mean loss?",
        "4: 'loss' must be from 0 to 1",
        "5: 'keeps_order' must be true or false",
        "7: 'burst_loss' must be less than 'loss_in_burst'",
        '10: \'kind\' must be one of "outage", "stall", "change"; did you mean outage?',
        "11: 'from_s' must be from 0 to 86400",
        "13: a stall must end: 'for_s' is missing",
        "15: a change must say what is changed, such as 'loss = 0.1'",
        "17: 'loss' is for kind = \"change\" only",
        "20: 'every_s' must be longer than 'for_s' and 'spread_s' together",
        "24: 'burst_loss' must be less than 'loss_in_burst'",
    ]


def test_a_name_that_is_not_there_is_told_with_the_likely_one() -> None:
    with pytest.raises(ScenarioError, match="did you mean crowded-hall"):
        load_scenario("crowded-hal", (NETWORKS,))
    with pytest.raises(ScenarioError, match="there are: cable-pulled, "):
        load_scenario("xyz", (NETWORKS,))


def test_an_events_own_network_comes_before_the_shipped(tmp_path: Path) -> None:
    (tmp_path / "train.toml").write_text(TEXTS)
    assert load_scenario("train", (tmp_path, NETWORKS)).about == "A hall."
    assert load_scenario("hotel-wifi", (tmp_path, NETWORKS)).name == "hotel-wifi"


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_network_can_be_played_and_says_where_it_comes_from(name: str) -> None:
    scenario = load_scenario(name, (NETWORKS,))
    assert scenario.about
    assert scenario.source
    perfect = all(scenario.usual(direction) == Impairments() for direction in DIRECTIONS)
    assert scenario.episodes or not perfect


def test_every_number_of_the_impairments_has_limits_that_hold_its_default() -> None:
    for field in fields(Impairments):
        default = getattr(Impairments(), field.name)
        if isinstance(default, bool):
            continue
        low, high = LIMITS[field.name]
        assert low <= default <= high


def test_the_document_names_every_key_and_every_network() -> None:
    told = (ROOT / "docs" / "venue.md").read_text("utf-8")
    keys = [field.name for kind in (Impairments, Episode) for field in fields(kind)]
    renamed = {"directions": "direction", "changes": "change"}
    for name in [*keys, *SHIPPED]:
        assert f"`{renamed.get(name, name)}`" in told


values = st.one_of(
    st.booleans().map(lambda value: str(value).lower()),
    st.integers().map(str),
    st.floats().map(repr),
    st.sampled_from(['"outage"', '"up"', '"udp"', "[]", "{}", "[[1]]", "2026-01-01"]),
)
keys = st.sampled_from(
    [
        *LIMITS,
        "keeps_order",
        "from_s",
        "for_s",
        "every_s",
        "spread_s",
        "kind",
        "direction",
        "traffic",
    ]
)
lines = st.one_of(
    st.tuples(keys, values).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    st.sampled_from(["[both]", "[up]", "[down]", "[[episode]]", "[episode]", "[[up]]", TEXTS]),
    st.text(max_size=20),
)


@given(st.lists(lines, max_size=12).map("\n".join))
def test_whatever_is_written_is_a_network_or_told_in_sentences(
    tmp_path_factory: pytest.TempPathFactory, content: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    with suppress(ScenarioError):
        assert load(folder, content.encode("utf-8", "surrogatepass")).name == "hall"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_network_or_told_in_sentences(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    with pytest.raises(ScenarioError):
        load(tmp_path_factory.getbasetemp(), content)
