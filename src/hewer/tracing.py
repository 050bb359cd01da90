"""Numbers that remember how they were worked out, so that it can be done again with other numbers.

A model is compiled once for all its worlds. To that end its params enter as :class:`Traced` numbers: each
knows its value, and its *tape* records every operation by which other numbers come from it, and every
comparison on which something was decided. With other values of the params the tape yields the other numbers
without the program that made them, as long as each comparison comes out as it did.

Where a traced number is turned to a plain float or int, by any library, nothing goes wrong: the tape then
holds that this very value is needed, so that with another it is refused. All that is lost is time.

The functions here (:func:`log`, :func:`finite`, ...) are those of :mod:`math`, for plain and traced numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum, unique
from numbers import Integral, Real
from typing import Any, NamedTuple, TypeAlias, cast

__all__ = [
    "Check",
    "Op",
    "Placed",
    "Tape",
    "Traced",
    "are_close",
    "ceil",
    "erfc",
    "exp",
    "expm1",
    "finite",
    "floor",
    "fsum",
    "gamma",
    "is_traced",
    "largest",
    "lgamma",
    "log",
    "log1p",
    "plain",
    "power",
    "real",
    "rounded",
    "smallest",
    "sqrt",
]

_LARGEST = 2.0**62

Plain: TypeAlias = float | int


@unique
class Op(IntEnum):
    """How a number came about; those from ``ROUND`` on yield whole numbers."""

    INPUT = 0
    CONSTANT = 1
    FSUM = 2
    TO_REAL = 3
    ADD = 4  # of two
    SUB = 5
    MUL = 6
    DIV = 7
    POW = 8
    MIN = 9
    MAX = 10
    NEG = 11  # of one
    ABS = 12
    EXP = 13
    LOG = 14
    SQRT = 15
    EXPM1 = 16
    LOG1P = 17
    ERFC = 18
    ROUND = 19  # of one, to a whole number
    FLOOR = 20
    CEIL = 21
    WHOLE_CONSTANT = 22
    WHOLE_NEG = 23
    WHOLE_ADD = 24
    WHOLE_SUB = 25
    WHOLE_MUL = 26


@unique
class Check(IntEnum):
    """What was decided by a comparison of two numbers, or of one."""

    LESS = 0
    LESS_OR_EQUAL = 1
    EQUAL = 2
    FINITE = 3


class Node(NamedTuple):
    """An entry of a tape: an operation on earlier entries; ``value`` of a constant."""

    op: Op
    left: int = -1
    right: int = -1
    value: Plain = 0


class Decision(NamedTuple):
    """A comparison of two entries of a tape (of whole numbers where ``whole``), and how it came out."""

    check: Check
    left: int
    right: int
    whole: bool
    held: bool


class Placed(NamedTuple):
    """Where a number of a tape was written: an array, the index in it, and the field of a record."""

    array: Any
    at: int | tuple[int, ...]
    field: str | None
    traced: Traced


_WHOLE_OF = {Op.ADD: Op.WHOLE_ADD, Op.SUB: Op.WHOLE_SUB, Op.MUL: Op.WHOLE_MUL, Op.NEG: Op.WHOLE_NEG}


class Tape:
    """What was worked out from some inputs.

    Attributes
    ----------
    names : list of str
        Of the inputs: they are the first entries.
    nodes : list of Node
        Each operation once, after those that it is made of.
    decisions : dict
        Each :class:`Decision` once, in order.
    sums : list of int
        Entries that are added up exactly: ``sums[left:right]`` of an entry ``FSUM``.
    placed : list of Placed
        Where numbers went.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.nodes: list[Node] = []
        self.decisions: dict[Decision, None] = {}
        self.sums: list[int] = []
        self.placed: list[Placed] = []
        self._known: dict[tuple[object, ...], Traced] = {}

    def input(self, name: str, value: float) -> float:
        """Enter an input; it stands for a float wherever a float can."""
        if len(self.names) < len(self.nodes):
            raise ValueError("inputs come first")
        self.names.append(name)
        self.nodes.append(Node(Op.INPUT))
        return cast(float, Traced(self, len(self.nodes) - 1, float(value)))

    def entry(self, node: Node, value: Plain) -> Traced:
        """Return the number of an entry, which is made where there is none yet."""
        key = (node, type(node.value), math.copysign(1.0, node.value))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Traced(self, len(self.nodes), value)
            self.nodes.append(node)
        return found

    def constant(self, value: Plain) -> Traced:
        """Return a plain number as an entry."""
        if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
            never = self.constant(
                0.0
            ).number  # 64 bits cannot hold it: a check that fails whatever the inputs
            self.decisions[Decision(Check.LESS, never, never, whole=False, held=True)] = None
            return Traced(self, self.constant(0).number, value)
        op = Op.WHOLE_CONSTANT if isinstance(value, int) else Op.CONSTANT
        return self.entry(Node(op, value=value), value)

    def total(self, parts: list[Traced], value: float) -> Traced:
        """Return the exact sum of entries."""
        key = tuple(part.number for part in parts)
        if key not in self._known:
            start = len(self.sums)
            self.sums.extend(key)
            self._known[key] = self.entry(Node(Op.FSUM, start, len(self.sums)), value)
        return self._known[key]

    def decide(self, check: Check, left: Traced, right: Traced, held: bool) -> bool:
        """Record how a comparison came out; of a number with itself it always does so."""
        if left is not right or check == Check.FINITE:
            whole = isinstance(left.value, int) and isinstance(right.value, int)
            if not whole:
                left, right = left.as_real(), right.as_real()
            self.decisions[Decision(check, left.number, right.number, whole, held)] = None
        return held


class Traced:
    """A number with its origin: what `value` it has now, and which entry of a tape it is.

    It takes part in arithmetic, comparisons and rounding like the float or int that it stands for. Two are
    equal as keys only where they are one entry.
    """

    __slots__ = ("number", "tape", "value")

    def __init__(self, tape: Tape, number: int, value: Plain) -> None:
        self.tape, self.number, self.value = tape, number, value

    def as_real(self) -> Traced:
        """Return it as a float; a whole number is converted."""
        if isinstance(self.value, float):
            return self
        return self.tape.entry(Node(Op.TO_REAL, self.number), float(self.value))

    def pinned(self) -> Plain:
        """Return the plain number, and need this very one from now on."""
        self.tape.decide(Check.EQUAL, self, self.tape.constant(self.value), True)
        return self.value

    # Arithmetic.

    def combined(self, op: Op, other: Any, *, swapped: bool = False) -> Any:
        """Return what an operation makes of this and another number, or of that and this."""
        if not isinstance(other, Traced):
            if not isinstance(other, Real):
                return NotImplemented
            other = self.tape.constant(int(other) if isinstance(other, Integral) else float(other))
        left, right = (other, self) if swapped else (self, other)
        value: Plain = _PLAIN[op](left.value, right.value)
        if isinstance(value, int):
            entry = self.tape.entry(Node(_WHOLE_OF[op], left.number, right.number), value)
            _fits(left.as_real() * right.as_real() if op == Op.MUL else entry.as_real())
            return entry
        left, right = left.as_real(), right.as_real()
        if op == Op.DIV:
            zero = self.tape.constant(0.0)
            self.tape.decide(Check.EQUAL, right, zero, False)
        entry = self.tape.entry(Node(op, left.number, right.number), value)
        if op == Op.POW:
            self.tape.decide(Check.FINITE, entry, entry, math.isfinite(value))
        return entry

    def __add__(self, other: Any) -> Any:
        return self.combined(Op.ADD, other)

    def __radd__(self, other: Any) -> Any:
        return self.combined(Op.ADD, other, swapped=True)

    def __sub__(self, other: Any) -> Any:
        return self.combined(Op.SUB, other)

    def __rsub__(self, other: Any) -> Any:
        return self.combined(Op.SUB, other, swapped=True)

    def __mul__(self, other: Any) -> Any:
        return self.combined(Op.MUL, other)

    def __rmul__(self, other: Any) -> Any:
        return self.combined(Op.MUL, other, swapped=True)

    def __truediv__(self, other: Any) -> Any:
        return self.combined(Op.DIV, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self.combined(Op.DIV, other, swapped=True)

    def __pow__(self, other: Any) -> Any:
        return power(cast(float, self), other)

    def __rpow__(self, other: Any) -> Any:
        return power(other, cast(float, self))

    def __neg__(self) -> Any:
        op = Op.WHOLE_NEG if isinstance(self.value, int) else Op.NEG
        return self.tape.entry(Node(op, self.number), -self.value)

    def __abs__(self) -> Any:
        if isinstance(self.value, int):
            return self if self >= 0 else -self
        return self.tape.entry(Node(Op.ABS, self.number), abs(self.value))

    # Rounding.

    def _rounded(self, op: Op, value: int) -> Any:
        if isinstance(self.value, int):
            return self
        _fits(self)
        return self.tape.entry(Node(op, self.number), value)

    def __round__(self) -> Any:
        return self._rounded(Op.ROUND, round(self.value))

    def __floor__(self) -> Any:
        return self._rounded(Op.FLOOR, math.floor(self.value))

    def __ceil__(self) -> Any:
        return self._rounded(Op.CEIL, math.ceil(self.value))

    # Comparison: what comes of it is recorded.

    def _compared(self, check: Check, other: Any, *, swapped: bool = False) -> Any:
        if not isinstance(other, Traced):
            if not isinstance(other, Real):
                return NotImplemented
            other = self.tape.constant(int(other) if isinstance(other, Integral) else float(other))
        left, right = (other, self) if swapped else (self, other)
        return self.tape.decide(check, left, right, _HELD[check](left.value, right.value))

    def __lt__(self, other: Any) -> Any:
        return self._compared(Check.LESS, other)

    def __gt__(self, other: Any) -> Any:
        return self._compared(Check.LESS, other, swapped=True)

    def __le__(self, other: Any) -> Any:
        return self._compared(Check.LESS_OR_EQUAL, other)

    def __ge__(self, other: Any) -> Any:
        return self._compared(Check.LESS_OR_EQUAL, other, swapped=True)

    def __eq__(self, other: object) -> Any:
        return self._compared(Check.EQUAL, other)

    def __ne__(self, other: object) -> Any:
        found = self._compared(Check.EQUAL, other)
        return found if found is NotImplemented else not found

    def __hash__(self) -> int:
        return hash((Traced, self.number))

    def __bool__(self) -> bool:
        return bool(self != 0)

    # A way out: the value is needed as it is.

    def __float__(self) -> float:
        return float(self.pinned())

    def __int__(self) -> int:
        return int(self.pinned())

    def __index__(self) -> int:
        found = self.pinned()
        if not isinstance(found, int):
            raise TypeError("a float is no index")
        return found

    # Texts are for people: they need nothing.

    def __format__(self, form: str) -> str:
        return format(self.value, form)

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        return f"<{self.value!r}, entry {self.number}>"


_PLAIN: dict[Op, Any] = {
    Op.ADD: lambda a, b: a + b,
    Op.SUB: lambda a, b: a - b,
    Op.MUL: lambda a, b: a * b,
    Op.DIV: lambda a, b: a / b,
    Op.POW: math.pow,
}
_HELD: dict[Check, Any] = {
    Check.LESS: lambda a, b: a < b,
    Check.LESS_OR_EQUAL: lambda a, b: a <= b,
    Check.EQUAL: lambda a, b: a == b,
}


def _fits(number: Traced) -> None:
    """Need that a float can be turned to a whole number of 64 bits, also where it cannot be now."""
    number.tape.decide(Check.LESS, abs(number), number.tape.constant(_LARGEST), True)


def is_traced(number: object) -> bool:
    """Tell whether a number is traced."""
    return isinstance(number, Traced)


def _traced(number: object) -> Traced | None:
    """Return a traced number as what it is: it is passed on as the float that it stands for."""
    return number if isinstance(number, Traced) else None


def plain(number: Plain) -> Plain:
    """Return a number as a plain one; a traced one is needed as it is from now on."""
    traced = _traced(number)
    return number if traced is None else traced.pinned()


def real(number: Plain) -> float:
    """Return a number as a float; a traced one stays so."""
    traced = _traced(number)
    return float(number) if traced is None else cast(float, traced.as_real())


def _of_one(number: float, op: Op, low: float = -math.inf, *, above: bool = False) -> float:
    """Apply a function of one number, which needs a number from `low` on (or above it)."""
    function, traced = _FUNCTIONS[op], _traced(number)
    if traced is None:
        return function(number)
    given = traced.as_real()
    value = function(cast(float, given.value))
    if low > -math.inf:
        bound = given.tape.constant(low)
        given.tape.decide(Check.LESS if above else Check.LESS_OR_EQUAL, bound, given, True)
    entry = given.tape.entry(Node(op, given.number), value)
    if op in (Op.EXP, Op.EXPM1):  # Python raises where they overflow
        given.tape.decide(Check.FINITE, entry, entry, True)
    return cast(float, entry)


_FUNCTIONS: dict[Op, Callable[[float], float]] = {
    Op.EXP: math.exp,
    Op.EXPM1: math.expm1,
    Op.LOG: math.log,
    Op.LOG1P: math.log1p,
    Op.SQRT: math.sqrt,
    Op.ERFC: math.erfc,
}


def exp(number: float) -> float:
    """As ``math.exp``."""
    return _of_one(number, Op.EXP)


def expm1(number: float) -> float:
    """As ``math.expm1``."""
    return _of_one(number, Op.EXPM1)


def log(number: float) -> float:
    """As ``math.log``."""
    return _of_one(number, Op.LOG, 0.0, above=True)


def log1p(number: float) -> float:
    """As ``math.log1p``."""
    return _of_one(number, Op.LOG1P, -1.0, above=True)


def sqrt(number: float) -> float:
    """As ``math.sqrt``."""
    return _of_one(number, Op.SQRT, 0.0)


def erfc(number: float) -> float:
    """As ``math.erfc``."""
    return _of_one(number, Op.ERFC)


def gamma(number: float) -> float:
    """As ``math.gamma``; a traced number is needed as it is, since compiled code has another last bit."""
    return math.gamma(plain(number))


def lgamma(number: float) -> float:
    """As ``math.lgamma``; a traced number is needed as it is."""
    return math.lgamma(plain(number))


def power(base: float, exponent: float) -> float:
    """As ``math.pow``."""
    below, above = _traced(base), _traced(exponent)
    if below is not None:
        return cast(float, below.as_real().combined(Op.POW, exponent))
    if above is not None:
        return cast(float, above.as_real().combined(Op.POW, base, swapped=True))
    return math.pow(base, exponent)


def floor(number: float) -> float:
    """Return the largest whole number that is not above, as a float."""
    return real(math.floor(number))


def ceil(number: float) -> float:
    """Return the smallest whole number that is not below, as a float."""
    return real(math.ceil(number))


def rounded(number: float) -> float:
    """Return the nearest whole number, of two the even one, as a float."""
    return real(round(number))


def finite(number: float) -> bool:
    """As ``math.isfinite``."""
    traced = _traced(number)
    if traced is None:
        return math.isfinite(number)
    given = traced.as_real()
    return given.tape.decide(Check.FINITE, given, given, math.isfinite(given.value))


def smallest(first: float, second: float) -> float:
    """As ``min`` of two numbers; of traced ones, whichever it will be."""
    return _extreme(Op.MIN, first, second)


def largest(first: float, second: float) -> float:
    """As ``max`` of two numbers; of traced ones, whichever it will be."""
    return _extreme(Op.MAX, first, second)


def _entries(numbers: Sequence[float]) -> list[Traced] | None:
    """Return numbers as entries of their tape; None where none is traced."""
    found = [_traced(number) for number in numbers]
    tape = next((one.tape for one in found if one is not None), None)
    if tape is None:
        return None
    pairs = zip(found, numbers, strict=True)
    return [(tape.constant(float(number)) if one is None else one.as_real()) for one, number in pairs]


def _extreme(op: Op, first: float, second: float) -> float:
    function = min if op == Op.MIN else max
    entries = _entries((first, second))
    if entries is None:
        return function(first, second)
    left, right = entries
    if left is not right:
        value = function(left.value, right.value)
        left = left.tape.entry(Node(op, left.number, right.number), value)
    return cast(float, left)


def fsum(numbers: Iterable[float]) -> float:
    """As ``math.fsum``."""
    parts = list(numbers)
    entries = _entries(parts)
    if entries is None:
        return math.fsum(parts)
    value = math.fsum(entry.value for entry in entries)
    return cast(float, entries[0].tape.total(entries, value))


def are_close(first: float, second: float, *, rel_tol: float = 0.0, abs_tol: float = 0.0) -> bool:
    """As ``math.isclose`` with these tolerances."""
    if not is_traced(first) and not is_traced(second):
        return math.isclose(first, second, rel_tol=rel_tol, abs_tol=abs_tol)
    size = largest(abs(first), abs(second))
    return bool(abs(first - second) <= largest(rel_tol * size, abs_tol))
