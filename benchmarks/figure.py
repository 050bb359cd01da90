"""A figure that is measured in several rounds: its name, its unit, what is to be reached, and its spread."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple


class Wrong(Exception):
    """What was measured gave another answer than the one that is known."""


class Figure(NamedTuple):
    """One measured number; `reach` says what it is to be: ``at most 0.3``, ``at least 1.6``, or nothing."""

    name: str
    value: float
    unit: str
    reach: str = ""


class Spread(NamedTuple):
    """A figure over rounds."""

    name: str
    unit: str
    reach: str
    low: float
    median: float
    high: float
    rounds: int

    @property
    def reached(self) -> str:
        """Whether the median is as it is to be: ``yes`` or ``no``; empty where nothing is to be reached."""
        if not self.reach:
            return ""
        word, limit = self.reach.rsplit(" ", 1)
        kept = self.median >= float(limit) if word == "at least" else self.median <= float(limit)
        return "yes" if kept else "no"


def spreads(rounds: Sequence[Sequence[Figure]]) -> list[Spread]:
    """Return the spread of each figure, in the order in which they were measured."""
    values: dict[str, list[float]] = {}
    for figure in (figure for found in rounds for figure in found):
        values.setdefault(figure.name, []).append(figure.value)
    named = {figure.name: figure for found in rounds for figure in found}
    return [
        Spread(
            name, named[name].unit, named[name].reach,
            min(one), statistics.median(one), max(one), len(one),
        )
        for name, one in values.items()
    ]  # fmt: skip


def table(found: Iterable[Spread]) -> Iterator[str]:
    """Lay out spreads for a reader at the screen."""
    yield f"{'':74}{'min':>9}{'median':>9}{'max':>9}  {'unit':8}{'to reach':16}reached"
    for one in found:
        numbers = "".join(f"{number(value):>9}" for value in (one.low, one.median, one.high))
        yield f"{one.name:74}{numbers}  {one.unit:8}{one.reach:16}{one.reached}".rstrip()


def number(value: float) -> str:
    """Show three digits."""
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
