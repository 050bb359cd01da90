"""What everything shown shares: how a figure is rounded, a grid drawn, a file written, a state coloured.

Begin with ``number`` and ``grid``.
"""
