"""Procedures that select the best of several alternatives."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.proof.claim import ALWAYS, LIMIT, NOTHING, OUTSIDE, Claim, Outcome, Promise, Section
from hewer.statistics.selection import Limit, Selection, kim_nelson, screen_and_select

Array = np.ndarray
DELTA = 1.0
MOST = 4000  # observations of each that are kept ready; who asks for more has not decided


def sections() -> tuple[Section, ...]:
    return kim_and_nelson(), closer(), thousands(), limited()


class Designs:
    """Observations of each design, the same whoever asks; counts how many were asked for."""

    def __init__(self, means: Array, values: Array) -> None:
        self.means = means
        self.values = values
        self.counts = np.zeros(len(means), int)
        self.number_of_arms = len(means)
        self._observers: list[Any] = []

    # as hewer asks

    def sample(self, which: Sequence[int], first: int, count: int) -> Array:
        rows = list(which)
        if first + count > MOST:
            raise IndexError
        self.counts[rows] = np.maximum(self.counts[rows], first + count)
        return np.asarray(self.values[rows, ..., first : first + count])

    # as sim-tools asks

    def register_observer(self, observer: Any) -> None:
        self._observers.append(observer)

    def simulate(self, design: int) -> None:
        value = float(self.values[design, self.counts[design]])
        self.counts[design] += 1
        for observer in self._observers:
            observer.feedback(self, design, value)

    def outcome(self, selected: int | None, good: bool) -> Outcome:
        """Whether the best was selected, or (`good`) one less than the indifference zone below it."""
        if selected is None:
            return Outcome(False, float(self.counts.sum()))
        gap = self.means.max() - self.means[selected]
        kept = gap < DELTA - 1e-12 if good else gap == 0.0
        return Outcome(bool(kept), float(self.counts.sum()))


def designs(rng: np.random.Generator, means: Array, deviations: Array, kind: str) -> Designs:
    shape = (len(means), MOST)
    noise: Array
    if kind == "common":
        noise = math.sqrt(0.7) * rng.standard_normal((1, MOST)) + math.sqrt(0.3) * rng.standard_normal(shape)
    elif kind == "exponential":
        noise = rng.standard_exponential(shape) - 1.0
    elif kind == "lognormal":
        noise = (rng.lognormal(-0.5, 1.0, shape) - 1.0) / math.sqrt(math.e - 1.0)
    elif kind == "rounded":
        return Designs(means, np.round(means[:, None] + deviations[:, None] * rng.standard_normal(shape)))
    elif kind == "rare":
        noise = ((rng.random(shape) < 0.01) - 0.01) / math.sqrt(0.01 * 0.99)
    else:
        noise = rng.standard_normal(shape)
    return Designs(means, means[:, None] + deviations[:, None] * noise)


def hewers(data: Designs, procedure: Callable[..., Selection], good: bool) -> Outcome:
    try:
        selected = procedure(data.sample, len(data.means), DELTA, 0.05).best
    except IndexError:
        return data.outcome(None, good)
    return data.outcome(selected, good)


def _ends(procedure: type) -> type:
    """Let a procedure of sim-tools stop where it has ruled out everybody, which it does not notice."""

    class Ends(procedure):
        def _stopping(self) -> bool:
            return len(self._contenders) <= 1

    return Ends


def _mended(procedure: type) -> type:
    """Let KN of sim-tools look up the variance of the pair that is meant: its table has no diagonal."""

    class Mended(procedure):
        def _limit_to_distance_from_sample_means(self, one: int, other: int) -> Any:
            return super()._limit_to_distance_from_sample_means(one, other + (other < one))

    return Mended


def sim_tools(
    data: Designs, name: str, first_stage: int, good: bool = False, mended: bool = False
) -> Outcome:
    from sim_tools.ovs import indifference_zone

    procedure = _ends(getattr(indifference_zone, name))
    if mended:
        procedure = _mended(procedure)
    try:
        left = procedure(data, len(data.means), DELTA, alpha=0.05, n_0=first_stage, obj="max").solve()
    except IndexError:
        return data.outcome(None, good)
    return data.outcome(int(left[0]) if len(left) == 1 else None, good)


def ocba(data: Designs, budget: int, good: bool) -> Outcome:
    from sim_tools.ovs.fixed_budget import OCBA

    k = len(data.means)
    step = k
    budget = 5 * k + max(1, round((budget - 5 * k) / step)) * step
    try:
        return data.outcome(int(OCBA(data, k, budget, step, n_0=5, obj="max").solve()), good)
    except IndexError:
        return data.outcome(None, good)


def slippage(k: int, first: bool = False) -> Array:
    """All alike but the best, which leads by delta and comes last (or first)."""
    means = np.zeros(k)
    means[0 if first else -1] = DELTA
    return means


ALIKE, RISING = np.full(10, 2.0), np.linspace(1.0, 4.0, 10)
ONE_VARIES = np.array([4.0] + 9 * [0.5])
KN_CASES: list[Any] = [
    ("equal variances, best last", slippage(10), ALIKE, "normal", ALWAYS),
    ("the best varies most, best last", slippage(10), RISING, "normal", ALWAYS),
    ("the best varies least, best last", slippage(10), RISING[::-1], "normal", ALWAYS),
    ("one poor design varies, best last", slippage(10), ONE_VARIES, "normal", ALWAYS),
    ("one poor design varies, best first", slippage(10, first=True), ONE_VARIES[::-1], "normal", ALWAYS),
    ("common random numbers, correlation 0.7", slippage(10), ALIKE, "common", ALWAYS),
    ("two, best last", slippage(2), ALIKE[:2], "normal", ALWAYS),
    ("means below 0, the best varies least", slippage(10) - 5.0, RISING[::-1], "normal", ALWAYS),
    ("exponential", slippage(10), ALIKE, "exponential", OUTSIDE),
    ("lognormal of skewness 6", slippage(10), ALIKE, "lognormal", OUTSIDE),
    ("ties: rounded to whole numbers", slippage(10), 0.5 * ALIKE, "rounded", OUTSIDE),
    ("rare: an event of 1 % is all that varies", slippage(10), ALIKE, "rare", OUTSIDE),
]


def kim_and_nelson() -> Section:
    claims: list[Claim] = []
    for name, means, deviations, kind, promise in KN_CASES:
        draw = partial(designs, means=means, deviations=deviations, kind=kind)
        plus = LIMIT if promise is ALWAYS and kind != "common" else OUTSIDE
        listed: list[Any] = [
            ("hewer `kn`", partial(hewers, procedure=kim_nelson, good=False), promise),
            ("sim-tools `KN`, n_0 = 10", partial(sim_tools, name="KN", first_stage=10), promise),
            ("sim-tools `KNPlusPlus`, n_0 = 10", partial(sim_tools, name="KNPlusPlus", first_stage=10), plus),
            ("sim-tools `KNPlusPlus`, n_0 = 2", partial(sim_tools, name="KNPlusPlus", first_stage=2), plus),
        ]
        if np.ptp(deviations) > 0.0:
            mended = partial(sim_tools, name="KN", first_stage=10, mended=True)
            listed.insert(2, ("sim-tools `KN`, mended here", mended, promise))
        if len(means) > 2:
            listed.append(("sim-tools `OCBA`, 450", partial(ocba, budget=450, good=False), NOTHING))
        claims += [Claim(name, by, given, draw, decide, 0.5) for by, decide, given in listed]
    return Section("Select the best of ten", KN_ABOUT, "replications", tuple(claims), KN_NOTES)


KN_ABOUT = (
    "S.-H. Kim and B. L. Nelson's KN (*ACM TOMACS* 11, 2001; `hewer select`): the best is selected with 95"
    " % if it leads by the indifference zone, 1 here and exactly that, of normal values with any variances,"
    " also on common random numbers. sim-tools' KN is the same procedure; its KN++ estimates variances anew"
    " at each step, and holds in the limit, for independent designs. Everybody meets the same observations."
)
KN_NOTES = (
    "sim-tools' `KN` looks up the variance of a pair in a flat table without its diagonal at `i (k - 1) +"
    " j - 1`, which is another pair's where j < i; of normal values with equal variances that is"
    " harmless. *Mended here*"
    " replaces that look-up and nothing else. `KNPlusPlus` can rule out everybody at once and then does not"
    " end: counted as not kept, and stopped here. Below 0 its running variance is wrong (it takes absolute"
    " values), so that it asks for many more. hewer draws 16 ahead, which is why it takes some more"
    " replications than the procedure looks at."
)


def closer() -> Section:
    """Means closer than the zone: nothing is promised of the best, and what is good is measured."""
    spread = np.linspace(0.0, 1.8, 10)
    claims = []
    for name, deviations, kind in (
        ("means 0.2 apart, equal variances", ALIKE, "normal"),
        ("means 0.2 apart, exponential", ALIKE, "exponential"),
        ("means 0.2 apart, the best varies least", RISING[::-1], "normal"),
    ):
        draw = partial(designs, means=spread, deviations=deviations, kind=kind)
        listed: list[Any] = [
            ("hewer `kn`", partial(hewers, procedure=kim_nelson, good=True), NOTHING),
            ("hewer `screen`", partial(hewers, procedure=screen_and_select, good=True), ALWAYS),
            ("sim-tools `KN`, n_0 = 10", partial(sim_tools, name="KN", first_stage=10, good=True), NOTHING),
        ]
        if kind != "normal":
            listed[1] = (*listed[1][:2], OUTSIDE)
        claims += [Claim(name, by, given, draw, decide, 0.5) for by, decide, given in listed]
    return Section(
        "Select a good one where means are close",
        "Kept: what was selected is less than the zone below the best. KN promises nothing of that;"
        " elimination in"
        " rounds (next table) promises it with 95 %.",
        "replications",
        tuple(claims),
    )


def thousands() -> Section:
    k = 100
    rising = np.linspace(1.0, 4.0, k)
    close = np.linspace(0.0, 2.0, k)
    listed: list[tuple[str, Array, Array, str, Promise]] = [
        ("slippage, best last", slippage(k), np.full(k, 2.0), "normal", ALWAYS),
        ("slippage, the best varies most", slippage(k), rising, "normal", ALWAYS),
        ("slippage, the best varies least", slippage(k), rising[::-1], "normal", ALWAYS),
        ("many nearly as good", close, np.full(k, 2.0), "normal", ALWAYS),
        ("many nearly as good, exponential", close, np.full(k, 2.0), "exponential", OUTSIDE),
        ("many nearly as good, common random numbers", close, np.full(k, 2.0), "common", OUTSIDE),
    ]
    claims: list[Claim] = []
    for name, means, deviations, kind, promise in listed:
        draw = partial(designs, means=means, deviations=deviations, kind=kind)
        procedures: list[Any] = [
            ("hewer `screen`", partial(hewers, procedure=screen_and_select, good=True), promise),
            ("sim-tools `OCBA`, 4000", partial(ocba, budget=4000, good=True), NOTHING),
        ]
        claims += [Claim(name, by, given, draw, decide, 0.2) for by, decide, given in procedures]
    return Section(
        "Select a good one of a hundred",
        "Elimination in rounds (E. Even-Dar, S. Mannor and Y. Mansour, *JMLR* 7, 2006, with Student's"
        " reach for"
        " unequal variances; `hewer select --procedure screen`): what is selected is within the zone, 1"
        " here, of the"
        " best with 95 %, of independent normal values with any variances. OCBA spends a budget well and"
        " promises"
        " nothing. Kept: less than the zone below the best, which under slippage only the best is.",
        "replications",
        tuple(claims),
    )


TOLERANCE = 0.5  # in deviations of what is limited; of a chance 0.05


class Limited(Designs):
    """Designs with a second observation, whose expectation is limited; the best of all do not keep it."""

    def __init__(self, rng: np.random.Generator, kind: str) -> None:
        means = np.linspace(0.0, 1.8, 10)
        self.chance = kind == "rare"
        self.limit, self.tolerance = (0.01, 0.05) if self.chance else (1.0, TOLERANCE)
        self.limited = np.where(means > 1.3, self.limit + 1.001 * self.tolerance, self.limit)
        values = np.empty((10, 2, MOST))
        values[:, 0] = means[:, None] + 2.0 * rng.standard_normal((10, MOST))
        if kind == "rare":
            values[:, 1] = rng.random((10, MOST)) < self.limited[:, None]
        elif kind == "exponential":
            values[:, 1] = rng.standard_exponential((10, MOST)) - 1.0 + self.limited[:, None]
        else:
            values[:, 1] = rng.standard_normal((10, MOST)) + self.limited[:, None]
        super().__init__(means, values)

    def outcome(self, selected: int | None, good: bool) -> Outcome:
        cost = float(self.counts.sum())
        if selected is None or selected < 0:
            return Outcome(False, cost)
        best = self.means[self.limited <= self.limit].max()
        within = self.limited[selected] <= self.limit + self.tolerance
        return Outcome(bool(within and best - self.means[selected] < DELTA), cost)


def under_limit(data: Limited) -> Outcome:
    limit = Limit(data.limit, data.tolerance, data.chance)
    return hewers(data, partial(screen_and_select, limits=[limit]), good=True)


def limited() -> Section:
    cases = (
        ("normal cost, the better ones cost too much", "normal", ALWAYS),
        ("exponential cost, the better ones cost too much", "exponential", LIMIT),
        ("rare: a chance of 1 %, of 6 % for the better ones", "rare", ALWAYS),
    )
    claims = tuple(
        Claim(name, "hewer `select --limit`", promise, partial(Limited, kind=kind), under_limit, 0.25)
        for name, kind, promise in cases
    )
    return Section(
        "Select under a limit",
        "As before, with half of the 5 % for what is limited (S. Andradottir and S.-H. Kim, *Naval Research"
        " Logistics* 57, 2010): with 95 % what is selected keeps the limit within its tolerance, and is"
        " within the"
        " zone of the best that keep it. The worst case: what keeps the limit is at it, what does not is just"
        " beyond the tolerance. No peer selects under limits.",
        "replications",
        claims,
    )
