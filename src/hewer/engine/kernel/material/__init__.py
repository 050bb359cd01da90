"""Items and bulk: how they arrive, stand, leave and are given (rules 9, 10 and 12).

Begin with ``material``.
"""
