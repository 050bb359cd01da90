"""Compare a workplace in hewer with the same one in another simulator: two samples, one question.

Each side yields quantities by independent replication: a mean over the replication, a count, or the wait of
one customer (the 20th, say). His waits in all replications are independent, so that the distribution of
individual waits is compared without the correlation that waits of one run have. Every quantity is tested

- for its mean (Welch's t-test), and
- for its distribution (Kolmogorov and Smirnov, two samples; with ties it errs less often than stated).

Bonferroni: every test errs with probability ``FALSE_ALARM``, of which ``MOST`` are allowed, so that all of
the peers together raise a false alarm with probability 1e-3 at most.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from hewer.engine.codes import Event
from tests.conformance import settle
from tests.theory.agreement import POWER, Run

FALSE_ALARM = 2e-6
MOST = 500  # comparisons in all; a test holds their number to it
REPLICATIONS = 2000  # 2000 against 2000 notice a distance of two distribution functions of 0.10

Floats = NDArray[np.float64]
Quantities = Mapping[str, Any]  # by name, values of each replication


def peer(
    replication: Callable[[Random], Mapping[str, float]], number: int = REPLICATIONS
) -> dict[str, Floats]:
    """Run a peer's model so many times, each with a random source of its own."""
    found = [replication(Random(f"{replication.__name__} {k}")) for k in range(number)]
    return {name: np.array([one[name] for one in found]) for name in found[0]}


def alike(example: str, ours: Quantities, theirs: Quantities, *, detects: Mapping[str, float]) -> None:
    """Assert that two samples of each quantity are of one distribution.

    Parameters
    ----------
    example : str
        Its name in the page.
    ours, theirs : mapping of str to array [replication]
    detects : mapping of str to float
        The difference of means that a comparison must be able to notice, as part of the peer's mean.
    """
    assert set(ours) == set(theirs) == set(detects)
    for name, found in ours.items():
        mine, other = np.asarray(found, dtype=float), np.asarray(theirs[name], dtype=float)
        assert not np.isnan(mine).any()
        assert not np.isnan(other).any()
        if mine.std() == other.std() == 0:
            assert mine.mean() == other.mean(), f"{example}: {name} differs"
            settle(f"{example}: {name}", f"{mine.mean():.6g}", f"{other.mean():.6g}", "equal", "any", "0")
            continue
        _means(f"{example}: {name}", mine, other, detects[name])
        _distributions(f"{example}: {name}, distribution", mine, other)


def _means(what: str, mine: Floats, other: Floats, detects: float) -> None:
    variances = [float(sample.var(ddof=1)) / len(sample) for sample in (mine, other)]
    error = math.sqrt(sum(variances))
    freedom = error**4 / sum(v**2 / (len(s) - 1) for v, s in zip(variances, (mine, other), strict=True))
    quantile = float(stats.t.ppf(1 - FALSE_ALARM / 2, freedom))
    difference = float(mine.mean() - other.mean())
    noticed = (quantile + float(stats.norm.ppf(POWER))) * error / abs(float(other.mean()))
    cells = (what, _mean(mine), _mean(other), f"z = {difference / error:+.2f}", f"{noticed:.2%}", _alarm())
    assert noticed <= detects, f"too weak to notice {detects:.2%}: {' | '.join(cells)}"
    assert abs(difference) <= quantile * error, f"differs: {' | '.join(cells)}"
    settle(*cells)


def _distributions(what: str, mine: Floats, other: Floats) -> None:
    found = stats.ks_2samp(mine, other, method="asymp")
    size = math.sqrt(1 / len(mine) + 1 / len(other))
    # the statistic has a standard deviation of at most half of `size` about the true distance
    critical = math.sqrt(-math.log(FALSE_ALARM / 2) / 2) * size
    noticed = critical + float(stats.norm.ppf(POWER)) * size / 2
    quartiles = (
        f"{_number(a)} .. {_number(b)}" for a, b in (np.quantile(s, [0.25, 0.75]) for s in (mine, other))
    )
    statistic = f"D = {found.statistic:.3f}, p = {found.pvalue:.2g}"
    cells = (what, *quartiles, statistic, f"D {noticed:.2f}", _alarm())
    assert found.pvalue >= FALSE_ALARM, f"differs: {' | '.join(cells)}"
    settle(*cells)


def _mean(sample: Floats) -> str:
    half_width = stats.t.ppf(0.975, len(sample) - 1) * sample.std(ddof=1) / math.sqrt(len(sample))
    return f"{sample.mean():.5g} ± {half_width:.2g}"


def _number(value: float) -> str:
    return f"{value:.4g}"


def _alarm() -> str:
    return f"{FALSE_ALARM:.0e}".replace("e-0", "e-")


def waits(ran: Run, nth: int, *, activity: str, start: int = 0, source: str | None = None) -> list[float]:
    """Wait of the nth customer (from 0) of each replication for an activity, first come, first served.

    `start` customers are there from the beginning. Without `source`, all arrivals come to that line.
    """
    instance = ran.names.instances.index(activity)
    found = []
    for log in ran.logs:
        arrived = log[log[:, 1] == Event.ARRIVE]
        if source is not None:
            arrived = arrived[arrived[:, 2] == ran.names.sources.index(source)]
        began = log[(log[:, 1] == Event.START) & (log[:, 2] == instance), 0]
        came = arrived[nth - start, 0] if nth >= start else 0
        found.append(float(began[nth] - came) / 1e9)
    return found
