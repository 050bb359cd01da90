"""Replications over worlds: seeds, threads, summaries. The only door to the engine."""
