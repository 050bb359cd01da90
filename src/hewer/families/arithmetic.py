"""The functions of numbers that families are made of: of plain numbers and of traced ones alike.

Families call them as ``arithmetic.log(x)``, so that one compilation serves all values of the params.
"""

from math import inf

from hewer.tracing import are_close as isclose
from hewer.tracing import exp, expm1, gamma, lgamma, log, log1p, sqrt

__all__ = ["exp", "expm1", "gamma", "inf", "isclose", "lgamma", "log", "log1p", "sqrt"]
