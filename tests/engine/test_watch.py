"""A replication watched event by event adds up to its accounts, to the tick."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from hewer.engine import watch as watching
from hewer.engine.run import run_replications
from hewer.engine.watch import watch
from hewer.errors import OptionError, RunError
from tests.oracle.models import compiled, documents

drawn = settings(
    max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def accounts_of(document: Any, seed: int = 1, replication: int = 0) -> None:
    made = compiled(document)
    program = made.program
    try:
        run = run_replications(program, seed=seed, first=replication, count=1)
    except RunError:
        assume(False)
        raise
    seen = watch(program, seed=seed, replication=replication)
    scalar = program.scalar[0]
    window = (int(scalar["warm_up"]), int(scalar["horizon"]))
    assert seen.ended == run.ended[0]
    assert (times(seen.spells, run.worker_time[0].shape, window) == run.worker_time[0]).all()
    beyond = np.zeros_like(run.overtime[0])
    np.add.at(beyond, seen.overtime[:, 0], seen.overtime[:, 2] - seen.overtime[:, 1])
    assert (beyond == run.overtime[0]).all()
    unbroken(seen.spells, len(program.worker), window[1])
    for stock, record in enumerate(run.stock[0]):
        changes = seen.levels[seen.levels[:, 0] == stock]
        assert changes[-1, 2] == record["final"]
        assert integral(changes, window) == pytest.approx(record["integral"], rel=1e-12, abs=1e-6)


def times(spells: Any, shape: Any, window: tuple[int, int]) -> Any:
    found = np.zeros(shape, np.int64)
    begin, end = (np.clip(spells[:, k], *window) for k in (1, 2))
    np.add.at(found, (spells[:, 0], spells[:, 3]), end - begin)
    return found


def unbroken(spells: Any, workers: int, horizon: int) -> None:
    for worker in range(workers):
        mine = spells[spells[:, 0] == worker]
        assert mine[0, 1] == 0
        assert mine[-1, 2] == horizon
        assert (mine[1:, 1] == mine[:-1, 2]).all()
        assert (mine[:, 2] > mine[:, 1]).all()


def integral(changes: Any, window: tuple[int, int]) -> float:
    ticks = np.clip(np.append(changes[:, 1], window[1]), *window).astype(float)
    return float((changes[:, 2] * np.diff(ticks)).sum())


@drawn
@given(documents())
def test_drawn_models_add_up(document):
    accounts_of(document)


@drawn
@given(documents())
def test_other_replications_add_up(document):
    accounts_of(document, seed=5, replication=3)


WARM = """
stocks: {in: {capacity: 3}, out: {sink: yes}}
sources: {crowd: {to: in, every: exponential(4 min)}}
activities: {serve: {takes: {in: 1}, gives: {out: 1}, time: exponential(3 min)}}
crews: {one: {clerk: {count: 2, does: serve}}}
terms: {horizon: 600 min, warm_up: 100 min}
"""


def test_a_warm_up_is_watched_too() -> None:
    accounts_of(WARM)


def test_a_part_is_the_same_as_that_part_of_the_whole() -> None:
    program = compiled(WARM).program
    minute = 60 * 10**9
    first, last = 200 * minute, 300 * minute
    whole, part = watch(program, seed=1), watch(program, seed=1, first=first, last=last)
    shape = (2, int(max(whole.spells[:, 3].max(), part.spells[:, 3].max())) + 1)
    working = (times(one.spells, shape, (first, last))[:, 0] for one in (whole, part))
    assert next(working).tolist() == next(working).tolist()
    assert len(part.spells) < len(whole.spells)
    for stock in (0, 1):
        one, other = (found.levels[found.levels[:, 0] == stock] for found in (whole, part))
        assert integral(one, (first, last)) == integral(other, (first, last))


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MOST_RECORDS", 50)
    with pytest.raises(OptionError, match=r"more than 50 spells.*--from"):
        watch(compiled(WARM).program, seed=1)
