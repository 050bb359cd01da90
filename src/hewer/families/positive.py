"""Families from 0 upward with one hump: normal (truncated at 0), lognormal, gamma, Weibull."""

from __future__ import annotations

import math

from hewer import tracing, truncated
from hewer.errors import DistributionError
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

_LEAST_SHAPE, _MOST_SHAPE = 0.1, 1e4  # of a Weibull that is stated by its moments
_LARGE = 500.0  # a power from which the bound of what is left is as good as the integral
_MOST_EXPONENT = 700.0  # of e, in a float
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
    support=lambda mu, sigma, cut: (0.0, math.inf),
    scaled=lambda factor, mu, sigma, cut: (mu * factor, sigma * factor, cut),
    below=lambda special, x, mu, sigma, cut: float((special.ndtr((x - mu) / sigma) - cut) / (1.0 - cut)),
)


def _lognormal(mu: float, sigma: float) -> Parts:
    return Parts("lognormal", mu, sigma) if sigma else Parts("constant", tracing.exp(mu))


def _lognormal_by_cv(mean: float, cv: float) -> Parts:
    if cv == 0.0:
        return Parts("constant", mean)
    variance = tracing.log1p(cv * cv)
    return Parts("lognormal", tracing.log(mean) - variance / 2, tracing.sqrt(variance))


def _lognormal_moments(mu: float, sigma: float) -> tuple[float, float]:
    mean = tracing.exp(mu + sigma * sigma / 2)
    return mean, mean * mean * tracing.expm1(sigma * sigma)


def _left_of_lognormal(special: Special, mu: float, sigma: float) -> Left:
    """Bound what is left: it falls at first, then rises with age, so that the last age is what counts."""
    mean = _lognormal_moments(mu, sigma)[0]

    def left(age: float) -> float:
        if age <= 0.0:
            return mean
        if age == math.inf:
            return math.inf
        z = (tracing.log(age) - mu) / sigma
        tail = special.log_ndtr
        return mean * tracing.exp(float(tail(sigma - z)) - float(tail(-z))) - age

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
            lambda median, sigma: _lognormal(tracing.log(median), sigma),
            scale="median",
        ),
    ),
    moments=_lognormal_moments,
    support=lambda mu, sigma: (0.0, math.inf),
    scaled=lambda factor, mu, sigma: (mu + tracing.log(factor), sigma),
    below=lambda special, x, mu, sigma: (
        float(special.ndtr((tracing.log(x) - mu) / sigma)) if x > 0.0 else 0.0
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
    support=lambda shape, scale: (0.0, math.inf),
    scaled=lambda factor, shape, scale: (shape, scale * factor),
    below=lambda special, x, shape, scale: float(special.gammainc(shape, x / scale)),
    left=lambda _, shape, scale: (lambda age: scale) if shape < 1.0 else None,  # it comes near its scale
    phases=_gamma_phases,
)


def _weibull_variation(shape: float) -> float:
    """Square of the coefficient of variation; it falls with the shape."""
    return tracing.expm1(tracing.lgamma(1 + 2 / shape) - 2 * tracing.lgamma(1 + 1 / shape))


def _weibull_moments(shape: float, scale: float) -> tuple[float, float]:
    mean = scale * tracing.gamma(1 + 1 / shape)
    return mean, mean * mean * _weibull_variation(shape)


def _weibull_by_cv(mean: float, cv: float) -> Parts:
    if cv == 0.0:
        return Parts("constant", mean)
    low, high = _LEAST_SHAPE, _MOST_SHAPE
    least, most = (tracing.sqrt(_weibull_variation(shape)) for shape in (high, low))
    if not least <= cv <= most:
        raise DistributionError(
            f"weibull: cv must be 0, or from {least:.2g} to {most:.3g}; got {cv:.4g}", "use `gamma(mean, cv)`"
        )
    while True:
        shape = (low + high) / 2
        if shape in (low, high):
            break
        if _weibull_variation(shape) > cv * cv:
            low = shape
        else:
            high = shape
    return Parts("weibull", shape, mean / tracing.gamma(1 + 1 / shape))


def _weibull_power(x: float, shape: float, scale: float) -> float:
    """Return (x / scale)^shape: the exponential variable that x is a power of."""
    if x <= 0.0:
        return 0.0
    exponent = shape * tracing.log(x / scale)
    return tracing.exp(exponent) if exponent < _MOST_EXPONENT else math.inf


def _left_of_weibull(special: Special, shape: float, scale: float) -> Left | None:
    """Bound what is left: where the shape is below 1 it rises with age.

    With a = 1 / shape and u = (age / scale)^shape its mean is scale a exp(u) Gamma(a, u), and for a large u
    Gamma(a, u) is at most u^a exp(-u) / (u - a + 1) (P. Natalini, B. Palumbo, "Inequalities for the
    incomplete gamma function", 2000, with B = u / (u - a + 1)).
    """
    if shape >= 1.0:
        return None
    a = 1.0 / shape

    def left(age: float) -> float:
        u = _weibull_power(age, shape, scale)
        if u == math.inf:
            return math.inf
        if u > max(_LARGE, 2.0 * a):
            return age * a / (u - a + 1.0)
        return scale * a * tracing.gamma(a) * float(special.gammaincc(a, u)) * tracing.exp(u)

    return left


WEIBULL = Family(  # Johnson, Kotz, Balakrishnan, Continuous Univariate Distributions, vol. 1, 2nd ed., ch. 21
    name="weibull",
    call="weibull(shape, scale)",
    also="`(mean=, cv=)`, `(mean=, sd=)`",
    numbers=("shape", "scale"),
    forms=(
        Form((SHAPE, SCALE), lambda shape, scale: Parts("weibull", shape, scale), scale="scale"),
        *by_moments(_weibull_by_cv),
    ),
    moments=_weibull_moments,
    support=lambda shape, scale: (0.0, math.inf),
    scaled=lambda factor, shape, scale: (shape, scale * factor),
    below=lambda _, x, shape, scale: -tracing.expm1(-_weibull_power(x, shape, scale)),
    left=_left_of_weibull,
)

FAMILIES = (NORMAL, LOGNORMAL, GAMMA, WEIBULL)
