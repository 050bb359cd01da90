"""What the exact engines share."""

from __future__ import annotations

import sys

import pytest

import hewer
from hewer.errors import MissingExtraError, ModelError, RefusalError
from hewer.exact.opening import Refusals, opened, scipy_part

TEXT = """
title: One
flow: [jobs, do]
sources: {jobs: {every: 5 min}}
activities:
  do: {time: 4 min}
crews: {one: {man: {does: do}}, two: {man: {count: 2, does: do}}}
terms: {shift: 1 h}
"""


def test_a_model_is_opened_with_its_changes() -> None:
    compiled = opened(hewer.loads(TEXT), crew="two", changes={"terms.shift": "2 h"})
    assert len(compiled.program.worker) == 2
    assert compiled.program.scalar[0]["shift"] == 2 * 3600 * 10**9


def test_changes_are_checked() -> None:
    with pytest.raises(ModelError, match="count"):
        opened(hewer.loads(TEXT), changes={"crews.one.man.count": -1})


def test_refusals_are_raised_together_with_their_place() -> None:
    refusals = Refusals(hewer.loads(TEXT))
    refusals.settle()
    for _ in range(2):
        refusals.add(("activities", "do", "time"), "cannot be told", "state it")
    refusals.add(("sources", "jobs"), "is odd")
    with pytest.raises(RefusalError) as caught:
        refusals.settle()
    assert str(caught.value).splitlines() == [
        "line 6, column 14, `activities.do.time`: cannot be told. State it",
        "line 4, column 17, `sources.jobs`: is odd",
    ]


def test_without_scipy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(MissingExtraError, match=r"hewer\[exact\]"):
        scipy_part("optimize")
