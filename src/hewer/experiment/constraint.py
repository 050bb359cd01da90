"""Constraints that alternatives must keep: ``wait <= 5 min within 10 s``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hewer.errors import HewerError, OptionError
from hewer.experiment.sampler import Column, Sampler
from hewer.model.settling.resolve import quantity
from hewer.quantity import unit
from hewer.statistics.selection import Limit

Floats = NDArray[np.float64]
_FORM = re.compile(r"\s*(\w+)\s*(<=|>=)\s*(.+?)(?:\s+within\s+(.+?))?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Constraint:
    """What the expectation of a measure must be, at most or at least.

    Attributes
    ----------
    text : str
        As it was given, without the tolerance.
    measure, unit : str
    at_most : bool
        Whether `bound` is the most, or the least.
    bound : float
        In the unit.
    tolerance : float or None
        How much it may be passed, in the unit; None: judged by the means as they are seen.
    chance : bool
        Whether the measure is a probability.
    """

    text: str
    measure: str
    unit: str
    at_most: bool
    bound: float
    tolerance: float | None
    chance: bool

    @property
    def limit(self) -> Limit:
        """The same for a procedure that knows upper limits only."""
        tolerance = None if self.tolerance is None else self.tolerance * self._factor
        return Limit(float(self.turned(np.float64(self.bound))), tolerance, self.chance)

    @property
    def column(self) -> Column:
        """The measure, turned as :attr:`limit` is."""
        return Column(self.measure, self.turned)

    @property
    def shown(self) -> str:
        """The constraint with its tolerance."""
        if self.tolerance is None:
            return f"`{self.text}` (estimated)"
        return f"`{self.text}` within {f'{self.tolerance:g} {self.unit}'.strip()}"

    def turned(self, values: Floats | np.float64) -> Floats:
        """Turn values so that less is better; those of a probability are 0 and 1."""
        found = values * self._factor
        if not self.at_most:
            found = 1.0 - found if self.chance else -found
        return np.asarray(found)

    def turned_back(self, values: Floats) -> Floats:
        """Return values as they were measured."""
        found = values
        if not self.at_most:
            found = 1.0 - values if self.chance else -values
        return np.asarray(found / self._factor)

    @property
    def _factor(self) -> float:
        return unit(self.unit).factor if self.chance and self.unit else 1.0


def measure_of(text: str) -> str:
    """Return the name of the measure that a constraint is about.

    Raises
    ------
    OptionError
    """
    return _read(text)[0]


def constraint_of(text: str, sampler: Sampler) -> Constraint:
    """Read a constraint; the sampler knows the unit of its measure.

    Raises
    ------
    OptionError
    """
    from hewer.engine.result.measures import Kind

    measure, sign, bound, tolerance = _read(text)
    shown = sampler.units[measure]
    chance = sampler.kinds[measure] == Kind.CHANCE
    value = amount(bound, shown, f"`{bound}` of `{text}`", measure)
    if chance and not 0.0 <= value <= amount("100 %", shown, "a probability", measure):
        raise OptionError(f"`{text}`: `{measure}` is a probability; it is between 0 and 1")
    width = None
    if tolerance is not None:
        width = amount(tolerance, shown, f"the tolerance `{tolerance}`", measure)
        if not (width > 0.0 and math.isfinite(width)):
            raise OptionError(
                f"`{text}`: the tolerance must be above 0; without `within` the constraint is judged by the"
                " means as they are seen, and nothing is promised"
            )
    return Constraint(f"{measure} {sign} {bound}", measure, shown, sign == "<=", value, width, chance)


def amount(text: str | float, unit_text: str, what: str, measure: str) -> float:
    """Read an amount in the unit of a measure: text with its unit, or a number.

    Raises
    ------
    OptionError
    """
    try:
        return float(text) if isinstance(text, int | float) else quantity(text, {}).to(unit_text)
    except HewerError as error:
        shown = f"in {unit(unit_text).text}" if unit_text else "a bare number"
        raise OptionError(f"{what} does not fit `{measure}`, which is {shown}") from error


def _read(text: str) -> tuple[str, str, str, str | None]:
    found = _FORM.fullmatch(text)
    if found is None:
        raise OptionError(
            f"a constraint must be `MEASURE <= VALUE within TOLERANCE` (or >=), such as"
            f" `wait <= 5 min within 10 s`; got `{text}`"
        )
    measure, sign, bound, tolerance = found.groups()
    return measure, sign, bound, tolerance
