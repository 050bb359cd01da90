"""Each finding about calendars: a small model that triggers it and nothing else; and their expansion."""

from __future__ import annotations

import pytest

from hewer.model.checking.check import check
from hewer.model.document import Model, Role
from hewer.model.reading.document import loads
from hewer.model.settling.duty import Plan, calendars_of, turns, union

LATE = "at: 14 h, lasts: 8 h"

CLEAN = """
title: Two shifts
flow: [make, pack]
activities:
  make: {time: 10 min}
  pack: {time: 5 min}
calendars:
  early: {at: 6 h, lasts: 8 h, every: 24 h, days_off: [6, 7], breaks: [{at: 4 h, lasts: 30 min}]}
  late: {at: 14 h, lasts: 8 h, every: 24 h}
  night: {at: -2 h, lasts: 8 h, every: 24 h, week: 8, days_off: 8}
crews:
  one:
    maker: {count: 2, does: make, calendar: [early, late]}
    packer: {does: pack, calendar: early + late}
    watchman: {does: []}
terms: {horizon: 2 week, calendar: night}
measures: {made: arrivals(done), paid: {value: paid(maker), unit: h}, away: "time(packer, off)"}
"""


def test_the_clean_model_is_clean():
    assert check(loads(CLEAN)) == ()


@pytest.mark.parametrize(
    ("old", "new", "level", "code", "path", "words"),
    [
        ("calendar: early + late", "calendar: early + lat", "error", "unknown-name",
         "crews.one.packer.calendar[1]", "Did you mean `late`"),
        ("calendar: night", "calendar: nigt", "error", "unknown-name", "terms.calendar", "`night`"),
        ("at: 14 h", "at: 14 t", "error", "dimension", "calendars.late.at", "mass"),
        (LATE, "at: 14 h, lasts: 0 h", "error", "negative", "calendars.late.lasts", "than 0"),
        (LATE, "at: 14 h, lasts: -8 h", "error", "negative", "calendars.late.lasts", "not be"),
        ("at: 14 h, lasts: 8 h, every: 24 h", "at: 14 h, lasts: 8 h, every: 0 h", "error", "negative",
         "calendars.late.every", "more than 0"),
        (LATE, "at: 14 h, lasts: 25 h", "error", "overlap", "calendars.late.lasts", "next"),
        (LATE, "at: 13 h, lasts: 8 h", "error", "overlap", "crews.one.packer.calendar[1]",
         "`early` and `late` overlap, first at 13 h"),
        ("days_off: [6, 7]", "days_off: [6, 8]", "error", "days-off", "calendars.early.days_off[2]",
         "1 to 7"),
        ("week: 8, days_off: 8", "week: 1, days_off: 1", "error", "days-off", "calendars.night.days_off",
         "no turn"),
        ("at: 6 h, lasts: 8 h, every: 24 h,", "at: 6 h, lasts: 8 h,", "error", "days-off",
         "calendars.early.days_off", "only one turn"),
        ("{at: 4 h, lasts: 30 min}", "{at: 7.6 h, lasts: 30 min}", "error", "break",
         "calendars.early.breaks[1]", "8 h after it begins"),
        ("at: 14 h, lasts: 8 h, every: 24 h", "at: 14 h, lasts: 0.01 s, every: 0.01 s", "error",
         "too-many-turns", "calendars.late", "100,000"),
        ("at: 14 h,", "at: 3 week,", "warning", "never-on-duty", "calendars.late", "nobody"),
        ("terms: {horizon: 2 week, calendar: night}", "terms: {horizon: 2 week}", "note", "unused",
         "calendars.night", "nobody has"),
        ("make: {time: 10 min}", "make: {time: 10 min, overrun: hand_over, resumed_by: owner}", "error",
         "hand-over", "activities.make.resumed_by", "overrun: pause"),
        ("make: {time: 10 min}", "make: {time: 10 min}\n  dry: {time: 1 h, people: 0, overrun: hand_over}",
         "note", "unused", "activities.dry.overrun", "it is automatic"),
        ("count: 2, does: make", "does: make", "warning", "unused", "crews.one.maker.calendar", "1 workers"),
    ],
)  # fmt: skip
def test_each_finding(old, new, level, code, path, words):
    text = CLEAN.replace(old, new, 1)
    assert text != CLEAN
    data = Model.model_validate(_tree(text))
    found = [one for one in check(data) if one.code == code]
    assert [(one.level, one.path) for one in found] == [(level, path)]
    assert words in str(found[0])


def _tree(text):
    import yaml

    return yaml.safe_load(text)


def test_an_activity_whose_people_are_never_there_together():
    text = CLEAN.replace("pack: {time: 5 min}", "pack: {time: 5 min}\n  move: {time: 1 min, people: 2}")
    text = text.replace("does: make, calendar", "does: [make, move], calendar")
    found = [one for one in check(Model.model_validate(_tree(text))) if one.code == "unfilled-post"]
    assert [(one.level, one.path) for one in found] == [("error", "activities.move.people")]
    assert "never on duty together" in found[0].message


def test_turns_begin_before_the_run_and_leave_days_off_out():
    plan = Plan(at=-2, lasts=8, every=24, days_off=frozenset({2}), week=3)
    assert list(turns(plan, 80)) == [(-2, 6), (46, 54), (70, 78)]
    assert list(turns(Plan(at=-9, lasts=8), 80)) == []
    assert list(turns(Plan(at=80, lasts=8), 80)) == []


def test_what_touches_is_one_turn():
    assert union([(4, 6), (0, 2), (2, 3), (5, 9)]) == [(0, 3), (4, 9)]


def test_calendars_begin_again_after_the_last_worker():
    model = Model(activities={"a": {"time": "1 h"}}, terms={"horizon": "1 h", "calendar": "day"})
    role = Role(does="a", count=3, calendar=["early", "late + night"])
    assert list(calendars_of(model, role)) == [("early",), ("late", "night"), ("early",)]
    assert list(calendars_of(model, Role(does="a"))) == [("day",)]
