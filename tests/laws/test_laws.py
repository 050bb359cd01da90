"""Laws that hold in every model: conservation, capacities, the clock, everybody's time, names.

The laws of a single step are watched in the oracle, step by step, and in the kernel by its results. Fairness
has a file of its own.
"""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from hewer.engine.codes import UNLIMITED, Event
from tests.oracle import compare
from tests.oracle.engine import OracleRun, simulate
from tests.oracle.models import compiled, documents
from tests.oracle.shop import BadNumberError, EndlessError, RuleError, Shop

ENGINES = {"oracle": simulate, "kernel": compare.kernel}
engines = pytest.mark.parametrize("engine", list(ENGINES))
drawn = settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def run(engine: str, document: Any, **options: Any) -> tuple[Any, OracleRun]:
    """Run a drawn document; drawn models that never end are passed over."""
    from hewer.errors import RunError

    made = compiled(document)
    try:
        return made, ENGINES[engine](made.program, **options)
    except (EndlessError, BadNumberError, RuleError, RunError):
        assume(False)
        raise


class Watch:
    """The laws of a single step."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self, shop: Shop) -> None:
        assert shop.now >= self.now, "the clock goes back"
        self.now = shop.now
        for stock in shop.stocks:
            assert stock.level >= 0
            assert stock.held >= 0
            assert stock.reserved >= 0
            if stock.limited and not shop.shift_over:
                assert stock.level + stock.held <= stock.capacity, "a capacity is passed"
            if stock.counted and stock.sink < 0:
                assert stock.level == len(stock.queue)
        for pool in shop.pools:
            assert 0 <= pool.free <= pool.count
        for worker in shop.workers:
            assert sum(worker in work.team for work in shop.works) == (worker.work is not None)
        waiting = [item for stock in shop.stocks for item in stock.queue]
        in_hand = [item for work in shop.works for item in work.all_items]
        assert len(waiting) + len(in_hand) == shop.living
        assert max(Counter(map(id, waiting + in_hand)).values(), default=1) == 1


@drawn
@given(documents())
def test_each_step_keeps_the_laws(document):
    run("oracle", document, watch=Watch())


@engines
@drawn
@given(documents())
def test_everybody_has_one_state_at_a_time(engine, document):
    made, ran = run(engine, document)
    scalar = made.program.scalar[0]
    for times in ran.worker_time:
        assert min(times) >= 0
        assert sum(times) == scalar["horizon"] - scalar["warm_up"]


@engines
@drawn
@given(documents())
def test_material_is_conserved(engine, document):
    document["terms"].pop("warm_up", None)
    made, ran = run(engine, document)
    for row, stock in zip(made.program.stock, ran.stock, strict=True):
        assert stock["final"] == row["start"] + stock["arrived"] - stock["departed"]
        if row["capacity"] < UNLIMITED and document["terms"].get("overrun") != "stop":
            assert stock["peak"] <= row["capacity"]


@engines
@drawn
@given(documents())
def test_the_log_is_in_order_and_starts_come_to_an_end(engine, document):
    _, ran = run(engine, document)
    ticks = [record[0] for record in ran.log]
    assert ticks == sorted(ticks)
    starts = [record[4] for record in ran.log if record[1] == Event.START]
    assert starts == list(range(len(starts)))
    for kind in (Event.END, Event.STOP, Event.LOSE, Event.BLOCK, Event.RELEASE):
        serials = [record[4] for record in ran.log if record[1] == kind]
        assert len(set(serials)) == len(serials)
        assert set(serials) <= set(starts)


def renamed(document: Any) -> Any:
    """Give every activity another name and pin its stream to the old one."""
    other = copy.deepcopy(document)
    names = {name: f"other_{name}" for name in document["activities"]}
    other["activities"] = {
        names[name]: {"stream": name, **activity} for name, activity in other["activities"].items()
    }
    for role in other["crews"]["all"].values():
        role["does"] = [".".join([names[task.split(".")[0]], *task.split(".")[1:]]) for task in role["does"]]
    return other


@engines
@drawn
@given(documents())
def test_renaming_with_pinned_streams_changes_nothing(engine, document):
    _, ran = run(engine, document)
    _, other = run(engine, renamed(document))
    assert compare.differences(ran, other) == []


@engines
@drawn
@given(documents())
def test_a_stranger_changes_nothing(engine, document):
    """Rule 7: people and work that touch nothing shared move no draw, nor when a guard is judged."""
    document = copy.deepcopy(document)
    _, ran = run(engine, document)
    document["activities"]["apart"] = {"time": "exponential(7 min)"}
    document["crews"]["all"]["stranger"] = {"does": ["apart"]}
    made, other = run(engine, document)
    mine = made.names.instances.index("apart")
    ends = [record[:4] for record in ran.log if record[1] in {Event.END, Event.LEAVE, Event.ARRIVE}]
    assert ends == [
        record[:4]
        for record in other.log
        if record[1] in {Event.END, Event.LEAVE, Event.ARRIVE}
        and (record[1] != Event.END or record[2] != mine)
    ]


@engines
@drawn
@given(documents())
def test_a_run_is_repeated_to_the_byte(engine, document):
    _, first = run(engine, document, seed=3, world=1, replication=2)
    _, second = run(engine, document, seed=3, world=1, replication=2)
    assert compare.differences(first, second) == []
