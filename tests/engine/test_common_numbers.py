"""Common random numbers (rule 7): what one crew meets, the other meets as well."""

from __future__ import annotations

from typing import Any

import numpy as np

from hewer.engine.codes import Event
from hewer.engine.result.result import Result
from hewer.model.reading.document import loads
from hewer.study.simulate import simulate

TEXT = """
title: One line, several crews
stocks: {line: {}, checked: {}, done: {sink: yes}}
sources: {customers: {to: line, every: exponential(1), amount: "discrete(1: 0.7, 2: 0.3)"}}
activities:
  serve:
    takes: {line: 1}
    outcomes: {good: {chance: 80 %, gives: {checked: 1}}, again: {chance: rest, gives: {line: 1}}}
    time: "gamma(mean=0.9, cv=1.2)"
  pack: {takes: {checked: 1}, gives: {done: 1}, time: "lognormal(mean=0.8, cv=0.6)", EXTRA}
crews:
  two: {clerk: {count: 2, does: serve}, packer: {count: 2, does: pack}}
  all: {hand: {count: 4, does: [pack, serve]}}
  brisk: {clerk: {count: 2, does: serve, efficiency: 1.1}, packer: {count: 2, does: pack}}
  swift: {clerk: {count: 2, does: serve, efficiency: 2}, packer: {count: 2, does: pack}}
terms: {horizon: 4000, warm_up: 100}
measures: {time_in_system: flow_time(done)}
"""


def study(crew: str, extra: str = "priority: 0", **options: Any) -> Result:
    return simulate(loads(TEXT.replace("EXTRA", extra)), crew=crew, threads=1, **options)


def log_of(result: Result) -> np.ndarray:
    return (result.data.log or [])[0]


def arrivals(result: Result) -> list[tuple[int, ...]]:
    log = log_of(result)
    return [tuple(record) for record in log[log[:, 1] == Event.ARRIVE].tolist()]


def ticks_of_work(result: Result, activity: int) -> np.ndarray:
    """How long each work took, in order of length: the set of durations, without those cut by the end."""
    log = log_of(result)
    started = {r[4]: r[0] for r in log[log[:, 1] == Event.START].tolist() if r[2] == activity}
    ended = {r[4]: r[0] for r in log[log[:, 1] == Event.END].tolist() if r[2] == activity}
    return np.array([ended[serial] - started[serial] for serial in sorted(ended)])


def test_both_crews_meet_the_same_arrivals():
    first, second = (study(crew, replications=1, log=True) for crew in ("two", "all"))
    assert len(arrivals(first)) > 3000
    assert arrivals(first) == arrivals(second)


def test_arrivals_differ_from_replication_to_replication():
    logs = study("two", replications=2, log=True).data.log or []
    times = [log[log[:, 1] == Event.ARRIVE, 0] for log in logs]
    assert not np.intersect1d(*times).size


def test_an_item_brings_its_own_work_to_any_crew():
    """Who does it, and in what order, changes no duration: the same as sets, but for the last few."""
    first, second = (study(crew, replications=1, log=True) for crew in ("two", "all"))
    for activity in (0, 1):
        one, other = ticks_of_work(first, activity), ticks_of_work(second, activity)
        common = np.intersect1d(one, other).size
        assert common > 3000
        assert common >= min(len(one), len(other)) - 60  # in hand or in line at the end


def test_efficiency_divides_the_same_draw():
    first, second = (study(crew, replications=1, log=True) for crew in ("two", "swift"))
    one = set((ticks_of_work(first, 0) // 2).tolist())
    one |= {tick + 1 for tick in one}  # a half tick is rounded to even
    other = ticks_of_work(second, 0).tolist()
    assert len(other) > 3000
    assert sum(tick not in one for tick in other) <= 60


def test_changes_elsewhere_move_no_draw():
    """Another stream, priority and cost of one activity leave the draws of the other as they were."""
    first = study("two", replications=1, log=True)
    second = study("two", "priority: 3, cost: 2, stream: other", replications=1, log=True)
    assert arrivals(first) == arrivals(second)
    assert (ticks_of_work(first, 0) == ticks_of_work(second, 0)).all()
    common = np.intersect1d(ticks_of_work(first, 1), ticks_of_work(second, 1))
    assert common.size == 0  # the other stream


def test_differences_between_crews_vary_less_than_they_would_on_other_numbers():
    """The point of it: the variance of a difference falls to less than a fifth (60 replications)."""

    def times(crew: str, seed: int) -> np.ndarray:
        return study(crew, replications=60, seed=seed).measures["time_in_system"].values.ravel()

    first, second, apart = times("two", 1), times("brisk", 1), times("brisk", 2)
    assert np.corrcoef(first, second)[0, 1] > 0.9
    assert np.var(first - second) < np.var(first - apart) / 5
