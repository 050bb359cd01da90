"""Procedures that estimate one number: means of so many replications or until precise, probabilities."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.proof import draws
from benchmarks.proof.claim import (
    ALWAYS,
    LIMIT,
    OUTSIDE,
    Claim,
    Outcome,
    Section,
    covers,
    of_cases,
)
from hewer.statistics import (
    chance,
    clopper_pearson,
    estimate,
)
from hewer.statistics.sequential import Width, looks

Array = np.ndarray
LONGEST = 20_000  # observations at which a sequential run gives up


def sections() -> tuple[Section, ...]:
    return means(), sequential(), probabilities()


def of(draw: Callable[..., Any], *numbers: float) -> Callable[[np.random.Generator], Any]:
    """Return a drawing that needs a generator only."""
    return lambda rng: draw(rng, *numbers)


# The mean of a number of replications


def student(data: Array, truth: float) -> Outcome:
    found = estimate(data)
    return covers(found.low, found.high, truth)


def cimba_summary(data: Array, truth: float) -> Outcome:
    from cimba.analysis import summary

    found = summary(data[None])
    return covers(found.lower[0], found.upper[0], truth)


def sim_tools_statistics(data: Array, truth: float) -> Outcome:
    from sim_tools.output_analysis import OnlineStatistics

    found = OnlineStatistics(data, alpha=0.05)
    return covers(found.lci, found.uci, truth)


def scipy_bootstrap(data: tuple[Array, ...], truth: float, statistic: Callable[..., Any]) -> Outcome:
    from scipy.stats import bootstrap

    many = len(data) > 1
    found = bootstrap(
        data, statistic, paired=many, vectorized=True, n_resamples=999, method="BCa", rng=1
    ).confidence_interval
    return covers(found.low, found.high, truth)


def means() -> Section:
    cases = [
        ("normal, n = 10", of(draws.normal, 10), 10.0, ALWAYS),
        ("exponential, n = 30", of(draws.exponential, 30), 1.0, LIMIT),
        ("lognormal of skewness 6, n = 30", of(draws.lognormal, 30), 1.0, LIMIT),
        ("lognormal of skewness 6, n = 1000", of(draws.lognormal, 1000), 1.0, LIMIT),
        ("rare: 1 with probability 1 %, n = 100", of(draws.rare, 100), 0.01, LIMIT),
        ("ties: Poisson with mean 1, n = 30", of(draws.ties, 30), 1.0, LIMIT),
        ("autocorrelated: AR(1) of 0.9, n = 100", of(draws.autoregressive, 100), 0.0, OUTSIDE),
    ]
    procedures: list[Any] = [
        ("hewer", student, None, 1.0),
        ("cimba `summary`", cimba_summary, None, 1.0),
        ("sim-tools `OnlineStatistics`", sim_tools_statistics, None, 0.25),
        ("SciPy `bootstrap`, BCa", lambda d, t: scipy_bootstrap((d,), t, np.mean), LIMIT, 0.5),
    ]
    return Section(
        "Mean of n replications",
        "Student's t interval (`hewer run`, `hewer.simulate`). It promises 95 % of normal values, whatever"
        " n is, and of any others with a variance only in the limit. Replications are independent; what is"
        " correlated within one is for batch means, below.",
        "half-width",
        of_cases(cases, procedures),
        "The three t intervals are one formula. None holds for few replications of something rare: a"
        " probability has an interval of its own (below), and so should the cost of what is rare.",
    )


# Until precise


def until(data: Array, truth: float, width: Width, interval: Callable[[Array], Any] = estimate) -> Outcome:
    """Do what ``hewer run --precision`` does: look on the grid, stop when narrow enough."""
    for look in looks(data.size):
        found = interval(data[:look])
        if width.met(found):
            break
    return Outcome(bool(found.low <= truth <= found.high), look)


class _Replay:
    """A model for sim-tools that replays data."""

    def __init__(self, data: Array) -> None:
        self.data = data

    def single_run(self, replication_number: int) -> dict[str, float]:
        return {"value": float(self.data[replication_number])}


class _Deviations:
    """Keeps what the replications algorithm asks of its observer, and no more."""

    def __init__(self) -> None:
        self.dev: list[float] = []

    def update(self, results: Any) -> None:
        self.dev.append(results.deviation)

    def summary_table(self) -> Any:
        import pandas

        return pandas.DataFrame({"% deviation": self.dev})


def replications_algorithm(data: Array, truth: float, width: float) -> Outcome:
    from sim_tools.output_analysis import OnlineStatistics, ReplicationsAlgorithm

    algorithm = ReplicationsAlgorithm(
        alpha=0.05, half_width_precision=width, replication_budget=LONGEST // 2, observer_factory=_Deviations
    )
    count = algorithm.select(_Replay(data), ["value"])[0]["value"] or algorithm.n
    found = OnlineStatistics(data[:count], alpha=0.05)
    return Outcome(bool(found.lci <= truth <= found.uci), count)


def confidence_interval_method(data: Array, truth: float, width: float, most: int) -> Outcome:
    """Take the first replications of a fixed number whose interval is narrow enough."""
    from sim_tools.output_analysis import OnlineStatistics
    from sim_tools.output_analysis import confidence_interval_method as method

    count, _table = method(data[:most], alpha=0.05, desired_precision=width)
    count = most if count < 0 else count
    found = OnlineStatistics(data[:count], alpha=0.05)
    return Outcome(bool(found.lci <= truth <= found.uci), count)


def sequential() -> Section:
    listed: list[Any] = [
        ("normal, cv 0.3, to 5 %", draws.normal, 10.0, 0.05, estimate),
        ("exponential, to 10 %", draws.exponential, 1.0, 0.1, estimate),
        ("lognormal of skewness 6, to 10 %", draws.lognormal, 1.0, 0.1, estimate),
        ("rare: probability 1 %, to 50 %", draws.rare, 0.01, 0.5, chance),
        ("ties: Poisson with mean 1, to 10 %", draws.ties, 1.0, 0.1, estimate),
    ]
    claims: list[Claim] = []
    for name, shape, truth, width, interval in listed:
        procedures: list[Any] = [
            ("hewer", partial(until, width=Width(width, relative=True), interval=interval), None, 1.0),
            (
                "sim-tools `ReplicationsAlgorithm`",
                partial(replications_algorithm, width=width),
                None,
                0.1,
            ),
        ]
        if shape in (draws.normal, draws.exponential):
            method = partial(confidence_interval_method, width=width, most=800)
            procedures.append(("sim-tools `confidence_interval_method`", method, None, 0.1))
        claims += of_cases([(name, of(shape, LONGEST), truth, LIMIT)], procedures)
    return Section(
        "Run until precise",
        "Looks at 30 replications, then at a quarter more each time, Student's interval, for probabilities"
        " Wilson's (`hewer run --precision`). Y. S. Chow and H. Robbins, *Ann. Math. Stat.* 36 (1965): 95 %"
        " in the limit of narrow intervals. Beside it the replications algorithm of K. Hoad, S. Robinson"
        " and R. Davies, *J. Oper. Res. Soc.* 61 (2010), as sim-tools has it, from 3 replications on,"
        " looking ahead 5.",
        "replications",
        tuple(claims),
        "Stopping when the interval is narrow favours samples that happen to look narrow. sim-tools looks"
        " after every replication and so stops a tenth earlier; hewer looks seldom, so that one look more"
        " or less costs up to a quarter.",
    )


# Probabilities


def scipy_proportion(data: Array, truth: float, method: str) -> Outcome:
    from scipy.stats import binomtest

    found = binomtest(int(data.sum()), data.size).proportion_ci(0.95, method)
    return covers(found.low, found.high, truth)


def wilsons(data: Array, truth: float) -> Outcome:
    found = chance(data)
    return covers(found.low, found.high, truth)


def exact_proportion(data: Array, truth: float) -> Outcome:
    return covers(*clopper_pearson(int(data.sum()), data.size, 0.95), truth)


def probabilities() -> Section:
    def events(rng: np.random.Generator, n: int, p: float) -> Array:
        return (rng.random(n) < p).astype(float)

    cases = [
        (f"p = {p}, n = {n}", of(events, n, p), p, LIMIT)
        for p, n in ((0.5, 20), (0.1, 50), (0.01, 100), (0.01, 1000), (0.001, 100))
    ]
    procedures: list[Any] = [
        ("hewer `chance`", wilsons, None, 1.0),
        ("hewer `clopper_pearson`", exact_proportion, ALWAYS, 1.0),
        ("SciPy `binomtest`, Wilson", partial(scipy_proportion, method="wilson"), None, 1.0),
        ("SciPy `binomtest`, exact", partial(scipy_proportion, method="exact"), ALWAYS, 1.0),
        ("cimba `summary`", cimba_summary, LIMIT, 1.0),
    ]
    return Section(
        "Probability of an event",
        "Wilson's score interval (E. B. Wilson, *JASA* 22, 1927) for measures that are a condition: 95 %"
        " on average over the probability, in the limit at each. Clopper and Pearson's (*Biometrika* 26,"
        " 1934) promises 95 % always.",
        "half-width",
        of_cases(cases, procedures),
        "An interval of Student's about a share of events collapses to nothing where none came.",
    )
