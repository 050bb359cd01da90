"""From a model to a Program: every name becomes a number, every value a number or code.

Begin with ``program``: ``compile_model`` calls the others. ``base`` holds what they share; ``code``
compiles expressions.
"""
