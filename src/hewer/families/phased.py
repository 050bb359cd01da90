"""Families made of exponential phases: exponential, Erlang, hyperexponential."""

from __future__ import annotations

import math

from hewer import tracing
from hewer.errors import DistributionError
from hewer.families.declared import (
    CHANCE,
    CV,
    FIRST,
    MEAN,
    MOST_PHASES,
    PHASES,
    RATE,
    SECOND,
    Family,
    Form,
    Left,
    Parts,
    Special,
    by_moments,
)


def _exponential_by_cv(mean: float, cv: float) -> Parts:
    if not tracing.are_close(cv, 1.0, rel_tol=1e-9):
        raise DistributionError(f"exponential: cv is always 1; got {cv:g}", "use `gamma(mean, cv)`")
    return Parts("exponential", mean)


EXPONENTIAL = Family(
    name="exponential",
    call="exponential(mean)",
    also="`(rate=)`",
    numbers=("mean",),
    forms=(
        Form((MEAN,), lambda mean: Parts("exponential", mean), scale="mean"),
        Form((RATE,), lambda rate: Parts("exponential", 1.0 / rate), scale="rate"),
        Form((MEAN, CV), _exponential_by_cv, scale="mean"),
    ),
    moments=lambda mean: (mean, mean * mean),
    support=lambda mean: (0.0, math.inf),
    scaled=lambda factor, mean: (mean * factor,),
    below=lambda _, x, mean: -tracing.expm1(-x / mean),
    phases=lambda mean: ((1.0, (mean,)),),
)


def _erlang_by_cv(mean: float, cv: float) -> Parts:
    if cv == 0.0:
        return Parts("constant", mean)
    shape = 1.0 / (cv * cv)
    phases = max(1, round(shape))
    if not tracing.are_close(phases, shape, rel_tol=1e-6) or phases > MOST_PHASES:
        raise DistributionError(
            f"erlang: 1/cv^2, the phases, must be a whole number up to {MOST_PHASES}; got {shape:.4g}",
            f"write `erlang({min(phases, MOST_PHASES)}, mean)` or `gamma(mean, cv)`",
        )
    return Parts("erlang", float(phases), mean / phases)


ERLANG = Family(
    name="erlang",
    call="erlang(phases, mean)",
    also="`(phases=, rate=)`; `(mean=, cv=)`, `(mean=, sd=)` with 1/cv² whole",
    numbers=("phases", "mean of a phase"),
    forms=(
        Form((PHASES, MEAN), lambda phases, mean: Parts("erlang", phases, mean / phases), scale="mean"),
        Form((PHASES, RATE), lambda phases, rate: Parts("erlang", phases, 1.0 / rate), scale="rate"),
        *by_moments(_erlang_by_cv),
    ),
    moments=lambda phases, mean: (phases * mean, phases * mean * mean),
    support=lambda phases, mean: (0.0, math.inf),
    scaled=lambda factor, phases, mean: (phases, mean * factor),
    below=lambda special, x, phases, mean: float(special.gammainc(phases, x / mean)),
    phases=lambda phases, mean: ((1.0, (mean,) * round(phases)),),
)


def _hyperexponential(chance: float, first: float, second: float) -> Parts:
    if chance in (0.0, 1.0) or first == second:
        return Parts("exponential", first if chance else second)
    return Parts("hyperexponential", chance, first, second)


def _balanced(mean: float, cv: float) -> Parts:
    """Return two phases that make up half of the mean each (balanced means)."""
    if cv < 1.0 - 1e-9:
        raise DistributionError(
            f"hyperexponential: cv must be at least 1; got {cv:.4g}",
            "use `erlang(mean, cv)` or `gamma(mean, cv)`",
        )
    square = max(1.0, cv * cv)
    chance = (1.0 + tracing.sqrt((square - 1.0) / (square + 1.0))) / 2.0
    return _hyperexponential(chance, mean / (2.0 * chance), mean / (2.0 - 2.0 * chance))


def _hyperexponential_moments(chance: float, first: float, second: float) -> tuple[float, float]:
    mean = chance * first + (1.0 - chance) * second
    return mean, 2.0 * (chance * first * first + (1.0 - chance) * second * second) - mean * mean


def _hyperexponential_below(_: Special, x: float, chance: float, first: float, second: float) -> float:
    phases = ((chance, first), (1.0 - chance, second))
    return sum(share * -tracing.expm1(-x / mean) for share, mean in phases if share and mean)


def _left_of_hyperexponential(_: Special, chance: float, first: float, second: float) -> Left:
    """Bound what is left: it comes near the slower phase."""
    slowest = max(first if chance > 0.0 else 0.0, second if chance < 1.0 else 0.0)
    return lambda age: slowest


HYPEREXPONENTIAL = Family(
    name="hyperexponential",
    call="hyperexponential(mean, sd)",
    also="`(mean=, cv=)`: one of two exponentials, each half of the mean, cv ≥ 1; "
    "`(chance=, first=, second=)`: mean `first` with that chance, else `second`",
    numbers=("chance of the first phase", "its mean", "mean of the other"),
    forms=(*by_moments(_balanced), Form((CHANCE, FIRST, SECOND), _hyperexponential)),
    moments=_hyperexponential_moments,
    support=lambda chance, first, second: (0.0, math.inf),
    scaled=lambda factor, chance, first, second: (chance, first * factor, second * factor),
    below=_hyperexponential_below,
    left=_left_of_hyperexponential,
    phases=lambda chance, first, second: ((chance, (first,)), (1.0 - chance, (second,))),
)

FAMILIES = (EXPONENTIAL, ERLANG, HYPEREXPONENTIAL)
