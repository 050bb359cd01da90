"""Expressions: the values of a document, from text to quantity, dimension or distribution.

This is the door to them. Behind it: ``nodes`` (the tree), ``syntax`` (text to tree), ``evaluation`` (tree
to quantity), ``dimensions`` (tree to dimension), ``sampling`` (tree to distribution); ``bounds`` and
``clock`` say between which numbers a value lies, and when it changes with the time alone.
"""

from hewer.model.expression.dimensions import dimension as dimension
from hewer.model.expression.dimensions import require_same as require_same
from hewer.model.expression.evaluation import LEVEL_FUNCTIONS as LEVEL_FUNCTIONS
from hewer.model.expression.evaluation import MATH_FUNCTIONS as MATH_FUNCTIONS
from hewer.model.expression.evaluation import evaluate as evaluate
from hewer.model.expression.nodes import Binary as Binary
from hewer.model.expression.nodes import Call as Call
from hewer.model.expression.nodes import Compare as Compare
from hewer.model.expression.nodes import Logic as Logic
from hewer.model.expression.nodes import Name as Name
from hewer.model.expression.nodes import Node as Node
from hewer.model.expression.nodes import Number as Number
from hewer.model.expression.nodes import OfFamily as OfFamily
from hewer.model.expression.nodes import Range as Range
from hewer.model.expression.nodes import Text as Text
from hewer.model.expression.nodes import Unary as Unary
from hewer.model.expression.nodes import children as children
from hewer.model.expression.nodes import functions as functions
from hewer.model.expression.nodes import is_condition as is_condition
from hewer.model.expression.nodes import is_distribution as is_distribution
from hewer.model.expression.nodes import is_random as is_random
from hewer.model.expression.nodes import names as names
from hewer.model.expression.nodes import render as render
from hewer.model.expression.nodes import walk as walk
from hewer.model.expression.sampling import distribution as distribution
from hewer.model.expression.sampling import scale_in_run as scale_in_run
from hewer.model.expression.sampling import split_scale as split_scale
from hewer.model.expression.syntax import parse as parse
