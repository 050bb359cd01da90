"""Tests of interval arithmetic over expressions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hewer.model.expression import evaluate, parse
from hewer.model.expression.bounds import ANYTHING, Bounds, Known, bounds
from hewer.quantity import Quantity

KNOWN = Known(
    {"p": Quantity(2.0)}, {"x": Bounds(1.0, 3.0), "y": Bounds(-2.0, 4.0), "w": Bounds(0.0, math.inf)}
)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("x + y", -1, 7),
        ("x - y", -3, 5),
        ("x * y", -6, 12),
        ("y / x", -2, 4),
        ("x / w", 0, math.inf),
        ("p ^ x", 2, 8),
        ("-x", -3, -1),
        ("min(x, y)", -2, 3),
        ("max(x, y, 0)", 1, 4),
        ("abs(y)", 0, 4),
        ("floor(x / 2)", 0, 1),
        ("round(w)", 0, math.inf),
        ("sqrt(x + 1)", math.sqrt(2), 2),
        ("x .. 9", 1, 9),
        ("x < y", 0, 1),
        ("x > 3", 0, 0),
        ("x <= 3", 1, 1),
        ("x == 5", 0, 0),
        ("p == 2", 1, 1),
        ("x != 5", 1, 1),
        ("x < 1 or y < 9", 1, 1),
        ("x > 1 and y > 9", 0, 0),
        ("not x > 3", 1, 1),
        ("uniform(p, 5)", 2, 5),
        ("uniform(x, 5)", 1, 5),
        ("exponential(p)", 0, math.inf),
        ("gamma(mean=x, cv=0.3)", 0, math.inf),
        ("discrete(1: 50 %, 4: 50 %)", 1, 4),
        ("constant(x)", 1, 3),
        ("2 min", 120, 120),
    ],
)
def test_bounds_of_a_value(text, low, high):
    assert bounds(parse(text), KNOWN) == pytest.approx(Bounds(low, high))


@pytest.mark.parametrize("text", ["x / y", "unknown", "y ^ 2"])
def test_what_is_not_known_can_be_anything(text):
    assert bounds(parse(text), KNOWN) == ANYTHING


_NUMBERS = st.integers(1, 9)
_TEXTS = st.recursive(
    st.sampled_from(["x", "y", "2", "0.5"]),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner)
        | st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner)
    ),
    max_leaves=6,
)


@given(text=_TEXTS, x=_NUMBERS, y=_NUMBERS)
def test_every_value_lies_within_its_bounds(text, x, y):
    node = parse(text)
    try:
        value = evaluate(node, {"x": Quantity(float(x)), "y": Quantity(float(y))}).value
    except Exception:  # a division by 0 has no value
        return
    low, high = bounds(node, Known({}, {"x": Bounds(1.0, 9.0), "y": Bounds(1.0, 9.0)}))
    assert low - 1e-9 * abs(low) <= value <= high + 1e-9 * abs(high)
