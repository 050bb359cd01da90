"""The engine: a model compiled to a Program of arrays, run by one kernel, and its result read.

Begin with ``program`` (what is run), then ``compile/program.py`` (how it comes about), ``run`` (the only
caller of the kernel) and ``result/result.py``. ``codes`` and ``records`` name the numbers and the fields
of the arrays.
"""
