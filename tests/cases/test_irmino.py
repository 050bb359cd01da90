"""The flagship case: where its numbers come from, and its two built-in results."""

from __future__ import annotations

import re

import numpy as np
import pytest

import hewer
from hewer.model.settling.resolve import resolve_params

FROM_THE_RECORD = {"R01", "R09", "R23", "R28", "R29", "R25", "B18", "M16", "M17"}
# Work in hand at the end counts for nothing: for each man a train on its way (up to 45 of 360 min) at most,
# and about 10 min in a bay.
NEAR = 1 - (45 + 10) / 360


@pytest.fixture(scope="module")
def model() -> hewer.Model:
    return hewer.load("irmino")


def mean(result: hewer.Result, measure: str) -> float:
    return float(np.mean(result.measures[measure].values))


def test_no_param_rests_on_the_record(model: hewer.Model) -> None:
    for name, param in model.params.items():
        words = " ".join(str(text) for text in (param.fact, param.source, param.note) if text)
        assert not FROM_THE_RECORD & set(re.findall(r"\b[A-Z]\d+\b", words)), name
        assert "102" not in str(param.value), name


def test_every_param_says_where_it_comes_from(model: hewer.Model) -> None:
    for name, param in model.params.items():
        if param.source is None:  # an expression over other params
            assert any(other in str(param.value) for other in model.params), name
            continue
        assert param.confidence in ("high", "medium", "low", "assumed"), name
        assert param.fact or "assumed" in (param.source, param.confidence), name


def test_values_lie_within_their_ranges(model: hewer.Model) -> None:
    values = resolve_params(model)
    for name, param in model.params.items():
        if param.range is not None:
            low, high = (resolve_params(hewer.Model(params={"x": end}))["x"].value for end in param.range)
            assert low <= values[name].value <= high, name


def test_dividing_pure_labour_cannot_raise_tonnes_per_head(model: hewer.Model) -> None:
    """Result 1: on the stripped shift nobody passes the ceiling; generalists come near it."""
    alone = hewer.simulate(model, scenario="stripped", worlds=4, replications=1, seed=5)
    divided = hewer.simulate(model, scenario="stripped_crew", worlds=4, replications=1, seed=5)
    ceiling = alone.measures["ceiling_per_head"].values
    each, shared = (run.measures["finished_per_head"].values for run in (alone, divided))
    assert (ceiling == divided.measures["ceiling_per_head"].values).all()
    assert (each <= ceiling * 1.02).all()
    assert (shared <= ceiling * 1.02).all()
    assert (each >= ceiling * NEAR).all()
    assert (shared < each).all()


def test_the_norm_leaves_most_of_the_shift_unexplained(model: hewer.Model) -> None:
    """Result 2: cutting and propping 7 t take well under half of 360 min."""
    solo = hewer.simulate(model, scenario="solo", replications=10)
    assert mean(solo, "work_of_norm") == pytest.approx(7 * (8 + 12 / 1.2445), abs=0.1)
    assert mean(solo, "unexplained") > 180
    assert mean(solo, "norm_done_after") < 300


def test_output_has_all_its_denominators(model: hewer.Model) -> None:
    record = hewer.simulate(model, scenario="record", replications=2)
    output = mean(record, "output")
    for measure, heads in (("per_credited", 1), ("per_face", 3), ("per_head", 14)):
        assert mean(record, measure) == pytest.approx(output / heads)


def test_material_is_conserved(model: hewer.Model) -> None:
    """Coal that fell is hauled, in tubs or in the chute; nobody's minutes are lost."""
    for scenario in ("solo", "crew", "record", "alone"):
        result = hewer.simulate(model, scenario=scenario, replications=2)
        assert (result.measures["hauled"].values <= result.measures["output"].values + 1e-6).all()
        assert (result.measures["finished"].values <= result.measures["output"].values + 1e-6).all()
