"""Expressions: the values of a document, from text to quantity, dimension or distribution.

This is the door to them; the rooms behind it are :mod:`~hewer.model.nodes` (the tree),
:mod:`~hewer.model.syntax` (text to tree), :mod:`~hewer.model.evaluation` (tree to quantity),
:mod:`~hewer.model.dimensions` (tree to dimension) and :mod:`~hewer.model.sampling` (tree to
distribution).
"""

from hewer.model.dimensions import dimension, require_same
from hewer.model.evaluation import LEVEL_FUNCTIONS, MATH_FUNCTIONS, evaluate
from hewer.model.nodes import (
    Binary,
    Call,
    Compare,
    Logic,
    Name,
    Node,
    Number,
    OfFamily,
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
from hewer.model.sampling import distribution, scale_in_run, split_scale
from hewer.model.syntax import parse

__all__ = [
    "LEVEL_FUNCTIONS",
    "MATH_FUNCTIONS",
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
    "dimension",
    "distribution",
    "evaluate",
    "functions",
    "is_condition",
    "is_distribution",
    "is_random",
    "names",
    "parse",
    "render",
    "require_same",
    "scale_in_run",
    "split_scale",
    "walk",
]
