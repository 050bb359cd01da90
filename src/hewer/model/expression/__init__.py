"""Expressions: the values of a document, from text to quantity, dimension or distribution.

This is the door to them. Behind it: ``nodes`` (the tree), ``syntax`` (text to tree), ``evaluation`` (tree
to quantity), ``dimensions`` (tree to dimension), ``sampling`` (tree to distribution); ``bounds`` and
``clock`` say between which numbers a value lies, and when it changes with the time alone.
"""

from hewer.model.expression.dimensions import dimension, require_same
from hewer.model.expression.evaluation import LEVEL_FUNCTIONS, MATH_FUNCTIONS, evaluate
from hewer.model.expression.nodes import (
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
from hewer.model.expression.sampling import distribution, scale_in_run, split_scale
from hewer.model.expression.syntax import parse

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
