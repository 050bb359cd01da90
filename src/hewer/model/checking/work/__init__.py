"""Checks of stocks, arrivals, kinds and activities.

Begin with ``activities``; ``site`` has the checks of a place, a stock, an amount and a time that the
others share.
"""
