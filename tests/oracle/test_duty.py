"""Rule 11 on calendars, on both engines."""

from __future__ import annotations

import pytest

from hewer.engine.codes import Event
from tests.oracle.test_rules import SHIFT, crew, model

DAY = "terms: {horizon: 20 min}\n"
TURNS = """calendars:
  early: {at: 0 min, lasts: 5 min, every: 10 min}
  late: {at: 5 min, lasts: 5 min, every: 10 min}
"""
BREAK = "terms: {horizon: 10 min, breaks: [{at: 2 min, lasts: 5 min}]}\n"
JOB = "activities: {{make: {{time: 4 min, takes: {{raw: 1}}, gives: {{out: 1}}, overrun: {overrun}}}}}"
STOCKS = "stocks: {raw: {start: 9}, out: {sink: yes}}"


def day(calendars: str, overrun: str, man: str, terms: str = DAY, stocks: str = STOCKS) -> str:
    """Jobs of four minutes for a man with a calendar."""
    return model(calendars, stocks, JOB.format(overrun=overrun), crew(man=f"does: make, {man}"), terms=terms)


@pytest.mark.parametrize(
    ("overrun", "ends", "off"),
    [
        ("finish", [4.0, 8.0, 14.0, 18.0], 4.0),
        ("pause", [4.0, 13.0], 10.0),
        ("stop", [4.0, 14.0], 10.0),
    ],
)
def test_rule_11_work_in_hand_at_the_end_of_a_turn(trace, overrun, ends, off):
    ran = trace(day(TURNS, overrun, "calendar: early"))
    assert ran.times(Event.END) == ends
    assert ran.spent(0, "off") == off
    assert ran.stock("raw")["final"] == 9 - len(ran.of(Event.START)) + len(ran.of(Event.STOP))
    assert sum(ran.run.worker_time[0]) == 20 * 60e9


def test_rule_11_hand_over_to_the_next_shift(trace):
    ran = trace(day(TURNS, "hand_over", "count: 2, calendar: [early, late]"))
    assert ran.times(Event.SUSPEND) == [5.0, 10.0, 15.0]
    assert ran.times(Event.RESUME) == [5.0, 10.0, 15.0]
    assert ran.times(Event.END) == [4.0, 8.0, 12.0, 16.0, 20.0]
    assert ran.team("make")[1] == ["man 1", "man 2"]


def test_rule_11_what_nobody_can_go_on_with_waits(trace):
    ran = trace(day(TURNS, "hand_over", "calendar: early"))
    assert (ran.times(Event.SUSPEND), ran.times(Event.RESUME)) == ([5.0, 15.0], [10.0])
    assert ran.times(Event.END) == [4.0, 13.0]


def test_rule_11_hand_over_keeps_what_remains_whatever_an_interruption_does(trace):
    text = day(TURNS, "hand_over, interrupted: lose", "count: 2, calendar: [early, late]")
    assert trace(text).times(Event.END) == [4.0, 8.0, 12.0, 16.0, 20.0]


def test_rule_11_who_takes_over_works_at_his_own_rate(trace):
    text = model(
        TURNS,
        STOCKS,
        JOB.format(overrun="hand_over"),
        crew(slow="does: make, calendar: early", quick="does: make, calendar: late, efficiency: 2"),
        terms=DAY,
    )
    ran = trace(text)
    assert ran.times(Event.END)[:4] == [4.0, 6.5, 8.5, 11.0]


def test_rule_11_the_rest_of_a_team_is_free_when_the_work_is_handed_over(trace):
    text = model(
        TURNS,
        "activities:",
        "  lift: {time: 8 min, people: 2, overrun: hand_over}",
        "  sweep: {time: 1 min, priority: -1}",
        crew(day="does: [lift, sweep]", man="does: lift, calendar: early"),
        terms=DAY,
    )
    ran = trace(text)
    assert ran.times(Event.START, "sweep") == [5.0, 6.0, 7.0, 8.0, 9.0, 15.0, 16.0, 17.0, 18.0, 19.0]
    assert ran.times(Event.END, "lift") == [13.0]


def test_rule_11_at_the_end_of_the_shift_there_is_nobody_to_hand_over_to(trace):
    ran = trace(day(TURNS, "hand_over", "calendar: early + late", SHIFT))
    assert ran.times(Event.PAUSE) == [10.0]
    assert ran.stock("raw")["final"] == 6


def test_rule_11_one_shift_follows_the_other(trace):
    ran = trace(day(TURNS, "stop", "count: 2, calendar: [early, late]"))
    assert ran.times(Event.START) == [0.0, 4.0, 5.0, 9.0, 10.0, 14.0, 15.0, 19.0]
    assert ran.team("make") == [[f"man {k}"] for k in (1, 1, 2, 2, 1, 1, 2, 2)]
    changes = [(tick, b) for tick, _, b, _ in ran.of(Event.DUTY)]
    assert changes == [(5.0, 1), (5.0, 2), (10.0, 2), (10.0, 1), (15.0, 1), (15.0, 2)]


def test_rule_11_who_has_both_is_always_there(trace):
    ran = trace(day(TURNS, "stop", "calendar: early + late"))
    assert ran.times(Event.START) == [0.0, 4.0, 8.0, 12.0, 16.0]
    assert ran.of(Event.DUTY) == []
    assert ran.spent(0, "off") == 0.0


def test_rule_11_days_off_and_turns_begun_before_the_run(trace):
    calendar = "calendars: {night: {at: -3 min, lasts: 5 min, every: 6 min, days_off: 2, week: 3}}"
    ran = trace(day(calendar, "pause", "calendar: night"))
    changes = [(tick, b) for tick, _, b, _ in ran.of(Event.DUTY)]
    assert changes == [
        (2.0, 1),
        (9.0, 2),
        (14.0, 1),
        (15.0, 2),
    ]  # at 20 the horizon
    assert ran.times(Event.PAUSE) == [2.0, 14.0]
    assert ran.times(Event.END) == [11.0, 16.0, 20.0]


@pytest.mark.parametrize(("work", "ends"), [("pause", [5.0, 9.0]), ("finish", [4.0, 8.0])])
def test_rule_11_breaks_of_a_turn(trace, work, ends):
    rest = f"{{at: 3 min, lasts: 1 min, work: {work}}}"
    calendar = f"calendars: {{day: {{at: 0 min, lasts: 10 min, breaks: [{rest}]}}}}"
    ran = trace(day(calendar, "stop", "calendar: day", SHIFT))
    assert ran.times(Event.END) == ends
    assert ran.spent(0, "rest") == (1.0 if work == "pause" else 0.0)


def test_rule_11_a_team_waits_for_its_member(trace):
    text = model(
        TURNS,
        "activities: {lift: {time: 8 min, people: 2, overrun: pause}}",
        crew(day="does: lift", man="does: lift, calendar: early"),
        terms=DAY,
    )
    ran = trace(text)
    assert ran.times(Event.END) == [13.0]
    assert (ran.spent(0, "partner"), ran.spent(1, "off")) == (10.0, 10.0)


def test_rule_11_a_work_to_be_finished_goes_on_though_its_worker_is_on_a_break(trace):
    text = day(TURNS, "finish", "calendar: early", BREAK)
    ran = trace(text)
    assert (ran.times(Event.PAUSE), ran.times(Event.RESUME), ran.times(Event.END)) == ([2.0], [5.0], [7.0])
    assert (ran.spent(0, "rest"), ran.spent(0, "off")) == (3.0, 3.0)


def test_rule_11_who_comes_during_a_break_begins_with_it(trace):
    text = day(TURNS, "stop", "calendar: late", BREAK)
    ran = trace(text)
    assert ran.times(Event.START) == [7.0]
    assert (ran.spent(0, "off"), ran.spent(0, "rest")) == (5.0, 2.0)


def test_rule_11_walkers_turn_back_at_the_end_of_their_duty(trace):
    text = model(
        TURNS,
        "places: {gate: {}, face: {}, shed: {}}",
        "walk: {gate-face: 6 min, gate-shed: 0 min, shed-face: 1 min}",
        "stocks: {coal: {start: 1}, done: {sink: yes}}",
        "activities: {cut: {at: face, time: 1 min, takes: {coal: 1}, gives: {done: 1}}}",
        crew(man="does: cut, starts_at: gate, calendar: early"),
        terms="terms: {horizon: 30 min}\n",
    )
    ran = trace(text)
    assert ran.times(Event.STOP) == [5.0, 15.0, 25.0]  # from the gate anew each time
    assert ran.stock("coal")["final"] == 1


def test_rule_11_the_blocked_leave(trace):
    text = model(
        TURNS,
        "stocks: {raw: {start: 9}, buffer: {capacity: 1}, out: {sink: yes}}",
        "activities:",
        "  make: {time: 1 min, takes: {raw: 1}, gives: {buffer: 1}, blocking: after}",
        "  use: {time: 6 min, takes: {buffer: 1}, gives: {out: 1}}",
        crew(maker="does: make, calendar: early", user="does: use"),
        terms="terms: {horizon: 12 min}\n",
    )
    ran = trace(text)
    assert ran.times(Event.BLOCK) == [3.0, 11.0]
    assert ran.times(Event.RELEASE) == [7.0]
    assert (ran.spent(0, "blocked", 1), ran.spent(0, "off")) == (2.0 + 1.0, 5.0)


def test_rule_11_what_blocks_after_the_turn_lets_its_worker_go(trace):
    text = model(
        TURNS,
        "stocks: {raw: {start: 9}, buffer: {capacity: 1}}",
        "activities: {make: {time: 3 min, takes: {raw: 1}, gives: {buffer: 1}, blocking: after}}",
        crew(man="does: make, calendar: early"),
        terms="terms: {horizon: 12 min}\n",
    )
    ran = trace(text)
    assert ran.times(Event.BLOCK) == [6.0]
    assert (ran.spent(0, "off"), ran.spent(0, "blocked", 1)) == (4.0, 2.0)
    assert ran.run.deadlock == 10 * 60e9  # until then the man could come, and did


def test_rule_10_works_that_wait_for_people_off_duty_are_no_deadlock(trace):
    text = model(
        TURNS,
        "stocks: {raw: {start: 9}, buffer: {capacity: 1}, out: {sink: yes}}",
        "activities:",
        "  make: {time: 1 min, takes: {raw: 1}, gives: {buffer: 1}, blocking: after}",
        "  use: {time: 1 min, takes: {buffer: 1}, gives: {out: 1}}",
        crew(maker="does: make", user="does: use, calendar: early"),
        terms="terms: {horizon: 9 min}\n",
    )
    ran = trace(text)
    assert ran.times(Event.BLOCK)[-1] == 6.0
    assert ran.run.deadlock == -1


def test_rule_11_sources_and_automatic_works_go_on(trace):
    text = model(
        TURNS,
        "stocks: {raw: {}, half: {}, out: {sink: yes}}",
        "sources: {lorry: {to: raw, every: 1 min}}",
        "activities:",
        "  dry: {time: 1 min, people: 0, takes: {raw: 1}, gives: {half: 1}}",
        "  make: {time: 1 min, takes: {half: 1}, gives: {out: 1}}",
        crew(man="does: make, calendar: late"),
        terms="terms: {horizon: 10 min}\n",
    )
    ran = trace(text)
    assert ran.stock("half")["peak"] == 4
    assert ran.times(Event.START, "make") == [5.0, 6.0, 7.0, 8.0, 9.0]


def test_rule_14_an_idle_spell_that_duty_ends_lacked_what_it_lacked(trace):
    text = model(
        TURNS,
        STOCKS.replace("9", "0"),
        JOB.format(overrun="stop"),
        crew(man="does: make, calendar: early"),
        terms=DAY,
    )
    ran = trace(text)
    assert (ran.spent(0, "material"), ran.spent(0, "off")) == (10.0, 10.0)
