"""Families told by a table of values: discrete, empirical."""

from __future__ import annotations

from itertools import pairwise

from hewer.families.declared import Listed, Numbers


def _differences(table: Numbers) -> Numbers:
    cumulative = (0.0, *table[: len(table) // 2])
    return tuple(high - low for low, high in pairwise(cumulative))


DISCRETE = Listed(
    name="discrete",
    call="discrete(v: p, v: p, ...)",
    also="probabilities add up to 1",
    weights=_differences,  # of cumulative probabilities, which come before the values
    width=2,
)

EMPIRICAL = Listed(
    name="empirical",
    call='empirical("file.csv", column="x", unit=min)',
    also="the rows of a CSV column, equally likely",
    weights=lambda table: (1.0 / len(table),) * len(table),  # of sorted values
    width=1,
)

FAMILIES = (DISCRETE, EMPIRICAL)
