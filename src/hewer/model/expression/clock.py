"""Conditions that read the clock: which of them can be solved for the time at which they change.

A comparison is solved where both of its sides are linear in `now` and everything else in it is known
before the run. Then the guard is judged when it changes, to the tick (rule 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hewer.model.expression.nodes import Binary, Compare, Name, Node, Unary, names, walk

__all__ = ["clock_comparisons", "is_linear"]


def clock_comparisons(node: Node) -> Iterator[Compare]:
    """Yield the comparisons in a condition that read the clock."""
    for part in walk(node):
        if isinstance(part, Compare) and "now" in names(part):
            yield part


def is_linear(comparison: Compare, known: Callable[[Node], bool]) -> bool:
    """Tell whether both sides are linear in `now`; `known` tells what is a number before the run."""
    return None not in (_degree(comparison.left, known), _degree(comparison.right, known))


def _degree(node: Node, known: Callable[[Node], bool]) -> int | None:
    """Degree in `now` of a polynomial of degree 0 or 1; None for anything else."""
    if known(node):
        return 0
    if isinstance(node, Name):
        return 1 if node.id == "now" else None
    if isinstance(node, Unary):
        return _degree(node.operand, known)
    if not isinstance(node, Binary):
        return None
    left, right = _degree(node.left, known), _degree(node.right, known)
    if left is None or right is None:
        return None
    if node.op in "+-":
        return max(left, right)
    # now * now is no line, and has no single time at which it passes a value
    if node.op == "*" and left + right < 2:
        return left + right
    return left if node.op == "/" and right == 0 else None
