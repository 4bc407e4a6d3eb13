"""Figures from samples."""

from collections.abc import Sequence

import numpy as np


def spread(name: str, samples: Sequence[float], digits: int = 1) -> dict[str, object]:
    """Return the median, the 95th percentile and the greatest of some samples, and their number."""
    if not samples:
        return {f"{name}_count": 0}
    return {
        f"{name}_p50": round(float(np.percentile(samples, 50)), digits),
        f"{name}_p95": round(float(np.percentile(samples, 95)), digits),
        f"{name}_max": round(float(max(samples)), digits),
        f"{name}_count": len(samples),
    }
