import pytest

from hewer.distribution import Distribution
from hewer.errors import (
    DataError,
    DimensionError,
    DistributionError,
    ExpressionError,
    UnitError,
    ValueProblem,
)
from hewer.model.expression import dimension, distribution, evaluate, parse, render, split_scale
from hewer.quantity import DIMENSIONLESS, TIME, Dimension, Quantity, unit

LENGTH = Dimension.of({"length": 1})
SCOPE = {
    "cut_time": Quantity.of(4, "min/t"),
    "span": Quantity.of(2, "m"),
    "crews_n": Quantity(3.0),
    "zero": Quantity(0.0),
}
DIMENSIONS = {name: quantity.dimension for name, quantity in SCOPE.items()}


@pytest.mark.parametrize(
    ("text", "number", "unit_text"),
    [
        ("4 min/t * 1 t", 4, "min"),
        ("cut_time * 0.5 t", 2, "min"),
        ("6 h - 20 min", 340, "min"),
        ("-span", -2, "m"),
        ("span ^ 2", 4, "m^2"),
        ("sqrt(span * 8 m)", 4, "m"),
        ("90 %", 0.9, ""),
        ("crews_n / 2", 1.5, ""),
        ("min(1 h, 5 min, 90 s)", 90, "s"),
        ("max(span, 3 m)", 3, "m"),
        ("abs(-span)", 2, "m"),
        ("floor(span / 0.7 m)", 2, ""),
        ("ceil(2.1) + round(2.5)", 5, ""),
        ("exp(log(5))", 5, ""),
        ("span < 3 m", 1, ""),
        ("span < 3 m and span > 2 m", 0, ""),
        ("span < 1 m or not span == 3 m", 1, ""),
        ("span != 2 m", 0, ""),
        ("2 ^ 0.3", 2**0.3, ""),
    ],
)
def test_values_and_their_dimensions(text, number, unit_text):
    node = parse(text)
    assert evaluate(node, SCOPE).to(unit_text) == pytest.approx(number)
    assert dimension(node, DIMENSIONS) == unit(unit_text).dimension


WRONG = [
    ("span + cut_tim", ExpressionError, 7, "there is no `cut_tim`. Did you mean `cut_time`?"),
    ("2 * (min)", ExpressionError, 5, "the unit `min` stands without a number. Write `1 min`"),
    ("sinus(1)", ExpressionError, 0, "there is no function `sinus`"),
    (
        "span and 1 < 2",
        ExpressionError,
        0,
        "`and` joins conditions; `span` is a number. Write for example `span > 0`",
    ),
    ("1 + (1 < 2)", ExpressionError, 5, "`1 < 2` is a condition; a number is needed here"),
    ("min(1 < 2)", ExpressionError, 4, "is a condition"),
    ("min()", ExpressionError, 0, "`min` needs at least one argument; got 0"),
    ("sqrt(1, 2)", ExpressionError, 0, "`sqrt` needs one argument; got 2"),
    ("sqrt(x=1)", ExpressionError, 0, "`sqrt` takes plain arguments"),
    ("1 + 'a'", ExpressionError, 4, '`"a"` is a text; a single number is needed here'),
    ("1 + floor(2 m)", DimensionError, 4, "`floor` needs a bare number; got "),
    ("2 ^ span", DimensionError, 0, "an exponent must be a bare number; got "),
]


@pytest.mark.parametrize(("text", "error", "offset", "message"), WRONG)
def test_what_is_wrong_is_found_with_values_and_without(text, error, offset, message):
    for work in (lambda: evaluate(parse(text), SCOPE), lambda: dimension(parse(text), DIMENSIONS)):
        with pytest.raises(error) as caught:
            work()
        assert message in str(caught.value)
        assert caught.value.offset == offset


MIXED = [
    ("1 + (6 h + 0.5 t)", 5, "6 h (time)", "0.5 t (mass)"),
    ("2 - 3 min", 0, "2 (bare number)", "3 min (time)"),
    ("span < 1 h", 0, "(length", "1 h (time)"),
    ("min(1 h, 1 t)", 0, "1 h (time)", "1 t (mass)"),
    ("span > 0", 0, "(length", "0 (bare number)"),
    ("gamma(1 h, 1 t)", 0, "1 h (time)", "1 t (mass)"),
    ("discrete(1 h: 0.5, 1 t: 0.5)", 0, "1 h (time)", "1 t (mass)"),
]


@pytest.mark.parametrize(("text", "offset", "left", "right"), MIXED)
def test_a_wrong_dimension_names_both_units(text, offset, left, right):
    for work in (lambda: distribution(parse(text), SCOPE), lambda: dimension(parse(text), DIMENSIONS)):
        with pytest.raises(DimensionError) as caught:
            work()
        found = caught.value.message.replace("`", "")
        assert left in found
        assert right in found
        assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 / zero", "`1 / zero` divides by 0"),
        ("1 + exp(1000)", "`exp(1000)` is not a finite number"),
        ("log(0)", "`log(0)` is not a finite number"),
        ("sqrt(-1)", "`sqrt(-1)` is not a finite number"),
        ("1e200 * 1e200", "is not a finite number"),
        ("(-8) ^ 0.5", "is not a finite number"),
        ("0 ^ -1", "is not a finite number"),
        ("gamma(1, 2)", "`gamma(1, 2)` is random; a single number is needed here"),
        ("1 .. 2", "`1 .. 2` is a range; a single number is needed here"),
        ("taken(x)", "`taken(x)` is known only during a run"),
    ],
)
def test_what_has_no_value(text, message):
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(text), SCOPE)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gamma(mean=cut_time * 1 t, cv=0.3)", TIME),
        ("2 * exponential(rate=6/h)", TIME),
        ("lognormal(mu=1, sigma=0.4)", DIMENSIONLESS),
        ("lognormal(mu=1, sigma=0.4, unit=min)", TIME),
        ("empirical('x.csv', column='a', unit=min)", TIME),
        ("empirical('x.csv')", DIMENSIONLESS),
        ("discrete(1 h: 1)", TIME),
        ("0.4 .. 0.8 m", LENGTH),
        ("next(span) + 0.4 m <= 2 m and largest(span) < 1 m", DIMENSIONLESS),
        ("taken(span) / 2", LENGTH),
    ],
)
def test_dimensions_of_what_has_no_single_value(text, expected):
    assert dimension(parse(text), DIMENSIONS) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("span ^ crews_n", "can only be raised to a number as it stands"),
        ("span ^ 0.1234", "can only be raised to a simple power"),
        ("1 m .. 2 t", "cannot span a range from `1 m` (length) to `2 t` (mass)"),
    ],
)
def test_dimensions_that_cannot_be_known(text, message):
    with pytest.raises(DimensionError) as caught:
        dimension(parse(text), DIMENSIONS)
    assert message in str(caught.value)


def test_calls_may_be_answered_from_outside():
    def calls(node):
        return Quantity(7.0) if node.name == "arrivals" else None

    assert evaluate(parse("arrivals(out) / max(1, 2)"), {}, calls) == Quantity(3.5)
    found = dimension(parse("time(role, idle) * 2"), {}, lambda node: TIME if node.name == "time" else None)
    assert found == TIME


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6 min", Distribution("constant", 360.0, dimension=TIME)),
        ("uniform(1 min, 2 min)", Distribution("uniform", 60.0, 120.0, dimension=TIME)),
        ("uniform(1, 2) * 3 min", Distribution("uniform", 180.0, 360.0, dimension=TIME)),
        ("3 min * uniform(1, 2)", Distribution("uniform", 180.0, 360.0, dimension=TIME)),
        ("uniform(1 m, 2 m) / 2 m", Distribution("uniform", 0.5, 1.0)),
        ("exponential(crews_n)", Distribution("exponential", 3.0)),
        ("discrete(1: 25 %, 2: 0.75)", Distribution("discrete", table=(0.25, 1.0, 1.0, 2.0))),
        ("lognormal(mu=0, sigma=0)", Distribution("constant", 1.0)),
    ],
)
def test_distributions(text, expected):
    assert distribution(parse(text), SCOPE) == expected


def test_a_distribution_from_a_file(tmp_path):
    (tmp_path / "x.csv").write_text("day,repair\n1,2\n2,1\n")
    node = parse('empirical("x.csv", column="repair", unit=min)')
    assert distribution(node, {}, tmp_path) == Distribution("empirical", table=(60.0, 120.0), dimension=TIME)
    assert distribution(parse('empirical(file="x.csv", column="repair")'), {}, tmp_path).table == (1.0, 2.0)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("uniform(5, 2)", DistributionError, "high must be at least low"),
        ("gamma(1: 2)", DistributionError, "only discrete does"),
        ("discrete(1, 2)", DistributionError, "discrete takes `value: probability` pairs"),
        ("gamma(1, 2) + 3", DistributionError, "may only be multiplied or divided by a number"),
        ("2 / gamma(1, 2)", DistributionError, "may only be multiplied or divided by a number"),
        ("gamma(1, 2) * -1", DistributionError, "can be scaled by 0 or more; got -1"),
        ("gamma(1, 2) / zero", ExpressionError, "divides by 0"),
        ("empirical()", DistributionError, "empirical needs a file"),
        ("empirical(x)", DistributionError, 'Write `empirical("times.csv", column="repair", unit=min)`'),
        ("empirical('none.csv')", DataError, "there is no file `none.csv`"),
        ("empirical('none.csv', unit=minn)", UnitError, "there is no unit `minn`"),
        ("exponential(taken(x))", ExpressionError, "known only during a run"),
    ],
)
def test_distributions_that_cannot_be(text, error, message):
    with pytest.raises(error) as caught:
        distribution(parse(text), SCOPE)
    assert message in str(caught.value)
    assert caught.value.offset is not None


@pytest.mark.parametrize(
    ("text", "scale", "rest"),
    [
        ("gamma(mean=taken(x) * 1 min/t, cv=0.3)", "taken(x) * 1 min/t", "gamma(mean=1, cv=0.3)"),
        ("exponential(taken(x))", "taken(x)", "exponential(mean=1)"),
        ("exponential(rate=x)", "1 / x", "exponential(rate=1)"),
        ("erlang(3, x)", "x", "erlang(phases=3, mean=1)"),
        ("lognormal(median=x, sigma=1)", "x", "lognormal(median=1, sigma=1)"),
        ("normal(x, cv=0.2)", "x", "normal(mean=1, cv=0.2)"),
        ("constant(x)", "x", "constant(value=1)"),
    ],
)
def test_the_scale_of_a_distribution(text, scale, rest):
    found = split_scale(parse(text))
    assert found is not None
    assert (render(found[0]), render(found[1])) == (scale, rest)
    scaled = distribution(found[1], {}).scaled(
        evaluate(found[0], {"x": Quantity(5.0)}, lambda _: Quantity(5.0)).value
    )
    whole = distribution(
        parse(text), {"x": Quantity(5.0)}, calls=lambda n: Quantity(5.0) if n.name == "taken" else None
    )
    if "min" not in text:
        assert scaled.mean() == pytest.approx(whole.mean())
        assert scaled.variance() == pytest.approx(whole.variance())


@pytest.mark.parametrize(
    "text", ["gamma(x, 1)", "uniform(1, 2)", "normal(mu=1, sigma=1)", "discrete(1: 1)", "x", "2 * 3"]
)
def test_distributions_without_a_scale(text):
    assert split_scale(parse(text)) is None


def test_a_problem_keeps_its_kind():
    with pytest.raises(ValueProblem) as caught:
        evaluate(parse("1 + nothing"), {})
    assert caught.value.code == "unknown-name"
