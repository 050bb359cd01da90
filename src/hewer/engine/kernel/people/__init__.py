"""Who does what: nominations and choice, walking, set-ups, tools that are carried (rules 2 to 4).

Begin with ``choose``.
"""
