"""Tables of one scenario: its measures, minutes, bound, exact solution; and of a time study.

Begin with ``run``.
"""
