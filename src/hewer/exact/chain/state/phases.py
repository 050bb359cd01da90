"""Times as exponential phases, and amounts as chances: what a draw is, instead of a draw.

A *mixture* is a value of which one branch comes true. A branch has a chance, a fixed part and the means of
exponential phases that follow each other. An Erlang time is one branch with equal phases, a hyperexponential
one two branches with one phase each, a discrete amount one fixed branch for each value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from hewer.engine.codes import Op
from hewer.engine.program import Program
from hewer.exact.opening import distribution
from hewer.families import FAMILIES, Listed

_MOST_BRANCHES = 10_000


class NotPhasesError(Exception):
    """A value is no mixture of exponential phases; the message says what it is."""


class Branch(NamedTuple):
    """A value that comes true with a chance: `fixed` + the sum of phases with these means."""

    chance: float
    fixed: float
    phases: tuple[float, ...] = ()


Mixture = tuple[Branch, ...]


def of_distribution(program: Program, index: int) -> Mixture:
    """Return a compiled distribution as a mixture.

    Raises
    ------
    NotPhasesError
        Where it has no exponential phases and is not discrete.
    """
    found = distribution(program, index)
    if found.family == "constant":
        return (Branch(1.0, found.a),)
    family = FAMILIES[found.family]
    if isinstance(family, Listed):
        listed = zip(found.weights(), found.values(), strict=True)
        return tuple(Branch(chance, value) for chance, value in listed if chance > 0.0)
    phases = family.phases(*found.numbers) if family.phases is not None else None
    if phases is None:
        raise NotPhasesError(f"{found.family} times have no exponential phases")
    return tuple(Branch(chance, 0.0, means) for chance, means in phases)


class Described(Protocol):
    """What an expression may read of an item."""

    @property
    def kind(self) -> int:
        """Number of its kind, or -1."""

    @property
    def step(self) -> int:
        """Steps behind it."""

    @property
    def attributes(self) -> tuple[float, ...]:
        """Their values, in base units."""


def operations(program: Program, at: int) -> set[int]:
    """Return the operations of the code at `at`."""
    found = set()
    while int(program.code["op"][at]) != Op.END:
        found.add(int(program.code["op"][at]))
        at += 1
    return found


def of_code(
    program: Program,
    at: int,
    levels: Sequence[int] = (),
    amounts: Sequence[int] = (),
    item: Described | None = None,
) -> Mixture:
    """Evaluate the postfix code at `at`; its draws are independent of each other.

    Parameters
    ----------
    program : Program
    at : int
    levels, amounts : sequences of int
        Levels of the stocks and amounts taken by this work, in items or grains.
    item : Described, optional
        The item at hand.

    Raises
    ------
    NotPhasesError
        Where it reads the clock, or does with phases what leaves none.
    """
    stack: list[Mixture] = []
    code = program.code
    while True:
        op, a, x = Op(int(code[at]["op"])), int(code[at]["a"]), float(code[at]["x"])
        at += 1
        if op == Op.END:
            return stack[0]
        if op == Op.CONST:
            stack.append(_number(x))
        elif op == Op.LEVEL:
            stack.append(_number(x * levels[a]))
        elif op == Op.TAKEN:
            stack.append(_number(x * amounts[a]))
        elif op in (Op.ITEM, Op.KIND, Op.STEP):
            stack.append(_number(_of_item(program, op, a, item)))
        elif op == Op.NOW:
            raise NotPhasesError("it reads `now`")
        elif op == Op.DRAW:
            stack.append(_scaled(of_distribution(program, a), x))
        elif op in _UNARY:
            stack.append(_applied(_UNARY[op], stack.pop()))
        elif op in _BINARY or op in _PRODUCTS:
            second, first = stack.pop(), stack.pop()
            stack.append(_joined(op, first, second, x))
        else:
            raise NotPhasesError(f"it reads `{op.name.lower()}`")


def _of_item(program: Program, op: Op, a: int, item: Described | None) -> float:
    if op == Op.ITEM:
        return item.attributes[a] if item else float(program.attribute["unset"][a])
    if op == Op.KIND:
        return float(item.kind) if item else -1.0
    return float(item.step + 1) if item else 0.0


def of_value(
    program: Program,
    what: int,
    levels: Sequence[int] = (),
    amounts: Sequence[int] = (),
    item: Described | None = None,
) -> Mixture:
    """Return a time or an amount as it is compiled: a distribution, or (below -1) the code at -2 - what."""
    if what >= 0:
        return of_distribution(program, what)
    return of_code(program, -2 - what, levels, amounts, item)


def truth(program: Program, at: int, levels: Sequence[int], item: Described | None = None) -> bool:
    """Judge the guard at `at`."""
    return number(program, at, levels, item) != 0.0


def number(program: Program, at: int, levels: Sequence[int], item: Described | None = None) -> float:
    """Return the value of the code at `at`, which draws nothing."""
    return of_code(program, at, levels, (), item)[0].fixed


def times(mixture: Mixture) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    """Return the chances and the phases of a time; a branch without phases takes no time.

    Raises
    ------
    NotPhasesError
        Where it has a constant part, or is no number.
    """
    for branch in mixture:
        if not math.isfinite(branch.fixed) or branch.fixed < 0.0:
            raise NotPhasesError(f"it comes to {branch.fixed:g}")
        if round(branch.fixed) != 0:
            raise NotPhasesError("a constant time above 0 has no exponential phases")
    kept: dict[tuple[float, ...], float] = {}
    for branch in mixture:
        phases = tuple(mean for mean in branch.phases if mean > 0.0)
        kept[phases] = kept.get(phases, 0.0) + branch.chance
    return tuple(kept.values()), tuple(kept)


def amounts_of(mixture: Mixture) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return the chances and the values of an amount, rounded as a draw is.

    Raises
    ------
    NotPhasesError
        Where it is continuous, negative or no number.
    """
    kept: dict[int, float] = {}
    for branch in mixture:
        if branch.phases:
            raise NotPhasesError("a continuous amount leaves no countable states")
        if not 0.0 <= branch.fixed < float(1 << 61):
            raise NotPhasesError(f"it comes to {branch.fixed:g}")
        value = round(branch.fixed)
        kept[value] = kept.get(value, 0.0) + branch.chance
    return tuple(kept.values()), tuple(kept)


def _number(value: float) -> Mixture:
    return (Branch(1.0, value),)


def _scaled(mixture: Mixture, factor: float) -> Mixture:
    if factor < 0.0 and any(branch.phases for branch in mixture):
        raise NotPhasesError("a negative multiple of a random time")
    return tuple(
        Branch(chance, fixed * factor, tuple(mean * factor for mean in phases))
        for chance, fixed, phases in mixture
    )


def _plain(mixture: Mixture, op: Op) -> Mixture:
    if any(branch.phases for branch in mixture):
        raise NotPhasesError(f"the operation {op.name.lower()} of a random time leaves no exponential phases")
    return mixture


def _applied(function: Callable[[float], float], mixture: Mixture) -> Mixture:
    return tuple(Branch(c, function(v)) for c, v, _ in _plain(mixture, Op.ROUND))


def _joined(op: Op, first: Mixture, second: Mixture, x: float) -> Mixture:
    if len(first) * len(second) > _MOST_BRANCHES:
        raise NotPhasesError("it can come out in too many ways")
    if op == Op.ADD:
        return tuple(
            Branch(one.chance * other.chance, one.fixed + other.fixed, one.phases + other.phases)
            for one in first
            for other in second
        )
    if op == Op.MUL and any(branch.phases for branch in second):
        first, second = second, first
    _plain(second, op)
    if op in (Op.MUL, Op.DIV):
        return tuple(
            _times(one, other, _quotient(1.0, other.fixed) if op == Op.DIV else other.fixed, op)
            for one in first
            for other in second
        )
    _plain(first, op)
    function = _BINARY[op]
    return tuple(
        Branch(one.chance * other.chance, function(one.fixed, other.fixed, x))
        for one in first
        for other in second
    )


def _times(one: Branch, other: Branch, factor: float, op: Op) -> Branch:
    """Multiply (or divide) a branch by a number."""
    fixed = _quotient(one.fixed, other.fixed) if op == Op.DIV else one.fixed * other.fixed
    if one.phases and not factor >= 0.0:
        raise NotPhasesError(f"{factor:g} times a random time")
    return Branch(one.chance * other.chance, fixed, tuple(mean * factor for mean in one.phases))


def _quotient(a: float, b: float) -> float:
    return a / b if b != 0.0 else math.nan


def _safely(function: Callable[[float], float]) -> Callable[[float], float]:
    def applied(value: float) -> float:
        try:
            return float(function(value))
        except (ValueError, OverflowError):
            return math.nan

    return applied


def _power(a: float, b: float, _: float) -> float:
    try:
        found = a**b
    except (ZeroDivisionError, OverflowError):
        return math.nan
    return found if isinstance(found, float) else math.nan


_PRODUCTS = (Op.ADD, Op.MUL, Op.DIV)

_UNARY: dict[Op, Callable[[float], float]] = {
    Op.NEG: lambda a: -a,
    Op.NOT: lambda a: float(a == 0.0),
    Op.FLOOR: _safely(math.floor),
    Op.ROUND: _safely(round),
    Op.CEIL: _safely(math.ceil),
    Op.ABS: abs,
    Op.SQRT: _safely(math.sqrt),
    Op.EXP: _safely(math.exp),
    Op.LOG: _safely(math.log),
}

_BINARY: dict[Op, Callable[[float, float, float], float]] = {
    Op.SUB: lambda a, b, _: a - b,
    Op.POW: _power,
    Op.MIN: lambda a, b, _: min(a, b),
    Op.MAX: lambda a, b, _: max(a, b),
    Op.LT: lambda a, b, x: float(a < b - x),
    Op.LE: lambda a, b, x: float(a <= b + x),
    Op.GT: lambda a, b, x: float(a > b + x),
    Op.GE: lambda a, b, x: float(a >= b - x),
    Op.EQ: lambda a, b, x: float(abs(a - b) <= x),
    Op.NE: lambda a, b, x: float(abs(a - b) > x),
    Op.AND: lambda a, b, _: float(a != 0.0 and b != 0.0),
    Op.OR: lambda a, b, _: float(a != 0.0 or b != 0.0),
}
