"""The kitchen: nothing in the language is about coal."""

from __future__ import annotations

import numpy as np
import pytest

import hewer


@pytest.fixture(scope="module")
def results() -> dict[str, hewer.Result]:
    model = hewer.load("kitchen")
    return {name: hewer.simulate(model, scenario=name, replications=20) for name in model.scenarios}


def mean(result: hewer.Result, measure: str) -> float:
    return float(np.mean(result.measures[measure].values))


def test_an_order_takes_as_long_as_its_last_dish(results: dict[str, hewer.Result]) -> None:
    for result in results.values():
        assert mean(result, "order_time") > mean(result, "dish_time") > 0
        assert mean(result, "order_time_90") > mean(result, "order_time")


def test_both_crews_meet_the_same_guests(results: dict[str, hewer.Result]) -> None:
    everyone, stations = (results[name].data.source["arrived"] for name in ("everyone", "stations"))
    assert (everyone == stations).all()


def test_steps_and_practice_cost_what_they_should(results: dict[str, hewer.Result]) -> None:
    assert mean(results["everyone_no_steps"], "order_time") <= mean(results["everyone"], "order_time")
    assert mean(results["stations"], "order_time") <= mean(results["stations_no_practice"], "order_time")
