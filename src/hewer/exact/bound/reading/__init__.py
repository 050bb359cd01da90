"""What the bound reads of a Program: amounts, means, passage, uptime, presence.

Begin with ``reader``, which gathers it all into a ``plan``.
"""
