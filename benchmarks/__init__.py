"""Benchmarks of hewer and its peers: ``python -m benchmarks.run``."""
