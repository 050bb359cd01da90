import subprocess
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hewer
from hewer.errors import DimensionError, UnitError
from hewer.quantity import (
    DIMENSIONLESS,
    TIME,
    Dimension,
    Quantity,
    exact_power,
    is_unit_name,
    unit,
    unit_names,
)

MASS = Dimension.of({"mass": 1})
DEFINITIONS = Path(hewer.__file__).with_name("units.txt")


@pytest.mark.parametrize(
    ("text", "factor", "dimension"),
    [
        ("", 1, {}),
        ("1", 1, {}),
        ("%", 0.01, {}),
        ("s", 1, {"time": 1}),
        ("min", 60, {"time": 1}),
        ("h", 3600, {"time": 1}),
        ("week", 604800, {"time": 1}),
        ("t", 1000, {"mass": 1}),
        ("mm", 0.001, {"length": 1}),
        ("m^2", 1, {"length": 2}),
        ("m²", 1, {"length": 2}),
        ("m2", 1, {"length": 2}),
        ("m**2", 1, {"length": 2}),
        ("l", 0.001, {"length": 3}),
        ("min/t", 0.06, {"time": 1, "mass": -1}),
        ("1/h", 1 / 3600, {"time": -1}),
        ("h^-1", 1 / 3600, {"time": -1}),
        ("rouble/h", 1 / 3600, {"rouble": 1, "time": -1}),
        ("kopeck", 0.01, {"rouble": 1}),
        ("EUR", 1, {"EUR": 1}),
        ("kWh", 3.6e6, {"mass": 1, "length": 2, "time": -2}),
        ("t*m", 1000, {"mass": 1, "length": 1}),
        ("t m", 1000, {"mass": 1, "length": 1}),
    ],
)
def test_units(text, factor, dimension):
    found = unit(text)
    assert found.factor == pytest.approx(factor, rel=1e-15)
    assert found.dimension == Dimension.of(dimension)


def test_every_name_is_a_unit_and_no_name_has_two_meanings():
    for name in unit_names():
        assert unit(name).factor > 0
    assert is_unit_name("min")
    assert not is_unit_name("minn")
    assert unit("m") != unit("min")
    assert unit("ms") == unit("millisecond")
    assert unit("t") == unit("tonnes")
    assert unit("ruble") == unit("rouble")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mnute", "there is no unit `mnute`. Did you mean `minute`?"),
        ("min/foo_bar_x", "there is no unit `foo_bar_x`"),
        ("min//t", "`min//t` must be a unit"),
        ("2 min", "`2 min` must be a unit"),
        ("min +", "must be a unit"),
        ("m^2.5", "must be a unit"),
        ("m^9^9^9", "must be a unit"),
        ("m^999999999", "must be a unit"),
        ("__import__('os')", "there is no unit `__import__`"),
        ("(min", "must be a unit"),
    ],
)
def test_what_is_no_unit(text, message):
    with pytest.raises(UnitError, match="unit") as caught:
        unit(text)
    assert message in str(caught.value)


def test_arithmetic_keeps_track_of_dimensions():
    cut_time = Quantity.of(4, "min/t")
    work = cut_time * Quantity.of(2, "t")
    assert work == Quantity(480.0, TIME)
    assert work.to("min") == pytest.approx(8)
    assert Quantity.of(1, "h") / Quantity.of(30, "min") == Quantity(2.0)
    assert (Quantity.of(1, "h") + Quantity.of(30, "min")).to("h") == 1.5
    assert (Quantity.of(1, "h") - Quantity.of(30, "min")).to("min") == 30
    assert Quantity.of(3, "m") ** 2 == Quantity.of(9, "m^2")
    assert (Quantity.of(9, "m^2") ** 0.5).dimension == Dimension.of({"length": 1})
    assert 2 * Quantity.of(3, "m") == Quantity.of(6, "m")
    assert -Quantity.of(3, "m") == Quantity.of(-3, "m")
    assert abs(Quantity.of(-3, "m")) == Quantity.of(3, "m")
    assert Quantity.of(59, "s") < Quantity.of(1, "min") <= Quantity.of(60, "s")
    assert Quantity.of(2, "min") > Quantity.of(1, "min") >= Quantity.of(60, "s")


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (lambda a, b: a + b, "cannot add 6 h (time) and 0.5 t (mass)"),
        (lambda a, b: a - b, "cannot subtract 6 h (time) and 0.5 t (mass)"),
        (lambda a, b: a < b, "cannot compare 6 h (time) with 0.5 t (mass)"),
        (lambda a, b: a >= b, "cannot compare 0.5 t (mass) with 6 h (time)"),
        (lambda a, b: a.to("kg"), "6 h (time) cannot be given in kg (mass)"),
        (lambda a, b: a.to(""), "6 h (time) cannot be given in a bare number"),
        (lambda a, b: a**b, "an exponent must be a bare number; got 0.5 t (mass)"),
        (lambda a, b: a**0.123456, "can only be raised to a simple power; got 0.123456"),
    ],
)
def test_a_mismatch_names_both_units(operation, message):
    with pytest.raises(DimensionError) as caught:
        operation(Quantity.of(6, "h"), Quantity.of(0.5, "t"))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (Quantity.of(4, "min/t"), "4 min/t"),
        (Quantity.of(90, "%"), "90 %"),
        (Quantity(7.0), "7"),
        (Quantity(240.0, TIME), "240 s"),
        (Quantity.of(4, "min/t") * Quantity.of(1, "t"), "240 s"),
        (Quantity.of(4, "min") * Quantity(2.0), "8 min"),
        (Quantity(2.0) * Quantity.of(4, "min"), "8 min"),
        (Quantity(2.0) / Quantity.of(1, "s"), "2 1/s"),
        (Quantity.of(1, "kg") / Quantity.of(1, "s") / Quantity.of(1, "m"), "1 kg/m/s"),
    ],
)
def test_quantities_as_text(quantity, text):
    assert str(quantity) == text


@pytest.mark.parametrize(
    ("dimension", "words", "base"),
    [
        (DIMENSIONLESS, "bare number", ""),
        (TIME, "time", "s"),
        (TIME / MASS, "time/mass", "s/kg"),
        (Dimension.of({"length": 2}), "area", "m^2"),
        (DIMENSIONLESS / TIME, "rate", "1/s"),
        (Dimension.of({"rouble": 1}) / TIME, "rouble/time", "rouble/s"),
        (TIME ** Fraction(1, 2), "time^1/2", "s^1/2"),
    ],
)
def test_dimensions_as_text(dimension, words, base):
    assert str(dimension) == words
    assert dimension.base_unit == base


def test_dimensions_are_values():
    assert TIME * MASS == MASS * TIME
    assert hash(TIME * MASS) == hash(MASS * TIME)
    assert TIME / TIME == DIMENSIONLESS
    assert not DIMENSIONLESS
    assert TIME**0 == DIMENSIONLESS


def test_the_unit_shown_is_no_part_of_equality():
    assert Quantity.of(1, "h") == Quantity.of(60, "min")


def test_simple_powers():
    assert exact_power(0.5) == Fraction(1, 2)
    assert exact_power(1 / 3) == Fraction(1, 3)
    assert exact_power(-2) == -2


@given(st.floats(-1e12, 1e12), st.sampled_from(["min", "t", "km", "EUR", "l", "%", ""]))
def test_there_and_back(number, text):
    assert Quantity.of(number, text).to(text) == pytest.approx(number, rel=1e-15)


def test_a_run_does_without_pint():
    code = "import sys, hewer.quantity as q; q.unit('kWh/t'); assert 'pint' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})


@cache
def registry():
    return pint.UnitRegistry(str(DEFINITIONS), cache_folder=None)


def by_pint(text):
    parsed = registry().parse_units(text.replace("%", " percent ").replace("^", "**"))
    factor, _ = registry().get_root_units(parsed)
    dimensionality = registry().get_dimensionality(parsed)
    powers = {base.strip("[]"): Fraction(power) for base, power in dimensionality.items()}
    return float(factor), Dimension.of(powers)


def test_the_table_has_every_name_of_units_txt():
    names = set()
    for line in DEFINITIONS.read_text(encoding="utf-8").splitlines():
        parts = [part.strip() for part in line.partition("#")[0].split("=")]
        names.update([parts[0], *parts[2:]] if len(parts) > 1 else [])
    assert unit_names() == names - {"_"}


@pytest.mark.parametrize("name", sorted(unit_names()))
def test_the_table_is_what_pint_reads(name):
    factor, dimension = by_pint(name)
    assert unit(name).factor == factor
    assert unit(name).dimension == dimension


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(unit_names())), st.sampled_from([-3, -2, -1, 1, 2, 3])),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.sampled_from(["*", "/", " * ", " / ", " "]), min_size=3, max_size=3),
)
def test_products_of_units_are_what_pint_makes_of_them(terms, joints):
    text = terms[0][0] + f"^{terms[0][1]}"
    for (name, power), joint in zip(terms[1:], joints, strict=False):
        text += joint + (f"{name}^{power}" if power != 1 else name)
    factor, dimension = by_pint(text)
    assert unit(text).factor == pytest.approx(factor, rel=1e-12)
    assert unit(text).dimension == dimension


@pytest.mark.parametrize("text", ["week^99*week^99", "mg^-99/kWh^99"])
def test_a_unit_beyond_numbers_is_refused(text):
    with pytest.raises(UnitError, match="a number can hold"):
        unit(text)
