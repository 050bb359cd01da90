"""Tests of params, ranges, times and values in a unit."""

from __future__ import annotations

import math

import pytest

from hewer.errors import DimensionError, ModelError, ValueProblem
from hewer.model.document import Model
from hewer.model.settling.resolve import (
    ranged,
    resolve_params,
    settle_params,
    spread_of,
    time_dimension,
    time_unit,
    value_in,
)
from hewer.quantity import DIMENSIONLESS, TIME, Quantity


def _model(params, **terms):
    return Model(params=params, terms=terms or {"shift": "6 h"})


def _codes(model, world=None):
    return [problem.code for problem in settle_params(model, world)[1]]


def test_params_may_use_params_declared_later():
    found = resolve_params(_model({"a": "b * 2", "b": "4 min/t", "c": 3}))
    assert list(found) == ["a", "b", "c"]
    assert found["a"].to("min/t") == pytest.approx(8)
    assert found["c"] == Quantity(3.0)


def test_a_world_replaces_values_and_dependents_follow():
    model = _model({"a": "b * 2", "b": {"value": "4 min", "range": ["2 min", "8 min"]}})
    found = resolve_params(model, {"b": 300.0})
    assert found["b"].to("min") == pytest.approx(5)
    assert found["a"].to("min") == pytest.approx(10)


def test_a_world_may_only_name_params():
    with pytest.raises(ModelError, match=r"there is no param `bb`.*`b`"):
        resolve_params(_model({"b": 1}), {"bb": 2.0})


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_world_has_finite_numbers(value):
    with pytest.raises(ModelError, match="finite"):
        resolve_params(_model({"b": 1}), {"b": value})


def test_all_problems_of_params_are_found_at_once():
    model = _model({"a": "b", "b": "c", "c": "b + 1", "d": "a", "e": "4 mn", "f": "dd", "g": 1})
    found, problems = settle_params(model)
    assert list(found) == ["g"]
    assert [problem.path for problem in problems] == ["params.e.value", "params.f.value", "params.b.value"]
    assert "`b` needs `c` needs `b`" in problems[-1].message


def test_each_ring_is_reported_once():
    model = _model({"a": "b", "b": "a", "c": "d", "d": "c", "e": "e"})
    assert _codes(model) == ["cycle"] * 3


def test_a_param_is_no_distribution():
    with pytest.raises(ModelError, match="random"):
        resolve_params(_model({"a": "exponential(1 min)"}))


@pytest.mark.parametrize(
    ("param", "message"),
    [
        ({"value": "4 min", "range": [2, "8 min"]}, "in the unit of the value"),
        ({"value": "4 min", "range": ["2 t", "8 min"]}, "in the unit of the value"),
        ({"value": "4 min", "range": ["8 min", "2 min"]}, "from the lowest to the highest"),
        ({"value": "9 min", "range": ["2 min", "8 min"]}, "must contain the value"),
        ({"value": 1, "range": [0, 2], "spread": "loguniform"}, "above 0"),
        ({"value": 1, "spread": "uniform"}, "needs a `range`"),
        ({"value": 1, "range": ["other", 2]}, "other"),
    ],
)
def test_a_range_must_be_right(param, message):
    with pytest.raises(ModelError, match=message):
        resolve_params(_model({"a": param, "other": 1}))


def test_spread_of_a_param():
    model = _model({"a": {"value": "4 min", "range": ["2 min", "8 min"], "spread": "triangular"}, "b": 1})
    assert ranged(model) == ("a",)
    spread = spread_of(model, "a")
    assert (spread.kind, spread.low.value, spread.high.value, spread.mode.value) == (
        "triangular",
        120,
        480,
        240,
    )
    with pytest.raises(KeyError):
        spread_of(model, "b")


def test_time_is_that_of_the_horizon_else_of_the_shift():
    assert time_dimension(_model({}, shift="6 h")) == TIME
    assert time_unit(_model({}, shift="6 h", horizon="600 min")) == "min"
    assert time_dimension(_model({"n": 100}, horizon="2 * n")) == DIMENSIONLESS
    assert time_unit(_model({}, horizon=20000)) == ""


def test_a_horizon_is_needed_and_is_a_time():
    with pytest.raises(ModelError, match="must give a `shift` or a `horizon`"):
        time_dimension(_model({}, overrun="stop"))
    with pytest.raises(ModelError, match="must be a time; got 6 t"):
        time_dimension(_model({}, shift="6 t"))


def test_a_value_in_a_unit():
    scope = {"rate": Quantity.of(4, "min/t")}
    assert value_in("rate * 2 t", "min", scope) == pytest.approx(8)
    assert value_in(0, "min", scope) == 0.0
    with pytest.raises(DimensionError, match=r"a quantity in min \(time\).*got 8 \(bare number\)") as caught:
        value_in(8, "min", scope)
    assert caught.value.hint == "write `8 min`"
    with pytest.raises(ValueProblem, match="finite"):
        value_in("1e300 * 1e300", "", scope)
