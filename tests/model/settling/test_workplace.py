"""The settled workplace: worked out once, and what it says of posts, units and time."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable

import pytest

from hewer.model.checking import check as checking
from hewer.model.checking.check import check
from hewer.model.document import Model
from hewer.model.reading.document import load, loads
from hewer.model.settling.workplace import settle
from hewer.model.show import mermaid
from hewer.quantity import DIMENSIONLESS, TIME, unit

SHOP = """
title: a shop
params: {pace: 5 min, lost: nowhere * 2}
stocks: {jobs: {start: 4}, sand: {unit: t, start: 1 t}, done: {sink: yes}}
tools: {saw: {fails: {every: 20 h}}}
activities:
  cut: {takes: {jobs: 1}, gives: {done: 1}, time: pace, people: {guide: 1, feed: 2}, uses: saw}
  feed: {takes: {jobs: 1}, gives: {done: 1}, time: pace}
  mend: {takes: {down(saw): 1}, time: 1 h, people: 0}
crews: {all: {hand: {count: 3, does: [cut.guide, feed]}, master: {does: [cut, mend]}}}
terms: {shift: 8 h}
"""


def test_what_is_settled() -> None:
    place = settle(loads(SHOP.replace(", lost: nowhere * 2", "")))
    assert place.params["pace"].value == 300.0
    assert (place.problems, place.broken) == ((), frozenset())
    assert (place.time, place.time_unit) == (TIME, "h")
    assert place.dimensions["sand"] == unit("t").dimension
    assert place.dimensions["down(saw)"] == DIMENSIONLESS
    assert place.down_stocks == {"down(saw)"}
    assert place.posts == {"cut": {"guide": 1, "feed": 2}, "feed": {"": 1}}


def test_entries_name_activities_and_posts() -> None:
    place = settle(loads(SHOP.replace(", lost: nowhere * 2", "")))
    hand, master = place.model.roles["hand"], place.model.roles["master"]
    assert place.filled_by(hand) == {"cut": {"guide", "feed"}, "feed": {""}}  # `feed` is a post, too
    assert place.filled_by(master) == {"cut": {"guide", "feed"}}


def test_what_is_wrong_with_params_is_told_not_raised() -> None:
    place = settle(Model.model_validate(loads_unchecked()))
    assert place.broken == {"lost"}
    assert [one.path for one in place.problems] == ["params.lost.value"]


def loads_unchecked() -> dict[str, object]:
    import yaml

    return dict(yaml.safe_load(SHOP.replace("sink: yes", "sink: true")))


def test_a_check_settles_the_document_and_each_scenario_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load("irmino")
    settled: list[Model] = []

    def counted(one: Model) -> object:
        settled.append(one)
        return settle(one)

    monkeypatch.setattr(checking, "settle", counted)
    check(model)
    assert len(settled) == 1 + len(model.scenarios)


def chain(length: int) -> Model:
    """A line of so many activities, each done by everybody."""
    stocks = "\n".join(f"  q{k}: {{}}" for k in range(length))
    activities = "\n".join(
        f"  a{k}: {{takes: {{q{k}: 1}}, gives: {{q{k + 1}: 1}}, time: {1 + k % 7} min}}"
        for k in range(length)
    )
    does = ", ".join(f"a{k}" for k in range(length))
    return loads(
        f"title: a line\nstocks:\n{stocks}\n  q{length}: {{sink: yes}}\n"
        f"sources: {{come: {{to: q0, every: 5 min}}}}\nactivities:\n{activities}\n"
        f"crews: {{all: {{hand: {{count: 5, does: [{does}]}}}}}}\nterms: {{shift: 8 h}}"
    )


@pytest.mark.parametrize("work", [check, mermaid])
def test_the_work_grows_with_the_document_and_not_faster(work: Callable[[Model], object]) -> None:
    calls = []
    for length in (150, 300):
        model = chain(length)
        work(model)
        profile = cProfile.Profile()
        profile.enable()
        work(model)
        profile.disable()
        calls.append(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]
    assert calls[1] < 2.2 * calls[0]
