"""Replications over scenarios and worlds: seeds, threads, what is kept when a run is stopped.

Begin with ``simulate``; ``trial`` is the only door to the engine, ``dispatch`` spreads the work over
threads.
"""
