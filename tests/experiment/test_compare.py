"""Contrasts, verdicts, and what may be compared."""

from __future__ import annotations

import math

import pytest

import hewer.experiment.compare as module
from hewer.errors import OptionError
from hewer.experiment.compare import compare, contrast
from hewer.model.reading.document import loads
from tests.study.fake import MODEL, fake_result


def test_verdicts() -> None:
    same, better = fake_result(), fake_result(gain=1.2)
    found = {c.measure: c for c in contrast(["a", "b"], [same, better]).contrasts}
    assert found["output"].verdict == "told apart"
    assert found["heads"].verdict == "equal"
    assert found["never"].verdict == "no interval"
    assert found["output"].ratio.ratio == pytest.approx(1.2)
    unlike = contrast(["a", "b"], [same, fake_result(seed=2)]).contrasts[0]
    assert unlike.verdict == "not told apart"


def test_one_replication_gives_no_verdict() -> None:
    one = contrast(["a", "b"], [fake_result(1, 1), fake_result(1, 1, gain=2.0)]).contrasts[0]
    assert one.verdict == "no interval"
    assert math.isnan(one.difference.half_width)


def test_worlds_give_bands_of_difference_and_ratio() -> None:
    one = contrast(["a", "b"], [fake_result(30, 4), fake_result(30, 4, gain=1.1)]).contrasts[0]
    assert one.band is not None
    assert one.ratio_band is not None
    assert one.band.low <= one.difference.mean <= one.band.high


def test_contrasts_are_over_what_both_have() -> None:
    one = contrast(["a", "b"], [fake_result(1, 9), fake_result(1, 4)]).contrasts[0]
    assert one.difference.n == 4


def test_all_pairs_share_the_error() -> None:
    three = [fake_result(), fake_result(gain=1.2), fake_result(gain=1.3)]
    pairs = [c for c in contrast(["a", "b", "c"], three, all_pairs=True).contrasts if c.measure == "output"]
    assert [(c.base, c.other) for c in pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert pairs[0].difference.confidence == pytest.approx(1.0 - 0.05 / 3.0)
    two = contrast(["a", "b", "c"], three).contrasts[0]
    assert two.difference.confidence == pytest.approx(0.975)
    assert two.difference.half_width < pairs[0].difference.half_width


def test_common_random_numbers_say_what_they_saved() -> None:
    paired = contrast(["a", "b"], [fake_result(), fake_result(gain=1.2)]).contrasts[0]
    assert paired.pairing is not None
    assert paired.pairing.correlation == pytest.approx(1.0)
    assert paired.pairing.saving > 10.0
    apart = contrast(["a", "b"], [fake_result(), fake_result(gain=1.2, seed=2)], apart=True).contrasts[0]
    assert apart.pairing is None


def test_how_many_would_tell_them_apart() -> None:
    one = contrast(["a", "b"], [fake_result(), fake_result(seed=2)]).contrasts[0]
    gap = one.difference
    assert one.needed == pytest.approx(5 * (gap.half_width / gap.mean) ** 2)
    assert math.isnan(contrast(["a", "b"], [fake_result()] * 2).contrasts[0].needed)


def test_apart_means_other_streams() -> None:
    got = compare(loads(SHOP), apart=True, replications=4)
    first, second = (one.measures["made"].values for one in got.results)
    assert not (first == second).all()
    assert got.apart
    same = compare(loads(SHOP), replications=4)
    first, second = (one.measures["made"].values for one in same.results)
    assert (first == second).all()
    with pytest.raises(OptionError, match="cannot be apart"):
        compare(loads(SHOP), apart=True, worlds=2)


SHOP = """
flow: [jobs, do]
sources: {jobs: {every: exponential(3 min)}}
activities: {do: {time: exponential(2 min)}}
crews: {one: {man: {does: do}}, two: {woman: {does: do}}}
terms: {shift: 4 h}
measures: {made: arrivals(done)}
"""


@pytest.mark.parametrize(
    ("crews", "message"),
    [(None, "two alternatives"), (["pair"], "two alternatives"), (["pair"] * 2, "named twice")],
)
def test_two_different_alternatives_are_needed(crews: list[str] | None, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        compare(loads(MODEL), crews)


def test_alternatives_are_scenarios_by_crews(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str | None, str | None]] = []
    done: list[tuple[int, int]] = []

    def simulate(
        model: object, scenario: str | None, crew: str | None, *args: object, **options: object
    ) -> object:
        seen.append((scenario, crew))
        options["progress"](5, 5)  # type: ignore[operator]
        return fake_result()

    monkeypatch.setattr(module, "simulate", simulate)
    monkeypatch.setattr(module, "changed", lambda *args: None)
    got = compare(
        loads(MODEL), ["x", "y"], ["s", "t"], replications=5, progress=lambda d, t: done.append((d, t))
    )
    assert seen == [("s", "x"), ("s", "y"), ("t", "x"), ("t", "y")]
    assert got.labels == ("s / x", "s / y", "t / x", "t / y")
    assert done[-1] == (20, 20)


def test_ctrl_c_keeps_what_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    results = iter([fake_result()])

    def simulate(*args: object, **options: object) -> object:
        try:
            return next(results)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(module, "simulate", simulate)
    monkeypatch.setattr(module, "changed", lambda *args: None)
    got = compare(loads(MODEL), ["x", "y"])
    assert got.interrupted
    assert got.labels == ("x",)
    assert got.contrasts == ()


RARE = """
title: A rush, sometimes
params: {gap: 10 min, work: 1 min}
flow: [customers, serve]
sources: {customers: {every: exponential(gap)}}
activities: {serve: {time: exponential(work)}}
crews: {one: {clerk: {does: serve}}}
terms: {shift: 2 h}
measures: {served: arrivals(done), rush: arrivals(done) > 1000}
scenarios: {as_it_is: {set: {gap: 10 min}}, the_same: {set: {gap: 10 min}}, more: {set: {gap: 8 min}}}
"""


def test_an_event_that_never_came_is_equal_only_where_nothing_differs() -> None:
    """Of a chance that no replication met nothing is known; identical scenarios differ by exactly 0."""
    model = loads(RARE)
    same = compare(model, scenarios=["as_it_is", "the_same"], replications=10).contrasts
    assert [one.verdict for one in same] == ["equal", "equal"]
    found = {one.measure: one for one in compare(model, scenarios=["as_it_is", "more"]).contrasts}
    assert found["rush"].verdict == "not told apart"
    assert found["rush"].difference.low < 0.0 < found["rush"].difference.high
    apart = compare(model, scenarios=["as_it_is", "more"], apart=True).contrasts[1]
    assert (apart.measure, apart.verdict) == ("rush", "not told apart")


def test_chances_are_told_apart_by_their_interval() -> None:
    text = RARE.replace("> 1000", ">= 15")
    one = compare(loads(text), scenarios=["as_it_is", "more"], replications=400).contrasts[1]
    assert one.verdict == "told apart"
    assert 0.0 < one.difference.low < one.difference.mean < one.difference.high
