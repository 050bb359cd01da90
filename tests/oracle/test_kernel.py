"""The kernel and the oracle tell the same story, event for event, of whatever is drawn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from hewer.engine.program import Program
from hewer.errors import RunError
from tests.oracle import compare
from tests.oracle.engine import simulate
from tests.oracle.models import compiled, documents
from tests.oracle.shop import BadNumberError, EndlessError, RuleError

ALL = list(HealthCheck)


def outcome(engine: Any, program: Program, **options: int) -> Any:
    """A run, or the word for why there is none."""
    try:
        return engine(program, **options)
    except (EndlessError, BadNumberError, RuleError) as error:
        return type(error).__name__
    except RunError as error:
        return type(error).__name__


def check(document: Any, **options: int) -> None:
    made = compiled(document)
    oracle = outcome(simulate, made.program, **options)
    kernel = outcome(compare.kernel, made.program, **options)
    if isinstance(oracle, str) or isinstance(kernel, str):
        assert oracle == kernel
        return
    assert compare.differences(oracle, kernel) == []


@settings(max_examples=120, derandomize=True, deadline=None, database=None, suppress_health_check=ALL)
@given(documents())
def test_drawn_models_run_alike(document):
    check(document)


@settings(max_examples=20, derandomize=True, deadline=None, database=None, suppress_health_check=ALL)
@given(documents())
def test_other_seeds_worlds_and_replications_run_alike(document):
    check(document, seed=7, world=3, replication=11)


@pytest.mark.slow
@settings(max_examples=1500, derandomize=True, deadline=None, database=None, suppress_health_check=ALL)
@given(documents())
def test_many_drawn_models_run_alike(document):
    check(document, seed=2)


GROWTH = """
title: growth
stocks: {out: {sink: yes}, queue: {order: lifo}}
sources: {crowd: {to: queue, every: 1 min, amount: 'discrete(1: 0.9, 150: 0.1)', limit: 30}}
activities:
  split: {time: exponential(1 min), people: 0, takes: {queue: 1}, gives: {part: 2}, uses: desk}
  serve: {time: gamma(mean=20 s, cv=2), takes: {part: 1}, gives: {out: 1}}
tools: {desk: 90}
crews: {all: {clerk: {count: 4, does: serve}}}
terms: {horizon: 300 min}
""".replace("queue: {order: lifo}", "queue: {order: lifo}, part: {order: priority}")


@pytest.mark.parametrize("seed", [1, 5])
def test_arrays_that_grow_change_nothing(seed):
    """More items, works and records than the arrays of a run begin with."""
    made = compiled(GROWTH)
    oracle = simulate(made.program, seed)
    assert len(oracle.log) > 500
    assert compare.differences(oracle, compare.kernel(made.program, seed)) == []


def test_replications_of_one_call_are_those_of_several():
    from hewer.engine.run import run_replications

    program = compiled(GROWTH).program
    together = run_replications(program, seed=5, world=2, first=3, count=4)
    for k in range(4):
        alone = run_replications(program, seed=5, world=2, first=3 + k, count=1)
        for name in together._fields:
            if name != "log":
                assert getattr(together, name)[k].tobytes() == getattr(alone, name)[0].tobytes(), name


def test_the_log_changes_nothing():
    from hewer.engine.run import run_replications

    program = compiled(GROWTH).program
    silent = run_replications(program, seed=5, world=0, first=0, count=2)
    logged = run_replications(program, seed=5, world=0, first=0, count=2, log=True)
    for name in silent._fields:
        if name != "log":
            assert getattr(silent, name).tobytes() == getattr(logged, name).tobytes(), name
