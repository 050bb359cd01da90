"""The nodes of an expression: frozen values, and what can be asked of any tree of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from hewer.distribution import is_family

__all__ = [
    "Binary",
    "Call",
    "Compare",
    "Logic",
    "Name",
    "Node",
    "Number",
    "OfFamily",
    "Range",
    "Text",
    "Unary",
    "children",
    "functions",
    "is_condition",
    "is_distribution",
    "is_random",
    "names",
    "render",
    "walk",
]


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a node stands: characters ``start`` to ``end`` of the text. Not part of equality."""

    start: int = field(default=0, compare=False, kw_only=True, repr=False)
    end: int = field(default=0, compare=False, kw_only=True, repr=False)


@dataclass(frozen=True, slots=True)
class Number(_Span):
    """A number and the unit written after it, empty for a bare number: ``4 min/t``."""

    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Text(_Span):
    """A text in quotes, or the unit after ``unit=``."""

    value: str


@dataclass(frozen=True, slots=True)
class Name(_Span):
    """The name of a param, stock or another part of the model."""

    id: str


@dataclass(frozen=True, slots=True)
class Call(_Span):
    """A function or distribution with positional and named arguments, or ``value: weight`` pairs."""

    name: str
    args: tuple[Node, ...] = ()
    kwargs: tuple[tuple[str, Node], ...] = ()
    pairs: tuple[tuple[Node, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class Unary(_Span):
    """A sign: ``op`` is ``-``."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(_Span):
    """Arithmetic: ``op`` is one of ``+ - * / ^``."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare(_Span):
    """A comparison: ``op`` is one of ``< <= > >= == !=``."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(_Span):
    """Conditions joined: ``op`` is ``and``, ``or``, or ``not`` with one operand."""

    op: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Range(_Span):
    """``low .. high``, and after what time fewer will do: ``low .. high within 10 min``."""

    low: Node
    high: Node
    within: Node | None = None


@dataclass(frozen=True, slots=True)
class OfFamily(_Span):
    """``3 of family``; ``all of family`` has no number."""

    number: Node | None


Node = OfFamily | Number | Text | Name | Call | Unary | Binary | Compare | Logic | Range


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below a node, left to right."""
    if isinstance(node, Unary):
        return (node.operand,)
    if isinstance(node, Binary | Compare):
        return (node.left, node.right)
    if isinstance(node, Logic):
        return node.operands
    if isinstance(node, Range):
        return (node.low, node.high) if node.within is None else (node.low, node.high, node.within)
    if isinstance(node, OfFamily):
        return () if node.number is None else (node.number,)
    if isinstance(node, Call):
        paired = [part for pair in node.pairs for part in pair]
        return (*node.args, *(value for _, value in node.kwargs), *paired)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, from left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


@lru_cache(maxsize=1 << 17)  # the checker asks the same of a value for every scenario
def names(node: Node) -> frozenset[str]:
    """Return the names that a node mentions, those in arguments included, functions not."""
    return frozenset(part.id for part in walk(node) if isinstance(part, Name))


def functions(node: Node) -> frozenset[str]:
    """Return the functions and distributions that a node calls."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Call))


def is_distribution(node: Node) -> bool:
    """Tell whether a node is a distribution: a call named after a family."""
    return isinstance(node, Call) and is_family(node.name)


def is_random(node: Node) -> bool:
    """Tell whether a node contains a distribution."""
    return any(is_distribution(part) for part in walk(node))


def is_condition(node: Node) -> bool:
    """Tell whether a node is true or false rather than a number."""
    return isinstance(node, Compare | Logic)


def render(node: Node) -> str:
    """Write a node as text that reads back as an equal node."""
    if isinstance(node, Number):
        number = f"{node.value:.17g}" if float(f"{node.value:.12g}") != node.value else f"{node.value:.12g}"
        return f"{number} {node.unit}".replace(" 1/", "/") if node.unit else number
    if isinstance(node, Text):
        quote = "'" if '"' in node.value else '"'
        return f"{quote}{node.value}{quote}"
    if isinstance(node, Name):
        return node.id
    if isinstance(node, Unary):
        return f"-{_inner(node.operand)}"
    if isinstance(node, Range):
        within = f" within {_inner(node.within)}" if node.within is not None else ""
        return f"{_inner(node.low)} .. {_inner(node.high)}{within}"
    if isinstance(node, OfFamily):
        return f"{_inner(node.number) if node.number is not None else 'all'} of family"
    if isinstance(node, Logic):
        if node.op == "not":
            return f"not {_inner(node.operands[0])}"
        return f" {node.op} ".join(_inner(operand) for operand in node.operands)
    if isinstance(node, Call):
        parts = [render(argument) for argument in node.args]
        parts += [f"{render(value)}: {render(weight)}" for value, weight in node.pairs]
        parts += [f"{key}={render(value)}" for key, value in node.kwargs]
        return f"{node.name}({', '.join(parts)})"
    bound = node.op == "^" and isinstance(node.left, Number)  # 2 m ^ 2 is 2 square metres
    left = f"({render(node.left)})" if bound else _inner(node.left)
    return f"{left} {node.op} {_inner(node.right)}"


def _inner(node: Node) -> str:
    return render(node) if isinstance(node, Number | Name | Call | Text) else f"({render(node)})"
