"""Traced numbers: what they are, what they note, and what they need."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hewer import tracing
from hewer.engine.playing import flattened, play
from hewer.tracing import Check, Op, Tape, Traced

NUMBERS = st.one_of(
    st.floats(-1e6, 1e6),
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e-9, 1e300, -1e300, 5e-324]),
)


def bits(value: float | int) -> bytes:
    return str(value).encode() if isinstance(value, int) else struct.pack("<d", value)


def played(tape: Tape, inputs: list[float]) -> tuple[int, np.ndarray, np.ndarray]:
    """Play a tape: the check that fails or -1, the floats and the whole numbers."""
    reals, wholes = np.zeros(len(tape.nodes)), np.zeros(len(tape.nodes), np.int64)
    with np.errstate(all="ignore"):
        failed = int(play(*flattened(tape), np.array(inputs), reals, wholes))
    return failed, reals, wholes


def entry(number: object) -> Traced:
    assert isinstance(number, Traced)
    return number


UNARY: list[Callable[[Any], Any]] = [
    lambda x: -x, abs, tracing.exp, tracing.log, tracing.sqrt, tracing.expm1, tracing.log1p, tracing.erfc,
    tracing.floor, tracing.ceil, tracing.rounded, tracing.real,
    lambda x: round(x) * 3 - 1, lambda x: -round(x), lambda x: round(x) / 7, lambda x: abs(round(x)),
]  # fmt: skip
BINARY: list[Callable[[Any, Any], Any]] = [
    lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: x / y,
    tracing.power, tracing.smallest, tracing.largest,
    lambda x, y: x if x < y else y, lambda x, y: x if x >= y else -x, lambda x, y: 1.0 if x == y else y,
    lambda x, y: round(x) + round(y), lambda x, y: round(x) * round(y) - x,
    lambda x, y: tracing.fsum([x, y, 0.1]), lambda x, y: float(x) + y,
    lambda x, y: x if tracing.finite(x * y) else y, lambda x, y: x if x and y else 2.0,
    lambda x, y: y if tracing.are_close(x, y, rel_tol=0.1) else x,
]  # fmt: skip
STEPS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, len(UNARY) - 1), st.integers(0, 20)),
        st.tuples(st.integers(0, len(BINARY) - 1), st.integers(0, 20), st.integers(0, 20)),
    ),
    min_size=1,
    max_size=12,
)


def worked_out(steps: list[tuple[int, ...]], inputs: list[Any]) -> Any:
    """Work steps out, each on what stands at two places of the list so far."""
    found = [*inputs, 2.5, 3.0]
    for which, *places in steps:
        values = [found[place % len(found)] for place in places]
        function: Callable[..., Any] = UNARY[which] if len(values) == 1 else BINARY[which]
        found.append(function(*values))
    return found[-1]


@settings(deadline=None, max_examples=600)
@given(STEPS, st.lists(NUMBERS, min_size=2, max_size=2), st.lists(NUMBERS, min_size=2, max_size=2))
def test_what_is_played_is_what_python_works_out(
    steps: list[tuple[int, ...]], first: list[float], other: list[float]
) -> None:
    tape = Tape()
    inputs = [tape.input(f"p{k}", value) for k, value in enumerate(first)]
    try:
        found = worked_out(steps, inputs)
    except (ArithmeticError, ValueError) as error:
        with pytest.raises(type(error)):  # as Python would, with the plain numbers
            worked_out(steps, first)
        return
    expected = worked_out(steps, first)
    assert bits(tracing.plain(found)) == bits(expected) or math.isnan(expected)
    failed, reals, wholes = played(tape, first)
    assert failed == -1 or np.nanmax(np.abs(reals)) >= 2.0**62  # too large for a whole number of 64 bits
    try:
        anew = worked_out(steps, other)
    except (ArithmeticError, ValueError):
        assert played(tape, other)[0] >= 0
        return
    failed, reals, wholes = played(tape, other)
    if failed >= 0:
        return
    if isinstance(found, Traced):
        values = wholes if isinstance(found.value, int) else reals
        assert bits(values[found.number].item()) == bits(anew) or math.isnan(anew)
    else:
        assert bits(found) == bits(anew)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1, max_size=12))
def test_sums_are_exact(numbers: list[float]) -> None:
    tape = Tape()
    parts = [tape.input(f"p{k}", value) for k, value in enumerate(numbers)]
    try:
        expected = math.fsum(numbers)
    except OverflowError:
        return
    total = entry(tracing.fsum(parts))
    _, reals, _ = played(tape, numbers)
    assert bits(reals[total.number].item()) == bits(expected)


@pytest.mark.parametrize("op", [op for op in Op if Op.NEG <= op <= Op.ERFC])
def test_functions_give_the_bits_of_python(op: Op) -> None:
    draw = np.random.Generator(np.random.PCG64(int(op)))
    numbers = np.concatenate((draw.uniform(0, 3, 2000), draw.lognormal(0, 5, 2000), [5e-324, 1.0, 1e300]))
    function: Callable[[float], float] = {
        Op.NEG: lambda x: -x, Op.ABS: abs, Op.EXP: math.exp, Op.LOG: math.log, Op.SQRT: math.sqrt,
        Op.EXPM1: math.expm1, Op.LOG1P: math.log1p, Op.ERFC: math.erfc,
    }[op]  # fmt: skip
    numbers = numbers[numbers < 700] if op in (Op.EXP, Op.EXPM1) else numbers
    tape = Tape()
    for k in range(len(numbers)):
        tape.input(f"p{k}", 1.0)
    entries = [tape.entry(tracing.Node(op, k), 1.0).number for k in range(len(numbers))]
    _, reals, _ = played(tape, numbers.tolist())
    assert reals[entries].tobytes() == np.array([function(x) for x in numbers.tolist()]).tobytes()


def test_powers_give_the_bits_of_python() -> None:
    draw = np.random.Generator(np.random.PCG64(1))
    tape = Tape()
    x, y = tape.input("x", 2.0), tape.input("y", 3.0)
    number = entry(tracing.power(x, y)).number
    for base, exponent in zip(draw.lognormal(0, 2, 3000), draw.normal(0, 3, 3000), strict=True):
        _, reals, _ = played(tape, [base, exponent])
        assert bits(reals[number].item()) == bits(math.pow(base, exponent))


def test_what_becomes_a_plain_number_is_needed_as_it_is() -> None:
    for leave in (
        float,
        int,
        lambda x: [10, 20, 30][round(x)],
        lambda x: np.array([x], np.float64),
        np.float64,
    ):
        tape = Tape()
        x = tape.input("x", 2.0)
        leave(x)
        assert played(tape, [2.0])[0] == -1
        assert played(tape, [2.0 + 1e-12])[0] >= 0 or leave not in (float, int)
        assert played(tape, [3.0])[0] >= 0


def test_texts_need_nothing() -> None:
    tape = Tape()
    x = tape.input("x", 2.5)
    assert (f"{x:.3g}", str(x), f"{x}") == ("2.5", "2.5", "2.5")
    assert repr(x) == "<2.5, entry 0>"
    assert not tape.decisions


def test_one_number_is_one_entry() -> None:
    tape = Tape()
    x: Any = tape.input("x", 2.0)
    assert (x * 3.0) is (x * 3.0)
    assert len({x + 1.0, x + 1.0, x + 2.0}) == 2
    assert (x + 1.0) is not (x + 1)  # a float and an int are told apart, as are 0 and -0
    assert (x * 0.0) is not (x * -0.0)
    y: Any = tape.constant(2.0)
    assert hash(x) != hash(y)
    assert x == y  # by value, which is a decision
    assert any(one.check == Check.EQUAL and one.held for one in tape.decisions)


def test_a_number_compared_with_itself_decides_nothing() -> None:
    tape = Tape()
    x: Any = tape.input("x", 2.0)
    again: Any = x
    assert not x < again
    assert x <= again
    assert max(x, again) is x
    assert not tape.decisions


def test_whole_numbers_that_64_bits_cannot_hold_are_refused() -> None:
    tape = Tape()
    x: Any = tape.input("x", 2.0)
    assert round(x) * 4 == 8
    assert played(tape, [2.0])[0] == -1
    assert played(tape, [2.2])[0] == -1
    assert played(tape, [2.0**62])[0] >= 0
    assert played(tape, [2.0**61])[0] >= 0  # times 4
    assert played(tape, [math.nan])[0] >= 0


def test_inputs_come_first() -> None:
    tape = Tape()
    x: Any = tape.input("x", 2.0)
    assert x + 1.0 == 3.0
    with pytest.raises(ValueError, match="inputs come first"):
        tape.input("y", 1.0)


def test_what_is_no_number_is_not_compared() -> None:
    tape = Tape()
    x: Any = tape.input("x", 2.0)
    assert x != "2.0"
    with pytest.raises(TypeError):
        x < "2.0"  # noqa: B015
    with pytest.raises(TypeError):
        x + "2.0"
