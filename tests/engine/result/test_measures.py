"""Measures on arrays made by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from hewer.engine import program as p
from hewer.engine import records
from hewer.engine.compile.program import compile_model
from hewer.engine.result.measures import Kind, Measured, default_measures, evaluate, requests
from hewer.errors import ModelError
from hewer.model.reading.document import loads
from hewer.model.settling.scenario import apply

HOUR = 3600 * 10**9
MODEL = """
params: {price: {value: 3 EUR/t, range: [2 EUR/t, 4 EUR/t]}, extra: 2}
places: {bay: {count: 2, room: 2}, yard: {}}
stocks: {queue: {}, done: {sink: yes}, coal: {at: bay, unit: t}}
sources: {cars: {to: queue, every: 1 min}}
activities:
  serve: {takes: {queue: 1}, gives: {done: 1}, time: 1 min, uses: pick, cost: 2 EUR}
  dig: {at: bay, gives: {coal: 1 t}, time: 1 min, uses: pick}
tools: {pick: {count: 4, cost: 5 EUR/h}}
crews:
  gang:
    man: {count: 2, does: [serve, dig], tags: [face], cost: 10 EUR/h}
    boss: {does: [], tags: [face, top]}
  other: {mate: {does: [serve, dig], tags: [night]}}
terms: {horizon: 10 h, warm_up: 2 h}
"""


def compiled(measures: str = "", crew: str | None = None) -> p.Compiled:
    return compile_model(apply(loads(MODEL + measures), crew=crew))


def run_data(model: p.Compiled, replications: int = 2) -> Any:
    """Empty results of the right shape."""
    program = model.program
    scalar = program.scalar[0]
    at = p.columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools")))
    stock = ["arrived", "departed", "final", "peak", "integral", "waited"]
    many, workers = replications, len(program.worker)

    def rows(fields: list[str], size: int) -> np.ndarray:
        return np.zeros((many, size), [(name, "f8") for name in fields])

    return SimpleNamespace(
        stock=rows(stock, len(program.stock)),
        instance=rows(["started", "ended", "busy", "stuck"], len(program.instance)),
        pool_busy=np.zeros((many, len(program.pool))),
        worker_time=np.zeros((many, workers, at.total), np.int64),
        overtime=np.zeros((many, workers), np.int64),
        source=rows(["arrived", "lost"], len(program.source)),
        flow=np.zeros((many, len(program.flow)), records.FLOW),
        quantile=np.zeros((many, len(program.quantile))),
        ended=np.zeros(many, np.int64),
        inside=np.array([3, 4]),
    )


def measured(expression: str, fill: Any = None, crew: str | None = None, unit: str = "") -> Measured:
    unit_text = f", unit: '{unit}'" if unit else ""
    model = compiled(f"measures: {{it: {{value: '{expression}'{unit_text}}}}}\n", crew)
    data = run_data(model)
    if fill:
        fill(data, model)
    return evaluate(model, cast(Any, data))["it"]


def stocks(data: Any, model: p.Compiled) -> None:
    """The queue, the sink and the two members of the coal."""
    data.stock["arrived"] = [[10, 8, 3e6, 1e6], [0, 0, 0, 0]]
    data.stock["departed"] = [[8, 0, 0, 0], [0, 0, 0, 0]]
    data.stock["final"] = [[2, 8, 3e6, 1e6], [0, 0, 0, 0]]
    data.stock["peak"] = [[5, 8, 3e6, 1e6], [0, 0, 0, 0]]
    data.stock["integral"] = [[8 * HOUR, 0, 8e6 * HOUR, 4e6 * HOUR], [0, 0, 0, 0]]
    data.stock["waited"] = [[16 * HOUR, 0, 0, 0], [0, 0, 0, 0]]
    data.flow["left"], data.flow["sum"] = [[8], [0]], [[16 * HOUR], [0]]
    data.flow["closed"], data.flow["closed_sum"] = [[4], [0]], [[2 * HOUR], [0]]
    data.source["arrived"], data.source["lost"] = [[12], [0]], [[2], [0]]
    data.instance["started"] = [[9, 3, 2], [0, 0, 0]]
    data.instance["ended"] = [[8, 3, 1], [0, 0, 0]]
    data.instance["busy"] = [[4 * HOUR, 2 * HOUR, 2 * HOUR], [0, 0, 0]]
    data.instance["stuck"] = [[2 * HOUR, 0, 0], [0, 0, 0]]
    data.pool_busy[0] = [8 * HOUR, 0, 16 * HOUR]


@pytest.mark.parametrize(
    ("expression", "value", "unit"),
    [
        ("arrivals(queue)", 10.0, ""),
        ("arrivals(coal)", 4.0, "t"),  # summed over the members
        ("departures(queue)", 8.0, ""),
        ("final(coal)", 4.0, "t"),
        ("peak(coal)", 3.0, "t"),  # of the fullest member
        ("level(queue)", 1.0, ""),  # over the 8 hours accounted for
        ("level(coal)", 1.5, "t"),
        ("wait(queue)", 2.0, "h"),
        ("rate(coal)", 0.5, "t/h"),
        ("rate(done)", 1.0, "1/h"),
        ("throughput(dig)", 0.5, "1/h"),  # summed over the members
        ("flow_time(done)", 2.0, "h"),
        ("family_time(done)", 0.5, "h"),
        ("arrived(cars)", 12.0, ""),
        ("lost(cars)", 2.0, ""),
        ("lost(cars) / (arrived(cars) + lost(cars))", 1 / 7, ""),
        ("starts(dig)", 5.0, ""),
        ("completions(dig)", 4.0, ""),
        ("busy(dig)", 0.5, ""),
        ("blocked(serve)", 0.25, ""),
        ("utilisation(pick)", 0.5, ""),
        ("utilisation(bay)", 0.25, ""),
        ("inside()", 3.0, ""),
        ("horizon()", 8.0, "h"),
        ("heads()", 3.0, ""),
        ("heads(man)", 2.0, ""),
        ("heads(face)", 3.0, ""),
        ("heads(top)", 1.0, ""),
        ("heads(night)", 0.0, ""),  # of a crew that is not at work
        ("arrivals(coal) / heads()", 4 / 3, "t"),
        ("arrivals(coal) / horizon()", 0.5, "t/h"),
        ("rate(coal) * horizon()", 4.0, "t"),
        ("price * arrivals(coal)", 12.0, "EUR"),
        ("cost()", 8 * 20 + 8 * 4 * 5 + 8 * 2, "EUR"),
        ("cost() / arrivals(coal)", 84.0, "EUR/t"),
        ("extra * 2 + min(1, 2) - max(1, 2, 3) / abs(-3)", 4.0, ""),
        ("sqrt(arrivals(done) * 2) ^ 2 + floor(1.5) + round(exp(log(2)))", 19.0, ""),
        ("arrivals(coal) / 2 t", 2.0, ""),
    ],
)
def test_functions(expression: str, value: float, unit: str) -> None:
    found = measured(expression, stocks)
    assert found.values[0] == pytest.approx(value)
    assert found.unit == unit


def test_a_mean_of_nothing_is_nan() -> None:
    for expression in ("wait(queue)", "flow_time(done)", "family_time(done)", "1 / arrivals(done)"):
        assert np.isnan(measured(expression, stocks).values[1])


def workers(data: Any, model: p.Compiled) -> None:
    at = p.columns(2, 3, 2, 1)
    first = data.worker_time[0]
    first[0, 0], first[0, at.walking], first[0, at.material + 1] = 4 * HOUR, 1 * HOUR, 3 * HOUR
    first[1, 1], first[1, at.partner], first[1, at.nothing] = 2 * HOUR, 2 * HOUR, 2 * HOUR
    first[1, at.rest], first[1, at.blocked + 2] = 1 * HOUR, 1 * HOUR
    first[2, at.done] = 8 * HOUR
    data.overtime[0] = [HOUR, 3 * HOUR, 0]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("time(man, working)", 3.0),
        ("time(man, serve)", 2.0),
        ("time(man, walking)", 0.5),
        ("time(man, idle)", 2.5),
        ("time(man, partner)", 1.0),
        ("time(man, break)", 0.5),
        ("time(man, blocked)", 0.5),
        ("time(boss, done)", 8.0),
        ("share(man, idle)", 2.5 / 8),
        ("utilisation(man)", 3 / 8),
        ("overtime(man)", 2.0),
    ],
)
def test_time_of_workers(expression: str, value: float) -> None:
    assert measured(expression, workers).values.tolist() == pytest.approx([value, 0.0])


def test_overtime_is_paid() -> None:
    assert measured("cost()", workers).values[0] - measured("cost()").values[0] == pytest.approx(40.0)


@pytest.mark.parametrize("expression", ["time(mate, idle)", "utilisation(mate)", "overtime(mate)"])
def test_roles_of_other_crews_are_nan(expression: str) -> None:
    assert np.isnan(measured(expression).values).all()
    assert measured(expression, crew="other").values.tolist() == [0.0, 0.0]


def test_quantiles_are_those_the_program_was_asked_for() -> None:
    text = (
        "measures: {a: 'flow_time(done, 0.5)', b: '(flow_time(done, 90 %) - flow_time(done, 0.5)) * extra'}\n"
    )
    model = compiled(text)
    data = run_data(model)
    data.quantile[:] = [[HOUR, 3 * HOUR], [np.nan, np.nan]]
    found = evaluate(model, data)
    assert [tuple(request) for request in requests(loads(MODEL + text))] == [
        ("done", False, 0.5),
        ("done", False, 0.9),
    ]
    assert (found["a"].values[0], found["b"].values[0]) == (1.0, 4.0)
    assert np.isnan(found["a"].values[1])


def test_the_unit_asked_for() -> None:
    assert measured("arrivals(coal)", stocks, unit="kg").values[0] == pytest.approx(4000.0)
    assert measured("utilisation(pick)", stocks, unit="%").values[0] == pytest.approx(50.0)
    with pytest.raises(ModelError, match=r"measures.it.value.*cannot be given in min"):
        measured("arrivals(coal)", unit="min")


def test_params_are_those_of_the_world() -> None:
    model = compile_model(loads(MODEL + "measures: {worth: price * arrivals(coal)}\n"), {"price": 0.002})
    data = run_data(model)
    stocks(data, model)
    assert evaluate(model, data)["worth"].values[0] == pytest.approx(8.0)


def test_default_measures() -> None:
    found = default_measures(loads(MODEL))
    assert {name: measure.value for name, measure in found.items()} == {
        "done": "arrivals(done)",
        "done_rate": "rate(done)",
        "done_flow_time": "flow_time(done)",
        "man_utilisation": "utilisation(man)",
        "boss_utilisation": "utilisation(boss)",
    }
    model = compiled()
    assert list(evaluate(model, run_data(model))) == list(found)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("arrivals(coal) + flow_time(done)", "units must agree"),
        ("arivals(coal)", "Did you mean `arrivals`"),
        ("arrivals(cool)", "there is no stock `cool`. Did you mean `coal`"),
        ("arrivals(coal, done)", "needs one name"),
        ("flow_time(coal)", "no sink of items"),
        ("flow_time(done, 2)", "between 0 and 1"),
        ("wait(coal)", "only items"),
        ("utilisation(yard)", "has no `room`"),
        ("utilisation(nobody)", "no role, tool or place"),
        ("time(man, asleep)", "no state or activity"),
        ("heads(crew)", "no role or tag"),
        ("prize * 2", "Did you mean `price`"),
        ("exp(price)", "needs a bare number"),
        ("(arrivals(coal) > 2 t) + 1", "cannot stand in a measure"),
        ("arrivals(coal) > 2", "units must agree"),
        ("2 ^ price", "exponent must be a bare number"),
        ("price ^ arrivals(done)", "only a bare number"),
    ],
)
def test_measures_that_cannot_be(expression: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        measured(expression)


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("arrivals(coal) >= 4 t", [100.0, 0.0]),
        ("arrivals(coal) > 4 t", [0.0, 0.0]),
        ("arrivals(coal) == 4 t and not heads() > 99", [100.0, 0.0]),
        ("arrivals(coal) < 2 t or arrivals(coal) != 4 t", [0.0, 100.0]),
        ("flow_time(done) < 1 h", [0.0, float("nan")]),
    ],
)
def test_conditions_are_probabilities(condition: str, values: list[float]) -> None:
    got = measured(condition, stocks)
    assert (got.kind, got.unit) == (Kind.CHANCE, "%")
    assert np.array_equal(got.values, values, equal_nan=True)


def test_a_probability_has_no_other_unit() -> None:
    with pytest.raises(ModelError, match="is a probability"):
        measured("arrivals(coal) > 2 t", stocks, unit="t")


def test_a_ratio_of_what_varies_keeps_both_sides() -> None:
    got = measured("arrivals(coal) / level(coal)", stocks)
    assert got.kind == Kind.RATIO
    assert got.upper is not None
    assert got.lower is not None
    assert np.allclose(got.upper[:1] / got.lower[:1], got.values[:1])
    assert measured("arrivals(coal) / heads()", stocks).kind == Kind.MEAN


def test_all_wrong_measures_are_told_at_once() -> None:
    model = compiled("measures: {a: nothing, b: heads(), c: nobody}\n")
    with pytest.raises(ModelError) as caught:
        evaluate(model, run_data(model))
    assert [problem.path for problem in caught.value.problems] == ["measures.a.value", "measures.c.value"]
