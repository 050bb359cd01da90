"""Families of distributions of times, as likelihoods: what ``likelihood`` maximises.

Each is a scale family: a time is ``exp(b)`` times a standard one whose shape is ruled by one number ``s`` on
the whole line (none for the exponential). With ``y = x exp(-b)``, log densities and log survival functions of
the standard time are functions of y, log y and s, elementwise on arrays. Needs SciPy.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from hewer.truncated import MOST_CUT

__all__ = ["FAMILIES", "Family", "erlang"]

Floats = NDArray[np.float64]
_ROOT = 0.5 * math.log(2.0 * math.pi)
_LEAST_SHAPE, _MOST_SHAPE = -8.0, 15.0


@dataclass(frozen=True, slots=True)
class Family:
    """A family of distributions of times.

    Attributes
    ----------
    name : str
        As the language has it.
    density, survival : callable of (y, log y, s)
        Logarithms, of the standard time.
    mean : callable of s
        Mean of the standard time.
    cv : callable of s
        Coefficient of variation.
    begin : callable of cv
        An s from which to climb.
    draw : callable of (generator, s, size)
        Standard times.
    parameters : int
        How many numbers are estimated.
    limits : (float, float)
        Between what s has to end up; at an end the family comes down to another.
    held : bool
        Whether s is not estimated.
    """

    name: str
    density: Callable[[Floats, Floats, Floats], Floats]
    survival: Callable[[Floats, Floats, Floats], Floats]
    mean: Callable[[Floats], Floats]
    cv: Callable[[Floats], Floats]
    begin: Callable[[Floats], Floats]
    draw: Callable[[np.random.Generator, float, tuple[int, ...]], Floats]
    parameters: int = 2
    limits: tuple[float, float] = (_LEAST_SHAPE, _MOST_SHAPE)
    held: bool = False


def _ones(s: Floats) -> Floats:
    return np.ones_like(s)


_EXPONENTIAL = Family(
    "exponential",
    density=lambda y, log_y, s: -y,
    survival=lambda y, log_y, s: -y,
    mean=_ones,
    cv=_ones,
    begin=np.zeros_like,
    draw=lambda rng, s, size: rng.standard_exponential(size),
    parameters=1,
    held=True,
)


def _lognormal_density(y: Floats, log_y: Floats, s: Floats) -> Floats:
    return -0.5 * (log_y * np.exp(-s)) ** 2 - log_y - s - _ROOT


_LOGNORMAL = Family(
    "lognormal",
    density=_lognormal_density,
    survival=lambda y, log_y, s: special.log_ndtr(-log_y * np.exp(-s)),
    mean=lambda s: np.exp(0.5 * np.exp(2.0 * s)),
    cv=lambda s: np.sqrt(np.expm1(np.exp(2.0 * s))),
    begin=lambda cv: 0.5 * np.log(np.log1p(cv * cv)),
    draw=lambda rng, s, size: np.exp(math.exp(s) * rng.standard_normal(size)),
    limits=(_LEAST_SHAPE, 1.2),  # sigma 3.3, a cv of 250: beyond it no mean can be told
)


def _gamma_density(y: Floats, log_y: Floats, s: Floats) -> Floats:
    shape = np.exp(s)
    found: Floats = shape * s - special.gammaln(shape) + (shape - 1.0) * log_y - shape * y
    return found


def _gamma_survival(y: Floats, log_y: Floats, s: Floats) -> Floats:
    shape = np.exp(s)
    beyond: Floats = special.gammaincc(shape, shape * y)
    return np.log(np.maximum(beyond, 1e-300))  # where it is no number any more


_GAMMA = Family(
    "gamma",
    density=_gamma_density,
    survival=_gamma_survival,
    mean=_ones,
    cv=lambda s: np.exp(-0.5 * s),
    begin=lambda cv: -2.0 * np.log(cv),
    draw=lambda rng, s, size: rng.standard_gamma(math.exp(s), size) * math.exp(-s),
)


def erlang(phases: int) -> Family:
    """Return the gamma family of whole shape `phases`, which is not estimated but chosen."""
    shape = math.log(phases)
    return Family(
        "erlang",
        density=lambda y, log_y, s: _gamma_density(y, log_y, np.full_like(s, shape)),
        survival=lambda y, log_y, s: _gamma_survival(y, log_y, np.full_like(s, shape)),
        mean=_ones,
        cv=lambda s: np.full_like(s, phases**-0.5),
        begin=lambda cv: np.full_like(cv, shape),
        draw=lambda rng, s, size: rng.standard_gamma(phases, size) / phases,
        held=True,
    )


def _cut(s: Floats) -> tuple[Floats, Floats, Floats]:
    """Cut of the parent, log of the part of it that is kept, mean of what is drawn in parent deviations."""
    cut = MOST_CUT - np.exp(s)
    kept = special.log_ndtr(-cut)
    return cut, kept, np.exp(-0.5 * cut * cut - _ROOT - kept) - cut


def _normal_density(y: Floats, log_y: Floats, s: Floats) -> Floats:
    cut, kept, mean = _cut(s)
    return np.log(mean) - 0.5 * (y * mean + cut) ** 2 - _ROOT - kept


def _normal_survival(y: Floats, log_y: Floats, s: Floats) -> Floats:
    cut, kept, mean = _cut(s)
    found: Floats = special.log_ndtr(-(y * mean + cut)) - kept
    return found


def _normal_cv(s: Floats) -> Floats:
    cut, _, mean = _cut(s)
    return np.sqrt(np.maximum(1.0 - (mean + cut) * mean, 0.0)) / mean


def _draw_normal(rng: np.random.Generator, s: float, size: tuple[int, ...]) -> Floats:
    cut, kept, mean = (float(one[0]) for one in _cut(np.array([s])))
    found: Floats = (-special.ndtri(rng.uniform(size=size) * math.exp(kept)) - cut) / mean
    return found


_NORMAL = Family(
    "normal",
    density=_normal_density,
    survival=_normal_survival,
    mean=_ones,
    cv=_normal_cv,
    begin=lambda cv: np.log(MOST_CUT + 1.0 / np.minimum(cv, 0.9) - 1.0),
    draw=_draw_normal,
    limits=(math.log(2.0), _MOST_SHAPE),  # a cut of 3.9: what is left of the parent is an exponential
)


def _hyper_parts(y: Floats, s: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Log chance of either phase and log survival in it."""
    lean = special.expit(s)
    first, second = 0.5 * (1.0 + lean), 0.5 * (1.0 - lean)
    return np.log(first), np.log(second), -2.0 * first * y, -2.0 * second * y


def _hyper_density(y: Floats, log_y: Floats, s: Floats) -> Floats:
    first, second, one, other = _hyper_parts(y, s)
    return np.logaddexp(2.0 * first + one, 2.0 * second + other) + math.log(2.0)


def _hyper_survival(y: Floats, log_y: Floats, s: Floats) -> Floats:
    first, second, one, other = _hyper_parts(y, s)
    return np.logaddexp(first + one, second + other)


def _draw_hyper(rng: np.random.Generator, s: float, size: tuple[int, ...]) -> Floats:
    chance = 0.5 * (1.0 + float(special.expit(s)))
    part = np.where(rng.uniform(size=size) < chance, chance, 1.0 - chance)
    return rng.standard_exponential(size) / (2.0 * part)


def _hyper_cv(s: Floats) -> Floats:
    square = special.expit(s) ** 2
    found: Floats = np.sqrt((1.0 + square) / (1.0 - square))
    return found


def _hyper_begin(cv: Floats) -> Floats:
    square = np.maximum(cv, 1.2) ** 2
    found: Floats = special.logit(np.sqrt((square - 1.0) / (square + 1.0)))
    return found


_HYPEREXPONENTIAL = Family(
    "hyperexponential",
    density=_hyper_density,
    survival=_hyper_survival,
    mean=_ones,
    cv=_hyper_cv,
    begin=_hyper_begin,
    draw=_draw_hyper,
    limits=(-3.0, 8.0),  # below: a cv of 1.002, hardly more than the exponential's
)

FAMILIES: dict[str, Family] = {
    one.name: one for one in (_EXPONENTIAL, _GAMMA, _LOGNORMAL, _NORMAL, _HYPEREXPONENTIAL)
}
"""Those whose shape, if any, is estimated; the phases of :func:`erlang` are chosen."""
