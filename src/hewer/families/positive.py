"""Families from 0 upward with one hump: normal (truncated at 0), lognormal, gamma."""

from __future__ import annotations

from hewer import truncated
from hewer.errors import DistributionError
from hewer.families import arithmetic
from hewer.families.bounded import limit_cv
from hewer.families.declared import (
    LOG_MU,
    LOG_SIGMA,
    MEDIAN,
    MU,
    SCALE,
    SHAPE,
    SIGMA,
    Family,
    Form,
    Left,
    Numbers,
    Parts,
    Special,
    by_moments,
)

_WHOLE = 1e-9  # a gamma whose shape is this near to a whole number is an Erlang


def _normal(mu: float, sigma: float) -> Parts:
    if sigma == 0.0:
        if mu < 0.0:
            raise DistributionError(f"normal: mu must be 0 or more where sigma is 0; got {mu:g}")
        return Parts("constant", mu)
    if -mu / sigma > truncated.MOST_CUT:
        raise DistributionError(
            f"normal: mu is {-mu / sigma:.3g} sigma below 0, so that hardly any draw would be positive",
            "use `exponential(mean)`, which it comes near to",
        )
    return Parts("normal", mu, sigma, truncated.probability_below(mu, sigma))


def _normal_by_cv(mean: float, cv: float) -> Parts:
    if cv == 0.0:
        return Parts("constant", mean)
    limit_cv("normal", cv, truncated.MOST_CV)
    return _normal(*truncated.parent(mean, cv))


NORMAL = Family(
    name="normal",
    call="normal(mean, sd)",
    also="`(mean=, cv=)`: moments of what is drawn; `(mu=, sigma=)` are those of the parent, "
    "which is truncated at 0",
    numbers=("parent mean", "parent sd", "P(parent < 0)"),
    forms=(*by_moments(_normal_by_cv), Form((MU, SIGMA), _normal)),
    moments=lambda mu, sigma, _: truncated.moments(mu, sigma),
    support=lambda mu, sigma, cut: (0.0, arithmetic.inf),
    scaled=lambda factor, mu, sigma, cut: (mu * factor, sigma * factor, cut),
    below=lambda special, x, mu, sigma, cut: float((special.ndtr((x - mu) / sigma) - cut) / (1.0 - cut)),
)


def _lognormal(mu: float, sigma: float) -> Parts:
    return Parts("lognormal", mu, sigma) if sigma else Parts("constant", arithmetic.exp(mu))


def _lognormal_by_cv(mean: float, cv: float) -> Parts:
    if cv == 0.0:
        return Parts("constant", mean)
    variance = arithmetic.log1p(cv * cv)
    return Parts("lognormal", arithmetic.log(mean) - variance / 2, arithmetic.sqrt(variance))


def _lognormal_moments(mu: float, sigma: float) -> tuple[float, float]:
    mean = arithmetic.exp(mu + sigma * sigma / 2)
    return mean, mean * mean * arithmetic.expm1(sigma * sigma)


def _left_of_lognormal(special: Special, mu: float, sigma: float) -> Left:
    """Bound what is left: it falls at first, then rises with age, so that the last age is what counts."""
    mean = _lognormal_moments(mu, sigma)[0]

    def left(age: float) -> float:
        if age <= 0.0:
            return mean
        if age == arithmetic.inf:
            return arithmetic.inf
        z = (arithmetic.log(age) - mu) / sigma
        tail = special.log_ndtr
        return mean * arithmetic.exp(float(tail(sigma - z)) - float(tail(-z))) - age

    return left


LOGNORMAL = Family(
    name="lognormal",
    call="lognormal(mean, sd)",
    also="`(mean=, cv=)`, `(mu=, sigma=)`, `(median=, sigma=)`",
    numbers=("mean of the logarithm", "sd of the logarithm"),
    forms=(
        *by_moments(_lognormal_by_cv),
        Form((LOG_MU, LOG_SIGMA), _lognormal),
        Form(
            (MEDIAN, LOG_SIGMA),
            lambda median, sigma: _lognormal(arithmetic.log(median), sigma),
            scale="median",
        ),
    ),
    moments=_lognormal_moments,
    support=lambda mu, sigma: (0.0, arithmetic.inf),
    scaled=lambda factor, mu, sigma: (mu + arithmetic.log(factor), sigma),
    below=lambda special, x, mu, sigma: (
        float(special.ndtr((arithmetic.log(x) - mu) / sigma)) if x > 0.0 else 0.0
    ),
    left=_left_of_lognormal,
)


def _gamma_by_cv(mean: float, cv: float) -> Parts:
    if cv == 0.0:
        return Parts("constant", mean)
    shape = 1.0 / (cv * cv)
    return Parts("gamma", shape, mean / shape)


def _gamma_phases(shape: float, scale: float) -> tuple[tuple[float, Numbers], ...] | None:
    whole = round(shape)
    return ((1.0, (scale,) * whole),) if whole >= 1 and abs(shape - whole) < _WHOLE else None


GAMMA = Family(
    name="gamma",
    call="gamma(mean, sd)",
    also="`(mean=, cv=)`, `(shape=, scale=)`",
    numbers=("shape", "scale"),
    forms=(
        *by_moments(_gamma_by_cv),
        Form((SHAPE, SCALE), lambda shape, scale: Parts("gamma", shape, scale), scale="scale"),
    ),
    moments=lambda shape, scale: (shape * scale, shape * scale * scale),
    support=lambda shape, scale: (0.0, arithmetic.inf),
    scaled=lambda factor, shape, scale: (shape, scale * factor),
    below=lambda special, x, shape, scale: float(special.gammainc(shape, x / scale)),
    left=lambda _, shape, scale: (lambda age: scale) if shape < 1.0 else None,  # it comes near its scale
    phases=_gamma_phases,
)

FAMILIES = (NORMAL, LOGNORMAL, GAMMA)
