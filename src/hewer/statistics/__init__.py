"""Arrays in, numbers out: intervals, paired comparisons, bands. Knows nothing of models or engines."""

from hewer.statistics.chances import difference_of_chances
from hewer.statistics.interval import (
    CONFIDENCE,
    Estimate,
    Interval,
    Pairing,
    Ratio,
    chance,
    difference,
    estimate,
    observe,
    pairing,
    ratio,
    scaled,
    unpaired,
)
from hewer.statistics.order import quantile
from hewer.statistics.proportion import clopper_pearson, wilson
from hewer.statistics.quantile import normal_quantile, t_quantile
from hewer.statistics.ratio_of_means import linearised, ratio_of_means
from hewer.statistics.steady import Batches, Cut, batch_means, grouped_means, mser5, von_neumann
from hewer.statistics.worlds import BAND, Band, band

__all__ = [
    "BAND",
    "CONFIDENCE",
    "Band",
    "Batches",
    "Cut",
    "Estimate",
    "Interval",
    "Pairing",
    "Ratio",
    "band",
    "batch_means",
    "chance",
    "clopper_pearson",
    "difference",
    "difference_of_chances",
    "estimate",
    "grouped_means",
    "linearised",
    "mser5",
    "normal_quantile",
    "observe",
    "pairing",
    "quantile",
    "ratio",
    "ratio_of_means",
    "scaled",
    "t_quantile",
    "unpaired",
    "von_neumann",
    "wilson",
]
