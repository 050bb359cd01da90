import math

import pytest

from hewer.exact.chain.state.phases import Branch, NotPhasesError, amounts_of, of_value, times
from tests.oracle.models import compiled


def mixture(text, levels=(7,), amounts=(2,)):
    """The time of an activity that takes two of seven parts, as a mixture; times are bare numbers."""
    made = compiled(
        f"title: t\nstocks: {{parts: {{start: 7}}}}\n"
        f"activities: {{a: {{takes: {{parts: 2}}, time: '{text}', people: 0}}}}\nterms: {{horizon: 1}}\n"
    )
    return of_value(made.program, int(made.program.instance["time"][0]), levels, amounts)


def mean(found):
    return sum(branch.chance * (branch.fixed + sum(branch.phases)) for branch in found) / 1e9


@pytest.mark.parametrize(
    ("text", "branches", "phases"),
    [
        ("exponential(3)", 1, {1}),
        ("erlang(4, 3)", 1, {4}),
        ("gamma(shape=3, scale=1)", 1, {3}),
        ("hyperexponential(mean=3, cv=2)", 2, {1}),
        ("discrete(0: 0.5, 6: 0.5) * exponential(1)", 2, {0, 1}),
        ("exponential(1) + erlang(2, 2)", 1, {3}),
        ("exponential(6) / taken(parts)", 1, {1}),
        ("exponential(6) * max(1, parts - 6) / 2", 1, {1}),
        ("0", 1, {0}),
    ],
)
def test_times_have_phases(text, branches, phases):
    found = mixture(text)
    chances, sequences = times(found)
    assert len(chances) == branches
    assert {len(one) for one in sequences} == phases
    assert sum(chances) == pytest.approx(1)
    if text != "0":
        assert mean(found) == pytest.approx(3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2", "a constant time above 0"),
        ("2 + exponential(1)", "a constant time above 0"),
        ("discrete(0: 0.5, 1: 0.5)", "a constant time above 0"),
        ("gamma(shape=2.5, scale=1)", "gamma times have no exponential phases"),
        ("lognormal(mean=1, cv=1)", "lognormal times"),
        ("uniform(1, 2)", "uniform times"),
        ("max(exponential(1), exponential(2))", "the operation max of a random time"),
        ("exponential(1) * exponential(2)", "the operation mul of a random time"),
        ("now * exponential(1)", "it reads `now`"),
        ("exponential(1) - exponential(2)", "the operation sub"),
        ("exponential(1) * (6 - parts)", "negative|-1 times a random time|a random time"),
    ],
)
def test_other_times_are_refused(text, reason):
    with pytest.raises(NotPhasesError, match=reason):
        times(mixture(text))


def test_amounts_are_rounded_like_draws_and_equal_ones_joined():
    found = amounts_of((Branch(0.25, 1.5), Branch(0.25, 2.4), Branch(0.5, 3.0)))
    assert dict(zip(found[1], found[0], strict=True)) == {2: 0.5, 3: 0.5}
    with pytest.raises(NotPhasesError, match="continuous"):
        amounts_of((Branch(1.0, 0.0, (1.0,)),))
    for wrong in (-1.0, math.nan, 1e19):
        with pytest.raises(NotPhasesError, match="it comes to"):
            amounts_of((Branch(1.0, wrong),))
