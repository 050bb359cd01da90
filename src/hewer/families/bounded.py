"""Families between two bounds: constant, uniform, triangular."""

from __future__ import annotations

from hewer import tracing
from hewer.errors import DistributionError
from hewer.families.declared import HIGH, LOW, MODE, VALUE, Family, Form, Parts, Special, by_moments


def limit_cv(family: str, cv: float, most: float) -> None:
    """Raise DistributionError where a family with this coefficient of variation would reach below 0."""
    if cv > most * (1 + 1e-12):
        raise DistributionError(
            f"{family}: cv must be at most {most:.4g}, or it would reach below 0; got {cv:.4g}",
            "use `gamma(mean, cv)` or `lognormal(mean, cv)`",
        )


def _uniform(low: float, high: float) -> Parts:
    return Parts("constant", low) if low == high else Parts("uniform", low, high)


def _uniform_by_cv(mean: float, cv: float) -> Parts:
    if cv == 0.0:
        return Parts("constant", mean)
    limit_cv("uniform", cv, 1 / tracing.sqrt(3))
    half = cv * tracing.sqrt(3)
    return Parts("uniform", mean * max(0.0, 1 - half), mean * (1 + half))


def _triangular(low: float, mode: float, high: float) -> Parts:
    return Parts("constant", low) if low == high else Parts("triangular", low, mode, high)


def _triangular_by_cv(mean: float, cv: float) -> Parts:
    if cv == 0.0:
        return Parts("constant", mean)
    limit_cv("triangular", cv, 1 / tracing.sqrt(6))
    half = cv * tracing.sqrt(6)
    return Parts("triangular", mean * max(0.0, 1 - half), mean, mean * (1 + half))


def _below_triangular(_: Special, x: float, low: float, mode: float, high: float) -> float:
    if x <= mode:
        return (x - low) ** 2 / ((high - low) * (mode - low)) if mode > low else 0.0
    return 1.0 - (high - x) ** 2 / ((high - low) * (high - mode))


CONSTANT = Family(
    name="constant",
    call="constant(x)",
    also="`x`",
    numbers=("value",),
    forms=(Form((VALUE,), lambda value: Parts("constant", value), scale="value", rising=True),),
    moments=lambda value: (value, 0.0),
    support=lambda value: (value, value),
    scaled=lambda factor, value: (value * factor,),
    below=lambda _, x, value: float(x >= value),
)

UNIFORM = Family(
    name="uniform",
    call="uniform(low, high)",
    also="`(mean=, cv=)`, `(mean=, sd=)`",
    numbers=("low", "high"),
    forms=(Form((LOW, HIGH), _uniform, rising=True), *by_moments(_uniform_by_cv)),
    moments=lambda low, high: ((low + high) / 2, (high - low) ** 2 / 12),
    support=lambda low, high: (low, high),
    scaled=lambda factor, low, high: (low * factor, high * factor),
    below=lambda _, x, low, high: (x - low) / (high - low),
)

TRIANGULAR = Family(
    name="triangular",
    call="triangular(low, mode, high)",
    also="`(mean=, cv=)`, `(mean=, sd=)`, symmetric",
    numbers=("low", "mode", "high"),
    forms=(Form((LOW, MODE, HIGH), _triangular, rising=True), *by_moments(_triangular_by_cv)),
    moments=lambda low, mode, high: (
        (low + mode + high) / 3,
        ((mode - low) ** 2 + (high - mode) ** 2 + (mode - low) * (high - mode)) / 18,
    ),
    support=lambda low, mode, high: (low, high),
    scaled=lambda factor, low, mode, high: (low * factor, mode * factor, high * factor),
    below=_below_triangular,
)

FAMILIES = (CONSTANT, UNIFORM, TRIANGULAR)
