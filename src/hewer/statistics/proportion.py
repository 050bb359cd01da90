"""Intervals of a probability, from how often something happened."""

from __future__ import annotations

import math

from hewer.statistics.quantile import beta_quantile, normal_quantile


def wilson(successes: int, trials: int, confidence: float) -> tuple[float, float]:
    """Score interval of a probability (E. B. Wilson, JASA 22, 1927).

    Its coverage is close to `confidence` on average over the probability and falls below it for some; for a
    guarantee take :func:`clopper_pearson`.

    Parameters
    ----------
    successes, trials : int
        ``0 <= successes <= trials``, at least one trial.
    confidence : float
        Between 0 and 1.
    """
    z = normal_quantile(0.5 + 0.5 * confidence)
    share = successes / trials
    scale = 1.0 + z * z / trials
    middle = (share + 0.5 * z * z / trials) / scale
    reach = z / scale * math.sqrt(share * (1.0 - share) / trials + 0.25 * z * z / trials**2)
    low = 0.0 if successes == 0 else max(0.0, middle - reach)
    high = 1.0 if successes == trials else min(1.0, middle + reach)
    return low, high


def clopper_pearson(successes: int, trials: int, confidence: float) -> tuple[float, float]:
    """Exact interval of a probability (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934).

    It covers with at least `confidence` whatever the probability is.
    """
    tail = 0.5 * (1.0 - confidence)
    low = 0.0 if successes == 0 else beta_quantile(tail, successes, trials - successes + 1)
    high = 1.0 if successes == trials else beta_quantile(1.0 - tail, successes + 1, trials - successes)
    return low, high
