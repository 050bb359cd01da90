"""Rules of choice of the user's own in a run: compiled beside the kernel, or in Python; how they fail."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hewer
from hewer.engine import own_rules
from hewer.engine.compile.program import compile_model
from hewer.engine.jit import COMPILED
from hewer.engine.kernels import ready
from hewer.errors import HewerWarning, RuleError
from hewer.model.document import Model
from hewer.model.reading.document import loads

TEXT = """
title: own rules
places: {near: {}, far: {}}
walk: {near-far: 2 min}
stocks: {a: {at: near}, b: {at: far}, out: {sink: yes}}
sources: {one: {to: a, every: exponential(3 min)}, two: {to: b, every: exponential(3 min)}}
activities:
  first: {at: near, takes: {a: 1}, gives: {out: 1}, time: exponential(1 min)}
  second: {at: far, takes: {b: 1}, gives: {out: 1}, time: exponential(1 min)}
crews: {all: {man: {count: 2, does: [first, second], starts_at: near}}}
terms: {shift: 8 h}
measures: {made: arrivals(out), walked: time(man, walking), waits: wait(a)}
"""


def model(function: Callable[..., Any] | str) -> Model:
    document = loads(TEXT).model_dump()
    document["crews"]["all"]["man"]["choice"] = function
    return Model(**document)


def values(result: Any) -> dict[str, list[float]]:
    return {name: samples.values.tolist() for name, samples in result.measures.items()}


def as_nearest(distance: float) -> float:
    return distance


def as_longest_queue(queue: float) -> float:
    return -queue


def in_python(distance: float) -> float:
    """Return what `as_nearest` does; Numba has no `eval`."""
    return float(eval("distance + zero", {"distance": distance, "zero": 0.0}))


@pytest.mark.parametrize(("own", "named"), [(as_nearest, "nearest"), (as_longest_queue, "longest_queue")])
def test_a_rule_that_does_as_a_named_one_yields_the_same(own: Callable[..., Any], named: str) -> None:
    assert values(hewer.simulate(model(own))) == values(hewer.simulate(model(named)))


@pytest.mark.skipif(not COMPILED, reason="needs the JIT")
def test_a_second_rule_compiles_no_kernel() -> None:
    hewer.simulate(model(as_nearest), replications=1)
    kernel: Any = ready(compile_model(model(as_nearest)).program)
    before = list(kernel.overloads)
    assert len(before) == 1
    for number in range(3):
        hewer.simulate(model(lambda waiting, n=number: waiting * n), replications=1)
    assert list(kernel.overloads) == before


@pytest.mark.skipif(not COMPILED, reason="all is Python without the JIT")
def test_what_cannot_be_compiled_is_called_in_python_with_one_warning() -> None:
    with pytest.warns(HewerWarning, match="`in_python` cannot be compiled and is called in Python"):
        slow = hewer.simulate(model(in_python), replications=6, threads=3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        again = hewer.simulate(model(in_python), replications=6, threads=1)
    assert values(slow) == values(again) == values(hewer.simulate(model("nearest"), replications=6))


def raising(distance: float) -> float:
    if distance > 60.0:
        raise ValueError("too far")
    return distance


def not_a_number(distance: float) -> float:
    return math.nan if distance > 60.0 else distance


def nothing(distance: float) -> float | None:
    return None if distance > 60.0 else distance


def divides(distance: float) -> float:
    return 1.0 / (distance - 120.0)


def words(distance: float) -> Any:
    return "far" if eval("distance") > 60.0 else 0.0


@pytest.mark.parametrize(
    ("function", "what"),
    [
        (raising, r"raised ValueError: too far \(test_own_rules.py, line \d+\)"),
        (not_a_number, "returned nan"),
        (nothing, "returned nothing"),
        (divides, r"raised ZeroDivisionError: .* \(test_own_rules.py, line \d+\)"),
        (words, "returned `'far'`"),
    ],
)
@pytest.mark.filterwarnings("ignore::hewer.errors.HewerWarning")
def test_a_rule_that_fails_ends_the_run_and_is_named(function: Callable[..., Any], what: str) -> None:
    name = function.__name__
    asked = r"asked about `(first|second)` with distance = 120"
    with pytest.raises(RuleError, match=f"`{name}` of role `man` {what}, {asked}"):
        hewer.simulate(model(function), threads=2)


def test_infinity_is_a_number() -> None:
    result = hewer.simulate(model(lambda distance: math.inf if distance > 60.0 else 0.0), replications=3)
    assert values(result) == values(hewer.simulate(model("nearest"), replications=3))


def test_a_command_tells_of_a_slow_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from hewer.cli.main import app

    (tmp_path / "rules.py").write_text("def slow(distance):\n    return eval('distance')\n", encoding="utf-8")
    text = TEXT.replace("starts_at: near}", "starts_at: near, choice: rules.py:slow}")
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["run", str(tmp_path / "m.yaml"), "--replications", "2"])
    assert result.exit_code == 0, result.output
    if COMPILED:
        assert "hewer: the choice rule `rules.py:slow` cannot be compiled" in result.stderr


def test_a_rule_has_one_number_in_a_process() -> None:
    first, second = (hewer.simulate(model(as_nearest), replications=1) for _ in range(2))
    numbers = [result.compiled.program.rule["function"][0] for result in (first, second)]
    assert numbers[0] == numbers[1]
    assert own_rules.rule_of(int(numbers[0])).function is as_nearest
