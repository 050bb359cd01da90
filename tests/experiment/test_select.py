"""Selecting: the grid, the sampler, what is refused, and the whole of it on lines with a known answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import hewer
from hewer.errors import OptionError, RunError
from hewer.experiment.grid import candidates, read_over
from hewer.experiment.select import select
from hewer.model.reading.document import loads
from hewer.report.table.several.select import select_document, select_grids

LINE = """
params: {r1: 6, r2: 7, r3: 7, b2: 12, b3: 20 - b2, wear: {value: 1, range: [1, 2]}}
stocks:
  q2: {capacity: b2 - 1}
  q3: {capacity: b3 - 1}
  out: {sink: yes}
activities:
  one: {gives: {q2: 1}, people: 0, uses: m1, time: exponential(wear / r1), blocking: after}
  two: {takes: {q2: 1}, gives: {q3: 1}, people: 0, uses: m2, time: exponential(wear / r2), blocking: after}
  three: {takes: {q3: 1}, gives: {out: 1}, people: 0, uses: m3, time: exponential(wear / r3), blocking: after}
tools: {m1: 1, m2: 1, m3: 1}
crews: {none: {idler: {does: []}}, more: {idler: {count: 2, does: []}}}
terms: {horizon: 100, warm_up: 20}
measures:
  {throughput: rate(out), inside: level(q2), never: flow_time(out) / 0, speed: r1 + r2 + r3,
   busy: level(q2) > 5}
scenarios: {slow: {set: {r2: 5}}}
"""
RATES = {"r1": [5, 6, 7], "r2": [5, 6, 7], "r3": [5, 6, 7]}
WHERE = "r1 + r2 + r3 <= 20"


def test_the_best_line_is_found() -> None:
    """Exact: 6, 7, 7 yields 5.776 and 7, 7, 6 as much the other way round; at b2 = 12 the former leads."""
    got = select(loads(LINE), {**RATES, "b2": [8, 12]}, where=WHERE, delta=0.1)
    assert got.procedure == "kn"
    assert got.selection.decided
    assert got.best.label in ("r1=6, r2=7, r3=7, b2=12", "r1=7, r2=7, r3=6, b2=8")
    assert got.estimates[got.selection.best].mean == pytest.approx(5.776, abs=0.1)
    assert "leads by 0.1" in got.promise
    assert got.selection.counts.min() == 10
    assert len(got.candidates) == 2 * sum(
        a + b + c <= 20 for a in (5, 6, 7) for b in (5, 6, 7) for c in (5, 6, 7)
    )


def test_it_does_not_depend_on_threads() -> None:
    one, two = (
        select(loads(LINE), {"r1": [5, 6], "r3": [5, 7]}, delta=0.2, threads=n, procedure="screen")
        for n in (1, 2)
    )
    assert one.best == two.best
    assert np.array_equal(one.selection.means, two.selection.means)
    assert np.array_equal(one.selection.counts, two.selection.counts)


def test_common_random_numbers_or_streams_apart() -> None:
    found = candidates(loads(LINE), {"r1": [5, 6]})
    same, apart = found.trials(3, apart=False), found.trials(3, apart=True)
    assert {one.seed for one in same} == {3}
    assert len({one.seed for one in apart}) == 2


def test_params_paths_crews_and_scenarios_are_decisions() -> None:
    over: dict[str, list[Any]] = {
        "scenario": ["slow"],
        "crew": ["none", "more"],
        "tools.m1.count": [1, 2],
        "r3": [6],
    }
    trials = candidates(loads(LINE), over).trials(1, apart=False)
    assert [one.label for one in trials][:2] == [
        "slow, none, tools.m1.count=1, r3=6",
        "slow, none, tools.m1.count=2, r3=6",
    ]
    assert [one.model.tools["m1"].count for one in trials] == [1, 2, 1, 2]
    assert trials[3].model.crew == "more"
    assert trials[3].compiled().info["params"]["r3"].value == 6.0
    assert trials[3].compiled().info["params"]["r2"].value == 5.0


def test_the_smallest_may_be_best() -> None:
    got = select(loads(LINE), {"r1": [5, 7]}, delta="0.2", measure="inside", smallest=True)
    assert got.best.label == "r1=5"
    assert got.estimates[0].mean < got.estimates[1].mean


@pytest.mark.parametrize(
    ("over", "options", "message"),
    [
        ({}, {}, "needs decisions"),
        ({"r1": [5]}, {}, "two alternatives at least; the grid has 1"),
        ({"wear": ["1", "2"]}, {}, "`wear` has a range: it is not known"),
        ({"r9": [1, 2]}, {}, "no decision `r9`"),
        ({"crew": ["mor", "none"]}, {}, "no crew `mor`. Did you mean `more`"),
        ({"scenario": ["slow", "fast"]}, {}, "no scenario `fast`"),
        ({"r1": [5, 5]}, {}, "a value twice"),
        ({"r1": []}, {}, "no value to choose"),
        ({"r1": [5, 6]}, {"where": "r1 + r2 <= 20"}, "`r2` is no param that is chosen"),
        ({"r1": [5, 6]}, {"where": "r1"}, "it must compare"),
        ({"r1": [5, 6]}, {"where": "r1 > 6"}, "the grid has 0"),
        ({"r1": [5, 6]}, {"delta": 0.0}, "above 0"),
        ({"r1": [5, 6]}, {"delta": "1 t"}, "which is a bare number"),
        ({"r1": [5, 6]}, {"measure": "through"}, "Did you mean `throughput`"),
        ({"r1": [5, 6]}, {"confidence": 0.5}, "above 1/2"),
        ({"r1": [5, 6]}, {"procedure": "ocba"}, "must be `kn` or `screen`"),
        ({"r1": [5, 6]}, {"first_stage": 3}, "5 replications at least"),
        ({"b2": [12, 30]}, {}, r"capacity.*\(at b2=30\)"),
        ({"tools.m9.count": [1, 2]}, {}, "at tools.m9.count=1"),
        ({f"r{k}": range(1, 200) for k in (1, 2, 3)}, {}, "1,000,000 at most"),
    ],
)
def test_what_is_refused(over: dict[str, Any], options: dict[str, Any], message: str) -> None:
    with pytest.raises((OptionError, hewer.ModelError), match=message):
        select(loads(LINE), over, **{"delta": 0.1, **options})


def test_constraints_are_kept() -> None:
    """The fastest are dearest: speed is known exactly, the fullness of a buffer is not."""
    kept = ["speed <= 19", "inside <= 6 within 0.5"]
    got = select(loads(LINE), {**RATES, "b2": [8, 12]}, delta=0.2, subject_to=kept)
    assert got.procedure == "screen"
    limited = got.selection.limited[got.selection.best]
    assert limited[0] <= 19.0
    assert limited[1] <= 6.5
    dear = [sum(int(one.values[r]) for r in RATES) > 19 for one in got.candidates]
    assert all(got.states[k] == "outside" for k in np.flatnonzero(dear))
    assert got.estimates[got.selection.best].mean == pytest.approx(5.3, abs=0.4)
    assert "was judged by the means as they were seen" in got.promise
    grid, document = select_grids(got)[0], select_document(got)
    assert grid.header == ("alternative", "mean", "±", "unit", "speed", "inside", "n", "")
    assert grid.rows[0][-1] == "selected"
    assert float(grid.rows[0][4]) == limited[0]
    kept_of = "`speed <= 19` (estimated) and `inside <= 6` within 0.5"
    assert f"Outside, not keeping {kept_of}: {len(got.selection.outside)}." in grid.notes
    assert [one["state"] for one in document["alternatives"]] == list(got.states)
    assert document["constraints"][1] == {
        "text": "inside <= 6",
        "measure": "inside",
        "unit": "",
        "tolerance": 0.5,
    }


def test_the_promise_names_the_constraints() -> None:
    kept = ["inside >= 2 within 0.5", "busy<=60 % within 10 %"]
    got = select(loads(LINE), {"r1": [5, 6, 7]}, delta=0.3, subject_to=kept)
    assert got.promise == (
        "what was selected keeps `inside >= 2` within 0.5 and `busy <= 60 %` within 10 %, and is within 0.3"
        " of the best that keeps all, with probability 95 %"
    )
    assert [one.chance for one in got.constraints] == [False, True]
    assert got.selection.limited[got.selection.best, 0] > 1.5
    assert 0.0 < got.selection.limited[got.selection.best, 1] < 70.0  # per cent


def test_none_may_keep_a_constraint() -> None:
    with pytest.raises(
        RunError, match=r"none of the 2 alternatives keeps `speed <= 3` .*\(0 by their means\)"
    ):
        select(loads(LINE), {"r1": [5, 6]}, delta=0.3, subject_to=["speed <= 3 within 1"])


@pytest.mark.parametrize(
    ("constraint", "message"),
    [
        ("inside < 5", "must be `MEASURE <= VALUE within TOLERANCE`"),
        ("inside", "must be `MEASURE <= VALUE within TOLERANCE`"),
        ("insid <= 5", "no measure `insid`. Did you mean `inside`"),
        ("inside <= 5 min", "`5 min` of `inside <= 5 min` does not fit `inside`, which is a bare number"),
        ("inside <= 5 within 1 h", "the tolerance `1 h` does not fit"),
        ("inside <= 5 within 0", "the tolerance must be above 0"),
        ("busy <= 2", "is a probability"),
    ],
)
def test_constraints_are_refused(constraint: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        select(loads(LINE), {"r1": [5, 6]}, delta=0.3, subject_to=[constraint])


def test_kim_nelson_knows_no_constraints() -> None:
    with pytest.raises(OptionError, match="`kn` knows no constraints"):
        select(loads(LINE), {"r1": [5, 6]}, delta=0.3, subject_to=["inside <= 5"], procedure="kn")


RING = """
stocks: {a: {start: 1, capacity: 1}, b: {start: 1, capacity: 1}}
sources:
  more_a: {to: a, every: 30 s, limit: 1, when_full: lose}
  more_b: {to: b, every: 30 s, limit: 1, when_full: lose}
activities:
  forth: {takes: {a: 1}, gives: {b: 1}, time: 1 min, blocking: after}
  back: {takes: {b: 1}, gives: {a: 1}, time: 1 min, blocking: after}
crews: {two: {x: {does: forth}, y: {does: back}}}
terms: {shift: 1 h}
"""


def test_a_deadlock_is_told() -> None:
    got = select(loads(RING), {"stocks.b.capacity": [1, 2]}, delta=0.5, measure="forth_completions")
    assert [got.candidates[k].label for k in got.deadlocked] == ["stocks.b.capacity=1"]
    assert "A replication ended in a deadlock in stocks.b.capacity=1." in select_grids(got)[0].notes


def test_an_undefined_measure_is_told() -> None:
    with pytest.raises(RunError, match="`never` is undefined in replication 1 of r1=5"):
        select(loads(LINE), {"r1": [5, 6]}, delta=0.1, measure="never")


def test_ctrl_c_keeps_those_that_are_left() -> None:
    def progress(done: int, total: int) -> None:
        if done >= 60:
            raise KeyboardInterrupt

    got = select(loads(LINE), {"r1": [3, 6, 7], "r3": [6, 7]}, delta=0.001, progress=progress, threads=1)
    assert got.interrupted
    assert "nothing is promised" in got.promise
    assert len(got.selection.left) > 1


@pytest.mark.parametrize(
    ("entry", "values"),
    [
        ("r1=1..3", ["1", "2", "3"]),
        ("crew=solo, crew", ["solo", "crew"]),
        ("x=1 min,2 min", ["1 min", "2 min"]),
    ],
)
def test_the_command_line_lists_values(entry: str, values: list[str]) -> None:
    assert read_over([entry]) == {entry.split("=", maxsplit=1)[0]: values}


@pytest.mark.parametrize("entry", ["r1", "=1", "r1=", "r1=1..x", "r1=3..1", "r1=1..9000000"])
def test_the_command_line_refuses(entry: str) -> None:
    with pytest.raises(OptionError, match="--over"):
        read_over([entry])
    with pytest.raises(OptionError, match="twice"):
        read_over(["r1=1", "r1=2"])
