"""Compare what was simulated with what is known exactly.

Every comparison is a t-test on the means of independent replications, with fixed seeds. It states

- its probability of a false alarm, ``FALSE_ALARM``: that a true engine, on a seed not tried before, is said
  to differ. The suite makes some hundred comparisons: one of them errs with probability of some 1e-3;
- its power, ``detects``: the smallest deviation, as part of the exact value, that it notices with probability
  ``POWER``. A comparison that could not notice so small a deviation fails as well: it has no right to pass.

Ratios (a mean wait is a sum of waits over a number of waits) are tested as ``sum - exact * number``, whose
mean is 0 exactly in a stationary window; a quotient of the two would be biased.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from hewer.engine.codes import TICKS
from hewer.engine.result.result import Result
from hewer.model.reading.document import loads
from hewer.study.simulate import simulate
from tests.conformance import settle

FALSE_ALARM = 1e-5
POWER = 0.9
REPLICATIONS = 40

Floats = NDArray[np.float64]


@cache
def _references() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "reference.json").read_text())
    return found


def reference(name: str) -> Any:
    """An exact answer of ``data/reference.json``: a number, or several by name."""
    return _references()[name]


class Sums(NamedTuple):
    """A mean by replication, as a sum over what was counted and their number."""

    total: Floats
    number: Floats


class Run:
    """Replications of a small model, asked by names. Times are in the model's bare unit."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self.names = result.compiled.names
        scalar = result.compiled.program.scalar[0]
        self.window = float(scalar["horizon"] - scalar["warm_up"])

    @property
    def logs(self) -> list[NDArray[np.int64]]:
        """Event log of each replication."""
        return self.result.data.log or []

    def measure(self, name: str) -> Floats:
        """Values of a measure of the model."""
        return self.result.measures[name].values.ravel()

    def _stock(self, name: str, field: str) -> Floats:
        return self.result.data.stock[field][:, self.names.stock_members.index(name)].astype(float)

    def _instance(self, name: str, field: str) -> Floats:
        return self.result.data.instance[field][:, self.names.instances.index(name)].astype(float)

    def level(self, stock: str) -> Floats:
        """Time average of a stock's level."""
        return self._stock(stock, "integral") / self.window

    def busy(self, activity: str) -> Floats:
        """Time average of the works in hand."""
        return self._instance(activity, "busy") / self.window

    def rate(self, activity: str) -> Floats:
        """Completions per unit of time."""
        return self._instance(activity, "ended") / (self.window / TICKS)

    def ended(self, activity: str) -> Floats:
        """Completions."""
        return self._instance(activity, "ended")

    def wait(self, stock: str) -> Sums:
        """Time in a stock of the items taken from it."""
        return Sums(self._stock(stock, "waited") / TICKS, self._stock(stock, "departed"))

    def flow_time(self, sink: str, of: str = "item") -> Sums:
        """Time in the system of the items (or families) that left through a sink."""
        flows = [self.names.stocks[k] for k in self.result.compiled.program.flow["declared"]]
        record = self.result.data.flow[:, flows.index(sink)]
        total, count = ("sum", "left") if of == "item" else ("closed_sum", "closed")
        return Sums(record[total] / TICKS, record[count].astype(float))

    def lost(self, source: str) -> Sums:
        """Arrivals lost, of all arrivals."""
        record = self.result.data.source[:, self.names.sources.index(source)]
        return Sums(record["lost"].astype(float), (record["arrived"]).astype(float))

    def share(self, worker: str, state: str) -> Floats:
        """Part of a worker's time in a state: working, walking, blocked, idle."""
        from hewer.engine.program import columns

        scalar = self.result.compiled.program.scalar[0]
        at = columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools")))
        spans = {
            "working": slice(0, at.walking),
            "walking": slice(at.walking, at.partner),
            "blocked": slice(at.blocked, at.material),
            "idle": slice(at.material, at.off),
        }
        time = self.result.data.worker_time[:, self.names.workers.index(worker)]
        return np.asarray(time[:, spans[state]].sum(axis=1) / self.window)


def run(text: str, *, replications: int = REPLICATIONS, log: bool = False, **change: Any) -> Run:
    """Simulate a model that is given as text; ``change`` sets its params.

    The seed is made from both, so that it is fixed, and no two models share their numbers.
    """
    seed = crc32(f"{text}{change}".encode())
    result = simulate(loads(text), set=change, replications=replications, seed=seed, threads=1, log=log)
    return Run(result)


def agrees(found: ArrayLike | Sums, exact: float, *, detects: float, what: str = "") -> None:
    """Assert that the mean of independent values, or the ratio of sums, is `exact`.

    Parameters
    ----------
    found : array or Sums [replication]
    exact : float
    detects : float
        The deviation that the comparison must be able to notice, as part of `exact`.
    what : str
        Name of the row in ``docs/conformance.md``; without one there is no row.
    """
    if isinstance(found, Sums):
        off = (found.total - exact * found.number) / found.number.mean()
    else:
        off = np.asarray(found, dtype=float) - exact
    number = len(off)
    error = float(off.std(ddof=1)) / math.sqrt(number)
    quantile = float(stats.t.ppf(1 - FALSE_ALARM / 2, number - 1))
    noticed = (quantile + float(stats.norm.ppf(POWER))) * error / abs(exact)
    deviation = float(off.mean())
    errors = deviation / error if error else 0.0
    half_width = float(stats.t.ppf(0.975, number - 1)) * error
    cells = (
        what or "comparison",
        f"{exact:.6g}",
        f"{exact + deviation:.6g} ± {half_width:.2g}",
        f"{errors:+.2f}",
        f"{noticed:.2%}",
        f"{FALSE_ALARM:.0e}".replace("e-0", "e-"),
    )
    line = " | ".join(cells)
    assert noticed <= detects, f"too weak to notice {detects:.2%}: {line}"
    assert abs(deviation) <= quantile * error, f"differs: {line}"
    if what:
        settle(*cells)
