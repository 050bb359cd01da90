"""Fairness: who waits longest is served next, shares are even, and nobody starves (rules 1, 2 and 4)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hewer.engine.codes import Event
from tests.laws.test_laws import ENGINES, drawn, engines
from tests.oracle.models import compiled


def loops(number: int, fields: str, rest: str = "", **times: str) -> str:
    names = "abc"[:number]
    activities = "".join(f"  {n}: {{time: {times.get(n, '1 min')}, {fields}}}\n" for n in names)
    return f"title: loops\n{rest}activities:\n{activities}terms: {{horizon: 6000 min}}\n"


SHARED = {
    "a person": loops(2, "", "crews: {all: {man: {does: [a, b]}}}\n"),
    "a tool": loops(2, "people: 0, uses: pick", "tools: {pick: 1}\n"),
    "a place": loops(
        2,
        "at: face",
        "places: {face: {room: 1}}\ncrews: {all: {one: {does: a}, two: {does: b}}}\n",
    ),
}


@engines
@pytest.mark.parametrize("shared", list(SHARED))
def test_two_loops_share_one_unit_evenly(engine, shared):
    ran = ENGINES[engine](compiled(SHARED[shared]).program)
    started = [row["started"] for row in ran.instance]
    assert abs(started[0] - started[1]) <= 1
    assert sum(started) >= 6000


THREE = {
    "people": loops(3, "", "crews: {all: {man: {count: 2, does: [a, b, c]}}}\n"),
    "tools": loops(3, "people: 0, uses: pick", "tools: {pick: 2}\n"),
    "room": loops(
        3,
        "at: face",
        "places: {face: {room: 2}}\ncrews: {all: {x: {does: a}, y: {does: b}, z: {does: c}}}\n",
    ),
}


@engines
@pytest.mark.parametrize("shared", list(THREE))
def test_three_loops_share_two_units_in_equal_thirds(engine, shared):
    """Two units of one minute each: 12000 starts, of which each loop has a third (in units of a start)."""
    ran = ENGINES[engine](compiled(THREE[shared]).program)
    started = [row["started"] for row in ran.instance]
    assert max(started) - min(started) <= 2
    assert sum(started) >= 12000


@engines
def test_a_team_does_not_starve_among_singles(engine):
    text = """
title: team
activities:
  pair: {time: 1 min, people: 2}
  one: {time: 2 min}
  two: {time: 3 min}
crews: {all: {man: {count: 3, does: [one, two, pair]}}}
terms: {horizon: 600 min}
"""
    ran = ENGINES[engine](compiled(text).program)
    assert min(row["started"] for row in ran.instance) >= 60


@engines
def test_a_returned_unit_does_not_pass_who_waits(engine):
    """One pick, three loops that all want it at once: each start is by the one who waits longest."""
    text = loops(3, "people: 0, uses: pick", "tools: {pick: 1}\n", a="1 min", b="2 min", c="0.5 min")
    ran = ENGINES[engine](compiled(text).program)
    order = [record[2] for record in ran.log if record[1] == Event.START]
    assert all(order[k : k + 3] == order[:3] for k in range(0, len(order) - 3, 3))
    assert sorted(order[:3]) == [0, 1, 2]


@engines
def test_a_pair_and_a_single_take_turns(engine):
    """Two men, one activity for both and one for one of them: neither is started twice running."""
    text = """
title: pair
activities:
  pair: {time: 2 min, people: 2}
  single: {time: 3 min}
crews: {all: {man: {count: 2, does: [single, pair]}}}
terms: {horizon: 600 min}
"""
    ran = ENGINES[engine](compiled(text).program)
    order = [record[2] for record in ran.log if record[1] == Event.START]
    assert all(one != other for one, other in pairwise(order))
    assert len(order) == 2 * 600 / 5


LONGEST, HORIZON = 5, 1000  # minutes: a work at most, a run
TIMES = ("1 min", "2 min", f"{LONGEST} min", f"uniform(1 min, {LONGEST} min)")
TOOLS = {"pick": 2, "lamp": 1}


@st.composite
def rivals(draw: Any) -> dict[str, Any]:
    """Draw activities that are always wanted and differ in all that they need: teams, tools, room."""
    count = draw(st.integers(2, 3))
    activities = {}
    for name in "abcde"[: draw(st.integers(2, 5))]:
        tools = {tool: draw(st.integers(1, most)) for tool, most in TOOLS.items() if draw(st.booleans())}
        activities[name] = {
            "time": draw(
                st.sampled_from(["1 min", "2 min", f"{LONGEST} min", f"uniform(1 min, {LONGEST} min)"])
            ),
            "people": draw(st.integers(1, count)),
            **({"uses": tools} if tools else {}),
            **({"at": "face"} if draw(st.booleans()) else {}),
        }
    other = draw(st.lists(st.sampled_from(sorted(activities)), min_size=1, unique=True))
    return {
        "title": "rivals",
        "places": {"face": {"room": draw(st.integers(count, 3))}},
        "tools": TOOLS,
        "activities": activities,
        "crews": {
            "all": {
                "man": {"count": count, "does": sorted(activities)},
                "boy": {"count": draw(st.integers(1, 2)), "does": other},
            }
        },
        "terms": {"horizon": f"{HORIZON} min"},
    }


def longest_wait(engine: str, document: dict[str, Any]) -> float:
    """Longest time from one start of an activity to the next (or to the horizon), in minutes."""
    made = compiled(document)
    ran = ENGINES[engine](made.program)
    starts: list[list[float]] = [[0] for _ in made.names.instances]
    for record in ran.log:
        if record[1] == Event.START:
            starts[record[2]].append(record[0])
    return max(b - a for mine in starts for a, b in pairwise([*mine, HORIZON * 60e9])) / 60e9


def bound(document: dict[str, Any]) -> float:
    """Minutes that it takes to let every other go first at each requirement: room, the tools, people."""
    return len(document["activities"]) * (2 + len(TOOLS)) * LONGEST


@engines
@drawn
@given(rivals())
def test_nobody_starves(engine, document):
    """Of equal priority, chosen by `oldest`, whatever they need: a starved one would wait to the horizon."""
    assert longest_wait(engine, document) <= bound(document) <= HORIZON / 10


@engines
def test_who_is_less_urgent_may_starve(engine):
    """So the law is not empty: what is always wanted, and more urgent, leaves nothing."""
    work = {"time": "1 min", "people": 1}
    document = {
        "title": "starving",
        "activities": {"urgent": {**work, "priority": 1}, "plain": work},
        "crews": {"all": {"man": {"does": ["urgent", "plain"]}}},
        "terms": {"horizon": f"{HORIZON} min"},
    }
    assert longest_wait(engine, document) == HORIZON > bound(document)
