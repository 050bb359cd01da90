"""Arrivals by the rules of ``docs/semantics.md``, on both engines."""

from __future__ import annotations

import numpy as np
import pytest

from hewer.engine.codes import Event
from hewer.errors import BadNumberError
from tests.oracle import shop
from tests.oracle.test_rules import crew, model

SERVE = "activities: {serve: {time: 100 min, takes: {line: 1}, gives: {done: 1}}}"
HOUR = "terms: {shift: 60 min}\n"


def arrivals(trace, source: str, stocks: str = "", terms: str = HOUR):
    text = model(
        f"stocks: {{line: {{}}, done: {{sink: yes}}{stocks}}}",
        f"sources: {{s: {{to: line, {source}}}}}",
        SERVE,
        crew(man="does: serve"),
        terms=terms,
    )
    return trace(text)


def test_rule_7_a_timetable_is_kept_to_the_tick(trace):
    ran = arrivals(trace, "timetable: {at: {0 min: 2, 7 min: 1, 8 min: 0}, every: 20 min}")
    assert [(t, x) for t, _, _, x in ran.of(Event.ARRIVE)] == [
        (0, 2), (7, 1), (8, 0), (20, 2), (27, 1), (28, 0), (40, 2), (47, 1), (48, 0),
    ]  # fmt: skip


def test_rule_7_a_timetable_ends_where_it_does_not_begin_again(trace):
    ran = arrivals(trace, "timetable: [3 min, 3 min, 9 min], amount: 2, limit: 2")
    assert [(t, x) for t, _, _, x in ran.of(Event.ARRIVE)] == [(3, 2), (3, 2)]


TABLE = "rate: {table: {0 min: 0/h, 10 min: 600/h, 12 min: 0/h}, every: 20 min}"


def test_rule_7_nothing_comes_while_the_rate_is_zero(trace):
    times = np.array(arrivals(trace, TABLE).times(Event.ARRIVE))
    assert len(times) > 20
    assert set(np.floor(times) % 20) == {10, 11}


def test_rule_7_a_table_inverts_the_integral_of_the_rate(trace):
    """The same unit exponentials, spent at 600/h in [10, 12) of each 20 minutes."""
    spent = np.cumsum(
        [minute % 2 for minute in np.diff([0, *_in_the_open(arrivals(trace, TABLE).times(Event.ARRIVE))])]
    )
    plain = np.array(arrivals(trace, "rate: 600/h", terms="terms: {shift: 6 min}\n").times(Event.ARRIVE))
    number = min(len(spent), len(plain))
    assert np.allclose(spent[:number], plain[:number], atol=1e-9)


def _in_the_open(times):
    """Minutes with a rate until each time."""
    return [2 * (t // 20) + min(2, max(0, t % 20 - 10)) for t in times]


def test_rule_7_a_table_of_one_line_is_an_exponential(trace):
    one = arrivals(trace, "rate: 30/h").times(Event.ARRIVE)
    other = arrivals(trace, "every: exponential(2 min)").times(Event.ARRIVE)
    assert one == pytest.approx(other, abs=1e-10)


def test_rule_7_a_rate_may_be_zero_for_ever(trace):
    assert arrivals(trace, "rate: 0/h").times(Event.ARRIVE) == []
    assert arrivals(trace, "rate: {table: {0 h: 0/h}, every: 1 h}").times(Event.ARRIVE) == []
    early = arrivals(trace, "rate: {table: {0 min: 600/h, 5 min: 0/h}}").times(Event.ARRIVE)
    assert early
    assert max(early) < 5


def test_rule_7_candidates_come_by_the_rate_then(trace):
    ran = arrivals(trace, "rate: {value: 'max(0 min, now - 30 min) / 1 min * 10/h', most: 300/h}")
    times = ran.times(Event.ARRIVE)
    assert len(times) > 10
    assert min(times) > 30


def test_rule_7_a_rate_may_look_at_levels(trace):
    """Four of a closed set come and stay: the rate falls to 0, and stays there."""
    ran = arrivals(
        trace, "rate: {value: (4 - line) * 100/h, most: 400/h}", terms="terms: {horizon: 90 min}\n"
    )
    assert len(ran.times(Event.ARRIVE)) == 5  # one is at the desk


def test_rule_7_a_rate_above_its_most_is_an_error(trace):
    with pytest.raises((BadNumberError, shop.BadNumberError)):
        arrivals(trace, "rate: {value: now / 1 min * 60/h, most: 100/h}")


def test_rule_5_who_balks_is_gone(trace):
    ran = arrivals(trace, "every: 10 min, first: 0 min, balks: line >= 2, limit: 6")
    assert [t for t, _, _, _ in ran.of(Event.BALK)] == [30, 40, 50]
    assert ran.stock("line")["arrived"] == 3
    assert ran.run.source == [{"arrived": 6, "lost": 0, "balked": 3, "diverted": 0}]


def test_rule_5_who_balks_goes_as_far_as_there_is_room(trace):
    ran = arrivals(
        trace,
        "timetable: [1 min, 2 min], amount: 3, balks: {when: 100 %, to: next}",
        ", next: {capacity: 4}",
    )
    assert [(t, x) for t, _, _, x in ran.of(Event.DIVERT)] == [(1, 3), (2, 1)]
    assert [(t, x) for t, _, _, x in ran.of(Event.LOST)] == [(2, 2)]
    assert ran.run.source == [{"arrived": 6, "lost": 2, "balked": 6, "diverted": 4}]


def test_rule_5_what_finds_no_room_goes_elsewhere(trace):
    text = model(
        "stocks: {line: {capacity: 2}, next: {capacity: 2}, done: {sink: yes}}",
        "sources: {s: {to: line, timetable: [1 min], amount: 6, when_full: {to: next}}}",
        SERVE,
        crew(man="does: serve"),
        terms=HOUR,
    )
    ran = trace(text)
    assert [(b, x) for _, _, b, x in ran.of(Event.DIVERT)] == [(1, 2)]
    assert [(b, x) for _, _, b, x in ran.of(Event.LOST)] == [(0, 2)]
    assert ran.run.source == [{"arrived": 6, "lost": 2, "balked": 0, "diverted": 2}]


def test_rule_5_a_chance_outside_0_to_1_is_an_error(trace):
    with pytest.raises((BadNumberError, shop.BadNumberError)):
        arrivals(trace, "every: 1 min, balks: line * 2")


def test_rule_12_a_file_may_state_amounts_and_priorities(trace, tmp_path):
    (tmp_path / "log.csv").write_text("t,n,p\n1,2,0\n2,1,5\n3,1,0\n")
    text = model(
        "stocks: {line: {order: priority}, done: {sink: yes}}",
        f"sources: {{s: {{to: line, from_file: {{file: {tmp_path / 'log.csv'}, time: t, unit: min, amount: n,"
        " priority: p}}}",
        "activities: {serve: {time: 4 min, takes: {line: 1}, gives: {done: 1}}}",
        crew(man="does: serve"),
        terms=HOUR,
    )
    ran = trace(text)
    leaves = [(t, round(x / 60e9)) for t, _, _, x in ran.of(Event.LEAVE)]
    assert leaves == [(5, 4), (9, 7), (13, 12), (17, 14)]
