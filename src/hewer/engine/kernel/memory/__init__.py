"""What a run knows: the arrays, the calendar of events, the heaps, and the accounts of time and level.

Begin with ``state``.
"""
