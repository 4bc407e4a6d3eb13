"""When the interviewer's words appear, against the times at which they are heard.

Every recorded line is played in simulated time through the booth's own parts; see
`tests/rigs/spoken_words.py`.  Nothing depends on the machine: the figures are the same everywhere.
"""

import itertools
from collections.abc import Iterable, Sequence

import numpy as np

from tests.rigs.spoken_words import CONDITIONS, Line, lines
from tests.rigs.spoken_words import measure as appear

QUICK_LINES = 10


def measure(*, quick: bool) -> dict[str, object]:
    """Return the error of all words in all conditions, and of each by itself."""
    said = lines()[:QUICK_LINES] if quick else lines()
    late = appear(CONDITIONS, said)
    everything = list(itertools.chain.from_iterable(late.values()))
    held_back = list(itertools.chain.from_iterable(each[1::2] for each in late.values()))
    figures: dict[str, object] = {
        "lines_said": len(everything),
        **_figures(everything),
        "conditions": {name: _figures(each) for name, each in late.items()},
        "lines that nothing was tuned by": _figures(held_back),
    }
    return figures if quick else figures | {"another voice": _another(lines(candidate=True))}


def _another(said: Sequence[Line]) -> dict[str, object]:
    names = ("plain", "rate changes")
    return {name: _figures(each) for name, each in appear(names, said).items()}


def _figures(late: Iterable[Sequence[float]]) -> dict[str, object]:
    ms = np.array(list(itertools.chain.from_iterable(late)))
    return {
        "word_error_ms_p50": round(float(np.percentile(abs(ms), 50))),
        "word_error_ms_p95": round(float(np.percentile(abs(ms), 95))),
        "late_ms_median": round(float(np.median(ms))),
        "words": len(ms),
    }
