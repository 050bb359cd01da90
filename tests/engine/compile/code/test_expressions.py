"""Values to numbers, distributions and code; the bounds of code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from hewer.engine import program as p
from hewer.engine.codes import UNLIMITED, Op
from hewer.engine.compile.base import Context
from hewer.engine.compile.code.bounds import interval
from hewer.engine.compile.code.code import Binding, lower
from hewer.engine.compile.program import compile_model
from hewer.engine.compile.stocks import enter_places, enter_stocks
from hewer.engine.draws import Sampler
from hewer.errors import ModelError, ValueProblem
from hewer.model.expression import parse
from hewer.model.reading.document import loads
from hewer.quantity import TIME, Quantity

SITE = """
places: {ledge: {count: 3}}
stocks:
  solid: {at: ledge, unit: t, start: 5 t, capacity: 8 t}
  pile: {unit: t}
  tubs: {start: 4}
terms: {shift: 6 h}
"""


def binding(member: int = 0) -> Binding:
    params = {"pace": Quantity.of(4, "min/t"), "share": Quantity(0.5)}
    context = Context(loads(SITE), params, TIME, None)
    enter_places(context)
    enter_stocks(context)
    context.capacity = [8_000_000] * 3 + [int(UNLIMITED)] * 2
    return Binding(context, "ledge", member)


def run(code: Any, levels: Mapping[int, float], now: float = 0.0) -> float:
    """A slow, obvious twin of the kernel's evaluation."""
    binary = {
        Op.ADD: np.add, Op.SUB: np.subtract, Op.MUL: np.multiply, Op.DIV: np.divide,
        Op.POW: np.power, Op.MIN: np.minimum, Op.MAX: np.maximum,
        Op.AND: np.logical_and, Op.OR: np.logical_or,
    }  # fmt: skip
    compare = {
        Op.LT: lambda a, b, x: a < b - x, Op.LE: lambda a, b, x: a <= b + x,
        Op.GT: lambda a, b, x: a > b + x, Op.GE: lambda a, b, x: a >= b - x,
        Op.EQ: lambda a, b, x: abs(a - b) <= x, Op.NE: lambda a, b, x: abs(a - b) > x,
    }  # fmt: skip
    unary = {
        Op.NEG: np.negative, Op.NOT: np.logical_not, Op.FLOOR: np.floor, Op.CEIL: np.ceil,
        Op.ABS: np.abs, Op.SQRT: np.sqrt, Op.EXP: np.exp, Op.LOG: np.log,
        Op.ROUND: np.rint,
    }  # fmt: skip
    stack: list[float] = []
    for op, a, x in code:
        if op in unary:
            stack.append(float(unary[op](stack.pop())))
        elif op in binary or op in compare:
            right, left = stack.pop(), stack.pop()
            stack.append(float(binary[op](left, right) if op in binary else compare[op](left, right, x)))
        else:
            stack.append({Op.CONST: x, Op.LEVEL: levels.get(a, 0) * x, Op.NOW: now * x}[op])
    (result,) = stack
    return result


LEVELS = {0: 1_000_000, 1: 3_000_000, 2: 7_000_000, 3: 2_500_000, 4: 4}


@pytest.mark.parametrize(
    ("text", "member", "wanted"),
    [
        ("solid / 1 t", 0, 1.0),
        ("next(solid) / 1 t", 0, 3.0),
        ("prev(solid) / 1 t", 0, 0.0),  # beyond the end of the set
        ("prev(solid) / 1 t", 2, 3.0),
        ("next(solid) / 1 t", 2, 0.0),
        ("first(solid) / 1 t - last(solid) / 1 t", 1, -6.0),
        ("sum(solid) / 1 t", 1, 11.0),
        ("largest(solid) / 1 t + smallest(solid) / 1 t", 1, 8.0),
        ("min(solid, pile, 2 t) / 1 t", 1, 2.0),
        ("max(solid, pile) / 1 t", 0, 2.5),
        ("floor(pile / 1 t) + ceil(pile / 1 t) + round(pile / 1 t)", 0, 2 + 3 + 2),
        ("sqrt(pile / 1 t) ^ 2 + abs(-tubs) + exp(log(tubs))", 0, 2.5 + 4 + 4),
        ("share * tubs", 0, 2.0),
    ],
)
def test_code_yields_what_it_says(text: str, member: int, wanted: float) -> None:
    lowered = lower(parse(text), binding(member))
    assert run(lowered.code, LEVELS) == pytest.approx(wanted, abs=1e-12)
    assert not lowered.dimension


@pytest.mark.parametrize(
    ("text", "levels", "wanted"),
    [
        ("pile + 0.4 t <= 2 t", {3: 1_600_000}, True),
        ("pile + 0.4 t <= 2 t", {3: 1_600_001}, False),  # exact to half a grain
        ("pile + 0.4 t < 2 t", {3: 1_600_000}, False),
        ("pile + 0.4 t < 2 t", {3: 1_599_999}, True),
        ("pile == 0.3 t", {3: 300_000}, True),
        ("pile != 0.3 t", {3: 300_000}, False),
        ("tubs > 3 and not (solid > 1 t or pile > 2 t)", {4: 4}, True),
        ("now >= 1 h", {}, True),
        ("now < 1 h", {}, False),
    ],
)
def test_guards(text: str, levels: dict[int, float], wanted: bool) -> None:
    """Rule 6: a comparison inside a guard is exact to half a grain."""
    assert run(lower(parse(text), binding()).code, levels, now=3600e9) == float(wanted)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("solid", 0.0, 8000.0),
        ("pile", 0.0, np.inf),
        ("8 t - solid", 0.0, 8000.0),
        ("min(pile, 2 t) * share", 0.0, 1000.0),
        ("uniform(1 t, 2 t) + solid", 1000.0, 10000.0),
        ("exponential(1 t)", 0.0, np.inf),
        ("solid / (tubs + 1)", 0.0, 8000.0),
        ("solid / tubs", -np.inf, np.inf),
        ("sqrt(solid / 1 t) ^ 2", 0.0, 8.0),
        ("round(solid / 3 t)", 0.0, 3.0),
        ("-abs(solid - 4 t)", -4000.0, 0.0),
    ],
)
def test_bounds_of_code(text: str, low: float, high: float) -> None:
    at = binding()
    assert interval(lower(parse(text), at).code, at) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("solid + 1 min", "units must agree"),
        ("floor(solid)", "needs a bare number"),
        ("next(pile)", "single stock"),
        ("next(solid, pile)", "name of one stock"),
        ("taken(pile)", "nothing is taken"),
        ("gamma(1 t, solid)", "only the mean"),
        ("1 t .. 2 t", "is a range"),
        ("sold * 2", "Did you mean `solid`"),
    ],
)
def test_expressions_that_cannot_be(text: str, message: str) -> None:
    with pytest.raises(ValueProblem, match=message):
        lower(parse(text), binding())


def model(activity: str, stocks: str = "{pile: {unit: t, start: 9 t}, tubs: {start: 9}}") -> p.Program:
    text = f"""
params: {{pace: 4 min/t}}
stocks: {stocks}
activities: {{work: {activity}}}
crews: {{one: {{man: {{does: work}}}}}}
terms: {{shift: 6 h}}
"""
    return compile_model(loads(text)).program


def test_a_fixed_amount_taken_makes_a_plain_distribution() -> None:
    program = model("{takes: {pile: 0.5 t}, time: 'gamma(mean=pace * taken(pile), cv=0.5)'}")
    drawn = program.distribution[program.instance[0]["time"]]
    assert (drawn["family"], drawn["a"] * drawn["b"]) == (Sampler.GAMMA, pytest.approx(120e9))
    assert not len(program.code)


def test_a_range_taken_makes_the_mean_follow() -> None:
    program = model("{takes: {pile: 0.5 t .. 1 t}, time: 'gamma(mean=pace * taken(pile), cv=0.5)'}")
    code = program.code[-2 - program.instance[0]["time"] :]
    assert code["op"].tolist() == [
        Op.CONST, Op.TAKEN, Op.MUL, Op.DRAW, Op.MUL, Op.CONST, Op.MUL, Op.END,
    ]  # fmt: skip
    drawn = program.distribution[code[3]["a"]]
    assert drawn["a"] * drawn["b"] == pytest.approx(1.0)
    assert (code[1]["a"], code[1]["x"], code[5]["x"]) == (0, pytest.approx(1e-3), 1e9)


def test_draws_can_be_scaled_and_added() -> None:
    scaled = model("{time: exponential(1 min) / 2}")
    assert scaled.distribution[scaled.instance[0]["time"]]["a"] == pytest.approx(30e9)
    added = model("{time: 2 min + exponential(1 min)}")
    assert added.code["op"].tolist()[:3] == [Op.CONST, Op.DRAW, Op.ADD]


def test_random_amounts() -> None:
    program = model(
        "{takes: {tubs: 'discrete(1: 50 %, 3: 50 %)'}, gives: {pile: taken(tubs) * 0.5 t}, time: 0}"
    )
    take, give = program.take[0], program.give[0]
    assert (take["low"], take["high"], program.distribution[take["amount"]]["family"]) == (
        1,
        3,
        Sampler.DISCRETE,
    )
    assert program.requirement[0]["take"] == 0
    assert give["amount"] <= -2
    assert program.code[-2 - give["amount"] :]["op"].tolist()[-3:] == [
        Op.CONST,
        Op.DIV,
        Op.END,
    ]
    assert program.distribution[program.instance[0]["time"]]["a"] == 0.0


def test_a_bounded_expression_may_be_given_to_a_stock_with_a_capacity() -> None:
    stocks = "{pile: {unit: t, start: 9 t}, bin: {unit: t, capacity: 4 t}}"
    program = model("{takes: {pile: 0.5 t .. 1 t}, gives: {bin: taken(pile) * 2}, time: 1 min}", stocks)
    assert program.requirement["reserve"].tolist() == [0, 2_000_000]


@pytest.mark.parametrize(
    ("activity", "message"),
    [
        ("{time: -1 min}", "must not be negative"),
        ("{time: 'uniform(-1 min, 2 min)'}", "negative"),
        ("{time: 4 t}", "must be a time"),
        ("{time: 1 min, takes: {tubs: 1.5}}", "whole number of items"),
        ("{time: 1 min, takes: {pile: 0 t}}", "more than 0"),
        ("{time: 1 min, takes: {pile: 2 t .. 1 t}}", "from the least to the most"),
        ("{time: 1 min, takes: {pile: 2 m}}", "length"),
        ("{time: 1 min, gives: {pile: 1 t .. 2 t}}", "a range cannot stand here"),
        ("{time: 1 min, guard: pile}", "must be a condition"),
        ("{time: 1 min, guard: pile > exponential(1 t)}", "cannot draw"),
        ("{time: 1 min, outcomes: {a: {chance: 40 %}, b: {chance: 40 %}}}", "add up to 1"),
        ("{time: 1 min, outcomes: {a: {chance: 140 %}, b: {chance: rest}}}", "from 0 to 1"),
    ],
)
def test_values_that_cannot_be(activity: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        model(activity)
