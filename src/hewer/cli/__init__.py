"""The command line: each command parses, calls what the Python API calls, and shows the outcome.

Begin with ``main``.
"""
