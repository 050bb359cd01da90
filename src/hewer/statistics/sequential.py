"""Run until precise: when to look, and whether what is seen is enough.

Sequential intervals cover only asymptotically (Y. S. Chow and H. Robbins, "On the asymptotic theory of
fixed-width sequential confidence intervals", Ann. Math. Stat. 36, 1965): stopping when an interval is narrow
favours samples whose spread looks small, and on few or skewed observations the coverage falls short. Hence
at least 30 observations, looks on a fixed grid that depends on nothing seen, and no stop on a spread of 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from hewer.statistics.interval import Estimate

FEWEST = 30
_GROWTH = 1.25


@dataclass(frozen=True, slots=True)
class Width:
    """How narrow an interval is wanted: half of its length at most `size`.

    Attributes
    ----------
    size : float
        In the unit of the measure; where `relative`, a share of the mean.
    relative : bool
    """

    size: float
    relative: bool = False

    def allowed(self, found: Estimate) -> float:
        """Half-width that is narrow enough; 0 where a relative one has no meaning: 0 is in the interval."""
        if not self.relative:
            return self.size
        return 0.0 if found.low <= 0.0 <= found.high else self.size * abs(found.mean)

    def met(self, found: Estimate) -> bool:
        """Tell whether an interval is narrow enough; never where nothing has varied yet."""
        return 0.0 < found.half_width <= self.allowed(found)

    def times(self, found: Estimate) -> float:
        """How many times as many observations would probably do; infinite where that cannot be told."""
        allowed = self.allowed(found)
        if not allowed > 0.0 or not math.isfinite(found.half_width) or found.half_width == 0.0:
            return math.inf
        return (found.half_width / allowed) ** 2


def looks(most: int, fewest: int = FEWEST) -> Iterator[int]:
    """Numbers of observations at which to look: 30, then a quarter more each time, at last `most`."""
    at = min(fewest, most)
    while at < most:
        yield at
        at = min(most, math.ceil(at * _GROWTH))
    yield most
