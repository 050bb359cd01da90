"""Procedures that estimate one number, further: quantiles, ratios of means, bands of worlds, steady state."""

from __future__ import annotations

import math
from functools import partial
from statistics import NormalDist
from typing import Any

import numpy as np

from benchmarks.proof import draws
from benchmarks.proof.claim import ALWAYS, LIMIT, NOTHING, OUTSIDE, Claim, Outcome, Section, covers, of_cases
from benchmarks.proof.single import cimba_summary, of, scipy_bootstrap
from hewer.statistics import band, batch_means, estimate, mser5, quantile, ratio, ratio_of_means

Array = np.ndarray


def sections() -> tuple[Section, ...]:
    return quantiles(), ratios(), worlds(), steady(), steady_runs()


# Quantiles


def order_statistics(data: Array, truth: float, p: float) -> Outcome:
    found = quantile(data, p)
    return covers(found.low, found.high, truth)


def scipy_quantile(data: Array, truth: float, p: float) -> Outcome:
    from scipy.stats import quantile_test

    test = quantile_test(data, q=truth, p=p)
    found = test.confidence_interval(0.95)
    low, high = (-math.inf if math.isnan(found.low) else found.low), found.high
    return covers(low, math.inf if math.isnan(high) else high, truth)


def scipy_maritz_jarrett(data: Array, truth: float, p: float) -> Outcome:
    from scipy.stats.mstats import mquantiles_cimj

    low, high = mquantiles_cimj(data, [p], alpha=0.05)
    return covers(float(low[0]), float(high[0]), truth)


def quantiles() -> Section:
    z = NormalDist().inv_cdf(0.9)
    listed: list[Any] = [
        ("exponential, median, n = 30", of(draws.exponential, 30), math.log(2.0), 0.5, ALWAYS),
        ("lognormal, 90 %, n = 100", of(draws.lognormal, 100), math.exp(z - 0.5), 0.9, ALWAYS),
        ("lognormal, 90 %, n = 20", of(draws.lognormal, 20), math.exp(z - 0.5), 0.9, ALWAYS),
        ("ties: Poisson with mean 1, 90 %, n = 100", of(draws.ties, 100), 2.0, 0.9, ALWAYS),
        ("autocorrelated: AR(1) of 0.9, 90 %, n = 100", of(draws.autoregressive, 100), z, 0.9, OUTSIDE),
    ]
    claims: list[Claim] = []
    for name, draw, truth, p, promise in listed:
        procedures: list[Any] = [
            ("hewer", partial(order_statistics, p=p), None, 1.0),
            ("SciPy `quantile_test`", partial(scipy_quantile, p=p), None, 1.0),
            ("SciPy `mquantiles_cimj`", partial(scipy_maritz_jarrett, p=p), LIMIT, 1.0),
        ]
        claims += of_cases([(name, draw, truth, promise)], procedures)
    return Section(
        "Quantiles of single replications",
        "Intervals between order statistics (`hewer run --quantiles`): H. A. David and H. N. Nagaraja,"
        " *Order Statistics* (2003), sec. 7.1. At least 95 % whatever the distribution is, of independent"
        " replications. Where the sample is too small to bound a side, that side is infinite (SciPy's `nan`"
        " is read so).",
        "half-width",
        tuple(claims),
    )


# Ratios of means


def ratio_interval(data: tuple[Array, Array], truth: float) -> Outcome:
    found = ratio_of_means(data[1], data[0])
    return covers(found.low, found.high, truth)


def ratio_compared(data: tuple[Array, Array], truth: float) -> Outcome:
    """Take the ratio that `hewer compare` shows: Fieller's always."""
    found = ratio(*data)
    return covers(found.low, found.high, truth)


def mean_of_ratios(data: tuple[Array, Array], truth: float) -> Outcome:
    return cimba_summary(data[1] / data[0], truth)


def scipy_ratio(data: tuple[Array, Array], truth: float) -> Outcome:
    return scipy_bootstrap(data, truth, lambda x, y, axis: y.mean(axis) / x.mean(axis))


def ratios() -> Section:
    def correlated(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
        x = rng.lognormal(0.0, 0.5, n)
        return x, 2.0 * x * rng.lognormal(-0.045, 0.3, n)

    def independent(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
        return rng.exponential(1.0, n), rng.exponential(2.0, n)

    def normals(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
        return rng.normal(1.0, 2.0, n), rng.normal(2.0, 2.0, n)

    def scarce(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
        return rng.lognormal(0.0, 0.5, n), 40.0 * (rng.random(n) < 0.05)

    cases = [
        ("correlated lognormal, n = 30", of(correlated, 30), 2.0, LIMIT),
        ("independent exponential, n = 30", of(independent, 30), 2.0, LIMIT),
        ("normal, a noisy divisor (Fieller), n = 30", of(normals, 30), 2.0, ALWAYS),
        ("rare cost over lognormal hours, n = 100", of(scarce, 100), 2.0 / math.exp(0.125), LIMIT),
    ]
    procedures: list[Any] = [
        ("hewer", ratio_interval, None, 1.0),
        ("hewer `compare`", ratio_compared, None, 1.0),
        ("SciPy `bootstrap`, paired, BCa", scipy_ratio, LIMIT, 0.5),
        ("cimba `summary` of the single ratios", mean_of_ratios, NOTHING, 1.0),
    ]
    return Section(
        "Ratio of two means",
        "The delta method on the logarithm, with the covariance of both; E. C. Fieller's interval (*JRSS"
        " B* 16, 1954) where a side has a standard error above a tenth of it; unbounded where the divisor"
        " cannot be told from 0. Fieller's is exact of normal values, the other holds in the limit. `hewer"
        " compare` gives Fieller's always.",
        "half-width",
        of_cases(cases, procedures),
        "The mean of single ratios estimates another number, and is here for that: it is what a table of"
        " replications invites one to take.",
    )


# Worlds


def _within(data: Array, truth: tuple[float, float]) -> Outcome:
    """Both ends within 2.24 of their standard errors: 95 % together (Bonferroni)."""
    found = band(data)
    assert found is not None
    errors = (found.low_error, found.high_error)
    near = [
        abs(end - true) <= 2.2414 * error
        for end, true, error in zip((found.low, found.high), truth, errors, strict=True)
    ]
    return Outcome(all(near), (found.high - found.low) / (truth[1] - truth[0]))


def worlds() -> Section:
    low, high = NormalDist().inv_cdf(0.05), NormalDist().inv_cdf(0.95)

    def noisy(rng: np.random.Generator, expected: Array, deviation: Array | float) -> Array:
        return expected[:, None] + deviation * rng.standard_normal((expected.size, 5))

    def normals(rng: np.random.Generator, n: int) -> Array:
        return noisy(rng, rng.normal(10.0, 2.0, n), 4.0)

    def skewed(rng: np.random.Generator, n: int) -> Array:
        return noisy(rng, rng.lognormal(0.0, 0.5, n), 1.0)

    def unequal(rng: np.random.Generator, n: int) -> Array:
        expected = rng.uniform(1.0, 3.0, n)
        return noisy(rng, expected, (0.4 * expected)[:, None])

    def scarce(rng: np.random.Generator, n: int) -> Array:
        return (rng.random((n, 200)) < rng.uniform(0.005, 0.02, n)[:, None]).astype(float)

    def log_ends(p: float) -> float:
        return math.exp(0.5 * NormalDist().inv_cdf(p))

    normal_ends = (10.0 + 2.0 * low, 10.0 + 2.0 * high)
    cases: list[Any] = [
        ("normal worlds, as much noise", of(normals, 200), normal_ends, LIMIT),
        ("lognormal worlds, as much noise", of(skewed, 200), (log_ends(0.05), log_ends(0.95)), OUTSIDE),
        ("uniform worlds, noise grows with the mean", of(unequal, 200), (1.1, 2.9), OUTSIDE),
        ("rare: probability uniform on 0.5 .. 2 %", of(scarce, 200), (0.00575, 0.01925), OUTSIDE),
    ]
    procedures: list[Any] = [
        ("hewer", _within, None, 0.5),
        ("hewer, noise left in", lambda d, t: _within(d.mean(axis=1)[:, None], t), NOTHING, 0.5),
    ]
    return Section(
        "Band of worlds",
        "The 5-95 % range of E[Y | world] from 200 worlds of 5 replications (rare: of 200), their noise"
        " taken off: a one-way random effects model (S. R. Searle, G. Casella and C. E. McCulloch,"
        " *Variance Components*, 1992). Exact in the variance; the ends are promised only where the"
        " expectations are normal. Kept: both ends lie within 2.24 of the standard errors that the band"
        " states (95 % together). No other library has it.",
        "length, of the true one",
        of_cases(cases, procedures),
    )


# Steady state


def cut_and_batch(data: Array, truth: float) -> Outcome:
    found = batch_means(data[mser5(data).index :])
    return covers(found.estimate.low, found.estimate.high, truth)


def unless_warned(data: Array, truth: float) -> Outcome:
    """Only where the cut is settled and the batches pass for independent."""
    cut = mser5(data)
    if not cut.settled or not batch_means(data[cut.index :]).independent:
        return Outcome(None)
    return cut_and_batch(data, truth)


def batch_alone(data: Array, truth: float) -> Outcome:
    found = batch_means(data)
    return covers(found.estimate.low, found.estimate.high, truth)


def steady() -> Section:
    def transient(rng: np.random.Generator, n: int) -> Array:
        return draws.autoregressive(rng, n, 0.9, start=30.0)

    cases = [
        ("independent exponential, n = 1000", of(draws.exponential, 1000), 1.0, LIMIT),
        ("AR(1) of 0.9 that begins 30 deviations off, n = 4000", of(transient, 4000), 0.0, LIMIT),
        ("M/M/1 waits, load 0.8, n = 4000", of(draws.waits, 4000, 0.8), draws.mean_wait(0.8), LIMIT),
        ("M/M/1 waits, load 0.8, n = 40,000", of(draws.waits, 40_000, 0.8), draws.mean_wait(0.8), LIMIT),
        ("M/M/1 waits, load 0.95, n = 4000", of(draws.waits, 4000, 0.95), draws.mean_wait(0.95), LIMIT),
    ]
    procedures: list[Any] = [
        ("hewer, cut and batches", cut_and_batch, None, 0.25),
        ("hewer, where it does not warn", unless_warned, None, 0.25),
        ("hewer, batches of the whole", batch_alone, None, 0.25),
        ("cimba `summary` of the series", cimba_summary, NOTHING, 0.25),
    ]
    return Section(
        "Steady state from one run",
        "MSER-5 (K. P. White, M. J. Cobb and S. C. Spratt, *WSC* 2000) cuts the warm-up; batches that"
        " pass von"
        " Neumann's test of independence three times in a row (G. S. Fishman, *Management Science* 24,"
        " 1978) give the"
        " interval. The cut promises nothing about the bias that remains; the interval holds in the"
        " limit of long"
        " runs, and says so where its batches do not pass. None of the peers has batch means.",
        "half-width",
        of_cases(cases, procedures),
        "The cut is chosen from the run that is then averaged: of a long-tailed series it leaves the"
        " calm part. So"
        " `hewer steady` cuts the average of several runs (next table). No test sees what a run has not"
        " met: a queue"
        " at a load of 0.95 needs far more than 4000 customers.",
    )


def deleted(data: Array, truth: float) -> Outcome:
    """Cut the average of the runs, and estimate over the runs."""
    cut = mser5(data.mean(axis=0))
    if not cut.settled:
        return Outcome(None)
    found = estimate(data[:, cut.index :].mean(axis=1))
    return covers(found.low, found.high, truth)


def whole_runs(data: Array, truth: float) -> Outcome:
    found = estimate(data.mean(axis=1))
    return covers(found.low, found.high, truth)


def steady_runs() -> Section:
    def queues(rng: np.random.Generator, n: int, load: float) -> Array:
        return np.stack([draws.waits(rng, n, load) for _ in range(10)])

    def transients(rng: np.random.Generator, n: int) -> Array:
        return np.stack([draws.autoregressive(rng, n, 0.9, start=30.0) for _ in range(10)])

    cases: list[Any] = [
        ("AR(1) of 0.9 that begins 30 deviations off, 10 of 400", of(transients, 400), 0.0, LIMIT),
        ("M/M/1 waits, load 0.8, 10 of 4000", of(queues, 4000, 0.8), draws.mean_wait(0.8), LIMIT),
        ("M/M/1 waits, load 0.95, 10 of 4000", of(queues, 4000, 0.95), draws.mean_wait(0.95), LIMIT),
        ("M/M/1 waits, load 0.95, 10 of 20,000", of(queues, 20_000, 0.95), draws.mean_wait(0.95), LIMIT),
    ]
    procedures: list[Any] = [
        ("hewer, cut, where it does not refuse", deleted, None, 0.25),
        ("hewer, nothing cut", whole_runs, NOTHING, 0.25),
    ]
    return Section(
        "Steady state from ten runs",
        "Replication and deletion (`hewer steady`): MSER-5 on the average of the runs (P. D. Welch,"
        " 1983), Student's"
        " interval over the runs without their warm-up. Refused where more than half would be cut. It"
        " holds in the"
        " limit of long runs.",
        "half-width",
        of_cases(cases, procedures),
    )
