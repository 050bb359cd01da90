"""Takes of one family, and takes that go with fewer after a time: each finding of the checks."""

from __future__ import annotations

import pytest

from hewer.model.checking.check import check
from hewer.model.document.writing import dump
from hewer.model.reading.document import loads

TEXT = """
title: together
stocks: {{line: {{{stock}}}, other: {{}}, sand: {{unit: t}}, done: {{sink: yes}}}}
sources:
  s: {{to: line, every: 1 min}}
  t: {{to: other, every: 1 min}}
  u: {{to: sand, every: 1 min, amount: 1 t}}
activities:
  serve: {{takes: {{{takes}}}, gives: {{done: 1}}, time: 1 min}}
  clear: {{takes: {{line: 1, other: 1, sand: 1 t}}, time: 1 min}}
crews: {{all: {{man: {{does: [serve, clear]}}}}}}
terms: {{shift: 8 h}}
"""


def findings(takes: str, stock: str = ""):
    return [
        (one.level, one.path, one.code, one.message)
        for one in check(loads(TEXT.format(takes=takes, stock=stock)))
    ]


@pytest.mark.parametrize(
    ("takes", "stock"),
    [
        ("line: all of family", ""),
        ("line: 3 of family, other: 1", "order: lifo"),
        ("line: 1 of family, other: all of family", "order: priority"),
        ("line: 2 .. 6 within 10 min", "order: lifo"),
    ],
)
def test_what_is_right_is_clean_and_reads_back(takes, stock):
    assert findings(takes, stock) == []
    model = loads(TEXT.format(takes=takes, stock=stock))
    assert loads(dump(model)) == model


@pytest.mark.parametrize(
    ("takes", "stock", "code", "words"),
    [
        ("sand: 1 t of family", "", "family", "only items have families"),
        ("line: all of family", "order: {smallest: item.step}", "family", "is ordered by a value"),
        ("line: 1.5 of family", "", "whole-number", "whole number of items"),
        ("line: 0 of family", "", "negative", "more than 0"),
        ("line: exponential(2) of family", "", "expression", "known before the run"),
        ("sand: 1 t .. 2 t within 5 min", "", "within", "only items wait"),
        ("line: 2 .. 3 within 5 min", "order: priority", "within", "`fifo` and `lifo`"),
        ("line: 2 .. 3 within 5 t", "", "dimension", "must be the time after `within`"),
        ("line: 2 .. 3 within 0 min", "", "negative", "must be more than 0"),
        ("line: 3 .. 2 within 5 min", "", "expression", "from the least to the most"),
    ],
)
def test_each_finding(takes, stock, code, words):
    found = [one for one in findings(takes, stock) if one[0] == "error"]
    assert [(one[1], one[2]) for one in found] == [(f"activities.serve.takes.{takes.split(':')[0]}", code)], (
        found
    )
    assert words in found[0][3]


def test_no_family_is_taken_where_items_go_by_step():
    text = TEXT.format(takes="line: all of family", stock="")
    for old, new in (
        ("activities:", "kinds: {job: {route: [clear], to: done}}\nactivities:"),
        ("{to: line, every: 1 min}", "{to: line, every: 1 min, kind: job}"),
        ("line: 1, other: 1, sand: 1 t", "line: 1"),
    ):
        text = text.replace(old, new)
    found = [(one.path, one.code) for one in check(loads(text)) if one.level == "error"]
    assert found == [("activities.serve.takes.line", "family")]


def test_of_family_belongs_to_takes():
    text = TEXT.format(takes="line: 1", stock="").replace("gives: {done: 1}", "gives: {done: all of family}")
    found = [(one.path, one.code) for one in check(loads(text)) if one.level == "error"]
    assert found == [("activities.serve.gives.done", "expression")]
