"""Scenarios and changes by path."""

from __future__ import annotations

from typing import Any

import pytest

from hewer.errors import ModelError, NotFoundError
from hewer.model.document import Model, Param
from hewer.model.reading.document import loads
from hewer.model.settling.scenario import apply

TEXT = """\
params:
  cut_time: {value: 4 min/t, range: [2 min/t, 8 min/t], spread: loguniform, source: assumed}
  title: 3
stocks:
  tubs: {start: 12}
  solid: {unit: t}
activities:
  cut: {time: cut_time * 1 t, takes: {solid: 1 t}, people: {lift: 2}}
tools: {pony: 1}
crews:
  solo: {hewer: {count: 8, does: cut}}
  pair: {cutter: {does: cut}}
terms: {shift: 6 h}
scenarios:
  better:
    crew: pair
    set: {cut_time: 3 min/t, tools.pony.count: 3, stocks.tubs.start: 60}
  broken:
    set:
      tools.poney.count: 3
"""


@pytest.fixture
def model() -> Model:
    return loads(TEXT, file="x.yaml")


def test_without_changes_only_the_crew_is_settled(model: Model) -> None:
    assert apply(model) == model.model_copy(update={"crew": "solo"})
    assert apply(Model()) == Model()


def test_a_scenario_changes_what_it_says(model: Model) -> None:
    changed = apply(model, "better")
    assert changed.crew == "pair"
    assert changed.tools["pony"].count == 3
    assert changed.stocks["tubs"].start == 60
    assert changed.params["cut_time"] == Param(value="3 min/t", source="assumed")
    assert model.tools["pony"].count == 1
    assert changed.source == model.source
    assert apply(changed) == changed


def test_arguments_win_over_the_scenario(model: Model) -> None:
    changed = apply(model, "better", crew="solo", set={"tools.pony.count": 5})
    assert (changed.crew, changed.tools["pony"].count, changed.stocks["tubs"].start) == ("solo", 5, 60)


@pytest.mark.parametrize("path", ["cut_time", "params.cut_time"])
def test_a_param_that_is_set_is_known(model: Model, path: str) -> None:
    changed = apply(model, set={path: "5 min/t"}).params["cut_time"]
    assert (changed.value, changed.range, changed.spread) == ("5 min/t", None, None)


def test_the_value_alone_keeps_the_range(model: Model) -> None:
    changed = apply(model, set={"params.cut_time.value": "5 min/t"}).params["cut_time"]
    assert (changed.value, changed.range) == ("5 min/t", ("2 min/t", "8 min/t"))


@pytest.mark.parametrize(
    ("path", "value", "got"),
    [
        ("title", 4, lambda model: model.params["title"].value),
        ("stocks.tubs.capacity", 4, lambda model: model.stocks["tubs"].capacity),
        ("terms.horizon", "3 h", lambda model: model.terms.horizon),
        ("limits.starts_per_instant", 5, lambda model: model.limits.starts_per_instant),
        ("activities.cut.takes.solid", "2 t", lambda model: model.activities["cut"].takes["solid"]),
        ("activities.cut.people.lift", 3, lambda model: model.activities["cut"].people["lift"]),
        ("crews.solo.hewer.count", 9, lambda model: model.crews["solo"]["hewer"].count),
        ("tools.pony", 4, lambda model: model.tools["pony"].count),
        ("params.cut_time.range", ["1 s/t", "2 s/t"], lambda model: model.params["cut_time"].range[1]),
    ],
)
def test_paths_lead_to_every_field(model: Model, path: str, value: Any, got: Any) -> None:
    expected = value[1] if isinstance(value, list) else value
    assert got(apply(model, set={path: value})) == expected


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("cut_tim", "there is no param `cut_tim`. Did you mean `cut_time`?"),
        ("tools.poney.count", "there is no entry `poney` in `tools`"),
        ("tools.pony.cout", "there is no field `cout` in `tools.pony`. Did you mean `count`?"),
        ("activities.cut.takes.sold", "there is no entry `sold` in `activities.cut.takes`"),
        ("stocks.tubs.start.first", "`stocks.tubs.start` has no parts"),
        ("term.shift", "there is no field `term`. Did you mean `terms`?"),
        ("", "there is no param ``"),
    ],
)
def test_paths_that_lead_nowhere(model: Model, path: str, message: str) -> None:
    with pytest.raises(ModelError) as error:
        apply(model, set={path: 3})
    assert message in str(error.value)


def test_values_are_checked_where_they_go(model: Model) -> None:
    with pytest.raises(ModelError) as error:
        apply(model, set={"tools.pony.count": "many", "stocks.tubs.order": "fif"})
    assert {problem.path for problem in error.value.problems} == {"tools.pony.count", "stocks.tubs.order"}


def test_a_wrong_path_in_a_scenario_is_placed(model: Model) -> None:
    with pytest.raises(ModelError) as error:
        apply(model, "broken")
    (problem,) = error.value.problems
    assert (problem.file, problem.line, problem.column) == ("x.yaml", 20, 26)
    assert problem.path == "scenarios.broken.set.tools.poney.count"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scenario": "bettr"}, "there is no scenario `bettr`. Did you mean `better`?"),
        ({"crew": "sole"}, "there is no crew `sole`. Did you mean `solo`?"),
    ],
)
def test_names_that_do_not_exist(model: Model, arguments: dict[str, str], message: str) -> None:
    with pytest.raises(NotFoundError) as error:
        apply(model, **arguments)  # type: ignore[arg-type]
    assert str(error.value) == message


def test_a_model_without_scenarios() -> None:
    with pytest.raises(NotFoundError, match="The model has no scenarios"):
        apply(Model(), "better")


@pytest.mark.parametrize(
    ("path", "value", "got"),
    [
        ("cut_time", "3 t", "3 t (mass)"),
        ("cut_time", 3, "3 (bare number)"),
        ("params.cut_time", "3 min", "3 min (time)"),
    ],
)
def test_a_param_keeps_its_dimension(model: Model, path: str, value: Any, got: str) -> None:
    with pytest.raises(ModelError) as caught:
        apply(model, set={path: value})
    (problem,) = caught.value.problems
    assert problem.path == path
    assert problem.message == f"must be in min/t (time/mass); got {got}"


def test_a_model_without_params_says_how_else_to_change_it() -> None:
    with pytest.raises(ModelError, match=r"no params.*terms\.shift"):
        apply(Model(), set={"x": 1})
