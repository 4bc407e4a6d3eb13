from dataclasses import replace
from typing import Any

import pytest

from kiosk.report.cost import PRICED, Cost, cost, prices_for
from kiosk.report.tally import TOKENS
from kiosk.settings import PriceSettings, RealtimeSettings

PRICES = PriceSettings(
    text_input=1,
    cached_text_input=2,
    audio_input=3,
    cached_audio_input=4,
    text_output=5,
    audio_output=6,
)


def test_every_kind_of_token_has_a_price_but_those_of_no_kind() -> None:
    assert set(PRICED) == set(TOKENS) - {"other"}


def test_each_token_costs_its_own_price() -> None:
    total = sum(range(1, 7))
    counts = dict.fromkeys(PRICED, 1000000)
    assert cost({"responses": 3, **counts}, PRICES) == Cost(total, whole=True)


def test_nothing_used_costs_nothing() -> None:
    assert cost({}, PRICES) == Cost(0, whole=True)


@pytest.mark.parametrize("counts", [{"responses_untold": 1}, {"other": 5}])
def test_what_was_not_told_is_said_to_cost_more(counts: dict[str, float]) -> None:
    assert cost({"text_input": 1_000_000, **counts}, PRICES) == Cost(1, whole=False)


def test_a_service_that_tells_nothing_has_no_known_cost() -> None:
    assert cost({"responses": 2, "responses_untold": 2}, PRICES) is None


@pytest.mark.parametrize("name", PRICED)
def test_a_price_that_is_not_known_makes_no_cost_where_it_matters(name: str) -> None:
    changes: dict[str, Any] = {name: 0.0}
    unknown = replace(PRICES, **changes)
    assert cost({name: 1}, unknown) is None
    others = {each: 1_000_000 for each in PRICED if each != name}
    assert cost(others, unknown) is not None


def test_prices_hold_for_their_model_only() -> None:
    assert prices_for("gpt-realtime-2.1", PRICES) is PRICES
    assert prices_for("another", PRICES) is None
    assert cost({"text_input": 1}, None) is None
    assert PriceSettings().model == RealtimeSettings().model, "shipped together"
