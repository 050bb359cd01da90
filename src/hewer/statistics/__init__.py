"""Arrays in, numbers out: intervals, paired comparisons, bands. Knows nothing of models or engines."""

from hewer.statistics.interval import (
    BAND,
    CONFIDENCE,
    Band,
    Estimate,
    Ratio,
    band,
    difference,
    estimate,
    observe,
    ratio,
)
from hewer.statistics.quantile import normal_quantile, t_quantile

__all__ = [
    "BAND",
    "CONFIDENCE",
    "Band",
    "Estimate",
    "Ratio",
    "band",
    "difference",
    "estimate",
    "normal_quantile",
    "observe",
    "ratio",
    "t_quantile",
]
