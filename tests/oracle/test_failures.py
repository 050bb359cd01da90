"""Rules 5 and 8 of ``docs/semantics.md``, failures and absences, on small models and both engines."""

from __future__ import annotations

import pytest

from hewer.engine.codes import Event
from tests.oracle.test_rules import crew, model

LATHE = """
stocks: {jobs: {start: 9}, done: {sink: yes}}
"""


def tool(fails: str, count: int = 1) -> str:
    return f"tools: {{lathe: {{count: {count}, fails: {{{fails}}}}}}}"


def turn(fields: str = "", more: str = "") -> str:
    return (
        "activities: {turn: {takes: {jobs: 1}, gives: {done: 1}, time: 4 min, people: 0, uses: lathe,"
        f" {fields}}}{more}}}"
    )


TWENTY = "terms: {shift: 20 min}"


def test_rule_8_a_unit_fails_by_the_clock_and_mends_itself(trace):
    ran = trace(model(LATHE, tool("every: 6 min, repair: 1 min"), turn(), terms=TWENTY))
    assert ran.times(Event.FAIL) == [6.0, 13.0, 20.0]
    assert ran.times(Event.MEND) == [7.0, 14.0]
    assert ran.times(Event.SUSPEND, "turn") == [6.0, 20.0]
    assert ran.times(Event.END, "turn") == [4.0, 9.0, 13.0, 18.0]
    assert ran.run.hazard == [{"struck": 3, "lost": pytest.approx(2 * 60e9)}]


def test_rule_8_time_in_use_counts_only_work_in_progress(trace):
    """Ten minutes of use: works of 4 minutes, 3 minutes apart."""
    text = model(
        LATHE.replace("jobs: {start: 9}", "jobs: {}"),
        "sources: {post: {to: jobs, every: 7 min, first: 0 min}}",
        tool("every: 10 min, repair: 1 min, counts: use"),
        turn(),
        terms="terms: {shift: 30 min}",
    )
    assert trace(text).times(Event.FAIL) == [7.0 + 7.0 + 2.0]
    clock = trace(text.replace(", counts: use", ""))
    assert clock.times(Event.FAIL) == [10.0, 21.0]


def test_rule_8_time_in_use_stands_still_in_a_break(trace):
    text = model(
        LATHE,
        tool("every: 5 min, repair: 1 min, counts: use"),
        turn().replace("people: 0", "people: 1"),
        crew(man="does: turn"),
        terms="terms: {shift: 12 min, breaks: [{at: 2 min, lasts: 3 min}]}",
    )
    ran = trace(text)
    assert ran.times(Event.FAIL) == [8.0]
    assert ran.spent(0, "tool") == 1.0


def test_rule_8_time_in_use_stands_still_while_blocked(trace):
    text = model(
        LATHE.replace("done: {sink: yes}", "done: {capacity: 1}"),
        tool("every: 9 min, repair: 1 min, counts: use"),
        turn("blocking: after"),
        terms=TWENTY,
    )
    ran = trace(text)
    assert ran.times(Event.BLOCK, "turn") == [8.0]
    assert ran.times(Event.FAIL) == []
    clock = trace(text.replace(", counts: use", ""))
    assert clock.times(Event.FAIL) == [9.0, 19.0]
    assert clock.times(Event.SUSPEND) == []


def test_rule_5_the_end_of_a_work_comes_before_a_failure_at_that_tick(trace):
    for counts in ("clock", "use"):
        ran = trace(
            model(LATHE, tool(f"every: 4 min, repair: 1 min, counts: {counts}"), turn(), terms=TWENTY)
        )
        assert ran.times(Event.END, "turn") == [4.0, 9.0, 14.0, 19.0]
        assert ran.times(Event.SUSPEND) == []
        assert ran.of(Event.FAIL)[0][3] == -1


def test_rule_8_somebody_mends_what_waits_in_down(trace):
    text = model(
        LATHE,
        tool("every: 6 min", 2),
        turn("", ", mend: {takes: {down(lathe): 1}, time: 3 min}"),
        crew(fitter="does: mend"),
        terms=TWENTY,
    )
    ran = trace(text)
    assert ran.times(Event.FAIL) == [6.0, 6.0, 15.0, 18.0]
    assert ran.times(Event.MEND) == [9.0, 12.0, 18.0, 21.0]
    assert ran.stock("down(lathe)")["arrived"] == 4
    assert ran.stock("down(lathe)")["waited"] == pytest.approx(3.0 * 60e9)
    assert ran.spent(0, "working", 1) == 3 * 3.0 + 2.0


def test_rule_8_a_token_may_go_on_before_it_ends(trace):
    text = model(
        LATHE.replace("done:", "found: {}, done:"),
        tool("every: 6 min"),
        turn(
            "",
            ", look: {takes: {down(lathe): 1}, gives: {found: 1}, time: 1 min},"
            " mend: {takes: {found: 1}, time: 2 min}",
        ),
        crew(fitter="does: [look, mend]"),
        terms="terms: {shift: 10 min}",
    )
    assert trace(text).times(Event.MEND) == [9.0]


def test_rule_8_the_free_unit_of_the_lowest_number_is_taken(trace):
    text = model(LATHE, tool("every: 4 min, repair: 30 min, counts: use", 3), turn(), terms=TWENTY)
    ran = trace(text.replace("jobs: {start: 9}", "jobs: {start: 2}"))
    assert [record[2] for record in ran.of(Event.FAIL)] == [0, 1]


def test_rule_8_one_of_several_units_is_enough_to_interrupt(trace):
    text = model(
        LATHE,
        tool("every: 3 min, repair: 1 min, counts: use", 2),
        turn().replace("uses: lathe", "uses: {lathe: 2}"),
        terms="terms: {shift: 10 min}",
    )
    ran = trace(text)
    assert ran.times(Event.FAIL) == [3.0, 3.0, 7.0, 7.0]
    assert ran.times(Event.SUSPEND) == [3.0, 7.0]
    assert ran.times(Event.END) == [5.0, 10.0]


@pytest.mark.parametrize(
    ("rule", "ends", "inside"), [("resume", [5.9], 0), ("restart", [], 1), ("lose", [], 0)]
)
def test_rule_8_what_a_failure_interrupts_does_as_its_activity_says(trace, rule, ends, inside):
    text = model(
        LATHE.replace("start: 9", "start: 1"),
        tool("every: 1 min, repair: 4 min, counts: use"),
        turn(f"interrupted: {rule}").replace("time: 4 min", "time: 1.9 min"),
        terms=TWENTY,
    )
    ran = trace(text)
    assert ran.times(Event.END, "turn") == pytest.approx(ends)
    assert ran.run.inside == inside


def test_rule_8_who_waits_for_a_tool_that_is_down_is_idle_for_want_of_it(trace):
    text = model(
        LATHE,
        tool("every: 6 min, repair: 5 min"),
        turn().replace("people: 0", "people: 1"),
        crew(man="does: turn"),
        terms="terms: {shift: 11 min}",
    )
    assert trace(text).spent(0, "tool") == 5.0


def test_rule_8_a_work_on_the_way_is_interrupted_when_it_begins(trace):
    text = model(
        LATHE,
        "places: {hut: {}, face: {}}",
        "walk: {hut-face: 4 min}",
        tool("every: 2 min, repair: 3 min"),
        turn("at: face").replace("people: 0", "people: 1"),
        crew(man="does: turn, starts_at: hut"),
        terms="terms: {shift: 6 min}",
    )
    ran = trace(text)
    assert ran.times(Event.BEGIN, "turn") == [4.0]
    assert ran.times(Event.SUSPEND, "turn") == [4.0]
    assert ran.times(Event.RESUME, "turn") == [5.0]


def test_rule_8_tools_at_a_set_fail_each_for_itself(trace):
    text = model(
        "places: {bay: {count: 2}}",
        "stocks: {jobs: {at: bay, start: 9}}",
        "tools: {lathe: {at: bay, fails: {every: exponential(6 min)}}}",
        "activities: {turn: {at: bay, takes: {jobs: 1}, time: 1 min, people: 0, uses: lathe},"
        " mend: {at: bay, takes: {down(lathe): 1}, time: 2 min}}",
        crew(man="does: mend"),
        terms="terms: {shift: 60 min}",
    )
    ran = trace(text)
    assert {record[1] for record in ran.of(Event.FAIL)} == {"0", "1"}
    assert ran.stock("down(lathe)[1]")["arrived"] >= 1
    assert ran.stock("down(lathe)[2]")["arrived"] >= 1


def test_rule_11_from_the_end_of_the_shift_on_nothing_fails(trace):
    text = model(LATHE, tool("every: 3 min, repair: 1 min"), turn(), terms="terms: {shift: 2 min}")
    ran = trace(text)
    assert ran.times(Event.FAIL) == []
    assert ran.times(Event.END) == [4.0]


def test_rule_13_failures_and_time_down_restart_at_the_warm_up(trace):
    text = model(
        LATHE, tool("every: 6 min, repair: 4 min"), turn(), terms="terms: {horizon: 20 min, warm_up: 8 min}"
    )
    assert trace(text).run.hazard == [{"struck": 1, "lost": pytest.approx((2 + 4) * 60e9)}]


def absent(fields: str, **more: str) -> str:
    return crew(man=f"does: turn, absent: {{{fields}}}", **more)


def alone(fields: str = "") -> str:
    return turn(fields).replace("people: 0, uses: lathe", "people: 1")


def test_rule_8_who_is_called_away_leaves_his_work_to_others(trace):
    text = model(
        LATHE.replace("start: 9", "start: 1"),
        alone(),
        absent("every: 2 min, lasts: 30 min", mate="does: turn"),
        terms=TWENTY,
    )
    ran = trace(text)
    assert ran.team("turn") == [["man", "mate"]]
    assert ran.times(Event.END, "turn") == [4.0]
    assert ran.spent(0, "absent") == 18.0


def test_rule_8_his_own_work_waits_for_him(trace):
    text = model(
        LATHE.replace("start: 9", "start: 1"),
        alone("resumed_by: owner"),
        absent("every: 2 min, lasts: 3 min", mate="does: turn"),
        terms=TWENTY,
    )
    ran = trace(text)
    assert ran.team("turn") == [["man", "man"]]
    assert ran.times(Event.END, "turn") == [7.0]


def test_rule_8_time_at_work_counts_his_work_only(trace):
    text = model(
        LATHE.replace("jobs: {start: 9}", "jobs: {}"),
        "sources: {post: {to: jobs, every: 7 min, first: 0 min}}",
        alone(),
        absent("every: 6 min, lasts: 1 min, counts: work"),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert [record[0] for record in ran.of(Event.ABSENT) if record[2] == 0] == [9.0, 18.0]


def test_rule_8_time_at_work_counts_what_is_finished_on_a_break(trace):
    text = model(
        LATHE.replace("start: 9", "start: 1"),
        alone().replace("time: 4 min", "time: 20 min"),
        absent("every: 4 min, lasts: 1 min, counts: work"),
        terms="terms: {shift: 40 min, breaks: [{at: 2 min, lasts: 10 min, work: finish}]}",
    )
    ran = trace(text)
    assert [record[0] for record in ran.of(Event.ABSENT) if record[2] == 0] == [4.0, 9.0, 14.0, 19.0]
    assert ran.times(Event.END, "turn") == [22.0]  # only the last two meet him off the break


def test_rule_8_a_break_and_an_absence_overlap(trace):
    text = model(
        LATHE,
        alone(),
        absent("every: 3 min, lasts: 4 min"),
        terms="terms: {shift: 12 min, breaks: [{at: 2 min, lasts: 2 min}]}",
    )
    ran = trace(text)
    assert ran.times(Event.PAUSE) == [2.0]
    assert ran.times(Event.RESUME) == [7.0]
    assert ran.spent(0, "rest") == 1.0
    assert ran.spent(0, "absent") == 4.0 + 2.0


def test_rule_8_an_absence_in_a_blocked_work_begins_when_it_lets_go(trace):
    text = model(
        LATHE.replace("done: {sink: yes}", "done: {capacity: 1, start: 1}"),
        alone("blocking: after"),
        absent("every: 5 min, lasts: 30 min"),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert ran.spent(0, "absent") == 0.0
    assert ran.spent(0, "blocked", 1) == 16.0


def test_rule_2_who_is_absent_is_not_waited_for(trace):
    text = model(
        "activities: {lift: {time: 2 min, people: 2}, sweep: {time: 1 min}}",
        crew(
            man="does: [lift, sweep], choice: listed",
            boss="does: [lift], absent: {every: 3 min, lasts: 30 min}",
        ),
        terms="terms: {shift: 8 min}",
    )
    ran = trace(text)
    assert ran.times(Event.SUSPEND, "lift") == [3.0]
    assert [name for tick, name in ran.starts() if tick >= 3] == ["sweep"] * 5
