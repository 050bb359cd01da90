"""Means given the state, and what is left of a work at the end of the shift."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from hewer.distribution import Distribution
from hewer.exact.bound.reading.means import Mean, State, excess, is_straight, judge
from hewer.exact.opening import opened
from hewer.model.expression import distribution, parse
from hewer.model.reading.document import loads


def made(text: str) -> Distribution:
    return distribution(parse(text), {})


def left(found: Distribution, age: float) -> float:
    some = excess(found)
    return some(age) if some is not None else 0.0


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "exponential(2)",
        "uniform(1, 5)",
        "triangular(1, 2, 6)",
        "normal(3, 1)",
        "erlang(3, 2)",
        "gamma(mean=3, cv=0.7)",
        "weibull(mean=3, cv=0.7)",
    ],
)
def test_of_most_families_no_rest_is_longer_than_the_whole(text: str) -> None:
    assert excess(made(text)) is None


def test_the_rest_of_a_gamma_that_varies_much_comes_near_its_scale() -> None:
    found = made("gamma(mean=5, cv=2)")
    assert left(found, 1.0) == pytest.approx(20 - 5)
    law = stats.gamma(0.25, scale=20)
    rest = integrate.quad(law.sf, 300, np.inf)[0] / law.sf(300)
    assert 0.9 * 20 < rest < 20


def test_the_rest_of_a_hyperexponential_comes_near_its_slower_phase() -> None:
    found = made("hyperexponential(0.8, 1, 11)")
    assert found.mean() == pytest.approx(3)
    assert left(found, 1.0) == pytest.approx(11 - 3)


@pytest.mark.parametrize("age", [0.0, 1.0, 20.0, 2e3, 5e5, 2e7])
def test_the_rest_of_a_weibull_that_varies_much_rises_with_age(age: float) -> None:
    """By integration of what is above; from a power of 500 on by a bound that is near."""
    found = made("weibull(0.5, 2)")
    rest = integrate.quad(lambda u: 4.0 * u * math.exp(math.sqrt(age / 2) - u), math.sqrt(age / 2), np.inf)[0]
    assert left(found, age) == pytest.approx(max(0.0, rest - found.mean()), rel=1e-5, abs=1e-9)
    assert math.isinf(left(found, math.inf))


@pytest.mark.parametrize(("cv", "age"), [(0.4, 3.0), (0.4, 20.0), (1.5, 1.0), (1.5, 50.0), (3.0, 400.0)])
def test_the_rest_of_a_lognormal(cv: float, age: float) -> None:
    found = made(f"lognormal(mean=2, cv={cv})")
    law = stats.lognorm(found.b, scale=math.exp(found.a))
    ages = np.linspace(0.0, age, 60)
    rests = [integrate.quad(law.sf, x, np.inf, limit=500, epsabs=0.0)[0] / law.sf(x) for x in ages]
    assert left(found, age) == pytest.approx(max(0.0, max(rests) - 2.0), rel=1e-4, abs=1e-6)
    assert left(found, 0.0) == 0.0
    assert math.isinf(left(found, math.inf))


@pytest.mark.parametrize(
    "text", ["discrete(1: 80 %, 21: 20 %)", "discrete(0: 50 %, 4: 50 %)", "discrete(2: 0.1, 3: 0.9)"]
)
def test_the_rest_of_a_list_of_values(text: str) -> None:
    found = made(text)
    values, weights = np.array(found.values()), np.array(found.weights())
    rests = []
    for age in np.linspace(0.0, values.max() - 1e-6, 5001):
        over = values > age
        rests.append(((values - age) * weights)[over].sum() / weights[over].sum())
    assert left(found, 0.0) == pytest.approx(max(0.0, max(rests) - found.mean()), abs=1e-2)


TEXT = """
title: Codes
stocks: {a: {start: 3, capacity: 8}, b: {}, out: {sink: yes}}
activities:
  do: {takes: {a: 1 .. 2}, gives: {out: 1}, time: 'TIME'}
crews: {all: {man: {does: do}}}
terms: {shift: 1 h}
"""
SECOND = 1e9


def judged(time: str) -> Mean:
    program = opened(loads(TEXT.replace("TIME", time))).program
    state = State(lambda stock: (0.0, (8.0, math.inf, math.inf)[stock]), lambda _: (1.0, 2.0), 3600 * SECOND)
    return judge(program, int(program.instance["time"][0]), state).scaled(1 / SECOND)


@pytest.mark.parametrize(
    ("time", "low", "high", "rest"),
    [
        ("6 s / (1 + a)", 6 / 9, 6, 0.0),
        ("exponential(6 s / (1 + a))", 6 / 9, 6, 0.0),
        ("exponential(6 s) + 2 s * taken(a)", 8, 10, 0.0),
        ("exponential(6 s) + uniform(0 s, 2 s)", 7, 7, 0.0),
        ("gamma(mean=5 s, cv=2) * (1 + a)", 5, 45, 9 * 15),
        ("discrete(0.5: 0.5, 1.5: 0.5) * exponential(4 s)", 4, 4, 1.5 * 4 - 4),
        ("max(exponential(1 s), 2 s)", 2, math.inf, math.inf),
        ("min(exponential(9 s), uniform(1 s, 3 s))", 0, 3, 3),
        ("uniform(2 s, 4 s) / discrete(1: 0.5, 2: 0.5)", 1, 4, 3),
        ("exponential(1 s) - 0.5 s * (a / 8)", 0.5, 1, math.inf),
        ("now / 100 + 1 s", 1, 37, 0.0),
        ("abs(2 s - exponential(1 s))", 0, math.inf, math.inf),
    ],
)
def test_means_given_any_state(time: str, low: float, high: float, rest: float) -> None:
    found = judged(time)
    assert [found.low, found.high] == pytest.approx([low, high])
    assert found.left(10.0) == pytest.approx(rest)


def test_what_is_a_straight_line_in_what_was_taken() -> None:
    for time, straight in (
        ("1 s * taken(a) + exponential(2 s)", True),
        ("exponential(2 s) * taken(a) / (1 + b)", True),
        ("1 s * taken(a) * taken(a)", False),
        ("1 s / taken(a)", False),
        ("max(1 s, 1 s * taken(a))", False),
        ("-(1 s * taken(a)) + 60 s", True),
        ("1 s * floor(taken(a))", False),
        ("5 s", True),
    ):
        program = opened(loads(TEXT.replace("TIME", time))).program
        assert is_straight(program, int(program.instance["time"][0])) is straight, time
