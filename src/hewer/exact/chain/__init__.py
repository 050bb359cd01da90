"""The Markov chain of a model whose times have exponential phases: exact answers without chance.

Begin with ``markov``: ``exact_solution`` reads a plant (``state``), searches its states (``search``, by
the rules in ``work``, ``rules``, ``coming`` and ``interrupting``) and solves (``solve``).
"""
