"""Each finding about lines: a small model that triggers it and nothing else."""

from __future__ import annotations

import pytest
import yaml

from hewer.model.checking.check import check
from hewer.model.document import Model
from hewer.model.reading.document import loads
from hewer.model.settling.line import lines

CLEAN = """
title: A line of three
flow: [cut, sew]
activities:
  cut: {time: 2 min}
  sew: {time: 3 min}
  heave: {time: 1 min, people: 2}
  urgent: {time: 1 min, priority: 1, preempts: true}
crews:
  brigade:
    slow: {count: 2, does: [cut, sew], takes_over: slow}
    quick: {does: [cut, sew], efficiency: 2, takes_over: slow}
    porter: {count: 2, does: [heave, urgent]}
terms: {shift: 1 h}
measures: {made: arrivals(done)}
"""


def test_the_clean_model_is_clean():
    assert check(loads(CLEAN)) == ()


@pytest.mark.parametrize(
    ("old", "new", "level", "code", "path", "words"),
    [
        ("efficiency: 2, takes_over: slow", "takes_over: slo", "error", "unknown-name",
         "crews.brigade.quick.takes_over", "Did you mean `slow`"),
        ("porter: {", "porter: {takes_over: slow, ", "error", "line", "crews.brigade.porter.takes_over",
         "`quick` takes the work of `slow` over already"),
        ("takes_over: slow}", "takes_over: quick}", "error", "line", "crews.brigade.slow.takes_over", "ring"),
        ("cut: {time: 2 min}", "cut: {time: 2 min, people: 3}", "error", "line", "crews.brigade.slow.does",
         "needs 3 people"),
        ("sew: {time: 3 min}", "sew: {time: 3 min, resumed_by: owner}", "error", "line",
         "activities.sew.resumed_by", "none"),
        ("efficiency: 2,", "efficiency: 2, choice: listed,", "warning", "unused",
         "crews.brigade.quick.choice", "furthest"),
        ("quick: {does: [cut, sew]", "quick: {does: []", "warning", "line", "crews.brigade.quick.takes_over",
         "nothing that `slow` does"),
    ],
)  # fmt: skip
def test_each_finding(old, new, level, code, path, words):
    text = CLEAN.replace(old, new, 1)
    assert text != CLEAN
    found = [one for one in check(Model.model_validate(yaml.safe_load(text))) if one.code == code]
    assert (found[0].level, found[0].path) == (level, path)
    assert {one.path for one in found} <= {path, "crews.brigade.quick.does"}
    assert words in str(found[0])


def test_lines_stand_from_their_first_role_to_their_last():
    roles = loads(CLEAN).roles
    assert lines(roles) == [["slow", "quick"]]
    assert lines({"porter": roles["porter"]}) == []
