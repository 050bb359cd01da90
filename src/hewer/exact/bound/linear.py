"""A linear programme: its columns, its rows, what feeds each row, and its solution by HiGHS."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from hewer.exact.opening import scipy_part

Key = tuple[str, int]
"""What limits: ("group", g), ("pool", p), ("source", j), ("start", s) or ("capacity", s)."""
Terms = dict[int, float]
Feeds = list[tuple[Key, float]]
FREE = math.inf
LEFT = 0.1  # of a limit: with less left over, what the solver may err by says nothing of its worth
OPTIMAL, INFEASIBLE, UNBOUNDED = 0, 2, 3
NUMERICAL = 4  # HiGHS found that it is infeasible or unbounded; it has a solution, so it is unbounded


class Solution(NamedTuple):
    """``values`` of the columns; ``status`` as HiGHS has it."""

    value: float
    values: np.ndarray
    status: int


@dataclass(slots=True)
class Linear:
    """A linear programme in the making: maximise, subject to rows that are at most, or exactly, a number."""

    upper: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    rows: list[Terms] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    exact: list[bool] = field(default_factory=list)
    feeds: dict[Key, list[tuple[int, float]]] = field(
        default_factory=dict
    )  # rows, and how much one more brings
    fluid: dict[int, float] = field(default_factory=dict)  # row: its limit where chance brings nothing
    overrun: list[int] = field(default_factory=list)  # columns of works left in hand

    def column(self, upper: float = FREE, lower: float = 0.0) -> int:
        """Add a column."""
        self.upper.append(upper)
        self.lower.append(lower)
        return len(self.upper) - 1

    def row(
        self, terms: Mapping[int, float], most: float = 0.0, feeds: Iterable[tuple[Key, float]] = ()
    ) -> int:
        """Add a row: the sum of its terms is at most `most`; one with infinite terms never binds."""
        endless = any(math.isinf(value) for value in terms.values())
        self.rows.append({} if endless else dict(terms))
        self.most.append(math.inf if endless else most)
        self.exact.append(False)
        for key, rate in feeds:
            self.feeds.setdefault(key, []).append((len(self.rows) - 1, rate))
        return len(self.rows) - 1

    def equal(self, terms: Mapping[int, float], value: float = 0.0) -> None:
        """Add a row whose terms add up to `value`."""
        self.row(terms, value)
        self.exact[-1] = True

    def solve(
        self, objective: Mapping[int, float], *, fluid: bool = False, more: Mapping[Key, float] | None = None,
        floor: tuple[Mapping[int, float], float] | None = None,
    ) -> Solution:  # fmt: skip
        """Maximise.

        Parameters
        ----------
        objective : mapping of column to number
        fluid : bool
            Nothing left in hand at the end, and no luck.
        more : mapping of key to number, optional
            So much more of what limits.
        floor : (terms, number), optional
            A further row: these terms come to at least the number.
        """
        most = np.array(self.most)
        if fluid:
            most[list(self.fluid)] = list(self.fluid.values())
        for key, amount in (more or {}).items():
            for row, rate in self.feeds.get(key, ()):
                most[row] += rate * amount
        upper = np.array(self.upper)
        if fluid and self.overrun:
            upper[self.overrun] = 0.0
        rows, exact = list(self.rows), list(self.exact)
        if floor is not None:
            rows.append({column: -value for column, value in floor[0].items()})
            exact.append(False)
            most = np.append(most, -floor[1])
        return _solve(rows, np.array(exact), most, (np.array(self.lower), upper), objective)

    def is_slack(self, key: Key, values: np.ndarray) -> bool:
        """Tell whether a solution leaves much over of all that a limit feeds: then more brings no more."""
        for row, rate in self.feeds.get(key, ()):
            most = self.fluid.get(row, self.most[row])
            used = sum(amount * values[column] for column, amount in self.rows[row].items())
            if rate and most - used <= LEFT * abs(most):
                return False
        return True

    def ray(self, objective: Mapping[int, float]) -> np.ndarray:
        """Return a direction in which an unbounded programme grows, as small as one unit of growth allows."""
        zero = np.where(np.isinf([*self.most, -1.0]), FREE, 0.0)  # what never binds does not bind a direction
        zero[-1] = -1.0
        rows = [*self.rows, {column: -value for column, value in objective.items()}]
        exact = np.array([*self.exact, False])
        upper = np.where(np.isinf(self.upper), FREE, 0.0)
        lower = np.where(np.isinf(self.lower), -FREE, 0.0)
        small = dict.fromkeys(np.flatnonzero(lower == 0.0).tolist(), -1.0)
        return _solve(rows, exact, zero, (lower, upper), small).values


def _solve(
    rows: list[Terms], exact: np.ndarray, most: np.ndarray, bounds: tuple[np.ndarray, np.ndarray],
    objective: Mapping[int, float],
) -> Solution:  # fmt: skip
    lower, upper = bounds
    optimize = scipy_part("optimize")
    cost = np.zeros(len(upper))
    for column, value in objective.items():
        cost[column] = -value
    if not len(upper):
        return Solution(0.0, cost, OPTIMAL)
    matrix = _matrix(rows, len(upper))
    kept = np.isfinite(most)
    below, same = kept & ~exact, kept & exact
    parts = cost, matrix[below], most[below], matrix[same], most[same], np.column_stack((lower, upper))
    got: Any = optimize.linprog(*parts, method="highs")
    if got.status in (INFEASIBLE, NUMERICAL):  # what is unbounded may look so before it is solved
        got = optimize.linprog(*parts, method="highs", options={"presolve": False})
    status = UNBOUNDED if got.status == NUMERICAL else int(got.status)
    if status == OPTIMAL:
        return Solution(-float(got.fun), np.asarray(got.x), status)
    return Solution(math.inf, np.zeros(len(upper)), status)


def _matrix(rows: list[Terms], columns: int) -> Any:
    down = [number for number, terms in enumerate(rows) for _ in terms]
    across = [column for terms in rows for column in terms]
    values = [value for terms in rows for value in terms.values()]
    return scipy_part("sparse").csr_matrix((values, (down, across)), shape=(len(rows), columns))


def add(terms: Terms, column: int, value: float) -> None:
    """Add to the number of a column."""
    terms[column] = terms.get(column, 0.0) + value
