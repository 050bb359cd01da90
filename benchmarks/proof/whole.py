"""Whole paths: models run by hewer's public functions, where the answer is known by arithmetic.

Two sources bring coal at random (Poisson) in lognormal amounts; what comes in a shift has the expectation
``shift * (load / gap + far_load / far_gap)``. Nothing else in the model has to be believed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import hewer
from benchmarks.proof.claim import ALWAYS, LIMIT, OUTSIDE, Claim, Outcome, Section
from hewer.statistics.shapley import Game

DELIVERIES = """
title: Deliveries of coal
params:
  gap: 20 min
  load: 1 t
  far_gap: {value: 30 min, range: [20 min, 40 min]}
  far_load: 1 t
stocks: {coal: {unit: t, sink: yes}}
sources:
  near: {to: coal, every: exponential(gap), amount: "lognormal(mean=load, cv=1)"}
  far: {to: coal, every: exponential(far_gap), amount: "lognormal(mean=far_load, cv=1)"}
activities: {weigh: {time: 1 h}}
crews: {one: {clerk: {does: weigh}}}
terms: {shift: 8 h}
measures:
  coal: arrivals(coal)
  much: arrivals(coal) > 75 t
scenarios:
  as_it_is: {set: {gap: 20 min}}
  busier: {set: {gap: 15 min}}
  heavier: {set: {far_load: 1.5 t}}
  longer: {set: {terms.shift: 10 h}, requires: busier}
"""


def sections() -> tuple[Section, ...]:
    return (whole_paths(),)


@cache
def model() -> Any:
    return hewer.loads(DELIVERIES)


def expected(*, gap: float = 20.0, far_load: float = 1.0, shift: float = 480.0) -> float:
    """Coal in a shift, in t; times in minutes."""
    return shift * (1.0 / gap + far_load / 30.0)


def seed_of(rng: np.random.Generator) -> int:
    return int(rng.integers(1, 2**31))


def _inside(found: Any, truth: float) -> bool:
    return bool(found.low <= truth <= found.high)


def run(seed: int) -> Outcome:
    found = hewer.summarise(hewer.simulate(model(), replications=20, seed=seed)).measures[0].estimate
    return Outcome(_inside(found, expected()), found.n)


def run_until(seed: int) -> Outcome:
    found = hewer.simulate_until(model(), precision="5%", seed=seed)
    (target,) = found.targets
    return Outcome(_inside(target.estimate, expected()), target.observations)


def compare(seed: int) -> Outcome:
    """All differences from the base, at once."""
    scenarios = ["as_it_is", "busier", "heavier", "longer"]
    found = hewer.compare(model(), scenarios=scenarios, replications=20, seed=seed)
    truth = {
        "busier": expected(gap=15.0), "heavier": expected(far_load=1.5), "longer": expected(shift=600.0)
    }  # fmt: skip
    kept = [
        _inside(one.difference, truth[one.other] - expected())
        for one in found.contrasts
        if one.measure == "coal"
    ]
    assert len(kept) == 3
    return Outcome(all(kept), 4 * 20)


ZONE = 1.5
GAPS = {"22 min": 22.0, "21 min": 21.0, "20 min": 20.0, "17 min": 17.0, "16 min": 16.0}


def _select(seed: int, procedure: str, *, good: bool) -> Outcome:
    found = hewer.select(
        model(), over={"gap": list(GAPS)}, delta=f"{ZONE} t", measure="coal", procedure=procedure, seed=seed
    )
    got = expected(gap=list(GAPS.values())[found.selection.best])
    return Outcome(got >= expected(gap=16.0) - (ZONE if good else 0.0), int(found.selection.counts.sum()))


def select_kn(seed: int) -> Outcome:
    return _select(seed, "kn", good=False)


def select_screen(seed: int) -> Outcome:
    return _select(seed, "screen", good=True)


def worlds(seed: int) -> Outcome:
    """Both ends of the band within 2.24 of the errors that it states."""
    found = hewer.summarise(hewer.simulate(model(), replications=5, worlds=100, seed=seed)).measures[0].band
    assert found is not None
    ends = [480.0 * (1.0 / 20.0 + 1.0 / far) for far in (39.0, 21.0)]
    kept = (
        abs(found.low - ends[0]) <= 2.2414 * found.low_error
        and abs(found.high - ends[1]) <= 2.2414 * found.high_error
    )
    return Outcome(kept, 500)


FACTORS = ("busier", "heavier", "longer")
GAME = Game(3, (0, 0, 1))


def shares() -> np.ndarray:
    """Return the true contributions of the factors to the logarithm of the ratio."""
    values = [
        math.log(
            expected(
                gap=15.0 if s & 1 else 20.0, far_load=1.5 if s & 2 else 1.0, shift=600.0 if s & 4 else 480.0
            )
        )
        for s in GAME.feasible
    ]
    return GAME.value(np.array(values))


def attribute(seed: int) -> Outcome:
    """Of the factor that comes first in the list; each has an interval of its own."""
    found = hewer.attribute(model(), FACTORS, measure="coal", replications=40, seed=seed)
    kept = _inside(found.parts[0].contribution, shares()[0])
    return Outcome(kept, found.cells * found.replications)


def attribute_required(seed: int) -> Outcome:
    """Of the factor that needs another."""
    found = hewer.attribute(model(), FACTORS, measure="coal", replications=40, seed=seed)
    return Outcome(_inside(found.parts[2].contribution, shares()[2]), found.cells * found.replications)


QUEUE = """
title: One queue
flow: [customers, serve]
sources: {customers: {every: exponential(rate=0.8)}}
activities: {serve: {time: exponential(1)}}
crews: {one: {clerk: {does: serve}}}
terms: {horizon: 5000}
measures: {waiting: level(serve_queue)}
"""


@cache
def queue() -> Any:
    return hewer.loads(QUEUE)


def _steady(seed: int) -> Any:
    (found,) = hewer.steady(queue(), ["waiting"], replications=10, windows=500, seed=seed).measures
    return found


def steady(seed: int) -> Outcome:
    found = _steady(seed).deleted
    return Outcome(None if found is None else _inside(found, 3.2), 10)


def steady_batches(seed: int) -> Outcome:
    found = _steady(seed).batches
    return Outcome(None if found is None or not found.independent else _inside(found.estimate, 3.2), 10)


CASES: list[tuple[str, str, Callable[[int], Outcome], Any, float]] = [
    ("mean of 20 replications", "hewer `run`", run, LIMIT, 0.25),
    ("run to 5 %", "hewer `run --precision`", run_until, LIMIT, 0.1),
    ("three differences at once, 20 replications", "hewer `compare`", compare, LIMIT, 0.1),
    ("best of five, which leads by 1.8 t, zone 1.5 t", "hewer `select`", select_kn, ALWAYS, 0.1),
    ("within 1.5 t of the best of five", "hewer `select --procedure screen`", select_screen, ALWAYS, 0.1),
    ("band of 100 worlds of 5", "hewer `run --worlds`", worlds, OUTSIDE, 0.05),
    ("M/M/1 at 0.8, ten runs of 5000 services", "hewer `steady`, deletion", steady, LIMIT, 0.1),
    ("M/M/1 at 0.8, ten runs of 5000 services", "hewer `steady`, batches", steady_batches, LIMIT, 0.1),
    ("a factor of three, 40 replications", "hewer `attribute`", attribute, LIMIT, 0.1),
    ("a factor that requires another", "hewer `attribute`", attribute_required, LIMIT, 0.1),
]


def whole_paths() -> Section:
    claims = tuple(
        Claim(case, by, promise, seed_of, decide, share) for case, by, decide, promise, share in CASES
    )
    return Section("Whole commands on a model", ABOUT, "replications", claims)


ABOUT = (
    "Two sources bring coal at random in lognormal amounts, so that what is expected in a shift is known"
    " by arithmetic. The commands run as a user runs them. Attribution (L. S. Shapley, 1953; U. Faigle and"
    " W. Kern, *Int. J. Game Theory* 21, 1992) has intervals by resampling replications, the same rows in"
    " every set of factors: 95 % in the limit, each by itself. No peer attributes."
)
