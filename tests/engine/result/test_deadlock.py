"""A deadlock is reported with the ring by name (rule 10)."""

from __future__ import annotations

from hewer.engine.compile.program import compile_model
from hewer.engine.result.deadlock import ring
from hewer.engine.run import run_replications
from hewer.model.reading.document import loads

RING = """
title: ring
stocks: {a: {start: 1, capacity: 1}, b: {start: 1, capacity: 1}}
sources:
  more_a: {to: a, every: 30 s, limit: 1, when_full: lose}
  more_b: {to: b, every: 30 s, limit: 1, when_full: lose}
activities:
  forth: {takes: {a: 1}, gives: {b: 1}, time: 1 min, blocking: after}
  back: {takes: {b: 1}, gives: {a: 1}, time: 1 min, blocking: after}
crews: {two: {x: {does: forth}, y: {does: back}}}
terms: {shift: 1 h}
"""

SHARED = """
title: one man for two posts
stocks: {a: {start: 3}, b: {capacity: 1}, c: {sink: yes}}
activities:
  fill: {takes: {a: 1}, gives: {b: 1}, time: 1 min, blocking: after, priority: 1}
  empty: {takes: {b: 1}, gives: {c: 1}, time: 1 min}
crews: {one: {man: {does: [fill, empty]}}}
terms: {shift: 1 h}
"""


def run(text):
    compiled = compile_model(loads(text))
    return compiled, run_replications(compiled.program, seed=1)


def test_a_ring_of_full_stocks_names_its_works():
    compiled, data = run(RING)
    assert data.deadlock[0] == 60 * 10**9
    assert ring(compiled, data.lacks[0]) == (
        "`forth` is done and waits for room in `b`, which `back` would empty; "
        "`back` is done and waits for room in `a`, which `forth` would empty"
    )


def test_a_man_who_holds_what_would_empty_the_stock_is_named():
    compiled, data = run(SHARED)
    assert data.deadlock[0] == 120 * 10**9
    assert ring(compiled, data.lacks[0]) == (
        "`fill` is done and waits for room in `b`, which `empty` would empty if `fill` did not hold a `man`"
    )


def test_without_a_deadlock_nothing_lacks_room():
    _, data = run(RING.replace("limit: 1", "limit: 0"))
    assert data.deadlock[0] == -1
    assert (data.lacks == -1).all()
