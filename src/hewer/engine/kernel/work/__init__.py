"""Works from their start to their end (rules 8 to 10).

Begin with ``start``, then ``work``.
"""
