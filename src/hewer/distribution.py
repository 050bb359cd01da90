"""Distributions: what is drawn, and how people's forms become it.

A :class:`Distribution` holds the parameters the engine draws with, in base units. People state it in
one of the *forms* of its family, ``gamma(mean, cv)`` or ``gamma(shape, scale)``; :func:`build` turns
any of them into it. The families stand in :mod:`hewer.families`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hewer import tracing
from hewer.errors import DimensionError, DistributionError, did_you_mean
from hewer.families import FAMILIES, Family, Form, Listed
from hewer.quantity import DIMENSIONLESS, Dimension, Quantity, unit

__all__ = ["Distribution", "build", "discrete", "form_of", "is_family", "result_dimension"]


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution in base units.

    Attributes
    ----------
    family : str
        Lower-case name of a family.
    a, b, c : float
        Parameters, as :attr:`hewer.families.Family.numbers` names them; 0 where there are fewer.
    table : tuple of float or None
        Discrete: cumulative probabilities, then the values. Empirical: sorted values.
    dimension : Dimension
        Of what is drawn.
    """

    family: str
    a: float = 0.0
    b: float = 0.0
    c: float = 0.0
    table: tuple[float, ...] | None = None
    dimension: Dimension = DIMENSIONLESS

    @property
    def numbers(self) -> tuple[float, ...]:
        """Those of a, b, c that the family has; none where it has a table."""
        family = FAMILIES[self.family]
        return (self.a, self.b, self.c)[: len(family.numbers)] if isinstance(family, Family) else ()

    def mean(self) -> float:
        """Return the mean of what is drawn, in base units."""
        return self._moments()[0]

    def variance(self) -> float:
        """Return the variance of what is drawn, in base units squared."""
        return self._moments()[1]

    def cv(self) -> float:
        """Return the coefficient of variation; 0 where the mean is 0."""
        mean, variance = self._moments()
        return tracing.sqrt(variance) / mean if mean else 0.0

    def lower(self) -> float:
        """Return the least that can be drawn, in base units."""
        family = FAMILIES[self.family]
        return family.support(*self.numbers)[0] if isinstance(family, Family) else min(self.values())

    def upper(self) -> float:
        """Return the most that can be drawn, in base units; infinity where there is no bound."""
        family = FAMILIES[self.family]
        return family.support(*self.numbers)[1] if isinstance(family, Family) else max(self.values())

    def values(self) -> tuple[float, ...]:
        """Return the values of a discrete or empirical distribution; none of others."""
        family = FAMILIES[self.family]
        return family.values(self.table or ()) if isinstance(family, Listed) else ()

    def weights(self) -> tuple[float, ...]:
        """Return the probabilities of :meth:`values`."""
        family = FAMILIES[self.family]
        return family.weights(self.table or ()) if isinstance(family, Listed) else ()

    def scaled(self, factor: float) -> Distribution:
        """Return the distribution of `factor` times a draw; `factor` must not be negative."""
        if not 0.0 <= factor < math.inf:
            raise DistributionError(f"a distribution can be scaled by 0 or more; got {factor:g}")
        if factor == 0.0:
            return Distribution("constant", dimension=self.dimension)
        family = FAMILIES[self.family]
        if isinstance(family, Family):
            a, b, c = (*family.scaled(factor, *self.numbers), 0.0, 0.0)[:3]
            return replace(self, a=a, b=b, c=c)
        table, values = self.table or (), self.values()
        kept = table[: len(table) - len(values)]
        return replace(self, table=(*kept, *(value * factor for value in values)))

    def _moments(self) -> tuple[float, float]:
        family = FAMILIES[self.family]
        if isinstance(family, Family):
            return family.moments(*self.numbers)
        weighted = list(zip(self.values(), self.weights(), strict=True))
        mean = tracing.fsum(value * weight for value, weight in weighted)
        return mean, tracing.fsum((value - mean) ** 2 * weight for value, weight in weighted)


def is_family(name: str) -> bool:
    """Tell whether `name` is a family of distributions."""
    return name in FAMILIES


def _declared(family: str) -> Family:
    found = FAMILIES[family]
    if isinstance(found, Listed):
        raise DistributionError(f"{family} is stated by values: write `{found.call}`")
    return found


def form_of(family: str, count: int, keywords: Sequence[str] = ()) -> Form:
    """Return the form that `count` positional arguments and `keywords` state.

    Raises
    ------
    DistributionError
        Where the family has no such form.
    """
    forms = _declared(family).forms
    for form in forms:
        if len(form.names) == count + len(keywords) and set(form.names[count:]) == set(keywords):
            return form
    known = sorted({name for form in forms for name in form.names})
    ways = " or ".join(f"`{family}({', '.join(form.names)})`" for form in forms)
    for keyword in keywords:
        if keyword not in known:
            raise DistributionError(f"{family} has no parameter `{keyword}`", did_you_mean(keyword, known))
    found = ", ".join([*["..."] * count, *(f"{keyword}=..." for keyword in keywords)])
    raise DistributionError(f"`{family}({found})` does not state a distribution", f"write {ways}")


def result_dimension(family: str, parameters: Mapping[str, tuple[Dimension, str]]) -> Dimension:
    """Return the dimension of what is drawn.

    Parameters
    ----------
    family : str
    parameters : mapping of str to (Dimension, str)
        Each parameter's dimension, and the words for it in a message.

    Raises
    ------
    DimensionError
        Where two parameters do not go together; names both.
    """
    result: Dimension | None = None
    first = ""
    declared = _declared(family).parameters
    for name, (dimension, words) in parameters.items():
        parameter = declared[name]
        if parameter.plain:
            if dimension:
                raise DimensionError(f"{family}: {name} must be a bare number; got {words}")
            continue
        drawn = DIMENSIONLESS / dimension if parameter.inverse else dimension
        if result is None:
            result, first = drawn, f"{name} is {words}"
        elif drawn != result:
            raise DimensionError(f"{family}: {first}, but {name} is {words}; their units must agree")
    return result if result is not None else DIMENSIONLESS


def build(
    family: str,
    args: Sequence[Quantity] = (),
    kwargs: Mapping[str, Quantity] | None = None,
    unit_text: str = "",
) -> Distribution:
    """Build a distribution from quantities.

    Parameters
    ----------
    family : str
        Any family but ``discrete`` and ``empirical``, see :func:`discrete` and
        :func:`hewer.empirical.empirical`.
    args, kwargs : quantities
        Positional and named parameters, in one of the forms of the family.
    unit_text : str
        Unit of what is drawn, for ``lognormal(mu, sigma)``, which states none.

    Raises
    ------
    DistributionError, DimensionError
        Where such a distribution cannot exist.
    """
    if not isinstance(FAMILIES.get(family), Family):
        raise DistributionError(f"there is no distribution `{family}`", did_you_mean(family, FAMILIES))
    named = dict(kwargs or {})
    form = form_of(family, len(args), tuple(named))
    given = dict(zip(form.names, args, strict=False)) | named
    for name, quantity in given.items():
        if not tracing.finite(quantity.value):
            raise DistributionError(f"{family}: {name} must be a finite number; got {quantity}")
    dimension = result_dimension(family, {name: (q.dimension, q.described) for name, q in given.items()})
    _check_ranges(family, form, given)
    built = replace(_computed(family, form, given), dimension=dimension)
    if not unit_text:
        return built
    found = unit(unit_text)
    if dimension:
        raise DimensionError(f"{family}: its parameters have a unit ({dimension}); `unit=` is one too many")
    return replace(built.scaled(found.factor), dimension=found.dimension)


def _computed(family: str, form: Form, given: Mapping[str, Quantity]) -> Distribution:
    """Return the distribution, after making sure that its moments can be computed."""
    try:
        built = Distribution(*form.make(*(given[name].value for name in form.names)))
        finite = all(map(tracing.finite, built._moments()))
    except (ArithmeticError, ValueError):
        finite = False
    if not finite:
        found = ", ".join(f"{name} {quantity}" for name, quantity in given.items())
        raise DistributionError(
            f"{family}: parameters are too large or too small to compute with; got {found}"
        )
    return built


def _check_ranges(family: str, form: Form, given: Mapping[str, Quantity]) -> None:
    declared = _declared(family).parameters
    for name, quantity in given.items():
        rule = declared[name].rule
        if rule is not None and not rule.holds(quantity.value):
            raise DistributionError(f"{family}: {name} must be {rule.words}; got {quantity}", rule.hint)
    for low, high in pairwise(form.names if form.rising else ()):
        if given[high].value < given[low].value:
            raise DistributionError(
                f"{family}: {high} must be at least {low}; got {low} {given[low]}, {high} {given[high]}"
            )


def discrete(pairs: Iterable[tuple[Quantity, Quantity]]) -> Distribution:
    """Build the distribution that takes each value with its probability.

    Raises
    ------
    DistributionError, DimensionError
        Where the probabilities are not 0 or more and 1 together, or units disagree.
    """
    rows = list(pairs)
    if not rows:
        raise DistributionError("discrete needs values", "write `discrete(1: 30 %, 2: 70 %)`")
    first = rows[0][0]
    for value, probability in rows:
        if probability.dimension:
            raise DimensionError(f"discrete: probabilities must be bare numbers; got {probability.described}")
        if value.dimension != first.dimension:
            both = f"{first.described} and {value.described}"
            raise DimensionError(f"discrete: {both} stand together; their units must agree")
        if not (tracing.finite(value.value) and 0.0 <= probability.value <= 1.0 + 1e-12):
            raise DistributionError(f"discrete: probabilities lie from 0 to 1; got {value}: {probability}")
    total = tracing.fsum(probability.value for _, probability in rows)
    if not tracing.are_close(total, 1.0, abs_tol=1e-9):
        raise DistributionError(f"discrete: the probabilities must add up to 1; got {total:.6g}")
    kept = [(value.value, probability.value) for value, probability in rows if probability.value > 0.0]
    cumulative = [tracing.fsum(p for _, p in kept[: index + 1]) for index in range(len(kept))]
    cumulative[-1] = 1.0
    values = [value for value, _ in kept]
    return Distribution("discrete", table=(*cumulative, *values), dimension=first.dimension)
