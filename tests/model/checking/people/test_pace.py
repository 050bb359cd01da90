"""Findings on learning and fatigue: each triggered alone, in a model that is clean but for it."""

from __future__ import annotations

import pytest

from hewer.engine.compile.program import compile_model
from hewer.errors import ModelError
from hewer.model.checking.check import check
from hewer.model.reading.document import loads

TEXT = """
title: pace
activities: {cut: {time: 4 min}, prop: {time: 4 min, people: {hold: 1}}, talk: {time: 1 min, people: 0}}
crews:
  all:
    man:
      does: [cut, hold]
      learning: {curve: wright, rate: 80 %, plateau: 0.3, until: 50, experience: 10, of: [cut, prop]}
      fatigue: {most: 30 %, half_tired: 2 h, half_rested: 10 min, of: cut}
terms: {shift: 8 h}
"""

ERRORS = [
    ("rate: 80 %", "rate: 120 %", "learning.rate", "must be at most 1"),
    ("rate: 80 %", "rate: 0 %", "learning.rate", "must be more than 0"),
    ("rate: 80 %", "rate: 50 %", "learning.rate", "must be more than 50 % for `wright`"),
    ("rate: 80 %", "rate: 4 min", "learning.rate", "must be a learning rate"),
    ("plateau: 0.3", "plateau: 3", "learning.plateau", "must be at most 1"),
    ("plateau: 0.3", "plateau: -1", "learning.plateau", "must not be negative"),
    ("of: [cut, prop]", "of: [cutt]", "learning.of[1]", "there is no activity `cutt`"),
    ("most: 30 %", "most: -10 %", "fatigue.most", "must not be negative"),
    ("half_tired: 2 h", "half_tired: 0 h", "fatigue.half_tired", "must be more than 0"),
    ("half_rested: 10 min", "half_rested: 10", "fatigue.half_rested", "must be a time"),
    ("of: cut}", "of: cat}", "fatigue.of[1]", "there is no activity `cat`"),
]


def test_the_model_is_clean() -> None:
    assert check(loads(TEXT)) == ()


@pytest.mark.parametrize(("old", "new", "path", "message"), ERRORS)
def test_errors(old: str, new: str, path: str, message: str) -> None:
    (one,) = check(loads(TEXT.replace(old, new)))
    assert (one.level, one.path) == ("error", f"crews.all.man.{path}")
    assert message in one.message
    if "no activity" not in message:
        with pytest.raises(ModelError) as caught:
            compile_model(loads(TEXT.replace(old, new)))
        assert caught.value.problems[0].path == one.path


@pytest.mark.parametrize(
    ("old", "new", "path", "code"),
    [
        ("until: 50", "until: 10", "learning.until", "no-learning"),
        ("of: cut}", "of: talk}", "fatigue.of[1]", "unused"),
    ],
)
def test_warnings(old: str, new: str, path: str, code: str) -> None:
    (one,) = check(loads(TEXT.replace(old, new)))
    assert (one.level, one.path, one.code) == ("warning", f"crews.all.man.{path}", code)


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("learning: {rate: 80 %}", "learning", "`curve` is missing"),
        ("learning: {curve: linear, rate: 80 %}", "learning.curve", "must be `crawford` or `wright`"),
        ("learning: {curve: wright, rate: 80 %, until: 0}", "learning.until", "must be at least 1"),
        ("learning: 80 %", "learning", "must be a mapping"),
        ("fatigue: {most: 1, half_tired: 1 h}", "fatigue", "`half_rested` is missing"),
        ("fatigue: {most: 1, half_tired: 1 h, half_rested: 1 h, off: x}", "fatigue.off", "no field `off`"),
    ],
)
def test_form(text: str, path: str, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        loads(f"crews: {{all: {{man: {{does: x, {text}}}}}}}")
    assert caught.value.problems[0].path == f"crews.all.man.{path}"
    assert message in caught.value.problems[0].message
