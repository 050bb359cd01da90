"""A run beside the exact answer: agreement, and alarm where it is the answer of another model."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import hewer
from hewer.cli.main import app
from hewer.engine.result.functions import FUNCTIONS
from hewer.engine.result.measures import is_linear
from hewer.errors import OptionError
from hewer.experiment.verify import FALSE_ALARM, verify
from hewer.model.document import Measure
from hewer.model.reading.document import loads

MODEL = """\
title: A line of two
stocks: {shelf: {capacity: 2}, out: {sink: yes}}
flow: [saw, shelf, plane, out]
activities:
  saw: {time: exponential(1 min), blocking: after}
  plane: {time: "hyperexponential(mean=1 min, cv=2)", blocking: after}
crews: {all: {sawyer: {does: saw}, joiner: {does: plane}}}
terms: {shift: 2 h, warm_up: 10 min}
measures:
  made: arrivals(out)
  ratio: completions(saw) / completions(plane)
  either: max(completions(saw), 3)
  flow: flow_time(out)
  much: arrivals(out) > 50
"""


@pytest.fixture(scope="module")
def result() -> Any:
    return hewer.simulate(loads(MODEL), replications=200, seed=3, threads=1)


def test_a_run_agrees_with_the_chain(result: Any) -> None:
    found = verify(result)
    rows = {row.what: row for row in found.rows}
    assert found.differing == ()
    assert found.reasons == ()
    assert found.solution is not None
    assert {"made", "completions of saw", "mean level of shelf", "sawyer: blocked", "joiner: idle"} <= set(
        rows
    )
    assert rows["made"].agrees
    assert abs(rows["made"].errors) < found.limit
    assert rows["ratio"].agrees  # the run estimates the quotient of expectations, too
    for what in ("either", "flow", "much"):
        assert math.isnan(rows[what].exact)
        assert rows[what].agrees is None
        assert rows[what].covers is None


KINDS = """\
title: Customers of two kinds, who may not wait
kinds:
  dear: {attributes: {size: 1}, priority: 1}
  plain: {attributes: {size: 2}}
stocks:
  line: {order: priority, capacity: 3, leaves: {after: "erlang(2, 6 min)", to: gone}}
  gone: {sink: yes}
  out: {sink: yes}
sources:
  customers:
    to: line
    every: exponential(2 min)
    kind: "discrete(dear: 40 %, plain: 60 %)"
    balks: {when: line > 1, to: gone}
    when_full: lose
activities: {serve: {takes: {line: 1}, gives: {out: 1}, time: exponential(item.size * 1 min)}}
crews: {all: {clerk: {does: serve}}}
terms: {shift: 2 h}
measures:
  made: arrivals(out)
  left: left(line)
  turned: balked(customers)
  part: left(line) / arrived(customers)
"""


def test_a_run_of_items_that_differ_and_do_not_wait_agrees() -> None:
    found = verify(hewer.simulate(loads(KINDS), replications=200, seed=3, threads=1))
    rows = {row.what: row for row in found.rows}
    assert found.reasons == ()
    assert found.differing == ()
    assert all(rows[what].agrees for what in ("made", "left", "turned", "part", "mean level of line"))


INTERRUPTED = """\
title: Two machines, a fitter with other work, and who calls him
tools: {press: {count: 2, fails: {every: exponential(20 min), counts: use}}}
stocks: {calls: {capacity: 2}, out: {sink: yes}, done: {sink: yes}}
sources: {telephone: {to: calls, rate: 3/h, when_full: lose}}
activities:
  stamp: {people: 0, uses: press, gives: {out: 1}, time: "erlang(2, 2 min)"}
  mend: {takes: {down(press): 1}, time: exponential(6 min), priority: 1, preempts: yes}
  answer: {takes: {calls: 1}, gives: {done: 1}, time: "erlang(2, 8 min)", interrupted: lose}
crews:
  all: {fitter: {does: [mend, answer], absent: {every: exponential(2 h), lasts: exponential(15 min)}}}
terms: {shift: 2 h}
measures:
  made: arrivals(out)
  up: availability(press)
  cut: interruptions(answer)
  failures: failures(press)
"""


def test_a_run_of_works_that_are_interrupted_agrees() -> None:
    found = verify(hewer.simulate(loads(INTERRUPTED), replications=200, seed=3, threads=1))
    rows = {row.what: row for row in found.rows}
    assert found.reasons == ()
    assert found.differing == ()
    assert all(rows[what].agrees for what in ("made", "up", "cut", "failures", "completions of mend"))


def test_the_limit_shares_the_false_alarm_among_all_comparisons(result: Any) -> None:
    from scipy import stats

    found = verify(result)
    varying = [row for row in found.rows if row.simulated.half_width > 0]
    compared = sum(not math.isnan(value) for row in varying for value in (row.exact, row.bound))
    exact = stats.t.ppf(1 - FALSE_ALARM / 2 / compared, 199)
    assert found.limit == pytest.approx(exact, rel=1e-6)


def test_another_model_is_told_apart(result: Any) -> None:
    """One sawyer 5 % slower: the run of the one is not the chain of the other."""
    other = hewer.simulate(
        loads(MODEL.replace("exponential(1 min), b", "exponential(1.1 min), b")), replications=2, threads=1
    )
    found = verify(replace(result, compiled=other.compiled))
    assert {"made", "completions of saw"} <= {row.what for row in found.differing}
    assert found.rows[0].covers is False


def test_a_mean_above_the_bound_is_told(result: Any) -> None:
    """The bound of a shop that is slower by far."""
    text = MODEL.replace("exponential(1 min), b", "uniform(5 min, 7 min), b")
    other = hewer.simulate(loads(text), replications=2, threads=1)
    found = verify(replace(result, compiled=other.compiled))
    assert found.solution is None
    assert [row.what for row in found.differing] == ["made"]
    assert found.rows[0].bound < found.rows[0].simulated.mean


def test_what_never_varies_must_be_right_to_the_last(result: Any) -> None:
    text = MODEL.replace("made: arrivals(out)", "made: horizon()")
    found = verify(hewer.simulate(loads(text), replications=3, threads=1))
    assert found.rows[0].exact == pytest.approx(110 / 60)
    assert found.rows[0].agrees is None  # right, and nothing to compare


def test_without_a_chain_the_reasons_are_told(tmp_path: Path) -> None:
    path = tmp_path / "line.yaml"
    path.write_text(MODEL.replace("exponential(1 min)", "uniform(1 min, 2 min)"))
    got = CliRunner().invoke(app, ["run", str(path), "--verify", "-n", "3"])
    assert got.exit_code == 0, got.output
    assert "No exact answer: " in got.output
    assert "line.yaml, line 5, column 15, `activities.saw.time`" in " ".join(got.output.split())
    found = json.loads(CliRunner().invoke(app, ["run", str(path), "--verify", "-n", "3", "--json"]).stdout)
    assert found["verification"]["agrees"] is True  # the bound is kept
    assert found["verification"]["quantities"][0]["bound"] > 0
    assert "uniform times have no exponential phases" in found["verification"]["reasons"][0]


def test_command(tmp_path: Path) -> None:
    path = tmp_path / "line.yaml"
    path.write_text(MODEL)
    got = CliRunner().invoke(app, ["run", str(path), "--verify", "-n", "50"])
    assert got.exit_code == 0, got.output
    assert "Simulated, exact, and the most possible" in got.output
    assert "At most: the bound that no mean over such runs can pass" in got.output
    assert "Nothing differs by more than chance allows." in got.output
    found = json.loads(CliRunner().invoke(app, ["run", str(path), "--verify", "-n", "50", "--json"]).stdout)
    (made, *_) = found["verification"]["quantities"]
    assert found["verification"]["agrees"] is True
    assert made.keys() == {
        "quantity", "unit", "simulated", "half_width", "exact", "bound", "errors", "covers", "agrees",
    }  # fmt: skip


def test_one_replication_or_several_worlds_cannot_be_verified(result: Any) -> None:
    with pytest.raises(OptionError, match="one replication"):
        verify(hewer.simulate(loads(MODEL), replications=1, threads=1))
    with pytest.raises(OptionError, match="one world"):
        verify(replace(result, worlds=2))


@pytest.mark.parametrize(
    ("value", "linear"),
    [
        ("arrivals(out)", True),
        ("2 * arrivals(out) / horizon() - heads()", True),
        ("-level(out)", True),
        ("arrivals(out) * starts(saw)", False),
        ("arrivals(out) / starts(saw)", False),
        ("1 / starts(saw)", False),
        ("max(starts(saw), 3)", False),
        ("starts(saw) ^ 2", False),
        ("flow_time(out)", False),
        ("wait(shelf)", False),
        ("starts(saw) > 3", False),
        ("exp(heads())", True),
    ],
)
def test_measures_that_add_up(value: str, linear: bool) -> None:
    assert is_linear(Measure(value=value)) is linear


def test_every_function_of_measures_has_a_value_in_an_exact_answer() -> None:
    """A number, or not a number: never a mistake of the field it reads."""
    arguments = {
        "flow_time": "out", "family_time": "out", "lost": "wood", "balked": "wood", "diverted": "wood",
        "arrived": "wood", "starts": "saw", "completions": "saw", "interruptions": "saw", "busy": "saw",
        "throughput": "saw",
        "blocked": "saw", "utilisation": "sawyer", "time": "sawyer, working", "share": "sawyer, idle",
        "overtime": "sawyer",
    }  # fmt: skip
    stocks = dict.fromkeys(("arrivals", "departures", "final", "level", "peak", "wait", "rate"), "shelf")
    nothing = ("heads", "horizon", "cost", "inside", "paid")
    known = {*arguments, *stocks, *nothing}
    text = MODEL.replace(
        "flow: [saw", "sources: {wood: {to: logs, every: exponential(2 min)}}\nflow: [logs, saw"
    )
    text = text.replace("{shelf:", "{logs: {capacity: 5}, shelf:").replace(
        "(2 min)}", "(2 min), when_full: lose}"
    )
    measures = "".join(
        f"  m_{name}: {name}({'' if name in nothing else (arguments | stocks)[name]})\n"
        for name in FUNCTIONS
        if name in known
    )
    found = hewer.exact_solution(loads(text[: text.index("measures:")] + "measures:\n" + measures))
    unknown = {name for name, value in found.measures.items() if math.isnan(value)}
    assert unknown == {"m_peak", "m_wait", "m_flow_time", "m_family_time"}
    assert np.isfinite([value for name, value in found.measures.items() if name not in unknown]).all()
