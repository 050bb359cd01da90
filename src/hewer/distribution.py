"""Distributions: families, the ways to state their parameters, and their moments.

A :class:`Distribution` holds the parameters the engine draws with, in base units. People state it in
one of the *forms* of its family, ``gamma(mean, cv)`` or ``gamma(shape, scale)``; :func:`build` turns
any of them into it. ``normal`` is truncated at 0: its form ``(mu, sigma)`` is the parent before
truncation, its forms ``(mean, sd)`` and ``(mean, cv)`` are moments of what is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from hewer import tracing, truncated
from hewer.errors import DimensionError, DistributionError, did_you_mean
from hewer.quantity import DIMENSIONLESS, Dimension, Quantity, unit

__all__ = ["FAMILIES", "Distribution", "build", "discrete", "form_of", "is_family", "result_dimension"]

_MOST_PHASES = 1000
_Parts = tuple[str, float, float, float]

FORMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "constant": (("value",),),
    "exponential": (("mean",), ("rate",), ("mean", "cv")),
    "uniform": (("low", "high"), ("mean", "sd"), ("mean", "cv")),
    "triangular": (("low", "mode", "high"), ("mean", "sd"), ("mean", "cv")),
    "normal": (("mean", "sd"), ("mean", "cv"), ("mu", "sigma")),
    "lognormal": (("mean", "sd"), ("mean", "cv"), ("mu", "sigma"), ("median", "sigma")),
    "gamma": (("mean", "sd"), ("mean", "cv"), ("shape", "scale")),
    "erlang": (("phases", "mean"), ("phases", "rate"), ("mean", "sd"), ("mean", "cv")),
    "hyperexponential": (("mean", "sd"), ("mean", "cv"), ("chance", "first", "second")),
}
"""Forms of each family: the names of its parameters; positional arguments follow the first that fits."""

FAMILIES: tuple[str, ...] = (*FORMS, "discrete", "empirical")
"""Names of all families."""

_SCALES = {
    ("constant", ("value",)): "value",
    ("exponential", ("mean",)): "mean",
    ("exponential", ("rate",)): "rate",
    ("lognormal", ("median", "sigma")): "median",
    ("gamma", ("shape", "scale")): "scale",
    ("erlang", ("phases", "mean")): "mean",
    ("erlang", ("phases", "rate")): "rate",
}


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution in base units.

    Attributes
    ----------
    family : str
        Lower-case name of a family.
    a, b, c : float
        Parameters: constant a; exponential mean a; uniform low a, high b; triangular low a, mode b,
        high c; normal parent mean a, parent sd b, P(parent < 0) c; lognormal mean a and sd b of the
        logarithm; gamma shape a, scale b; erlang phases a, mean of a phase b; hyperexponential an
        exponential of mean b with chance a, else one of mean c.
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
        if self.family in ("constant", "uniform", "triangular"):
            return self.a
        if self.family in ("discrete", "empirical"):
            return min(self.values())
        return 0.0

    def upper(self) -> float:
        """Return the most that can be drawn, in base units; infinity where there is no bound."""
        if self.family in ("discrete", "empirical"):
            return max(self.values())
        return {"constant": self.a, "uniform": self.b, "triangular": self.c}.get(self.family, math.inf)

    def values(self) -> tuple[float, ...]:
        """Return the values of a discrete or empirical distribution."""
        table = self.table or ()
        return table[len(table) // 2 :] if self.family == "discrete" else table

    def weights(self) -> tuple[float, ...]:
        """Return the probabilities of :meth:`values`."""
        if self.family == "empirical":
            count = len(self.values())
            return (1.0 / count,) * count
        cumulative = (0.0, *(self.table or ())[: len(self.values())])
        return tuple(high - low for low, high in pairwise(cumulative))

    def scaled(self, factor: float) -> Distribution:
        """Return the distribution of `factor` times a draw; `factor` must not be negative."""
        if not 0.0 <= factor < math.inf:
            raise DistributionError(f"a distribution can be scaled by 0 or more; got {factor:g}")
        if factor == 0.0:
            return Distribution("constant", dimension=self.dimension)
        if self.family == "lognormal":
            return replace(self, a=self.a + tracing.log(factor))
        if self.family in ("gamma", "erlang"):
            return replace(self, b=self.b * factor)
        if self.family == "hyperexponential":
            return replace(self, b=self.b * factor, c=self.c * factor)
        if self.family == "normal":
            return replace(self, a=self.a * factor, b=self.b * factor)
        if self.table is not None:
            kept = self.table[: len(self.table) - len(self.values())]
            return replace(self, table=(*kept, *(value * factor for value in self.values())))
        return replace(self, a=self.a * factor, b=self.b * factor, c=self.c * factor)

    def _moments(self) -> tuple[float, float]:
        a, b, c = self.a, self.b, self.c
        if self.table is not None:
            weighted = list(zip(self.values(), self.weights(), strict=True))
            mean = tracing.fsum(value * weight for value, weight in weighted)
            return mean, tracing.fsum((value - mean) ** 2 * weight for value, weight in weighted)
        if self.family == "constant":
            return a, 0.0
        if self.family == "exponential":
            return a, a * a
        if self.family == "uniform":
            return (a + b) / 2, (b - a) ** 2 / 12
        if self.family == "triangular":
            return (a + b + c) / 3, ((b - a) ** 2 + (c - b) ** 2 + (b - a) * (c - b)) / 18
        if self.family == "normal":
            return truncated.moments(a, b)
        if self.family == "lognormal":
            mean = tracing.exp(a + b * b / 2)
            return mean, mean * mean * tracing.expm1(b * b)
        if self.family == "hyperexponential":
            mean = a * b + (1.0 - a) * c
            return mean, 2.0 * (a * b * b + (1.0 - a) * c * c) - mean * mean
        return a * b, a * b * b  # gamma, erlang


def is_family(name: str) -> bool:
    """Tell whether `name` is a family of distributions."""
    return name in FAMILIES


def form_of(family: str, count: int, keywords: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the form that `count` positional arguments and `keywords` state.

    Raises
    ------
    DistributionError
        Where the family has no such form.
    """
    for form in FORMS[family]:
        if len(form) == count + len(keywords) and set(form[count:]) == set(keywords):
            return form
    known = sorted({name for form in FORMS[family] for name in form})
    ways = " or ".join(f"`{family}({', '.join(form)})`" for form in FORMS[family])
    for keyword in keywords:
        if keyword not in known:
            raise DistributionError(f"{family} has no parameter `{keyword}`", did_you_mean(keyword, known))
    found = ", ".join([*["..."] * count, *(f"{keyword}=..." for keyword in keywords)])
    raise DistributionError(f"`{family}({found})` does not state a distribution", f"write {ways}")


def scale_parameter(family: str, form: Sequence[str]) -> str | None:
    """Name the parameter of a form that draws are proportional to (``rate``: inversely), if there is one."""
    if tuple(form) == ("mean", "cv"):
        return "mean"
    return _SCALES.get((family, tuple(form)))


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
    for name, (dimension, words) in parameters.items():
        if _is_plain(family, name):
            if dimension:
                raise DimensionError(f"{family}: {name} must be a bare number; got {words}")
            continue
        drawn = DIMENSIONLESS / dimension if name == "rate" else dimension
        if result is None:
            result, first = drawn, f"{name} is {words}"
        elif drawn != result:
            raise DimensionError(f"{family}: {first}, but {name} is {words}; their units must agree")
    return result if result is not None else DIMENSIONLESS


def _is_plain(family: str, name: str) -> bool:
    return name in ("cv", "shape", "phases", "chance") or (family == "lognormal" and name in ("mu", "sigma"))


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
    if family not in FORMS:
        raise DistributionError(f"there is no distribution `{family}`", did_you_mean(family, FAMILIES))
    named = dict(kwargs or {})
    form = form_of(family, len(args), tuple(named))
    given = dict(zip(form, args, strict=False)) | named
    for name, quantity in given.items():
        if not tracing.finite(quantity.value):
            raise DistributionError(f"{family}: {name} must be a finite number; got {quantity}")
    dimension = result_dimension(family, {name: (q.dimension, q.described) for name, q in given.items()})
    _check_ranges(family, given)
    built = replace(_computed(family, form, given), dimension=dimension)
    if not unit_text:
        return built
    found = unit(unit_text)
    if dimension:
        raise DimensionError(f"{family}: its parameters have a unit ({dimension}); `unit=` is one too many")
    return replace(built.scaled(found.factor), dimension=found.dimension)


def _computed(family: str, form: tuple[str, ...], given: Mapping[str, Quantity]) -> Distribution:
    """Return the distribution, after making sure that its moments can be computed."""
    try:
        built = Distribution(*_parts(family, form, {name: given[name].value for name in form}))
        finite = all(map(tracing.finite, built._moments()))
    except (ArithmeticError, ValueError):
        finite = False
    if not finite:
        found = ", ".join(f"{name} {quantity}" for name, quantity in given.items())
        raise DistributionError(
            f"{family}: parameters are too large or too small to compute with; got {found}"
        )
    return built


def _check_ranges(family: str, given: Mapping[str, Quantity]) -> None:
    for name, quantity in given.items():
        value = quantity.value
        if name in ("rate", "shape", "scale", "median", "first", "second") and value <= 0:
            raise DistributionError(f"{family}: {name} must be more than 0; got {quantity}")
        if name in ("sd", "cv", "sigma") and value < 0:
            raise DistributionError(f"{family}: {name} must be 0 or more; got {quantity}")
        if name == "mean" and value <= 0:
            raise DistributionError(f"{family}: mean must be more than 0; got {quantity}")
        if name == "chance" and not 0.0 <= value <= 1.0:
            raise DistributionError(f"{family}: chance must be from 0 to 1; got {quantity}")
        if name == "phases" and not (value == int(value) and 1 <= value <= _MOST_PHASES):
            raise DistributionError(
                f"{family}: phases must be a whole number from 1 to {_MOST_PHASES}; got {quantity}",
                "use `gamma(mean, cv)` for any other",
            )
    bounds = [name for name in ("low", "mode", "high") if name in given]
    for low, high in pairwise(bounds):
        if given[high].value < given[low].value:
            raise DistributionError(
                f"{family}: {high} must be at least {low}; got {low} {given[low]}, {high} {given[high]}"
            )


def _parts(family: str, form: tuple[str, ...], given: Mapping[str, float]) -> _Parts:
    if form[0] == "mean" and len(form) == 2:
        mean = given["mean"]
        return _from_cv(family, mean, given["cv"] if "cv" in given else given["sd"] / mean)
    values = tuple(given[name] for name in form)
    first = values[0]
    second = values[1] if len(values) > 1 else 0.0
    if form in (("low", "high"), ("low", "mode", "high")):
        return _bounded(family, values)
    if family in ("constant", "exponential"):
        return family, 1.0 / first if form == ("rate",) else first, 0.0, 0.0
    if family == "normal":
        return _normal(first, second)
    if family == "lognormal":
        location = tracing.log(first) if form[0] == "median" else first
        return (
            ("lognormal", location, second, 0.0) if second else ("constant", tracing.exp(location), 0.0, 0.0)
        )
    if family == "erlang":
        return "erlang", first, second / first if form[1] == "mean" else 1.0 / second, 0.0
    if family == "hyperexponential":
        return _hyperexponential(*values)
    return "gamma", first, second, 0.0


def _bounded(family: str, values: tuple[float, ...]) -> _Parts:
    if values[0] == values[-1]:
        return "constant", values[0], 0.0, 0.0
    return family, values[0], values[1], values[2] if family == "triangular" else 0.0


def _normal(mu: float, sigma: float) -> _Parts:
    if sigma == 0.0:
        if mu < 0.0:
            raise DistributionError(f"normal: mu must be 0 or more where sigma is 0; got {mu:g}")
        return "constant", mu, 0.0, 0.0
    if -mu / sigma > truncated.MOST_CUT:
        raise DistributionError(
            f"normal: mu is {-mu / sigma:.3g} sigma below 0, so that hardly any draw would be positive",
            "use `exponential(mean)`, which it comes near to",
        )
    return "normal", mu, sigma, truncated.probability_below(mu, sigma)


def _from_cv(family: str, mean: float, cv: float) -> _Parts:
    """Return the parameters of a family with this mean and coefficient of variation."""
    if family == "exponential":
        if not tracing.are_close(cv, 1.0, rel_tol=1e-9):
            raise DistributionError(f"exponential: cv is always 1; got {cv:g}", "use `gamma(mean, cv)`")
        return "exponential", mean, 0.0, 0.0
    if cv == 0.0 and family != "hyperexponential":
        return "constant", mean, 0.0, 0.0
    if family in _MOST_CV and cv > _MOST_CV[family] * (1 + 1e-12):
        raise DistributionError(
            f"{family}: cv must be at most {_MOST_CV[family]:.4g}, or it would reach below 0; got {cv:.4g}",
            "use `gamma(mean, cv)` or `lognormal(mean, cv)`",
        )
    if family == "uniform":
        return "uniform", mean * max(0.0, 1 - cv * tracing.sqrt(3)), mean * (1 + cv * tracing.sqrt(3)), 0.0
    if family == "triangular":
        return (
            "triangular",
            mean * max(0.0, 1 - cv * tracing.sqrt(6)),
            mean,
            mean * (1 + cv * tracing.sqrt(6)),
        )
    if family == "normal":
        return _normal(*truncated.parent(mean, cv))
    if family == "lognormal":
        variance = tracing.log1p(cv * cv)
        return "lognormal", tracing.log(mean) - variance / 2, tracing.sqrt(variance), 0.0
    if family == "hyperexponential":
        return _balanced(mean, cv)
    shape = 1.0 / (cv * cv)
    return ("gamma", shape, mean / shape, 0.0) if family == "gamma" else _erlang(mean, shape)


_MOST_CV = {"uniform": 1 / tracing.sqrt(3), "triangular": 1 / tracing.sqrt(6), "normal": truncated.MOST_CV}


def _hyperexponential(chance: float, first: float, second: float) -> _Parts:
    if chance in (0.0, 1.0) or first == second:
        return "exponential", first if chance else second, 0.0, 0.0
    return "hyperexponential", chance, first, second


def _balanced(mean: float, cv: float) -> _Parts:
    """Return two phases that make up half of the mean each (balanced means)."""
    if cv < 1.0 - 1e-9:
        raise DistributionError(
            f"hyperexponential: cv must be at least 1; got {cv:.4g}",
            "use `erlang(mean, cv)` or `gamma(mean, cv)`",
        )
    square = max(1.0, cv * cv)
    chance = (1.0 + tracing.sqrt((square - 1.0) / (square + 1.0))) / 2.0
    return _hyperexponential(chance, mean / (2.0 * chance), mean / (2.0 - 2.0 * chance))


def _erlang(mean: float, shape: float) -> _Parts:
    phases = max(1, round(shape))
    if not tracing.are_close(phases, shape, rel_tol=1e-6) or phases > _MOST_PHASES:
        raise DistributionError(
            f"erlang: 1/cv^2, the phases, must be a whole number up to {_MOST_PHASES}; got {shape:.4g}",
            f"write `erlang({min(phases, _MOST_PHASES)}, mean)` or `gamma(mean, cv)`",
        )
    return "erlang", float(phases), mean / phases, 0.0


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
