"""Charts of results, as SVG or PNG, the same bytes each time.

Begin with ``draw``, which finds the chart for any result; ``style`` says how charts look.
"""
