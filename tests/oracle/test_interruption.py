"""Rule 8 of ``docs/semantics.md``, interruption, on small models and both engines."""

from __future__ import annotations

import pytest

from hewer.engine.codes import Event
from tests.oracle.test_rules import crew, model

ALARM = """
stocks: {jobs: {start: 1}, calls: {}, done: {sink: yes}}
sources: {alarm: {to: calls, every: 100 min, first: 2 min}}
"""


def activities(slow: str = "", urgent: str = "", more: str = "") -> str:
    return (
        f"activities: {{slow: {{takes: {{jobs: 1}}, gives: {{done: 1}}, time: 5 min, {slow}}},"
        f" urgent: {{takes: {{calls: 1}}, time: 3 min, priority: 1, preempts: yes, {urgent}}}{more}}}"
    )


def both(count: int = 1, **roles: str) -> str:
    return crew(man=f"count: {count}, does: [slow, urgent]", **roles)


def test_rule_8_urgent_work_interrupts_and_the_rest_is_done_later(trace):
    ran = trace(model(ALARM, activities(), both(), terms="terms: {shift: 20 min}"))
    assert ran.times(Event.SUSPEND, "slow") == [2.0]
    assert ran.times(Event.RESUME, "slow") == [5.0]
    assert ran.times(Event.END, "slow") == [8.0]
    assert ran.spent(0, "working", 0) == 5.0
    assert ran.spent(0, "working", 1) == 3.0
    assert [row["interrupted"] for row in ran.run.instance] == [1, 0, 0]


@pytest.mark.parametrize(("rule", "ends"), [("resume", [8.0]), ("restart", [10.0]), ("lose", [])])
def test_rule_8_what_is_interrupted_does_as_its_activity_says(trace, rule, ends):
    ran = trace(model(ALARM, activities(f"interrupted: {rule}"), both(), terms="terms: {shift: 20 min}"))
    assert ran.times(Event.END, "slow") == ends
    assert ran.times(Event.LOSE, "slow") == ([2.0] if rule == "lose" else [])
    assert ran.run.inside == 0
    assert ran.stock("done")["arrived"] == len(ends)


def test_rule_8_redrawn_content_is_another_draw(trace):
    text = model(ALARM, activities("interrupted: redraw"), both(), terms="terms: {shift: 200 min}")
    text = text.replace("time: 5 min", "time: uniform(4 min, 50 min)")
    restarted = trace(text.replace("redraw", "restart")).times(Event.END, "slow")[0] - 5.0
    redrawn = trace(text).times(Event.END, "slow")[0] - 5.0
    plain = trace(text.replace("preempts: yes, ", "")).times(Event.END, "slow")[0]
    assert restarted == pytest.approx(plain)
    assert redrawn != pytest.approx(plain)


def test_rule_8_anyone_who_can_goes_on(trace):
    text = model(
        ALARM, activities(), both(helper="does: [slow, rest]"), terms="terms: {shift: 20 min}"
    ).replace("}}\ncrews", "}, rest: {takes: {token: 1}, time: 3 min}}\ncrews")
    text = text.replace("calls: {}", "calls: {}, token: {start: 1}")
    ran = trace(text)
    assert ran.team("slow") == [["man", "helper"]]
    assert ran.times(Event.RESUME, "slow") == [3.0]


def test_rule_8_an_owner_goes_on_with_his_own_work(trace):
    text = model(
        ALARM,
        activities("resumed_by: owner"),
        both(helper="does: [slow]"),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert ran.team("slow") == [["man", "man"]]
    assert ran.times(Event.RESUME, "slow") == [5.0]


def test_rule_8_owners_wait_for_one_another(trace):
    text = model(
        ALARM.replace("jobs: {start: 1}", "jobs: {start: 1}, late: {start: 1}"),
        activities("people: 2, resumed_by: owner", "people: 1", ", long: {takes: {late: 1}, time: 1 min}"),
        crew(man="does: [slow, urgent]", mate="does: [slow, long]"),
        terms="terms: {shift: 20 min}",
    ).replace("priority: 1", "priority: 2")
    ran = trace(text)
    assert ran.starts() == [(0.0, "slow"), (2.0, "urgent"), (2.0, "long")]
    assert ran.times(Event.RESUME, "slow") == [5.0]
    assert ran.spent(1, "partner") == 2.0


def test_rule_8_the_interrupted_does_not_fall_behind_those_who_came_later(trace):
    text = model(ALARM.replace("start: 1", "start: 3"), activities(), both(), terms="terms: {shift: 20 min}")
    ran = trace(text)
    assert ran.times(Event.RESUME, "slow") == [5.0]
    assert ran.starts()[:3] == [(0.0, "slow"), (2.0, "urgent"), (8.0, "slow")]


def test_rule_8_equal_priority_interrupts_nothing(trace):
    ran = trace(model(ALARM, activities("priority: 1"), both(), terms="terms: {shift: 20 min}"))
    assert ran.starts() == [(0.0, "slow"), (5.0, "urgent")]


def test_rule_8_the_lowest_priority_then_the_latest_start_is_interrupted_first(trace):
    text = model(
        ALARM.replace("start: 1", "start: 2").replace("calls: {}", "calls: {}, base: {start: 2}"),
        activities("", "", ", base: {takes: {base: 1}, time: 9 min, priority: -1}"),
        crew(man="count: 4, does: [slow, base, urgent]"),
        terms="terms: {shift: 20 min}",
    )
    alone = trace(text)
    assert [record[1:] for record in alone.of(Event.SUSPEND)] == [("base", 0, 3)]
    three = trace(text.replace("every: 100 min", "amount: 3, every: 100 min"))
    assert [record[1:] for record in three.of(Event.SUSPEND)] == [
        ("base", 0, 3),
        ("base", 0, 2),
        ("slow", 0, 1),
    ]


def test_rule_8_a_team_is_completed_from_several_works(trace):
    text = model(
        ALARM.replace("start: 1", "start: 2"),
        activities("", "people: 3"),
        both(3),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert ran.times(Event.SUSPEND) == [2.0, 2.0]
    assert ran.team("urgent") == [["man 3", "man 2", "man 1"]]


def test_rule_8_where_it_is_not_enough_nothing_is_interrupted(trace):
    text = model(
        ALARM.replace("calls: {}", "calls: {}, firm: {start: 1}"),
        activities("", "people: 2", ", firm: {takes: {firm: 1}, time: 4 min, priority: 1}"),
        crew(man="count: 2, does: [slow, firm, urgent]"),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert ran.times(Event.SUSPEND) == [4.0]
    assert ran.starts()[-1] == (4.0, "urgent")


def test_rule_8_tools_are_taken_too(trace):
    text = model(
        ALARM,
        "tools: {saw: 1}",
        activities("uses: saw", "uses: saw, people: 0"),
        crew(man="does: slow"),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert ran.times(Event.SUSPEND, "slow") == [2.0]
    assert ran.times(Event.RESUME, "slow") == [5.0]
    assert ran.spent(0, "tool") == 3.0


def test_rule_8_works_on_the_way_are_interrupted_when_they_begin(trace):
    text = model(
        ALARM.replace("stocks: {jobs: {start: 1}", "stocks: {jobs: {start: 1}"),
        "places: {hut: {}, face: {}}",
        "walk: {hut-face: 3 min}",
        activities("at: face"),
        crew(man="does: [slow, urgent], starts_at: hut"),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert ran.times(Event.BEGIN, "slow") == [3.0]
    assert ran.times(Event.SUSPEND, "slow") == [3.0]
    assert ran.times(Event.RESUME, "slow") == [6.0]
    assert ran.times(Event.END, "slow") == [11.0]


def test_rule_8_who_goes_on_walks_there(trace):
    text = model(
        ALARM,
        "places: {hut: {}, face: {}}",
        "walk: {hut-face: 3 min}",
        activities("at: face"),
        crew(man="does: [slow, urgent], starts_at: face", mate="does: [slow, rest], starts_at: hut"),
        terms="terms: {shift: 20 min}",
    ).replace("}}\ncrews", "}, rest: {takes: {token: 1}, time: 2.5 min}}\ncrews")
    ran = trace(text.replace("calls: {}", "calls: {}, token: {start: 1}"))
    assert ran.times(Event.RESUME, "slow") == [2.5]
    assert ran.times(Event.BEGIN, "slow") == [5.5]
    assert ran.times(Event.END, "slow") == [8.5]
    assert ran.spent(1, "walking") == 3.0


def test_rule_8_a_blocked_work_is_not_interrupted(trace):
    text = model(
        ALARM.replace("done: {sink: yes}", "done: {capacity: 1, start: 1}"),
        activities("blocking: after").replace("time: 5 min", "time: 1 min"),
        both(),
        terms="terms: {shift: 20 min}",
    )
    assert trace(text).times(Event.SUSPEND) == []


@pytest.mark.parametrize(
    ("overrun", "inside", "stops"), [("finish", 1, []), ("pause", 1, []), ("stop", 1, [4.0])]
)
def test_rule_11_what_becomes_of_the_suspended_at_the_end(trace, overrun, inside, stops):
    text = model(ALARM, activities(f"overrun: {overrun}"), both(), terms="terms: {shift: 4 min}")
    ran = trace(text)
    assert ran.times(Event.STOP, "slow") == stops
    assert ran.run.inside == inside
    assert ran.stock("jobs")["final"] == len(stops)


def test_rule_14_what_a_preemption_ends_is_charged_to_people(trace):
    text = model(ALARM, activities("", "people: 2"), crew(man="does: [slow, urgent]", mate="does: urgent"))
    assert trace(text).spent(1, "people") == 2.0


def test_rule_5_going_on_at_no_time_counts_against_the_limit(trace):
    """Each preemption starts work of a higher priority, so that chains of them come to an end."""
    text = model(
        ALARM.replace("calls: {}", "calls: {}, more: {}").replace(
            "sources: {", "sources: {bell: {to: more, every: 100 min, first: 2 min},"
        ),
        activities("", "", ", topmost: {takes: {more: 1}, time: 1 min, priority: 2, preempts: yes}"),
        crew(man="does: [slow, urgent, topmost]"),
        terms="terms: {shift: 20 min}",
    )
    ran = trace(text)
    assert ran.starts() == [(0.0, "slow"), (2.0, "topmost"), (3.0, "urgent")]
    assert ran.times(Event.RESUME) == [6.0]
