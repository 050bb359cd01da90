"""A run in windows: they add up to the whole, and each is what a run with that warm-up would measure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from hewer.engine.program import columns
from hewer.engine.run import run_replications
from hewer.engine.windows import merged, of_length, run_in_windows, width_of
from hewer.errors import RunError
from tests.oracle.models import compiled, documents

MM1 = """
stocks: {queue: {}, done: {sink: yes}}
sources: {crowd: {to: queue, every: exponential(rate=0.8)}}
activities: {serve: {takes: {queue: 1}, gives: {done: 1}, time: exponential(1)}}
crews: {one: {clerk: {does: serve}}}
terms: {horizon: 1000}
measures: {flow: flow_time(done), ninth: "flow_time(done, 0.9)", peak: peak(queue), level: level(queue)}
"""


def by_kind(program: Any, times: Any) -> Any:
    """What an idle spell is charged to changes where a window cuts it (rule 14): causes are added up."""
    scalar = program.scalar[0]
    at = columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools")))
    idle = times[..., at.material : at.off].sum(axis=-1, keepdims=True)
    return np.concatenate((times[..., : at.material], idle, times[..., at.off :]), axis=-1)


def same(program: Any, one: Any, other: Any) -> None:
    """All that can be told from windows together; quantiles apart."""
    one, other = (run._replace(worker_time=by_kind(program, run.worker_time)) for run in (one, other))
    for name in one._fields:
        if name in ("log", "quantile"):
            continue
        left, right = getattr(one, name), getattr(other, name)
        if left.dtype.names is None:
            assert np.allclose(left, right, rtol=1e-12, atol=1e-6), name
            continue
        for field in left.dtype.names:
            assert np.allclose(left[field], right[field], rtol=1e-12, atol=1e-6), (name, field)


@settings(
    max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
@given(documents())
def test_windows_of_drawn_models_add_up(document):
    document["terms"].pop("shift", None)
    document["terms"]["horizon"] = "45 min"
    try:
        program = compiled(document).program
        scalar = program.scalar.copy()
        scalar["warm_up"] = 0
        whole = run_replications(program._replace(scalar=scalar), seed=4, first=1, count=1)
    except RunError:
        assume(False)
        raise
    found = run_in_windows(program, count=9, seed=4, replication=1)
    assert found is not None
    assert found.worker_time.sum(axis=2).ravel() == pytest.approx(45 * 60e9 / 9)
    same(program, merged(found, 9), whole)


def test_a_window_is_a_run_with_that_warm_up() -> None:
    program = compiled(MM1).program
    found = run_in_windows(program, count=10, seed=1)
    assert found is not None
    scalar = program.scalar.copy()
    scalar["warm_up"] = 3 * width_of(program, 10)
    scalar["horizon"] = 4 * width_of(program, 10)
    alone = run_replications(program._replace(scalar=scalar), seed=1, count=1)
    for name in ("stock", "instance", "worker_time", "flow", "source"):
        assert (getattr(found, name)[3] == getattr(alone, name)[0]).all(), name
    assert found.quantile[3] == pytest.approx(alone.quantile[0])


def test_measures_over_windows() -> None:
    from hewer.engine.result.measures import evaluate

    made = compiled(MM1)
    found = run_in_windows(made.program, count=10, seed=1)
    assert found is not None
    width = width_of(made.program, 10)
    by_window = evaluate(of_length(made, width), found)
    pairs = evaluate(of_length(made, 2 * width), merged(found, 2))
    level = by_window["level"].values.reshape(5, 2).mean(axis=1)
    assert pairs["level"].values == pytest.approx(level)
    assert (pairs["peak"].values == by_window["peak"].values.reshape(5, 2).max(axis=1)).all()
    assert np.isnan(pairs["ninth"].values).all()
    assert len(merged(found, 3).ended) == 3


def test_it_stops_when_told() -> None:
    from hewer.engine import windows

    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return True

    long = MM1.replace("1000", "10000000")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "BUDGET", 1000)
        assert run_in_windows(compiled(long).program, count=2, seed=1, stop=stop) is None
    assert asked
