"""Sensitivity: which params matter, the inert one, what is refused."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from hewer.errors import HewerError, MissingExtraError, OptionError, RunError
from hewer.experiment.sensitivity import sensitivity
from hewer.model.reading.document import loads

SHOP = """
params:
  interval: {value: 2 min, range: [1 min, 3 min]}
  work: {value: 1 min, range: [0.9 min, 1.1 min]}
  inert: {value: 5 EUR, range: [1 EUR, 9 EUR]}
  known: 3
flow: [jobs, do]
sources: {jobs: {every: exponential(interval)}}
activities: {do: {time: exponential(work), cost: inert}}
crews: {one: {man: {count: 3, does: do}}}
terms: {shift: 4 h}
measures: {made: arrivals(done), never: flow_time(done) / 0}
"""


def test_what_matters_comes_first_and_the_inert_has_nothing() -> None:
    got = sensitivity(loads(SHOP), points=64, seed=3)
    names = [one.name for one in got.inputs]
    assert names[0] == "interval"
    interval = got.inputs[0]
    assert interval.total.value > 0.9
    assert interval.swing.mean < -100.0
    assert (interval.low, interval.high, interval.unit) == (1.0, 3.0, "min")
    assert [one.mean for one in interval.main] == sorted((one.mean for one in interval.main), reverse=True)
    inert = next(one for one in got.inputs if one.name == "inert")
    assert inert.first.low <= 0.0 <= inert.first.high
    assert inert.total.low <= 0.0 <= inert.total.high
    assert inert.swing.mean == inert.swing.half_width == 0.0
    assert 0.0 < got.chance.value < 0.5
    assert got.runs == 64 * 5 * 2 + 6 * 10


def test_threads_do_not_matter() -> None:
    one, two = (sensitivity(loads(SHOP), points=16, threads=n) for n in (1, 2))
    assert one == two


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"points": 100}, "power of 2"),
        ({"points": 8}, "power of 2 from 16"),
        ({"replications": 1}, "two replications"),
        ({"params": ["interval"]}, "needs 2 at least"),
        ({"params": ["interval", "known"]}, "no param `known` with a range"),
        ({"measure": "mad"}, "Did you mean `made`"),
        ({"set": {"interval": "1 min", "work": "1 min"}}, "needs 2 at least"),
    ],
)
def test_what_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(HewerError, match=message):
        sensitivity(loads(SHOP), **options)


def test_a_model_without_ranges_is_told() -> None:
    with pytest.raises(OptionError, match="the model has none"):
        sensitivity("queue")


def test_an_undefined_measure_is_told() -> None:
    with pytest.raises(RunError, match="`never` is undefined"):
        sensitivity(loads(SHOP), measure="never", points=16)


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample.sobol", None)
    with pytest.raises(MissingExtraError, match=r"hewer\[sensitivity\]"):
        sensitivity(loads(SHOP), points=16)


def test_ctrl_c_ends_it() -> None:
    def progress(done: int, total: int) -> None:
        if done >= 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sensitivity(loads(SHOP), points=16, progress=progress, threads=1)
