"""Patience: each finding of the checks, and what is refused."""

from __future__ import annotations

import pytest

from hewer.errors import ModelError
from hewer.model.checking.check import check
from hewer.model.document.writing import dump
from hewer.model.reading.document import loads
from hewer.model.show import mermaid

TEXT = """
title: leaving
places: {{window: {{count: 2}}}}
stocks:
  line: {{{fields}}}
  sand: {{unit: t}}
  other: {{}}
  at_window: {{at: window}}
  done: {{sink: yes}}
sources: {{s: {{to: line, every: 1 min}}, t: {{to: sand, every: 1 min, amount: 1 t}}}}
activities:
  serve: {{takes: {{line: 1}}, gives: {{done: 1, other: 1, first(at_window): 1}}, time: 1 min}}
  dig: {{takes: {{sand: 1 t}}, time: 1 min}}
  move: {{takes: {{other: 1}}, gives: {{done: 1}}, time: 1 min}}
  look: {{at: window, takes: {{at_window: 1}}, gives: {{done: 1}}, time: 1 min}}
crews: {{all: {{man: {{does: [serve, dig, move, look]}}}}}}
terms: {{shift: 24 h}}
"""


def findings(fields: str) -> list[tuple[str, str, str, str]]:
    return [(one.level, one.path, one.code, one.message) for one in check(loads(TEXT.format(fields=fields)))]


@pytest.mark.parametrize(
    "fields",
    [
        "leaves: {after: 5 min, to: done}",
        "leaves: {after: gamma(mean=5 min, cv=1), when: other > 3, to: other}",
        "leaves: {when: now > 3 h or sand > 2 t, to: last(at_window)}",
        "leaves: {after: 1 min * line, to: done}, capacity: 4, order: lifo",
    ],
)
def test_what_is_right_is_clean_and_reads_back(fields):
    text = TEXT.format(fields=fields).replace("to: line, every", "to: line, when_full: lose, every")
    assert check(loads(text)) == ()
    assert loads(dump(loads(text))) == loads(text)


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ("leaves: 5 min", "stocks.line.leaves", "must be a mapping"),
        ("leaves: {after: 5 min}", "stocks.line.leaves", "the field `to` is missing"),
        ("leaves: {to: done}", "stocks.line.leaves", "must say when items leave"),
        ("leaves: {aftr: 5 min, to: done}", "stocks.line.leaves.aftr", "no field `aftr`"),
    ],
)
def test_a_wrong_form_is_refused(fields, path, words):
    with pytest.raises(ModelError) as caught:
        loads(TEXT.format(fields=fields))
    problem = caught.value.problems[0]
    assert problem.path == path
    assert words in problem.message


@pytest.mark.parametrize(
    ("fields", "level", "path", "code", "words"),
    [
        ("leaves: {after: 5 t, to: done}", "error", "after", "dimension", "must be a patience in h"),
        ("leaves: {after: 0 min, to: done}", "error", "after", "negative", "more than 0"),
        ("leaves: {after: nobody, to: done}", "error", "after", "unknown-name", "nobody"),
        ("leaves: {after: at_window * 1 min, to: done}", "error", "after", "selector", "members of `window`"),
        ("leaves: {when: line, to: done}", "error", "when", "expression", "must be a condition"),
        ("leaves: {when: line > exponential(3), to: done}", "error", "when", "expression", "is random"),
        ("leaves: {when: now > line * 1 h, to: done}", "warning", "when", "clock-guard", "not linear"),
        ("leaves: {after: 5 min, to: dne}", "error", "to", "unknown-name", "no stock `dne`"),
        ("leaves: {after: 5 min, to: line}", "error", "to", "same-stock", "is `line` itself"),
        ("leaves: {after: 5 min, to: sand}", "error", "to", "dimension", "holds t, `line` items"),
        ("leaves: {after: 5 min, to: at_window}", "error", "to", "selector", "members of `window`"),
        ("leaves: {after: 5 min, to: 3 +}", "error", "to", "unknown-name", "does not name a stock"),
    ],
)
def test_each_finding(fields, level, path, code, words):
    (found,) = findings(fields)
    assert found[:3] == (level, f"stocks.line.leaves.{path}", code)
    assert words in found[3]


def test_only_items_that_wait_can_leave():
    text = TEXT.format(fields="")
    for old, what in (("sand: {unit: t}", "holds bulk"), ("done: {sink: yes}", "is a sink")):
        (found,) = check(loads(text.replace(old, old[:-1] + ", leaves: {after: 1 min, to: other}}")))
        assert (found.code, found.level) == ("leaves", "error")
        assert what in found.message


def test_a_stock_that_only_leaving_fills_and_empties_is_no_finding():
    fields = "leaves: {after: 1 min, to: between}"
    text = TEXT.format(fields=fields).replace(
        "  other: {}", "  between: {leaves: {after: 1 min, to: done}}\n  other: {}"
    )
    assert check(loads(text)) == ()


def test_work_that_only_leaving_feeds_can_start():
    text = TEXT.format(fields="leaves: {after: 1 min, to: other}").replace(
        "done: 1, other: 1, first", "done: 1, first"
    )
    assert check(loads(text)) == ()


def test_the_picture_shows_where_they_go():
    lines = mermaid(loads(TEXT.format(fields="leaves: {after: 5 min, when: line > 3, to: done}")))
    assert 'stock_line -.->|"after 5 min, when line &gt; 3"| stock_done' in lines


ROUTED = (
    TEXT.replace("activities:", "kinds: {{job: {{route: [serve], to: done}}}}\nactivities:")
    .replace("{{to: line, every: 1 min}}", "{{to: line, every: 1 min, kind: job}}")
    .replace(
        "serve: {{takes: {{line: 1}}, gives: {{done: 1, other: 1, first(at_window): 1}},",
        "serve: {{takes: {{line: 1}},",
    )
)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ("leaves: {after: 1 min, when: line > 3, to: other}", "stocks.line.leaves.when"),
        ("leaves: {after: 1 min, to: narrow}", "stocks.line.leaves.to"),
    ],
)
def test_what_is_taken_by_step_leaves_in_the_simple_way(fields, path):
    text = ROUTED.format(fields=fields).replace("  other: {}", "  narrow: {capacity: 3}\n  other: {}")
    found = [(one.path, one.code) for one in check(loads(text)) if one.level == "error"]
    assert found == [(path, "leaves")]


def test_patience_may_look_at_the_item():
    fields = "leaves: {after: item.step * 1 min, to: other}"
    assert [one for one in check(loads(ROUTED.format(fields=fields))) if one.level == "error"] == []
