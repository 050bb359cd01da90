"""Rule 16, on both engines."""

from __future__ import annotations

import pytest

from hewer.engine.codes import Event
from hewer.errors import EndlessError
from tests.oracle import shop
from tests.oracle.test_rules import crew, model

HOUR = "terms: {shift: 60 min}\n"


def line(leaves: str, more: str = "", *, time: str = "10 min", amount: int = 3, terms: str = HOUR) -> str:
    """Three come at minute 0, a clerk takes ten minutes for each."""
    return model(
        f"stocks: {{line: {{leaves: {{{leaves}}}}}, home: {{sink: yes}}, done: {{sink: yes}}{more}}}",
        f"sources: {{people: {{to: line, timetable: [1 min], amount: {amount}}}}}",
        f"activities: {{serve: {{time: {time}, takes: {{line: 1}}, gives: {{done: 1}}}}}}",
        crew(clerk="does: serve"),
        terms=terms,
    )


def quits(ran):
    return [(t, round(x / 60e9, 6)) for t, _, _, x in ran.of(Event.QUIT)]


def test_rule_16_who_waits_too_long_leaves(trace):
    ran = trace(line("after: 12 min, to: home"))
    assert ran.times(Event.START) == [1, 11]
    assert quits(ran) == [(13, 12)]
    assert [(a, x / 60e9) for _, a, _, x in ran.of(Event.LEAVE)] == [("2", 10), ("1", 12), ("2", 20)]
    assert (ran.stock("line")["left"], ran.stock("line")["departed"]) == (1, 2)


def test_rule_16_what_becomes_free_at_that_tick_comes_too_late(trace):
    ran = trace(line("after: 10 min, to: home"))
    assert ran.times(Event.START) == [1]
    assert quits(ran) == [(11, 10), (11, 10)]


def test_rule_16_all_leave_while_a_condition_holds(trace):
    ran = trace(line("when: now >= 6 min, to: home"))
    assert quits(ran) == [(6, 5), (6, 5)]
    late = trace(line("when: now >= 6 min, to: home").replace("[1 min]", "[1 min, 30 min]"))
    assert quits(late)[2:] == [(30, 0), (30, 0), (30, 0)]


def test_rule_16_a_condition_is_judged_after_each_start(trace):
    """The second start takes the last ticket: the third goes home at that instant."""
    text = line("when: tickets < 1, to: home", ", tickets: {start: 2}").replace(
        "{line: 1}", "{line: 1, tickets: 1}"
    )
    ran = trace(text)
    assert ran.times(Event.START) == [1, 11]
    assert quits(ran) == [(11, 10)]


def test_rule_16_who_finds_no_room_waits_on_until_there_is(trace):
    text = line("after: 2 min, to: porch", ", porch: {capacity: 1}", amount=4)
    text = text.replace(
        "activities: {", "activities: {sweep: {time: 5 min, people: 0, takes: {porch: 1}, uses: broom}, "
    )
    ran = trace(text + "tools: {broom: 1}\n")
    assert ran.times(Event.START, "sweep") == [3, 8, 13]
    assert quits(ran) == [(3, 2), (3, 2), (8, 7)]


def test_rule_16_who_is_overdue_may_still_be_served(trace):
    text = line("after: 2 min, to: porch", ", porch: {capacity: 1}")
    text = text.replace("serve:", "look: {time: 1 min, takes: {porch: 2}}, serve:").replace(
        "does: serve", "does: [serve, look]"
    )
    ran = trace(text)
    assert quits(ran) == [(3, 2)]
    assert ran.times(Event.START) == [1, 11]


def test_rule_16_leaving_frees_room_at_once(trace):
    text = model(
        "stocks: {raw: {start: 2}, line: {capacity: 1, leaves: {after: 7 min, to: home}}, home: {sink: yes},"
        " key: {}}",
        "activities: {make: {time: 2 min, takes: {raw: 1}, gives: {line: 1}, blocking: after},"
        " use: {time: 1 min, takes: {line: 1, key: 1}}}",
        crew(man="does: [make, use]"),
        terms=HOUR,
    )
    ran = trace(text)
    assert ran.times(Event.BLOCK) == [4]
    assert quits(ran) == [(9, 7), (16, 7)]
    assert ran.times(Event.RELEASE) == [9]


@pytest.mark.parametrize("order", ["fifo", "lifo", "priority"])
def test_rule_16_goes_with_every_order(trace, order):
    """Of four who come at 0, 1, 2 and 15, the second and third leave; the others are served."""
    text = model(
        f"stocks: {{line: {{order: {order}, leaves: {{after: 9 min, to: home}}}}, home: {{sink: yes}}}}",
        "sources: {a: {to: line, timetable: [0 min, 1 min, 15 min]},"
        " b: {to: line, timetable: [2 min], priority: 1}}",
        "activities: {serve: {time: 20 min, takes: {line: 1}}}",
        crew(man="does: serve"),
        terms=HOUR,
    )
    ran = trace(text)
    assert ran.times(Event.START) == [0, 20]
    assert quits(ran) == [(10, 9), (11, 9)]


def test_rule_16_patience_is_keyed_by_the_item_and_its_visits(trace):
    """Each round in the line has a patience of its own; a second line of the same name draws the same."""
    text = model(
        "stocks: {line: {leaves: {after: uniform(1 min, 3 min), to: back}, start: 1}, back: {}}",
        "activities: {again: {time: 0 min, people: 0, takes: {back: 1}, gives: {line: 1}},"
        " serve: {time: 1 min, takes: {line: 2}}}",
        crew(man="does: serve"),
        terms="terms: {horizon: 60 min}\n",
    )
    ran = trace(text)
    waits = [x for _, x in quits(ran)]
    assert len(waits) > 15
    assert len(set(waits)) == len(waits)
    assert all(1 <= wait <= 3 for wait in waits)
    assert waits == [x for _, x in quits(trace(text.replace("serve", "other")))]


def test_rule_16_nobody_leaves_after_the_end_of_the_shift(trace):
    ran = trace(line("after: 5 min, to: home", terms="terms: {shift: 4 min, horizon: 60 min}\n"))
    assert quits(ran) == []
    assert ran.stock("line")["final"] == 2


def test_rule_16_a_ring_without_an_end_is_an_error(trace):
    text = model(
        "stocks: {a: {start: 1, leaves: {when: now >= 1 min, to: b}},"
        " b: {leaves: {when: now >= 1 min, to: a}}}",
        "activities: {serve: {time: 1 min, takes: {a: 2}}}",
        crew(man="does: serve"),
        "limits: {starts_per_instant: 50}",
    )
    with pytest.raises((EndlessError, shop.EndlessError)):
        trace(text)
    with pytest.raises((EndlessError, shop.EndlessError)):
        trace(text.replace("when: now >= 1 min", "after: 0 min"))


def test_rule_9_who_is_taken_does_not_lose_patience(trace):
    text = model(
        "places: {here: {}, there: {}}",
        "walk: {here-there: 9 min}",
        "stocks: {line: {start: 2, leaves: {after: 5 min, to: home}}, home: {sink: yes}}",
        "activities: {serve: {time: 1 min, at: there, takes: {line: 1}}}",
        crew(man="does: serve, starts_at: here"),
        terms=HOUR,
    )
    ran = trace(text)
    assert ran.times(Event.BEGIN) == [9]
    assert quits(ran) == [(5, 5)]


def test_rule_13_the_warm_up_begins_the_count_of_those_who_left(trace):
    ran = trace(
        line("after: 3 min, to: home", terms="terms: {horizon: 60 min, warm_up: 20 min}\n").replace(
            "[1 min]", "[1 min, 30 min]"
        )
    )
    assert len(quits(ran)) == 4
    assert ran.stock("line")["left"] == 2
