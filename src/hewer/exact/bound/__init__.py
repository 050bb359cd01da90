"""The bound: a linear programme of the most that a crew could yield if nothing ever waited.

Begin with ``ceiling``: ``bound`` reads a plan (``reading``), assembles rows and columns (``assembled``,
``units``), and solves (``case``). What is proved of it: ``docs/bound.md``.
"""
