"""Families of times: densities integrate to survival, moments and draws belong to them, SciPy agrees."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")

from scipy import integrate, stats

from hewer import distribution
from hewer.quantity import Quantity
from hewer.statistics.fitting.families import FAMILIES, Family, erlang

SHAPES = [
    ("exponential", 0.0),
    ("gamma", -0.7),
    ("gamma", 2.0),
    ("lognormal", -1.2),
    ("lognormal", 0.2),
    ("normal", 0.9),
    ("normal", 2.4),
    ("hyperexponential", -1.0),
    ("hyperexponential", 2.0),
]
CASES = [(FAMILIES[name], s) for name, s in SHAPES] + [(erlang(4), 0.0)]
IDS = [f"{family.name} {s}" for family, s in CASES]


def _at(function, x: float, s: float) -> float:
    return float(function(np.array([x]), np.log(np.array([x])), np.array([s]))[0])


def _value(function, s: float) -> float:
    return float(function(np.array([s]))[0])


@pytest.mark.parametrize(("family", "s"), CASES, ids=IDS)
def test_survival_is_the_integral_of_the_density(family: Family, s: float) -> None:
    for x in (0.2, 1.0, 2.5):
        area = integrate.quad(
            lambda t: np.exp(t + _at(family.density, float(np.exp(t)), s)), np.log(x), 8, limit=400
        )[0]
        assert np.exp(_at(family.survival, x, s)) == pytest.approx(area, rel=1e-6)


@pytest.mark.parametrize(("family", "s"), CASES, ids=IDS)
def test_moments_are_those_of_the_density(family: Family, s: float) -> None:
    def moment(power: int) -> float:
        # over log y, where every density is smooth
        return float(
            integrate.quad(
                lambda t: np.exp(t * (power + 1) + _at(family.density, float(np.exp(t)), s)),
                -30,
                8,
                limit=400,
            )[0]
        )

    mean = moment(1)
    assert moment(0) == pytest.approx(1.0, rel=1e-5)
    assert _value(family.mean, s) == pytest.approx(mean, rel=1e-5)
    assert _value(family.cv, s) == pytest.approx(np.sqrt(moment(2) - mean**2) / mean, rel=1e-4)


@pytest.mark.parametrize(("family", "s"), CASES, ids=IDS)
def test_draws_have_the_distribution(family: Family, s: float) -> None:
    # Kolmogorov-Smirnov at a false-alarm probability of 1e-5 for each
    drawn = family.draw(np.random.default_rng(7), s, (5000,))
    beyond = np.exp(family.survival(drawn, np.log(drawn), np.full(drawn.shape, s)))
    assert stats.kstest(1.0 - beyond, "uniform").pvalue > 1e-5


@pytest.mark.parametrize(("family", "s"), CASES, ids=IDS)
def test_mean_and_cv_state_the_same_distribution_in_the_language(family: Family, s: float) -> None:
    cv = _value(family.cv, s)
    args = {"mean": Quantity(_value(family.mean, s)), "cv": Quantity(cv)}
    if family.name == "erlang":
        args = {"phases": Quantity(4.0), "mean": args["mean"]}
    if family.name == "exponential":
        del args["cv"]
    built = distribution.build(family.name, kwargs=args)
    assert built.cv() == pytest.approx(cv, rel=1e-7)
    if family.name == "normal":
        frozen = stats.truncnorm(-built.a / built.b, np.inf, built.a, built.b)
    elif family.name in ("gamma", "erlang"):
        frozen = stats.gamma(built.a, scale=built.b)
    elif family.name == "lognormal":
        frozen = stats.lognorm(built.b, scale=np.exp(built.a))
    elif family.name == "exponential":
        frozen = stats.expon(scale=built.a)
    else:
        for x in (0.1, 1.0, 4.0):
            beyond = built.a * np.exp(-x / built.b) + (1 - built.a) * np.exp(-x / built.c)
            assert np.exp(_at(family.survival, x, s)) == pytest.approx(beyond, rel=1e-9)
        return
    for x in (0.3, 1.0, 2.0):
        assert _at(family.density, x, s) == pytest.approx(float(frozen.logpdf(x)), rel=1e-7, abs=1e-7)
        assert _at(family.survival, x, s) == pytest.approx(float(frozen.logsf(x)), rel=1e-7, abs=1e-7)


def test_far_out_nothing_overflows() -> None:
    for family, s in CASES:
        for x in (1e-8, 1e6):
            assert np.isfinite(_at(family.density, x, s))
            assert np.isfinite(_at(family.survival, x, s))
