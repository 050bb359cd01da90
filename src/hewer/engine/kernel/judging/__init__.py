"""What is true now: values of expressions, traits of items, and what an instance waits for (rules 1 and 2).

Begin with ``require``.
"""
