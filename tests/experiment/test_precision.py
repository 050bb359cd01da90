"""Runs to a precision: what is asked, when they end, that they can be repeated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import hewer
import hewer.experiment.precision as module
from hewer.errors import OptionError
from hewer.experiment.precision import Stopped, read_targets, simulate_until
from hewer.model.reading.document import loads
from hewer.statistics import estimate

SHOP = """
params: {pace: {value: 2 min, range: [1 min, 3 min]}}
flow: [jobs, do]
sources: {jobs: {every: exponential(3 min)}}
activities: {do: {time: exponential(pace)}}
crews: {one: {man: {does: do}}}
terms: {shift: 4 h}
measures:
  made: arrivals(done)
  coal: {value: arrivals(done) * 0.5 t, unit: t}
  busy: {value: utilisation(man), unit: "%"}
  many: arrivals(done) >= 75
  heads: heads()
  gap: arrivals(done) - 79
"""


def test_it_stops_at_the_first_look_that_is_precise() -> None:
    got = simulate_until(loads(SHOP), precision="3%", threads=1)
    assert got.stopped == Stopped.PRECISE
    (target,) = got.targets
    assert target.measure == "made"
    assert target.met
    assert got.result.replications == got.looks[-1] == target.observations
    assert target.estimate.half_width <= 0.03 * target.estimate.mean
    values = got.result.measures["made"].values[0]
    for look in got.looks[:-1]:
        assert estimate(values[:look]).half_width > 0.03 * values[:look].mean()


def test_what_it_ran_can_be_repeated() -> None:
    got = simulate_until(loads(SHOP), precision=["coal=1 t"], threads=2, seed=7)
    again = hewer.simulate(loads(SHOP), replications=got.result.replications, seed=7)
    for name, samples in got.result.measures.items():
        assert np.array_equal(samples.values, again.measures[name].values)


def test_threads_do_not_matter() -> None:
    one, three = (simulate_until(loads(SHOP), precision="3%", threads=n) for n in (1, 3))
    assert one.looks == three.looks
    assert one.targets == three.targets


def test_several_targets_share_the_error() -> None:
    got = simulate_until(loads(SHOP), precision=["made=4%", "busy=0.05", "many=0.1"])
    assert [target.measure for target in got.targets] == ["made", "busy", "many"]
    assert all(target.estimate.confidence == pytest.approx(1.0 - 0.05 / 3.0) for target in got.targets)
    assert got.targets[1].width.size == pytest.approx(5.0)  # in the unit of the measure, %
    assert got.targets[2].estimate.ends is not None  # Wilson's interval


def test_the_most_replications_end_it() -> None:
    got = simulate_until(loads(SHOP), precision="0.01%", replications=40)
    assert got.stopped == Stopped.REPLICATIONS
    assert got.looks == (30, 38, 40)
    assert "would be needed" in got.targets[0].reason


def test_what_never_varies_is_no_reason_to_stop() -> None:
    got = simulate_until(loads(SHOP), precision="heads=1%", replications=31)
    assert got.stopped == Stopped.REPLICATIONS
    assert "has not varied" in got.targets[0].reason


def test_a_relative_width_about_zero_is_told() -> None:
    got = simulate_until(loads(SHOP), precision="gap=1%", replications=30)
    assert "0 lies in the interval" in got.targets[0].reason


def test_the_budget_ends_it_at_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(0, 1000, 10))
    monkeypatch.setattr(module, "monotonic", lambda: float(next(ticks)))
    got = simulate_until(loads(SHOP), precision="0.1%", budget=25.0)
    assert got.stopped == Stopped.BUDGET
    assert got.result.replications == got.looks[-1]


def test_worlds_are_the_observations() -> None:
    got = simulate_until(loads(SHOP), precision="10%", worlds=200, replications=2)
    assert got.stopped == Stopped.PRECISE
    assert got.result.replications == 2
    assert got.result.worlds == got.looks[-1]
    again = hewer.simulate(loads(SHOP), worlds=got.result.worlds, replications=2)
    assert np.array_equal(got.result.measures["made"].values, again.measures["made"].values)


def test_ctrl_c_keeps_what_is_unbroken() -> None:
    def progress(done: int, total: int) -> None:
        if done >= 40:
            raise KeyboardInterrupt

    got = simulate_until(loads(SHOP), precision="0.01%", progress=progress, threads=1)
    assert got.stopped == Stopped.INTERRUPTED
    assert got.result.interrupted
    assert 30 <= got.result.replications < 10_000


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["mad=1%"], "no measure `mad`. Did you mean `made`"),
        (["1%", "made=2%"], "names `made` twice"),
        (["narrow"], "is no width"),
        (["made=-1%"], "must be above 0"),
        (["coal=1 min"], "the measure is in t; got `1 min`"),
        (["made=1 t"], "is a bare number; got `1 t`"),
        ([], "must name a width"),
    ],
)
def test_what_cannot_be_asked(texts: list[str], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        simulate_until(loads(SHOP), precision=texts)


def test_numbers_that_cannot_be() -> None:
    with pytest.raises(OptionError, match="30 replications at least"):
        simulate_until(loads(SHOP), precision="1%", replications=20)
    with pytest.raises(OptionError, match="30 worlds at least"):
        simulate_until(loads(SHOP), precision="1%", worlds=20)
    with pytest.raises(OptionError, match="budget must be above 0"):
        simulate_until(loads(SHOP), precision="1%", budget=0.0)


def test_targets_are_read_from_the_path_of_a_model(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP)
    assert read_targets(hewer.load(path), ["busy=1%"]) == {"busy": "1%"}
