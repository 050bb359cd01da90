"""The `flow` shorthand."""

from __future__ import annotations

from typing import Any

import pytest

from hewer.errors import ModelError
from hewer.model.document import Model, Outcome, Stock
from hewer.model.reading.document import loads
from hewer.model.settling.flow import expand


def model(**parts: Any) -> Model:
    activities = {name: {"time": "1 min"} for name in ("cut", "pack", "ship")}
    given = {
        "sources": {"customers": {"every": "1 min"}},
        "stocks": {"buffer": {"capacity": 3}, "coal": {"unit": "t"}},
        "activities": {**activities, **parts.pop("activities", {})},
    }
    return Model(**{**given, **parts})


def test_a_model_without_a_flow_is_returned_as_it_is() -> None:
    plain = model()
    assert expand(plain) is plain


def test_stocks_between_are_implied() -> None:
    expanded = expand(model(flow=["customers", "cut", "pack"]))
    assert expanded.flow == ()
    assert list(expanded.stocks) == ["buffer", "coal", "cut_queue", "pack_queue", "done"]
    assert expanded.stocks["cut_queue"] == Stock()
    assert expanded.stocks["done"] == Stock(sink=True)
    assert expanded.sources["customers"].to == "cut_queue"
    assert expanded.activities["cut"].takes == {"cut_queue": 1}
    assert expanded.activities["cut"].gives == {"pack_queue": 1}
    assert expanded.activities["pack"].takes == {"pack_queue": 1}
    assert expanded.activities["pack"].gives == {"done": 1}
    assert expanded.activities["ship"] == model().activities["ship"]
    assert expand(expanded) == expanded


def test_stocks_that_are_named_are_used() -> None:
    expanded = expand(model(flow=["buffer", "cut", "buffer2", "pack", "end"], stocks=dict(STOCKS)))
    assert expanded.activities["cut"].takes == {"buffer": 1}
    assert expanded.activities["cut"].gives == {"buffer2": 1}
    assert expanded.activities["pack"].gives == {"end": 1}
    assert "done" not in expanded.stocks


STOCKS = {"buffer": {}, "buffer2": {}, "end": {"sink": True}}


def test_a_first_activity_takes_nothing() -> None:
    assert expand(model(flow=["cut", "pack"])).activities["cut"].takes == {}


def test_an_implied_stock_may_be_declared() -> None:
    expanded = expand(model(flow=["customers", "cut"], stocks={"cut_queue": {"order": "lifo"}, "done": {}}))
    assert expanded.stocks["cut_queue"].order == "lifo"
    assert expanded.stocks["done"].sink is False


def test_stated_amounts_are_kept() -> None:
    cut = {"time": "1 min", "takes": {"buffer": 6, "coal": "1 t"}, "gives": {"end": 2}}
    stocks = {**STOCKS, "coal": {"unit": "t"}}
    expanded = expand(model(flow=["buffer", "cut", "end"], activities={"cut": cut}, stocks=stocks))
    assert expanded.activities["cut"].takes == {"buffer": 6, "coal": "1 t"}
    assert expanded.activities["cut"].gives == {"end": 2}


def test_several_flows_have_sinks_of_their_own() -> None:
    expanded = expand(model(flow={"a": ["customers", "cut"], "b": ["pack"]}))
    assert expanded.activities["cut"].gives == {"a_done": 1}
    assert expanded.activities["pack"].gives == {"b_done": 1}


def test_flows_that_meet_share_the_queue_and_the_rest_of_the_way() -> None:
    expanded = expand(model(flow={"a": ["cut", "ship"], "b": ["pack", "ship"]}))
    assert expanded.activities["ship"].takes == {"ship_queue": 1}
    assert expanded.activities["ship"].gives == {"a_done": 1}
    branch = expand(model(flow={"a": ["cut", "pack"], "b": ["pack", "ship"]}))
    assert branch.activities["pack"].gives == {"ship_queue": 1}


def test_outcomes_that_give_nothing_go_on_along_the_flow() -> None:
    outcomes = {"good": {"chance": "rest"}, "bad": {"chance": "10 %", "gives": {"cut_queue": 1}}}
    expanded = expand(model(flow=["cut", "pack"], activities={"pack": {"time": 1, "outcomes": outcomes}}))
    pack = expanded.activities["pack"]
    assert pack.gives == {}
    assert pack.outcomes["good"] == Outcome(chance="rest", gives={"done": 1})
    assert pack.outcomes["bad"].gives == {"cut_queue": 1}


@pytest.mark.parametrize(
    ("flow", "path", "message"),
    [
        (["customer", "cut"], "flow[1]", "there is no source, activity or stock `customer`"),
        (["cut", "customers"], "flow[2]", "the source `customers` must come first"),
        (["cut", "buffer", "end"], "flow[3]", "two stocks cannot follow each other"),
        (["cut", "pack", "cut"], "flow[3]", "`cut` stands twice in this flow"),
        (["customers"], "flow[1]", "a flow cannot end with a source"),
        ({"x": ["coal", "cut"]}, "flow.x[2]", "the stock `coal` holds bulk"),
        (["cut", "both"], "flow[2]", "`both` is the name of an activity and of a stock"),
    ],
)
def test_entries_that_cannot_stand_where_they_do(flow: object, path: str, message: str) -> None:
    stocks = {**STOCKS, "coal": {"unit": "t"}, "both": {}}
    with pytest.raises(ModelError) as error:
        expand(model(flow=flow, stocks=stocks, activities={"both": {"time": 1}}))
    found = {problem.path: problem for problem in error.value.problems}
    assert found[path].message.startswith(message)


def test_a_source_that_goes_elsewhere_is_refused() -> None:
    sources = {"customers": {"every": 1, "to": "buffer"}}
    with pytest.raises(ModelError, match="its own `to` is `buffer`"):
        expand(model(flow=["customers", "cut"], sources=sources))


def test_problems_have_a_place_and_a_hint() -> None:
    text = "activities: {cut: {time: 1}}\nflow: [cut, cutt]\n"
    with pytest.raises(ModelError) as error:
        expand(loads(text, file="x.yaml"))
    assert str(error.value).startswith("x.yaml, line 2, column 13, `flow[2]`: there is no source")
    assert str(error.value).endswith("Did you mean `cut`?")
