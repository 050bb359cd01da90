"""Rule 8 on take-over in a line, on both engines."""

from __future__ import annotations

from hewer.engine.codes import Event
from tests.oracle.test_rules import crew, model

ONE = "flow: [make]\nactivities: {make: {time: 6 min}}"
TWO = """
flow: [cut, sew]
tools: {bench: 1}
activities: {cut: {time: 2 min}, sew: {time: 6 min, uses: bench}}
"""
PAIR = crew(slow="does: [cut, sew]", fast="does: [cut, sew], takes_over: slow")


def test_rule_8_who_is_free_takes_over_and_the_first_begins_anew(trace):
    ran = trace(model(ONE, crew(slow="does: make", fast="does: make, efficiency: 2, takes_over: slow")))
    assert ran.times(Event.START) == [0.0, 0.0, 3.0, 4.5, 6.75, 8.625]
    assert ran.times(Event.TAKE_OVER) == [3.0, 4.5, 6.75, 8.625]
    assert ran.times(Event.END)[:4] == [3.0, 4.5, 6.75, 8.625]
    assert ran.team("make")[:3] == [["fast"], ["slow"], ["slow"]]
    assert (ran.spent(0, "working"), ran.spent(1, "working")) == (10.0, 10.0)


def test_rule_8_a_chain_in_one_instant(trace):
    text = model(
        "stocks: {raw: {start: 3}, out: {sink: yes}}",
        "activities: {make: {time: 6 min, takes: {raw: 1}, gives: {out: 1}}}",
        crew(
            a="does: make",
            b="does: make, takes_over: a, efficiency: 2",
            c="does: make, takes_over: b, efficiency: 3",
        ),
    )
    ran = trace(text)
    workers = [ran.names.workers[b] for _, _, b, _ in ran.of(Event.TAKE_OVER)]
    assert ran.times(Event.TAKE_OVER)[:2] == [2.0, 2.0]
    assert workers[:2] == ["c", "b"]
    assert ran.spent(0, "material") == 8.0  # nothing new is there for the first


def test_rule_8_each_carries_on_what_he_has(trace):
    ran = trace(model(TWO, crew(man="count: 1, does: [cut, sew], takes_over: man")))
    assert ran.starts() == [(0.0, "cut"), (2.0, "sew"), (8.0, "cut")]


def test_rule_8_nobody_leaves_what_he_brought_nor_passes(trace):
    ran = trace(model(TWO, PAIR))
    # the fast one takes the first to the bench; the slow one waits there with the second, done at 2 as well
    assert ran.starts() == [(0.0, "cut"), (0.0, "cut"), (2.0, "sew"), (8.0, "sew"), (8.0, "cut")]
    assert ran.spent(0, "tool") + ran.spent(0, "people") == 6.0
    assert ran.team("sew") == [["fast"], ["fast"]]


def test_rule_8_the_slow_hold_up_the_fast(trace):
    text = model(
        "flow: [cut, sew]",
        "activities: {cut: {time: 2 min}, sew: {time: 4 min}}",
        crew(fast="does: [cut, sew], efficiency: 4", slow="does: [cut, sew], takes_over: fast"),
    )
    ran = trace(text)
    # both cut from 0; the fast one has cut at 0.5 and may not sew before the slow one has come to it, at 2
    assert ran.starts()[:4] == [(0.0, "cut"), (0.0, "cut"), (2.0, "sew"), (2.0, "sew")]
    assert ran.times(Event.END, "sew")[0] == 3.0


def test_rule_8_two_wait_for_one_place_each_with_his_own(trace):
    ran = trace(model(TWO, crew(man="count: 3, does: [cut, sew], takes_over: man")))
    assert ran.starts()[:4] == [(0.0, "cut")] * 3 + [(2.0, "sew")]
    assert ran.starts()[4:] == [(8.0, "sew"), (8.0, "cut")]


def test_rule_8_who_cannot_do_it_waits_until_he_can(trace):
    ran = trace(model(TWO, crew(slow="does: [cut, sew]", fast="does: sew, efficiency: 3, takes_over: slow")))
    assert ran.starts() == [
        (0.0, "cut"), (2.0, "sew"), (2.0, "cut"), (4.0, "sew"), (4.0, "cut"),
        (6.0, "sew"), (6.0, "cut"), (8.0, "sew"), (8.0, "cut"),
    ]  # fmt: skip
    assert ran.times(Event.TAKE_OVER) == []
    assert ran.spent(1, "working", 1) == 8.0


def test_rule_8_he_walks_back_while_the_other_goes_on(trace):
    text = model(
        "places: {near: {}, far: {}}",
        "walk: {near-far: 1 min}",
        "flow: [cut, sew]",
        "activities: {cut: {time: 5 min, at: near}, sew: {time: 1 min, at: far}}",
        crew(
            slow="does: [cut, sew], starts_at: near",
            fast="does: [cut, sew], takes_over: slow, starts_at: near, efficiency: 2.5",
        ),
    )
    ran = trace(text)
    assert ran.times(Event.START, "sew") == [2.0, 4.64, 7.984]
    assert ran.times(Event.GO_BACK) == [3.4, 6.04, 9.384]
    assert ran.times(Event.TAKE_OVER) == [4.4, 7.04]
    assert ran.times(Event.END, "cut")[:3] == [2.0, 4.64, 7.984]


def test_rule_8_a_break_stops_who_is_on_his_way(trace):
    text = model(
        "places: {near: {}, far: {}}",
        "walk: {near-far: 3 min}",
        "stocks: {raw: {start: 1}, half: {at: far, start: 1}}",
        "activities:",
        "  cut: {time: 20 min, at: near, takes: {raw: 1}}",
        "  sew: {time: 1 min, at: far, takes: {half: 1}}",
        crew(slow="does: [cut], starts_at: near", fast="does: [cut, sew], takes_over: slow, starts_at: far"),
        terms="terms: {shift: 10 min, breaks: [{at: 2 min, lasts: 2 min, roles: [fast]}]}\n",
    )
    ran = trace(text)
    assert ran.times(Event.GO_BACK) == [1.0, 4.0]
    assert ran.times(Event.TAKE_OVER) == [7.0]
    assert (ran.spent(1, "walking"), ran.spent(1, "rest")) == (4.0, 2.0)


def test_rule_8_a_paused_work_is_taken_over(trace):
    text = model(
        ONE,
        crew(slow="does: make", fast="does: make, efficiency: 2, takes_over: slow"),
        terms="terms: {shift: 10 min, breaks: [{at: 2 min, lasts: 6 min, roles: [slow]}]}\n",
    )
    ran = trace(text)
    assert ran.times(Event.PAUSE) == [2.0]
    assert ran.times(Event.TAKE_OVER)[0] == 3.0
    assert ran.times(Event.END)[:2] == [3.0, 5.0]
    assert ran.times(Event.RESUME) == []
    assert ran.spent(0, "rest") == 6.0


def test_rule_8_at_the_end_of_a_duty_the_line_goes_on(trace):
    text = model(
        "calendars: {day: {at: 0 min, lasts: 4 min}, night: {at: 4 min, lasts: 6 min}}",
        "stocks: {raw: {start: 1}, out: {sink: yes}}",
        "activities: {make: {time: 6 min, takes: {raw: 1}, gives: {out: 1}, overrun: hand_over}}",
        crew(first="does: make, calendar: day", next="does: make, calendar: night, takes_over: first"),
    )
    ran = trace(text)
    assert (ran.times(Event.SUSPEND), ran.times(Event.RESUME)) == ([4.0], [4.0])
    assert ran.team("make") == [["first", "next"]]
    assert ran.times(Event.END) == [6.0]


def test_rule_8_a_line_goes_on_with_what_urgent_work_interrupted(trace):
    text = model(
        "stocks: {raw: {start: 1}, alarm: {}, out: {sink: yes}}",
        "sources: {bell: {to: alarm, every: 99 min, first: 2 min}}",
        "activities:",
        "  make: {time: 6 min, takes: {raw: 1}, gives: {out: 1}}",
        "  fetch: {time: 1 min, takes: {alarm: 1}, priority: 1, preempts: yes, people: 0, uses: cart}",
        "  carry: {time: 6 min, uses: cart, takes: {alarm: 1}}",
        "tools: {cart: 1}",
        crew(man="count: 2, does: [make, carry], takes_over: man"),
    )
    ran = trace(text)
    assert ran.times(Event.END, "make") == [6.0]
    assert sum(ran.run.worker_time[0]) == sum(ran.run.worker_time[1]) == 10 * 60e9
