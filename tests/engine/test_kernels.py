"""All kernels do the same: one that leaves out what a model does not use runs it to the same bytes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hewer.engine import kernels
from hewer.engine.features import FEATURES, FULL
from hewer.engine.jit import build
from hewer.engine.kernel.loop import advance
from hewer.engine.program import Program
from hewer.engine.run import RunData, run_replications
from hewer.errors import HewerError
from tests.oracle import compare
from tests.oracle.engine import simulate
from tests.oracle.models import compiled, documents

PLAIN = """
title: plain
stocks: {line: {}, done: {sink: yes}}
sources: {customers: {to: line, every: exponential(1 min), limit: 40}}
activities: {serve: {time: exponential(1 min), takes: {line: 1}, gives: {done: 1}}}
crews: {one: {server: {does: serve}}}
terms: {horizon: 100 min}
"""
MORE = {
    "KINDS": ("title: plain", "title: plain\nkinds: {a: {}}"),
    "LEAVING": ("line: {}", "line: {leaves: {after: 3 min, to: gone}}, gone: {sink: yes}"),
    "HAZARDS": ("title: plain", "title: plain\ntools: {desk: {fails: {every: 9 min, repair: 1 min}}}"),
    "TEAMS": ("time: exponential(1 min)", "time: exponential(1 min), people: 2"),
    "CHOICES": ("does: serve", "does: serve, choice: longest_queue"),
    "MATTER": ("line: {}", "line: {capacity: 3}"),
    "CODE": ("time: exponential(1 min)", "time: exponential(1 min), guard: line >= 1"),
    "ARRIVALS": ("limit: 40", "limit: 40, amount: 'discrete(1: 0.5, 2: 0.5)'"),
    "TERMS": ("horizon: 100 min", "shift: 60 min"),
}
QUIET = settings(
    max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@st.composite
def queues(draw: Any) -> dict[str, Any]:
    """Draw a network of queues: items one by one, people of several skills, tools between them."""
    count = draw(st.integers(1, 4))
    names = [f"work{k}" for k in range(count)]
    times = st.sampled_from(["1 min", "2 min", "exponential(2 min)", "uniform(1 min, 3 min)"])
    stocks: dict[str, Any] = {f"line{k}": {"start": draw(st.integers(0, 3))} for k in range(count)}
    stocks["done"] = {"sink": True}
    activities = {}
    for k, name in enumerate(names):
        after = (
            [*(f"line{other}" for other in range(count)), "done"] if draw(st.booleans()) else [f"line{k + 1}"]
        )
        to = draw(st.sampled_from(after if after[0] in stocks else ["done"]))
        activities[name] = {"time": draw(times), "takes": {f"line{k}": 1}, "gives": {to: 1}}
        if draw(st.booleans()):
            activities[name]["uses"] = draw(st.sampled_from(["lathe", "saw"]))
        if draw(st.integers(0, 3)) == 0:
            activities[name]["people"] = 0
        activities[name]["priority"] = draw(st.integers(0, 1))
    does = st.lists(st.sampled_from(names), min_size=1, max_size=count, unique=True)
    return {
        "title": "queues",
        "stocks": stocks,
        "sources": {"in": {"to": "line0", "every": draw(times), "limit": draw(st.integers(1, 30))}},
        "tools": {"lathe": 1, "saw": draw(st.integers(1, 2))},
        "activities": activities,
        "crews": {
            "all": {
                f"role{n}": {"count": draw(st.integers(1, 2)), "does": draw(does)}
                for n in range(draw(st.integers(1, 2)))
            }
        },
        "terms": {"horizon": "60 min", "warm_up": draw(st.sampled_from(["0 min", "20 min"]))},
    }


def contents(run: RunData) -> dict[str, bytes]:
    """What a run yielded, byte for byte."""
    logs = b"".join(log.tobytes() for log in run.log or [])
    arrays = run._asdict() | {"log": None}
    return {name: logs if array is None else array.tobytes() for name, array in arrays.items()}


def run_in_all(program: Program, monkeypatch: pytest.MonkeyPatch) -> list[RunData]:
    """Run a program in each kernel that knows enough for it, as sparing as there is first."""
    runs = []
    for features in kernels.KERNELS:
        if kernels.needed(program) <= features:
            monkeypatch.setattr(kernels, "kernel_of", lambda _, features=features: features)
            runs.append(run_replications(program, seed=3, count=2, log=True))
    return runs


@QUIET
@given(queues())
def test_plain_models_run_alike_in_every_kernel_and_in_the_oracle(document):
    program = compiled(document).program
    assert kernels.kernel_of(program) == kernels.KERNELS[0]
    assert compare.differences(simulate(program), compare.kernel(program)) == []
    with pytest.MonkeyPatch.context() as patch:
        first, *others = run_in_all(program, patch)
    assert len(others) == len(kernels.KERNELS) - 1
    assert all(contents(first) == contents(other) for other in others)


@QUIET
@given(documents())
def test_drawn_models_run_alike_in_every_kernel_that_knows_enough(document):
    program = compiled(document).program
    with pytest.MonkeyPatch.context() as patch:
        try:
            first, *others = run_in_all(program, patch)
        except HewerError:
            return  # that all fail alike is tested with the oracle
    assert all(contents(first) == contents(other) for other in others)


def test_the_plainest_model_needs_nothing():
    assert kernels.needed(compiled(PLAIN).program) == set()


@pytest.mark.parametrize(("feature", "change"), MORE.items())
def test_what_a_model_uses_is_seen(feature, change):
    assert feature in kernels.needed(compiled(PLAIN.replace(*change)).program)


def test_every_kernel_is_named_by_features_and_the_last_knows_all():
    assert all(set(features) <= set(FEATURES) for features in kernels.KERNELS)
    assert kernels.KERNELS[-1] == FULL
    sizes = [len(features) for features in kernels.KERNELS]
    assert sizes == sorted(sizes)


def test_kernels_have_symbols_of_their_own() -> None:
    # compiled in processes of their own, they would else run for one another where both are loaded
    built = [build(advance, features) for features in kernels.KERNELS]
    assert len({getattr(one, "py_func", one).__qualname__ for one in built}) == len(kernels.KERNELS)
