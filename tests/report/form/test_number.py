"""Numbers as text."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hewer.report.form.number import figure, percent, plus_minus, width


@pytest.mark.parametrize(
    ("value", "error", "expected"),
    [
        (12.3456, 0.41, "12.35 ±0.41"),
        (12.3456, 4.1, "12.3 ±4.1"),
        (12.3456, 41.0, "12 ±41"),
        (1234.5, 234.0, "1234 ±234"),
        (0.9994, 0.0996, "1.00 ±0.10"),
        (8.0, 0.0, "8"),
        (8.1, math.nan, "8.1"),
        (math.nan, math.nan, "–"),
        (math.inf, math.nan, "∞"),
        (-0.0001, 0.5, "0.00 ±0.50"),
        (2.5e12, 3e10, "2.5e+12 ±3e+10"),
        (123456.7, 0.0, "123457"),
        (0.0, 0.0, "0"),
    ],
)
def test_plus_minus(value: float, error: float, expected: str) -> None:
    assert plus_minus(value, error) == expected


@given(st.floats(-1e8, 1e8), st.floats(1e-4, 1e6))
def test_what_is_shown_is_within_a_twentieth_of_the_error(value: float, error: float) -> None:
    assert abs(float(figure(value, error)) - value) <= 0.0501 * error + 0.5 * (error >= 9.95)


@given(st.floats(1e-9, 1e12))
def test_width_keeps_two_figures(error: float) -> None:
    assert float(width(error)) == pytest.approx(error, rel=0.051)


def test_percent() -> None:
    assert percent(0.123) == "12 %"
    assert percent(math.nan) == "–"
