"""Procedures that compare alternatives, and that say what a difference or a variance is due to."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from benchmarks.proof import draws
from benchmarks.proof.claim import (
    ALWAYS,
    LIMIT,
    NOTHING,
    OUTSIDE,
    Claim,
    Outcome,
    Promise,
    Section,
    covers,
    of_cases,
)
from hewer.statistics import CONFIDENCE, difference, difference_of_chances, unpaired
from hewer.statistics.sobol import indices

Array = np.ndarray
Pair = tuple[Array, Array]


def sections() -> tuple[Section, ...]:
    return paired(), apart(), families(), sensitivities()


# Two alternatives on common random numbers


def paired_interval(data: Pair, truth: float) -> Outcome:
    found = difference(*data)
    return covers(found.low, found.high, truth)


def cimba_compare(data: Pair, truth: float) -> Outcome:
    from cimba.analysis import compare

    found = compare(np.stack(data), a=0, b=1)
    return covers(found.lower, found.upper, truth)


def chances(data: Pair, truth: float, paired: bool = True) -> Outcome:
    found = difference_of_chances(*data, paired=paired)
    return covers(found.low, found.high, truth)


def scipy_paired(data: Pair, truth: float) -> Outcome:
    from scipy.stats import ttest_rel

    found = ttest_rel(data[1], data[0]).confidence_interval(0.95)
    return covers(found.low, found.high, truth)


def scipy_apart(data: Pair, truth: float, pooled: bool = False) -> Outcome:
    from scipy.stats import ttest_ind

    found = ttest_ind(data[1], data[0], equal_var=pooled).confidence_interval(0.95)
    return covers(found.low, found.high, truth)


def common(rng: np.random.Generator, n: int, correlation: float) -> Pair:
    """Means 10 and 11, deviations 3 and 4."""
    first, second = rng.standard_normal((2, n))
    second = correlation * first + math.sqrt(1.0 - correlation**2) * second
    return 10.0 + 3.0 * first, 11.0 + 4.0 * second


def paired() -> Section:
    def skewed(rng: np.random.Generator, n: int) -> Pair:
        base = rng.lognormal(-0.5, 1.0, n)
        return base, 1.1 * base * rng.lognormal(-0.08, 0.4, n)

    def tied(rng: np.random.Generator, n: int) -> Pair:
        base = rng.poisson(5.0, n).astype(float)
        return base, base + (rng.random(n) < 0.2)

    def identical(rng: np.random.Generator, n: int) -> Pair:
        base = rng.normal(10.0, 3.0, n)
        return base, base.copy()

    def series(rng: np.random.Generator, n: int) -> Pair:
        return draws.autoregressive(rng, n), draws.autoregressive(rng, n)

    def scarce(rng: np.random.Generator, n: int) -> Pair:
        level = rng.random(n)
        return (level < 0.01).astype(float), (level < 0.02).astype(float)

    cases: list[Any] = [
        ("normal, correlation 0.9, n = 10", lambda rng: common(rng, 10, 0.9), 1.0, ALWAYS),
        ("normal, correlation -0.5: pairing hurts, n = 10", lambda rng: common(rng, 10, -0.5), 1.0, ALWAYS),
        ("lognormal of skewness 6, n = 30", lambda rng: skewed(rng, 30), 0.1, LIMIT),
        ("ties: 80 % of pairs are equal, n = 30", lambda rng: tied(rng, 30), 0.2, LIMIT),
        ("identical: exactly 0, n = 10", lambda rng: identical(rng, 10), 0.0, Promise(1.0)),
        ("autocorrelated: AR(1) of 0.9, n = 100", lambda rng: series(rng, 100), 0.0, OUTSIDE),
    ]
    rare: list[Any] = [("rare: 1 % and 2 %, n = 100", lambda rng: scarce(rng, 100), 0.01, LIMIT)]
    procedures: list[Any] = [
        ("hewer", paired_interval, None, 1.0),
        ("cimba `compare`", cimba_compare, None, 1.0),
        ("SciPy `ttest_rel`", scipy_paired, None, 1.0),
    ]
    return Section(
        "Difference on common random numbers",
        "The paired t interval (`hewer compare`): 95 % of normal differences, of others in the limit; of"
        " identical"
        " alternatives exactly 0. Of measures that are a condition A. Agresti and Y. Min's (*Statistics"
        " in Medicine*"
        " 24, 2005), in the limit.",
        "half-width",
        of_cases(cases, procedures)
        + of_cases(rare, [("hewer, of a condition", chances, None, 1.0), *procedures[1:]]),
        "The t intervals are one formula; what pairing is worth is the width, against that of the next"
        " table. Of a"
        " rare event few replications see a difference at all, and the t interval collapses where none does.",
    )


# Two alternatives on streams of their own


def apart() -> Section:
    def welch(data: Pair, truth: float) -> Outcome:
        found = unpaired(*data)
        return covers(found.low, found.high, truth)

    def unequal(rng: np.random.Generator) -> Pair:
        return rng.normal(10.0, 10.0, 10), rng.normal(11.0, 1.0, 40)

    def skewed(rng: np.random.Generator) -> Pair:
        return draws.lognormal(rng, 30), draws.exponential(rng, 30) + 0.1

    def scarce(rng: np.random.Generator) -> Pair:
        return draws.rare(rng, 100), (rng.random(100) < 0.03).astype(float)

    cases: list[Any] = [
        ("normal, correlation 0, n = 10", lambda rng: common(rng, 10, 0.0), 1.0, LIMIT),
        ("normal, deviations 10 and 1, n = 10 and 40", unequal, 1.0, LIMIT),
        ("lognormal against exponential, n = 30", skewed, 0.1, LIMIT),
        ("paired all the same: correlation 0.9, n = 10", lambda rng: common(rng, 10, 0.9), 1.0, OUTSIDE),
    ]
    rare: list[Any] = [("rare: 1 % and 3 %, n = 100", scarce, 0.02, LIMIT)]
    condition = ("hewer, of a condition", partial(chances, paired=False), None, 1.0)
    procedures: list[Any] = [
        ("hewer `compare --apart`", welch, None, 1.0),
        ("SciPy `ttest_ind`, Welch", scipy_apart, None, 1.0),
        ("SciPy `ttest_ind`, pooled variance", partial(scipy_apart, pooled=True), NOTHING, 1.0),
    ]
    return Section(
        "Difference of independent alternatives",
        "Welch's interval (B. L. Welch, *Biometrika* 34, 1947): very nearly 95 % of normal values of any"
        " variances, of others in the limit. Of measures that are a condition A. Agresti and B. Caffo's (*The"
        " American Statistician* 54, 2000). cimba's `compare` has the paired form only.",
        "half-width",
        of_cases(cases, procedures) + of_cases(rare, [condition, *procedures[1:]]),
    )


# Several against a base, or each with each, all at once


def _pairs(k: int, everything: bool) -> list[tuple[int, int]]:
    return [(a, b) for a in range(k if everything else 1) for b in range(a + 1, k)]


def simultaneous(
    data: Array, truth: Array, everything: bool, pairing: bool, corrected: bool = True
) -> Outcome:
    """Judge the intervals of all differences together, as `hewer.compare` makes them."""
    pairs = _pairs(len(data), everything)
    level = 1.0 - (1.0 - CONFIDENCE) / (len(pairs) if corrected else 1)
    found = [(difference if pairing else unpaired)(data[a], data[b], level) for a, b in pairs]
    kept = all(one.low <= truth[b] - truth[a] <= one.high for one, (a, b) in zip(found, pairs, strict=True))
    return Outcome(kept, float(np.mean([one.half_width for one in found])))


def cimba_each(data: Array, truth: Array, everything: bool) -> Outcome:
    from cimba.analysis import compare

    pairs = _pairs(len(data), everything)
    found = [compare(data, a=a, b=b) for a, b in pairs]
    kept = all(
        one.lower <= truth[b] - truth[a] <= one.upper for one, (a, b) in zip(found, pairs, strict=True)
    )
    return Outcome(kept, float(np.mean([0.5 * (one.upper - one.lower) for one in found])))


def dunnett(data: Array, truth: Array) -> Outcome:
    from scipy.stats import dunnett

    found = dunnett(*data[1:], control=data[0], rng=np.random.default_rng(1)).confidence_interval(0.95)
    gap = truth[1:] - truth[0]
    kept = bool(((found.low <= gap) & (gap <= found.high)).all())
    return Outcome(kept, float(0.5 * (found.high - found.low).mean()))


def tukey(data: Array, truth: Array) -> Outcome:
    from scipy.stats import tukey_hsd

    found = tukey_hsd(*data).confidence_interval(0.95)
    gap = truth[:, None] - truth[None, :]
    pairs = np.triu_indices(len(truth), 1)
    kept = bool(((found.low <= gap) & (gap <= found.high))[pairs].all())
    return Outcome(kept, float(0.5 * (found.high - found.low)[pairs].mean()))


def families() -> Section:
    truth = np.array([10.0, 10.0, 10.5, 11.0, 12.0])
    rising = np.array([0.5, 1.0, 2.0, 4.0, 8.0])

    def shared(rng: np.random.Generator) -> Array:
        values = math.sqrt(0.8) * rng.standard_normal((1, 20)) + math.sqrt(0.2) * rng.standard_normal((5, 20))
        return np.asarray(truth[:, None] + 3.0 * values)

    def unequal(rng: np.random.Generator) -> Array:
        return np.asarray(truth[:, None] + rising[:, None] * rng.standard_normal((5, 20)))

    def skewed(rng: np.random.Generator) -> Array:
        return np.asarray(truth[:, None] + 3.0 * (rng.exponential(1.0, (5, 20)) - 1.0))

    claims: list[Claim] = []
    listed: list[Any] = [
        ("4 against a base, correlation 0.8, n = 20", shared, False, True, ALWAYS, dunnett, "`dunnett`"),
        ("all pairs of 5, deviations 0.5 to 8, n = 20", unequal, True, False, LIMIT, tukey, "`tukey_hsd`"),
        ("all pairs of 5, exponential, n = 20", skewed, True, False, LIMIT, tukey, "`tukey_hsd`"),
    ]
    for name, draw, everything, pairing, promise, scipys, called in listed:
        options = {"everything": everything, "pairing": pairing}
        procedures: list[Any] = [
            ("hewer", partial(simultaneous, **options), None, 1.0),
            (f"SciPy {called}", scipys, OUTSIDE, 0.1 if scipys is dunnett else 0.05),
            ("cimba `compare` of each pair", partial(cimba_each, everything=everything), NOTHING, 0.25),
        ]
        claims += of_cases([(name, draw, truth, promise)], procedures)
    return Section(
        "Several differences at once",
        "All intervals of `hewer compare` hold together with 95 % (Bonferroni over the pairs; paired on"
        " common random numbers, else Welch's). Dunnett's and Tukey's procedures promise it of independent"
        " normal values with one variance.",
        "mean half-width",
        tuple(claims),
        "cimba's are 95 % each, and it says no more of them.",
    )


# Sobol indices through noise

FIRST = np.array(
    [0.3139, 0.4424, 0.0, 0.0]
)  # Ishigami, a = 7, b = 0.1 (Sobol and Levitan 1999), and an inert one
TOTAL = np.array([0.5576, 0.4424, 0.2437, 0.0])
DEVIATION = math.sqrt(13.8446)
POINTS = 256
PROBLEM = {"num_vars": 4, "names": list("abcd"), "bounds": [[0.0, 1.0]] * 4}


@cache
def _sampled(seed: int) -> Array:
    from SALib.sample.sobol import sample

    x = np.pi * (2.0 * sample(PROBLEM, POINTS, calc_second_order=False, seed=seed) - 1.0)
    return np.asarray(np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def noisy_function(rng: np.random.Generator, noise: float) -> Array:
    """Draw outputs [point, replication] of SALib's design, two replications a point."""
    expected = _sampled(int(rng.integers(0, 400)))
    return np.asarray(expected[:, None] + noise * rng.standard_normal((expected.size, 2)))


Judge = Callable[[Array, Array], Outcome]
"""Outcome from intervals of first-order and of total indices, [input, (low, high)] each."""


def hewer_indices(data: Array, judge: Judge) -> Outcome:
    found = indices(data.reshape(POINTS, 6, 2))
    return judge(found.first[:, 1:], found.total[:, 1:])


def salib_indices(data: Array, judge: Judge) -> Outcome:
    from SALib.analyze.sobol import analyze

    found = analyze(PROBLEM, data.mean(axis=1), calc_second_order=False, seed=1)
    ends = [
        np.stack([found[n] - found[f"{n}_conf"], found[n] + found[f"{n}_conf"]], axis=1) for n in ("S1", "ST")
    ]
    return judge(ends[0], ends[1])


def inert(_first: Array, total: Array) -> Outcome:
    return covers(float(total[3, 0]), float(total[3, 1]), 0.0)


def matters(first: Array, _total: Array) -> Outcome:
    return covers(float(first[1, 0]), float(first[1, 1]), float(FIRST[1]))


def interacts(_first: Array, total: Array) -> Outcome:
    return covers(float(total[0, 0]), float(total[0, 1]), float(TOTAL[0]))


def sensitivities() -> Section:
    judges: Sequence[tuple[str, Judge]] = (
        ("total index of an inert input: 0", inert),
        ("first-order index 0.4424", matters),
        ("total index 0.5576", interacts),
    )
    claims = []
    for noise, called in ((0.0, "no noise"), (DEVIATION, "noise as large as the signal")):
        for name, judge in judges:
            draw = partial(noisy_function, noise=noise)
            for by, run in (("hewer", hewer_indices), ("SALib `sobol.analyze`", salib_indices)):
                promise = LIMIT if by == "hewer" or noise == 0.0 else OUTSIDE
                claims.append(Claim(f"{name}; {called}", by, promise, draw, partial(run, judge=judge), 0.1))
    return Section(
        "Sobol indices of an expectation",
        "The design is SALib's, 256 points of the Ishigami function with a fourth input that does nothing,"
        " two replications a point (A. Saltelli et al., *Comp. Phys. Comm.* 181, 2010). hewer takes the"
        " noise of the replications off (one-way random effects), SALib has no replications and gets their"
        " means. Intervals by resampling points, 95 % in the limit; points of a low-discrepancy sequence"
        " are not independent, so they are on the wide side.",
        "half-width",
        tuple(claims),
        "Noise that is left in is taken for interactions: an inert input then seems to matter.",
    )
