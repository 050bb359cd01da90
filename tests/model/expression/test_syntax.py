import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hewer.errors import ExpressionError, UnitError, ValueProblem
from hewer.model.expression.nodes import (
    Binary,
    Call,
    Compare,
    Logic,
    Name,
    Node,
    Number,
    Range,
    Text,
    Unary,
    children,
    functions,
    is_condition,
    is_distribution,
    is_random,
    names,
    render,
    walk,
)
from hewer.model.expression.syntax import parse

A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("4 min/t", Number(4, "min/t")),
        ("4 min / t", Number(4, "min/t")),
        ("5min", Number(5, "min")),
        ("0.5 t", Number(0.5, "t")),
        (".5 t", Number(0.5, "t")),
        ("1e-6 t", Number(1e-6, "t")),
        ("2 m^2", Number(2, "m^2")),
        ("2 m**2", Number(2, "m^2")),
        ("2 m²", Number(2, "m^2")),
        ("2 m^-1", Number(2, "m^-1")),
        ("90 %", Number(90, "%")),
        ("90%", Number(90, "%")),
        ("5 %/h", Number(5, "%/h")),
        ("6 / h", Number(6, "1/h")),
        ("6 * h", Number(6, "h")),
        ("3 rouble/h/t", Number(3, "rouble/h/t")),
        ("4 min/t * 1 t", Binary("*", Number(4, "min/t"), Number(1, "t"))),
        ("4 min/a", Binary("/", Number(4, "min"), A)),
        ("4 min * a", Binary("*", Number(4, "min"), A)),
        ("6 / min(a, 1 h)", Binary("/", Number(6), Call("min", (A, Number(1, "h"))))),
    ],
)
def test_a_unit_belongs_to_the_number_before_it(text, node):
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("(a + b) * c", Binary("*", Binary("+", A, B), C)),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a / b / c", Binary("/", Binary("/", A, B), C)),
        ("a ^ b ^ c", Binary("^", A, Binary("^", B, C))),
        ("-a ^ b", Unary("-", Binary("^", A, B))),
        ("a ^ -b", Binary("^", A, Unary("-", B))),
        ("-a * b", Binary("*", Unary("-", A), B)),
        ("a - -b", Binary("-", A, Unary("-", B))),
        ("+a", A),
        ("a + b <= c", Compare("<=", Binary("+", A, B), C)),
        ("a < b and b < c", Logic("and", (Compare("<", A, B), Compare("<", B, C)))),
        ("a and b and c", Logic("and", (A, B, C))),
        ("a or b and c", Logic("or", (A, Logic("and", (B, C))))),
        ("not a < b", Logic("not", (Compare("<", A, B),))),
        ("not a and b", Logic("and", (Logic("not", (A,)), B))),
        ("a and not b", Logic("and", (A, Logic("not", (B,))))),
        ("0.4 m .. 0.8 m", Range(Number(0.4, "m"), Number(0.8, "m"))),
        ("0.4..0.8 m", Range(Number(0.4, "m"), Number(0.8, "m"))),
        ("1..6", Range(Number(1), Number(6))),
        ("a .. b + c", Range(A, Binary("+", B, C))),
    ],
)
def test_precedence(text, node):
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("f()", Call("f")),
        ("f(a, b)", Call("f", (A, B))),
        ("f(a, x=b)", Call("f", (A,), (("x", B),))),
        ("f(a == b)", Call("f", (Compare("==", A, B),))),
        (
            "discrete(1: 30 %, 2: rest)",
            Call("discrete", pairs=((Number(1), Number(30, "%")), (Number(2), Name("rest")))),
        ),
        ('empirical("x.csv", unit=min/t)', Call("empirical", (Text("x.csv"),), (("unit", Text("min/t")),))),
        ("f(unit='min')", Call("f", (), (("unit", Text("min")),))),
        ("f(a,)", Call("f", (A,))),
        ("nächste(größe)", Call("nächste", (Name("größe"),))),
    ],
)
def test_calls(text, node):
    assert parse(text) == node


@pytest.mark.parametrize(
    ("number", "node"), [(3, Number(3)), (0.5, Number(0.5)), (-2, Unary("-", Number(2)))]
)
def test_numbers_as_they_stand_in_the_document(number, node):
    assert parse(number) == node


@pytest.mark.parametrize(
    ("value", "offset", "message"),
    [
        ("", None, "got an empty text"),
        ("   ", None, "got an empty text"),
        (True, None, "must be a number or an expression; got True"),
        (None, None, "got None"),
        ([1], None, "got [1]"),
        (math.nan, None, "must be a finite number; got nan"),
        (math.inf, None, "must be a finite number; got inf"),
        (10**400, None, "must be a finite number; got inf"),
        ("1e999", None, "must be a finite number; got inf"),
        ("1,5 t", 1, "unexpected `,` in `1,5 t`. Decimals are written with a point"),
        ("a = 3", 2, "unexpected `=` in `a = 3`. Write `==` to compare"),
        ("a & b", 2, "cannot read `&` in `a & b`"),
        ('f("x)', 2, 'cannot read `"` in `f("x)`. Close the quotes'),
        ("(a", 2, "unexpected the end in `(a`; expected `)`"),
        ("a)", 1, "unexpected `)`"),
        ("f(a b)", 4, "unexpected `b` in `f(a b)`; expected `,`"),
        ("f(a", 3, "expected `,`"),
        ("f(x=1, a)", 7, "arguments without a name stand before those with one"),
        ("f(x=1, x=2)", 7, "`x` is given twice"),
        ("f(unit=)", 7, "expected a unit"),
        ("a +", 3, "unexpected the end"),
        ("* a", 0, "unexpected `*`"),
        ("a < b < c", 6, "comparisons cannot be chained. Join comparisons with `and`"),
        ("2 m^a", 4, "the power of a unit must be a whole number"),
        ("and", 0, "unexpected `and`"),
        ("(" * 41 + "1" + ")" * 41, 40, "more than 40 levels of nesting"),
        ("-" * 50 + "1", 40, "more than 40 levels of nesting"),
        ("1" + "+1" * 101, 201, "more than 100 operators"),
        ("1" * 20_001, None, "may have 20000 characters; got 20001"),
    ],
)
def test_what_cannot_be_read(value, offset, message):
    with pytest.raises(ExpressionError) as caught:
        parse(value)
    assert message in str(caught.value)
    assert caught.value.offset == offset


def test_an_unknown_unit_suggests_the_nearest():
    with pytest.raises(UnitError) as caught:
        parse("a + 5 minuts")
    assert str(caught.value) == "there is no unit `minuts`. Did you mean `minutes`?"
    assert caught.value.offset == 6


@pytest.mark.parametrize("text", ["all of family", "3 of family", "parts of family", "2 .. 6 within 10 min"])
def test_takes_of_a_family_and_in_time_are_written_as_they_are_read(text):
    assert render(parse(text)) == text


@pytest.mark.parametrize(
    "text", ["all of orders", "3 of", "3 of family now", "3 within 10 min", "1 .. 2 within"]
)
def test_of_goes_with_family_and_within_with_a_range(text):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert "unexpected" in str(caught.value)


def test_nodes_know_where_they_stand():
    text = "gamma(mean = cut * 1 t, cv=0.3)"
    assert [text[node.start : node.end] for node in walk(parse(text))] == [
        text, "cut * 1 t", "cut", "1 t", "0.3",
    ]  # fmt: skip


def test_what_can_be_asked_of_a_tree():
    node = parse("gamma(mean=cut * taken(x), cv=0.3) + discrete(a: b)")
    assert names(node) == {"cut", "x", "a", "b"}
    assert functions(node) == {"gamma", "taken", "discrete"}
    assert is_random(node)
    assert not is_distribution(node)
    assert is_distribution(parse("gamma(1, 2)"))
    assert not is_random(parse("min(1, 2)"))
    assert is_condition(parse("a < b"))
    assert is_condition(parse("not a"))
    assert children(parse("a .. b")) == (A, B)


WORDS = st.sampled_from(["a", "b", "cut_time", "x1"])
LEAVES = st.one_of(
    st.builds(Number, st.floats(0, 1e300), st.sampled_from(["", "min", "min/t", "m^2", "%", "1/h"])),
    st.builds(Name, WORDS),
)


def _joined(op: str, left: Node, right: Node) -> Logic:
    before = left.operands if isinstance(left, Logic) and left.op == op else (left,)
    return Logic(op, (*before, right))


def _ranged(low: Node, high: Node) -> Range:
    if isinstance(low, Number) and isinstance(high, Number) and not low.unit:
        low = Number(low.value, high.unit)
    return Range(low, high)


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    lists = st.lists(inner, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Unary, st.just("-"), inner),
        st.builds(Binary, st.sampled_from("+-*/^"), inner, inner),
        st.builds(Compare, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner, inner),
        st.builds(Logic, st.just("not"), st.tuples(inner)),
        st.builds(_joined, st.sampled_from(["and", "or"]), inner, inner),
        st.builds(_ranged, inner, inner),
        st.builds(Call, WORDS, lists, st.just(()), st.lists(st.tuples(inner, inner), max_size=2).map(tuple)),
        st.builds(Call, WORDS, lists, st.tuples(st.tuples(WORDS, inner))),
    )


@given(st.recursive(LEAVES, _grown, max_leaves=8))
def test_what_is_written_reads_back(node):
    assert render(parse(render(node))) == render(node)
    assert parse(render(node)) == node


@given(st.text(alphabet="ab1.0 min/t%^*+-()<=>,:\"'&\n²", max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        parse(text)
    except ValueProblem as problem:
        offset = problem.offset or 0
    else:
        offset = 0
    assert 0 <= offset <= len(text)
