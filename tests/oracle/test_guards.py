"""Guards of many forms: the kernel judges them where a level passes a turn, the oracle at every change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hewer.engine.codes import Requirement
from hewer.engine.turning import add_turns
from tests.oracle import compare
from tests.oracle.engine import simulate
from tests.oracle.models import compiled

QUIET = settings(
    max_examples=80, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
SIDES = {  # of one level; whether a guard that compares it turns with that level alone
    "{a}": True,
    "2 * {a} + {one}": True,
    "{a} / 4 - {one}": True,
    "-{a}": True,
    "-(3 * {a} - 2 * {one}) / 2": True,
    "0 * {a}": True,
    "min({a}, 2 * {one})": False,
    "{a} + {b}": False,
    "abs({a} - 2 * {one})": False,
}
PAIRS = {"bulk": ("sand", "clay", "1 t"), "items": ("box", "tray", "1")}


def condition(draw: Any) -> str:
    first, second, one = PAIRS[draw(st.sampled_from(sorted(PAIRS)))]
    if draw(st.booleans()):
        first, second = second, first
    side = draw(st.sampled_from(sorted(SIDES))).format(a=first, b=second, one=one)
    way = draw(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
    bound = f"{draw(st.integers(-2, 6))} * {one}"
    return f"{side} {way} {bound}" if draw(st.booleans()) else f"{bound} {way} {side}"


@st.composite
def documents(draw: Any) -> dict[str, Any]:
    """Draw activities that move sand, clay, boxes and trays about, each with a guard."""
    activities = {}
    for k in range(draw(st.integers(2, 5))):
        of, to, one = PAIRS[draw(st.sampled_from(sorted(PAIRS)))]
        if draw(st.booleans()):
            of, to = to, of
        guard = condition(draw)
        for _ in range(draw(st.integers(0, 2))):
            guard = f"({guard}) {draw(st.sampled_from(['and', 'or']))} {condition(draw)}"
        if draw(st.integers(0, 3)) == 0:
            guard = f"not ({guard})"
        activities[f"move{k}"] = {
            "takes": {of: one},
            "gives": {to: one},
            "time": draw(st.sampled_from(["1 min", "2 min", "exponential(2 min)"])),
            "guard": guard,
        }
    start = st.integers(0, 5)
    return {
        "title": "guards",
        "stocks": {
            "sand": {"unit": "t", "start": f"{draw(start)} t"},
            "clay": {"unit": "t", "start": f"{draw(start)} t"},
            "box": {"start": draw(start)},
            "tray": {"start": draw(start)},
        },
        "activities": activities,
        "crews": {"all": {"hand": {"count": draw(st.integers(1, 2)), "does": sorted(activities)}}},
        "terms": {"horizon": "60 min"},
    }


@QUIET
@given(documents())
def test_guards_turn_as_in_the_oracle(document):
    program = compiled(document).program
    assert compare.differences(simulate(program), compare.kernel(program)) == []


@pytest.mark.slow
@settings(QUIET, max_examples=1500)
@given(documents())
def test_many_guards_turn_as_in_the_oracle(document):
    program = compiled(document).program
    assert compare.differences(simulate(program, seed=3), compare.kernel(program, seed=3)) == []


MODEL = """
title: one guard
stocks: {{a: {{start: 2}}, b: {{start: 1}}, item: {{start: 1}}}}
activities: {{move: {{takes: {{item: 1}}, gives: {{item: 1}}, time: 1 min, guard: "{guard}"}}}}
crews: {{one: {{hand: {{does: move}}}}}}
terms: {{horizon: 5 min}}
"""


def turns_and_stocks(guard: str) -> tuple[int, set[str]]:
    """Turns that are sought, and the stocks in whose levels the guard turns."""
    made = compiled(MODEL.format(guard=guard))
    program = made.program
    arrays: dict[str, Any] = {"stock": program.stock.copy(), "dependent": program.dependent.copy()}
    arrays["clock"] = np.zeros(1, dtype=[("turn_n", "i8")])
    add_turns(arrays, program)
    found = set()
    for s, stock in enumerate(arrays["stock"]):
        own = arrays["dependent"][arrays["calm"]["dep"][s] : stock["dep1"]]
        assert (program.requirement["kind"][own] == Requirement.GUARD).all()
        found |= {"ab"[s]} if len(own) else set()
    return int(arrays["clock"]["turn_n"][0]), found


@pytest.mark.parametrize(("side", "alone"), SIDES.items())
def test_what_turns_with_one_level(side, alone):
    guard = f"{side.format(a='a', b='b', one='1')} >= 2"
    assert turns_and_stocks(guard) == ((1, {"a"}) if alone else (0, set()))


def test_equality_turns_twice():
    assert turns_and_stocks("a == 2") == (2, {"a"})


def test_a_level_that_is_read_elsewhere_too_is_judged_at_every_change():
    assert turns_and_stocks("a >= 2 and b > a") == (0, set())
    assert turns_and_stocks("a >= 2 and b > 3") == (2, {"a", "b"})
    assert turns_and_stocks("a >= 2 and now > 1 min") == (0, set())


def test_each_comparison_has_a_turn_of_its_own():
    assert turns_and_stocks("a >= 2 or a >= 3") == (2, {"a"})


def test_what_never_turns_ends_the_search():
    made = compiled(MODEL.format(guard="0 * a >= -1"))
    assert compare.differences(simulate(made.program), compare.kernel(made.program)) == []
