"""Laws that hold in every model: conservation, capacities, the clock, everybody's time, names, fairness.

The laws of a single step are watched in the oracle, step by step, and in the kernel by its results.
"""

from __future__ import annotations

import copy
import dataclasses
import json
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from hewer.engine import codes
from hewer.engine.codes import UNLIMITED, Event
from hewer.engine.program import columns
from tests.oracle import compare
from tests.oracle.engine import OracleRun, simulate
from tests.oracle.models import compiled, documents
from tests.oracle.objects import Worker
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

    def __init__(self, *, stops: bool = False) -> None:
        self.now = 0
        self.stops = stops  # what is given up goes back, and may pass a capacity

    def __call__(self, shop: Shop) -> None:
        assert shop.now >= self.now, "the clock goes back"
        self.now = shop.now
        for pool in shop.pools:
            assert not pool.units or sum(unit.work is None for unit in pool.units) == pool.free
        for stock in shop.stocks:
            assert stock.level >= 0
            assert stock.held >= 0
            assert stock.reserved >= 0
            if stock.limited and not shop.shift_over and not self.stops:
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


def in_order(shop: Shop) -> None:
    """Along a line the works in progress are further and further down."""
    before = {worker.before for worker in shop.workers}
    for last in (worker for worker in shop.workers if worker.in_line and worker not in before):
        worker: Worker | None = last
        latest = len(shop.instances)
        while worker is not None:
            if worker.work is not None and worker.work.phase in {codes.Phase.WORKING, codes.Phase.WALKING}:
                assert worker.work.instance.index <= latest, "somebody has passed"
                latest = worker.work.instance.index
            worker = worker.before


@drawn
@given(documents())
def test_nobody_in_a_line_passes(document):
    assume("takes_over" in str(document) and "down(" not in str(document))
    document["terms"].pop("breaks", None)
    for role in document["crews"]["all"].values():
        role.pop("calendar", None)
        role.pop("absent", None)
    for activity in document["activities"].values():
        activity.pop("preempts", None)
        activity.pop("blocking", None)
        activity.pop("holds", None)
    for tool in document["tools"].values():
        tool.pop("fails", None)
    run("oracle", document, watch=in_order)


def stops(document: Any) -> bool:
    """Whether works that have begun are given up, at the end of the shift or of a duty."""
    parts = [document["terms"], *document["activities"].values()]
    return any(part.get("overrun") == "stop" for part in parts)


@drawn
@given(documents())
def test_each_step_keeps_the_laws(document):
    run("oracle", document, watch=Watch(stops="calendars" in document and stops(document)))


class Apart:
    """Members of different families are never in one hand that takes by family; counts those it has seen."""

    def __init__(self) -> None:
        self.seen: set[int] = set()

    def __call__(self, shop: Shop) -> None:
        for work in shop.works:
            matched = [
                item
                for take, items in zip(work.instance.takes, work.items, strict=True)
                for item in items
                if take.family
            ]
            if matched:
                self.seen.add(work.serial)
                assert len({id(item.family) for item in matched}) == 1, "families are mixed"


def test_members_of_different_families_never_mix():
    watched = []

    @settings(parent=drawn, max_examples=30)
    @given(documents())
    def watch(document: Any) -> None:
        assume("of family" in str(document["activities"]))
        watch_families = Apart()
        run("oracle", document, watch=watch_families)
        watched.append(len(watch_families.seen))

    watch()
    assert sum(count > 1 for count in watched) >= 3, "hardly anything was taken by family"


@engines
@drawn
@given(documents())
def test_everybody_has_one_state_at_a_time(engine, document):
    made, ran = run(engine, document)
    scalar = made.program.scalar[0]
    for times in ran.worker_time:
        assert min(times) >= 0
        assert sum(times) == scalar["horizon"] - scalar["warm_up"]
    off = columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools"))).off
    for worker, times in zip(made.program.worker, ran.worker_time, strict=True):
        duty = made.program.duty[worker["duty"]] if worker["duty"] >= 0 else None
        span = scalar["horizon"] - scalar["warm_up"]
        assert times[off] <= (span - duty["length"] if duty is not None else 0), "off while on duty"


@engines
@drawn
@given(documents())
def test_material_is_conserved(engine, document):
    document["terms"].pop("warm_up", None)
    made, ran = run(engine, document)
    for row, stock in zip(made.program.stock, ran.stock, strict=True):
        assert stock["final"] == row["start"] + stock["arrived"] - stock["departed"] - stock["left"]
        if row["capacity"] < UNLIMITED and not stops(document):
            assert stock["peak"] <= row["capacity"]


@engines
@drawn
@given(documents())
def test_what_comes_is_in_elsewhere_gone_or_lost(engine, document):
    """Of a source: what came entered its stock or another, balked for good, or was lost."""
    document["terms"].pop("warm_up", None)
    made, ran = run(engine, document)
    for k, (row, came) in enumerate(zip(made.program.source, ran.source, strict=True)):
        told = {
            kind: sum(x for _, event, a, _, x in ran.log if (event, a) == (kind, k))
            for kind in (Event.ARRIVE, Event.LOST, Event.BALK, Event.DIVERT)
        }
        assert list(told.values()) == [came[name] for name in ("arrived", "lost", "balked", "diverted")]
        gone = came["balked"] if row["balk_to"] < 0 else 0
        assert came["arrived"] - came["lost"] - came["diverted"] - gone >= 0


@engines
@drawn
@given(documents())
def test_who_leaves_a_stock_enters_another(engine, document):
    document["terms"].pop("warm_up", None)
    made, ran = run(engine, document)
    for s, stock in enumerate(ran.stock):
        quits = [record for record in ran.log if record[1] == Event.QUIT and record[2] == s]
        assert stock["left"] == len(quits)
        to = {int(row["to"]) for row in made.program.leave if row["stock"] == s}
        assert {record[3] for record in quits} <= to
        assert all(record[4] >= 0 for record in quits)


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
    names = {name: f"other_{name}" for name in document["activities"]}

    def other(part: Any) -> Any:
        if isinstance(part, dict):
            return {other(key): other(one) for key, one in part.items()}
        if isinstance(part, list | tuple):
            return [other(one) for one in part]
        activity, dot, post = part.partition(".") if isinstance(part, str) else (part, "", "")
        return f"{names[activity]}{dot}{post}" if activity in names else part

    changed: Any = other(document)
    for name, activity in document["activities"].items():
        changed["activities"][names[name]] |= {"stream": activity.get("stream", name)}
    return changed


@engines
@drawn
@given(documents())
def test_renaming_with_pinned_streams_changes_nothing(engine, document):
    _, ran = run(engine, document)
    _, other = run(engine, renamed(document))
    assert compare.differences(ran, other) == []


def _with_other_kinds(document: Any) -> Any:
    """Give every kind another name, and declare them the other way round."""
    other = json.loads(re.sub(r"\b(red|blue)\b", r"other_\1", json.dumps(document)))
    other["kinds"] = dict(reversed(other["kinds"].items()))
    return other


@engines
@drawn
@given(documents().filter(lambda document: "kinds" in document))
def test_names_and_order_of_kinds_change_nothing(engine, document):
    _, ran = run(engine, document)
    _, other = run(engine, _with_other_kinds(document))
    last = len(document["kinds"]) - 1
    turned = [
        (tick, event, a, last - b if event == Event.SET_UP else b, x) for tick, event, a, b, x in other.log
    ]
    assert compare.differences(ran, dataclasses.replace(other, log=turned)) == []


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


def loops(number: int, fields: str, rest: str = "", **times: str) -> str:
    names = "abc"[:number]
    activities = "".join(f"  {n}: {{time: {times.get(n, '1 min')}, {fields}}}\n" for n in names)
    return f"title: loops\n{rest}activities:\n{activities}terms: {{horizon: 6000 min}}\n"


SHARED = {
    "a person": loops(2, "", "crews: {all: {man: {does: [a, b]}}}\n"),
    "a tool": loops(2, "people: 0, uses: pick", "tools: {pick: 1}\n"),
    "a place": loops(
        2,
        "at: face",
        "places: {face: {room: 1}}\ncrews: {all: {one: {does: a}, two: {does: b}}}\n",
    ),
}


@engines
@pytest.mark.parametrize("shared", list(SHARED))
def test_two_loops_share_one_unit_evenly(engine, shared):
    ran = ENGINES[engine](compiled(SHARED[shared]).program)
    started = [row["started"] for row in ran.instance]
    assert abs(started[0] - started[1]) <= 1
    assert sum(started) >= 6000


THREE = {
    "people": loops(3, "", "crews: {all: {man: {count: 2, does: [a, b, c]}}}\n"),
    "tools": loops(3, "people: 0, uses: pick", "tools: {pick: 2}\n"),
    "room": loops(
        3,
        "at: face",
        "places: {face: {room: 2}}\ncrews: {all: {x: {does: a}, y: {does: b}, z: {does: c}}}\n",
    ),
}


@engines
@pytest.mark.parametrize("shared", list(THREE))
def test_three_loops_share_two_units_in_equal_thirds(engine, shared):
    """Two units of one minute each: 12000 starts, of which each loop has a third (in units of a start)."""
    ran = ENGINES[engine](compiled(THREE[shared]).program)
    started = [row["started"] for row in ran.instance]
    assert max(started) - min(started) <= 2
    assert sum(started) >= 12000


@engines
def test_a_team_does_not_starve_among_singles(engine):
    text = """
title: team
activities:
  pair: {time: 1 min, people: 2}
  one: {time: 2 min}
  two: {time: 3 min}
crews: {all: {man: {count: 3, does: [one, two, pair]}}}
terms: {horizon: 600 min}
"""
    ran = ENGINES[engine](compiled(text).program)
    assert min(row["started"] for row in ran.instance) >= 60


@engines
def test_a_returned_unit_does_not_pass_who_waits(engine):
    """One pick, three loops that all want it at once: each start is by the one who waits longest."""
    text = loops(3, "people: 0, uses: pick", "tools: {pick: 1}\n", a="1 min", b="2 min", c="0.5 min")
    ran = ENGINES[engine](compiled(text).program)
    order = [record[2] for record in ran.log if record[1] == Event.START]
    assert all(order[k : k + 3] == order[:3] for k in range(0, len(order) - 3, 3))
    assert sorted(order[:3]) == [0, 1, 2]


@engines
@drawn
@given(documents())
def test_a_run_is_repeated_to_the_byte(engine, document):
    _, first = run(engine, document, seed=3, world=1, replication=2)
    _, second = run(engine, document, seed=3, world=1, replication=2)
    assert compare.differences(first, second) == []
