"""What an interview costs: the tokens that were told, at the prices that are known (pure)."""

from dataclasses import dataclass, fields

from kiosk.report.tally import TOKENS, Counts
from kiosk.settings import PriceSettings

MILLION = 1_000_000
PRICED = tuple(each.name for each in fields(PriceSettings) if each.name in TOKENS)
"""Kinds of tokens that have a price."""


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of money, in the currency of the prices."""

    amount: float
    whole: bool
    """False where more was used than the service told, so that it costs more than this."""


def cost(counts: Counts, prices: PriceSettings | None) -> Cost | None:
    """Return what `counts` cost; None where that is not known, and nothing is made up."""
    if prices is None:
        return None
    if counts.get("responses_untold", 0) and not any(counts.get(name) for name in TOKENS):
        return None
    amount = 0.0
    for name in PRICED:
        tokens, price = counts.get(name, 0), getattr(prices, name)
        if tokens and not price:
            return None
        amount += tokens * price / MILLION
    return Cost(amount, not counts.get("responses_untold", 0) and not counts.get("other", 0))


def prices_for(model: str, prices: PriceSettings) -> PriceSettings | None:
    """Return the prices, where they are those of the model."""
    return prices if prices.model == model else None
