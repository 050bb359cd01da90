"""Sharing out a total among factors that may need one another.

A *game* gives a value to every feasible set of factors: one that holds all that its members require. A factor
whose requirement is missing changes nothing.

Sources: L. S. Shapley, "A value for n-person games", 1953; U. Faigle and W. Kern, "The Shapley value for
cooperative games under precedence constraints", Int. J. Game Theory 21, 1992; J. C. Harsanyi, "A simplified
bargaining model for the n-person cooperative game", Int. Econ. Rev. 4, 1963.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Game:
    """Factors by number, and what each requires.

    Attributes
    ----------
    factors : int
        At most 12.
    requires : tuple of int
        For each factor the set, as bits, of those it requires.
    """

    factors: int
    requires: tuple[int, ...]

    @cached_property
    def feasible(self) -> tuple[int, ...]:
        """The feasible sets, as bits, by size."""
        sets = [s for s in range(1 << self.factors) if self.active(s) == s]
        return tuple(sorted(sets, key=lambda s: (s.bit_count(), s)))

    def active(self, members: int) -> int:
        """Return the factors of a set whose requirements are all met within it."""
        while True:
            kept = members
            for k in range(self.factors):
                if members >> k & 1 and self.requires[k] & ~members:
                    kept &= ~(1 << k)
            if kept == members:
                return members
            members = kept

    @cached_property
    def _paths(self) -> tuple[dict[int, int], dict[int, int]]:
        """Feasible orders that lead to each feasible set, and from it to the whole."""
        whole = (1 << self.factors) - 1
        to, onward = {0: 1}, {whole: 1}
        for s in self.feasible[1:]:
            to[s] = sum(to.get(s & ~(1 << k), 0) for k in range(self.factors) if s >> k & 1)
        for s in self.feasible[-2::-1]:
            onward[s] = sum(onward.get(s | 1 << k, 0) for k in range(self.factors) if not s >> k & 1)
        return to, onward

    def value(self, values: Floats) -> Floats:
        """Average contribution of each factor over the feasible orders.

        Parameters
        ----------
        values : ndarray of float64 [..., feasible set]
            In the order of `feasible`.

        Returns
        -------
        ndarray of float64 [..., factor]
            They add up to the value of the whole less that of nothing.
        """
        to, onward = self._paths
        at = {s: number for number, s in enumerate(self.feasible)}
        total = to[(1 << self.factors) - 1]
        shares = np.zeros((*values.shape[:-1], self.factors))
        for s, k, after in self._steps():
            shares[..., k] += to[s] * onward[after] / total * (values[..., at[after]] - values[..., at[s]])
        return shares

    def extremes(self, values: Floats) -> tuple[Floats, Floats]:
        """Least and largest contribution of each factor over the feasible orders, [factor] each."""
        at = {s: number for number, s in enumerate(self.feasible)}
        least, most = np.full(self.factors, np.inf), np.full(self.factors, -np.inf)
        for s, k, after in self._steps():
            step = values[at[after]] - values[at[s]]
            least[k], most[k] = min(least[k], step), max(most[k], step)
        return least, most

    def _steps(self) -> list[tuple[int, int, int]]:
        """Each step of a feasible order: the set before, the factor added, the set after."""
        known = set(self.feasible)
        return [
            (s, k, s | 1 << k)
            for s in self.feasible
            for k in range(self.factors)
            if not s >> k & 1 and s | 1 << k in known
        ]

    def extended(self, values: Floats) -> Floats:
        """Values of all sets: of one that is not feasible, that of its active factors; [..., 2^factors]."""
        at = {s: number for number, s in enumerate(self.feasible)}
        return values[..., [at[self.active(s)] for s in range(1 << self.factors)]]

    def over_all_orders(self, values: Floats) -> Floats:
        """Average contribution of each factor over all orders: Shapley's value of the extended game."""
        free = Game(self.factors, (0,) * self.factors)
        every = self.extended(values)
        return free.value(every[..., list(free.feasible)])

    def dividends(self, values: Floats) -> Floats:
        """Harsanyi dividends of the extended game, [..., 2^factors].

        What a set adds beyond all that its parts add; those of single factors are their effects alone. The
        dividends of the sets that hold a factor, each divided by its size, add up to its Shapley value.
        """
        found = self.extended(values).copy()
        for k in range(self.factors):
            bit = 1 << k
            for s in range(1 << self.factors):
                if s & bit:
                    found[..., s] -= found[..., s ^ bit]
        return found


def members(bits: int, names: Sequence[str]) -> tuple[str, ...]:
    """Name the members of a set."""
    return tuple(name for k, name in enumerate(names) if bits >> k & 1)
