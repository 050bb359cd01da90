"""The classes of the model document."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from hewer.errors import ModelError, Problem
from hewer.model.document import Activity, Model, Param, Place, Role, Scenario, Stock, Tool, Walk
from hewer.model.reading.document import loads


def problems(error: pytest.ExceptionInfo[ModelError]) -> dict[str, Problem]:
    return {problem.path: problem for problem in error.value.problems}


def test_shorthands_are_spelled_out() -> None:
    model = Model(
        params={"cut_time": "4 min/t"},
        places={"gate": None},
        walk={"a - b": "1 min", "a-a": {"per_step": "10 s"}},
        tools={"pick": 3},
        measures={"output": "arrivals(out)"},
    )
    assert model.params["cut_time"] == Param(value="4 min/t")
    assert model.places["gate"] == Place(count=1)
    assert model.walk == {"a-b": Walk(time="1 min"), "a-a": Walk(per_step="10 s")}
    assert model.tools["pick"] == Tool(count=3)
    assert model.measures["output"].value == "arrivals(out)"


@pytest.mark.parametrize(
    ("given", "kept"),
    [("pick", {"pick": 1}), (["pick", "lamp"], {"pick": 1, "lamp": 1}), ({"pick": 2}, {"pick": 2})],
)
def test_tools_are_kept_as_numbers_by_name(given: object, kept: dict[str, int]) -> None:
    assert Activity(time=1, uses=given).uses == kept


@pytest.mark.parametrize(
    ("people", "posts"), [(1, {"": 1}), (0, {}), ({"lift": 2, "guide": 1}, {"lift": 2, "guide": 1})]
)
def test_posts_follow_from_people(people: object, posts: dict[str, int]) -> None:
    assert Activity(time=1, people=people).posts == posts


def test_defaults_are_those_of_the_language() -> None:
    activity = Activity(time="4 min")
    assert activity.posts == {"": 1}
    assert (activity.blocking, activity.birth, activity.overrun) == ("before", "carrier", None)
    assert activity.holds == ("people", "tools", "room")
    assert Role(does="cut").choice == "oldest"
    assert Model().terms.overrun == "finish"
    assert Model().limits.starts_per_instant == 10_000


def test_the_crew_at_work_is_the_first_unless_named() -> None:
    crews: dict[str, object] = {"solo": {"hewer": {"does": []}}, "pair": {"cutter": {"does": []}}}
    assert Model(crews=crews).crew_name == "solo"
    assert set(Model(crews=crews, crew="pair").roles) == {"cutter"}
    assert Model().crew_name is None
    assert Model().roles == {}


def test_flows_have_names() -> None:
    assert Model(flow=["a", "b"]).flows == {"": ("a", "b")}
    assert Model(flow={"x": ["a"]}).flows == {"x": ("a",)}
    assert Model().flows == {}


def test_a_model_is_frozen() -> None:
    with pytest.raises(ValidationError):
        Model().title = "other"  # type: ignore[misc]


def test_equality_ignores_where_a_model_stands() -> None:
    text = "title: x\nstocks: {queue: {}}\n"
    here, there = loads(text, file="a.yaml"), loads("\n\n" + text, file="b.yaml")
    assert here == there
    assert here.source != there.source
    assert here != Model(title="x")
    assert here != "x"


def test_all_problems_of_a_model_built_in_python_are_raised_at_once() -> None:
    with pytest.raises(ModelError) as error:
        Model(stocks={"q": {"oder": "fifo", "start": None}}, tools={"pick": -1}, hewer=2)
    found = problems(error)
    assert set(found) == {"stocks.q.oder", "stocks.q.start", "tools.pick.count", "hewer"}
    assert found["stocks.q.oder"].hint == "Did you mean `order`?"
    assert found["tools.pick.count"].message == "must not be negative; got `-1`"
    assert "version 1" in str(found["hewer"].hint)


def test_a_part_built_by_itself_names_its_class() -> None:
    with pytest.raises(ModelError) as error:
        Stock(order="fif")
    found = problems(error)["Stock.order"]
    assert (
        found.message
        == "must be `fifo`, `lifo`, `priority`, or the `smallest` or `largest` of a value; got `fif`"
    )
    assert found.hint == "Did you mean `fifo`?"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, None, "", "  ", [1], {"a": 1}])
def test_a_value_is_a_text_or_a_finite_number(value: object) -> None:
    with pytest.raises(ModelError, match="must be a"):
        Activity(time=value)


@pytest.mark.parametrize("name", ["", "2a", "a-b", "a b", "a.b"])
def test_names_can_stand_in_expressions(name: str) -> None:
    with pytest.raises(ModelError, match="is not a name"):
        Model(stocks={name: {}})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("people", "two", "a mapping of posts"),
        ("people", -1, "must not be negative"),
        ("people", {"lift": 0}, "must be at least 1"),
        ("uses", 3, "must name tools"),
        ("priority", 1.5, "must be a whole number"),
        ("overtake", "maybe", "must be yes or no"),
        ("holds", ["feet"], "must be `people`, `tools` or `room`"),
        ("takes", ["coal"], "must be a mapping"),
        ("outcomes", {"good": {}}, "the field `chance` is missing"),
        ("guard", ["x"], "must be a text"),
    ],
)
def test_each_field_says_what_it_accepts(field: str, value: object, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        Activity(**{"time": 1, field: value})


@pytest.mark.parametrize("walk", [{}, {"time": 1, "per_step": 1}])
def test_a_walk_has_one_of_its_two_times(walk: dict[str, object]) -> None:
    with pytest.raises(ModelError, match="either a `time` or a `per_step`"):
        Model(walk={"a-b": walk})


def test_changes_of_a_scenario_are_kept_as_a_document_has_them() -> None:
    scenario = Scenario(set={"activities.cut.overtake": True, "stocks.q.start": (1, 2)})
    assert scenario.set == {"activities.cut.overtake": "yes", "stocks.q.start": [1, 2]}
