"""Results: worlds put together."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import numpy as np
import pytest

from hewer.engine.compile.program import compile_model
from hewer.engine.result.result import concatenate, gather, part_of
from hewer.model.reading.document import loads

MODEL = """
title: A queue
params: {worth: {value: 2, range: [1, 3]}}
activities: {serve: {time: 1 min}}
crews: {one: {clerk: {does: serve}}}
terms: {horizon: 1 h}
measures: {value: {value: worth * completions(serve), about: what it is worth}, inside: inside()}
"""


class Data(NamedTuple):
    """The part of the raw arrays that the measures above need."""

    instance: np.ndarray
    ended: np.ndarray
    inside: np.ndarray
    log: list[int] | None


def data(ended: list[int], log: list[int] | None = None) -> Any:
    instance = np.zeros((len(ended), 1), [("ended", "i8")])
    instance["ended"][:, 0] = ended
    return cast(Any, Data(instance, np.zeros(len(ended)), np.arange(len(ended)), log))


def test_each_world_is_measured_with_its_own_params() -> None:
    model = loads(MODEL)
    compiled = [compile_model(model, {"worth": worth}) for worth in (1.0, 3.0)]
    worlds = [[part_of(one, data(ended))] for one, ended in zip(compiled, ([5, 6], [7, 8]), strict=True)]
    result = gather(compiled[0], worlds, seed=7, scenario="best")
    assert (result.title, result.scenario, result.crew, result.seed) == ("A queue", "best", "one", 7)
    assert (result.worlds, result.replications, result.interrupted) == (2, 2, False)
    assert result.measures["value"].values.tolist() == [[5.0, 6.0], [21.0, 24.0]]
    assert (result.measures["value"].unit, result.measures["value"].about) == ("", "what it is worth")
    assert result.measures["inside"].values.tolist() == [[0.0, 1.0], [0.0, 1.0]]
    assert result.data.instance["ended"][:, 0].tolist() == [5, 6, 7, 8]
    assert result.compiled is compiled[0]
    assert result.version


@pytest.mark.parametrize("log", [None, [1, 2]])
def test_parts_are_joined_in_order(log: list[int] | None) -> None:
    joined = concatenate([data([1, 2], log), data([3], log)])
    assert joined.instance["ended"][:, 0].tolist() == [1, 2, 3]
    assert joined.log == (None if log is None else [*log, *log])


def test_one_part_is_itself() -> None:
    only = data([1])
    assert concatenate([only]) is only
