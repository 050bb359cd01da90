"""Rule 17, on both engines: members of a family taken together, and takes that go with fewer after a time."""

from __future__ import annotations

import pytest

from hewer.engine.codes import Event
from tests.oracle.test_rules import crew, model

HOUR = "terms: {shift: 60 min}\n"


def orders(serve: str, *, ready: str = "", extra: str = "", terms: str = HOUR) -> str:
    """Two orders of three dishes each, cooked by two; the second order comes a minute later."""
    return model(
        f"stocks: {{orders: {{}}, dishes: {{}}, ready: {{{ready}}}, served: {{sink: yes}}}}",
        "sources: {guests: {to: orders, timetable: [0 min, 1 min]}}",
        "activities:",
        "  split: {takes: {orders: 1}, gives: {dishes: 3}, people: 0, time: 0 min}",
        "  cook: {takes: {dishes: 1}, gives: {ready: 1}, time: 5 min}",
        f"  serve: {{takes: {{{serve}}}, gives: {{served: 1}}, people: 0, time: 0 min}}",
        *([extra] if extra else []),
        crew(cook="count: 2, does: cook"),
        terms=terms,
    )


def leaves(ran):
    return [(t, x / 60e9) for t, _, _, x in ran.of(Event.LEAVE)]


def test_rule_17_all_of_a_family_go_together(trace):
    """Dishes are ready at 5, 5, 10 (and one of the second order), 15, 15: orders leave at 10 and 15."""
    ran = trace(orders("ready: all of family"))
    assert ran.times(Event.START, "serve") == [10, 15]
    assert leaves(ran) == [(10, 10), (15, 14)]
    assert ran.stock("ready")["departed"] == 6


def test_rule_17_a_number_of_one_family(trace):
    """The first two of an order go at once; its third waits for ever."""
    ran = trace(orders("ready: 2 of family"))
    assert ran.times(Event.START, "serve") == [5, 15]
    assert ran.stock("ready")["final"] == 2


def test_rule_17_without_family_orders_are_mixed(trace):
    ran = trace(orders("ready: 3"))
    assert ran.times(Event.START, "serve") == [10, 15]
    assert leaves(ran) == [(10, 10), (15, 15)] or leaves(ran) == [(10, 10), (15, 14)]
    mixed = trace(orders("ready: 2"))
    assert mixed.times(Event.START, "serve") == [5, 10, 15]


def test_rule_17_the_first_complete_in_the_order_of_the_stock_goes(trace):
    """Both are complete when the waiter comes at 20: by fifo the first goes first, by lifo the second."""
    rest = "terms: {shift: 60 min, breaks: [{at: 0 min, lasts: 20 min, roles: [waiter]}]}\n"
    for order, times in (("fifo", [21, 21]), ("lifo", [20, 22])):
        text = orders("ready: all of family", ready=f"order: {order}", terms=rest)
        text = text.replace("gives: {served: 1}, people: 0, time: 0 min", "gives: {served: 1}, time: 1 min")
        text = text.replace("does: cook}}", "does: cook}, waiter: {does: serve}}")
        assert [x for _, x in leaves(trace(text))] == times, order


def test_rule_17_a_family_may_wait_in_several_stocks(trace):
    text = model(
        "stocks: {orders: {start: 2}, body: {}, wheels: {}, fitted: {}, done: {sink: yes}, tray: {start: 5}}",
        "activities:",
        "  split: {takes: {orders: 1}, gives: {body: 1, wheels: 4}, people: 0, time: 0 min, uses: saw}",
        "  paint: {takes: {body: 1}, gives: {fitted: 1}, time: 7 min}",
        "  join: {takes: {fitted: 1 of family, wheels: 4 of family, tray: 1}, gives: {done: 1}, people: 0,"
        " time: 1 min}",
        "tools: {saw: 1}",
        crew(painter="does: paint"),
        terms=HOUR,
    )
    ran = trace(text)
    assert ran.times(Event.START, "join") == [7, 14]
    assert [x for _, x in leaves(ran)] == [8, 15]
    assert len(ran.of(Event.CLOSE)) == 2
    assert ran.stock("tray")["final"] == 3


def test_rule_17_a_member_that_ends_elsewhere_completes_the_rest(trace):
    """One dish of each order is thrown away: the others go when it is."""
    text = orders("ready: all of family").replace(
        "gives: {ready: 1}, time: 5 min}",
        "outcomes: {good: {chance: 50 %, gives: {ready: 1}}, burnt: {chance: rest}}, time: 5 min}",
    )
    ran = trace(text, seed=3)
    burnt = 6 - ran.stock("ready")["arrived"]
    assert 0 < burnt < 6
    assert ran.stock("ready")["final"] == 0
    assert ran.stock("ready")["departed"] == 6 - burnt


def test_rule_17_who_leaves_the_family_is_not_waited_for(trace):
    """Patience takes one of a pair away: `all of family` takes the other alone, once it is alone."""
    text = model(
        "stocks: {pairs: {start: 1}, a: {leaves: {after: 5 min, to: gone}}, b: {}, gone: {sink: yes},"
        " done: {sink: yes}}",
        "activities:",
        "  split: {takes: {pairs: 1}, gives: {a: 1, b: 1}, people: 0, time: 0 min}",
        "  take: {takes: {b: all of family}, gives: {done: 1}, people: 0, time: 0 min}",
        terms="terms: {horizon: 60 min}\n",
    )
    assert trace(text).times(Event.START, "take") == [5]


BATCH = "oven: {takes: {line: 3 .. 4 within 10 min}, gives: {done: taken(line)}, people: 0, time: 1 min}"


def batches(trace, times: str, order: str = "fifo", fields: str = ""):
    text = model(
        f"stocks: {{line: {{order: {order}{fields}}}, home: {{sink: yes}}, done: {{sink: yes}}}}",
        f"sources: {{s: {{to: line, timetable: {times}}}}}",
        f"activities: {{{BATCH}}}",
        terms="terms: {horizon: 60 min}\n",
    )
    ran = trace(text)
    ends = ran.times(Event.END)
    return ran.times(Event.START), [sum(1 for t, _ in leaves(ran) if t == end) for end in ends]


@pytest.mark.parametrize(
    ("times", "starts", "sizes"),
    [
        ("[0 min, 1 min, 2 min]", [2], [3]),
        ("[0 min, 1 min]", [10], [2]),
        ("[0 min]", [10], [1]),
        ("[0 min, 10 min]", [10], [2]),
        ("[0 min, 4 min, 20 min, 21 min, 22 min, 23 min, 24 min]", [10, 22, 33], [2, 3, 2]),
    ],
)
def test_rule_17_a_batch_goes_with_fewer_after_a_time(trace, times, starts, sizes):
    assert batches(trace, times) == (starts, sizes)


def test_rule_17_the_time_counts_from_the_one_who_waits_longest(trace):
    assert batches(trace, "[0 min, 9 min]", "lifo") == ([10], [2])


def test_rule_17_who_leaves_takes_his_waiting_with_him(trace):
    found = batches(
        trace, "[0 min, 4 min]", fields=", leaves: {when: now >= 3 min and now < 3.5 min, to: home}"
    )
    assert found == ([14], [1])


def test_rule_17_the_time_is_the_since_of_the_take(trace):
    """A batch whose time was up at 10 goes before an item that came at 11, when the man comes back at 15."""
    text = model(
        "stocks: {line: {}, other: {}, token: {start: 1}}",
        "sources: {s: {to: line, timetable: [0 min, 12 min]}, t: {to: other, timetable: [11 min]}}",
        "activities: {batch: {takes: {line: 2 .. 3 within 10 min}, time: 1 min},"
        " single: {takes: {other: 1}, time: 1 min}, busy: {takes: {token: 1}, time: 15 min}}",
        crew(man="does: [busy, single, batch]"),
        terms=HOUR,
    )
    assert [name for _, name in trace(text).starts()] == ["busy", "batch", "single"]
